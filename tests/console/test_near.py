"""Names around a city that draws none: asked once, validated after, for those who are signed in."""

import httpx

from hansa.context import City

ADDRESS = "/console/map/near/places"


async def test_towns_are_answered_as_geojson_and_looked_up_once(
    officer: httpx.AsyncClient, city: City
) -> None:
    assert city.helper.pid is None, "nobody looks them up before a page asks"
    first = await officer.get(ADDRESS)
    await city.helper.close()
    again = await officer.get(ADDRESS)

    assert city.helper.pid is None
    assert first.headers["content-type"] == "application/geo+json"
    assert 0 < len(first.json()["features"]) <= 60
    assert again.content == first.content
    same = await officer.get(ADDRESS, headers={"If-None-Match": first.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")


async def test_they_are_for_those_who_are_signed_in(client: httpx.AsyncClient) -> None:
    assert (await client.get(ADDRESS)).status_code == 401
