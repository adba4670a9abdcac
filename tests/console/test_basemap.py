"""The imported base map over HTTP: packed tiles, validators, replaced while the node runs."""

from pathlib import Path

import httpx

from hansa.beside.basemap import make
from tests.beside import tiles
from tests.beside.extracts import Extract
from tests.console.talking import BASE

PLACE = (14, 8648, 5550)  # where the hand-made extract has its road


def _import(folder: Path, name: str) -> None:
    extract = Extract()
    extract.way([(2.0, 8.0), (3.0, 8.0)], {"highway": "primary", "name": name})
    make(extract.write(folder / "town.osm.gz"), folder / BASE, lambda *_: None)


async def _told(officer: httpx.AsyncClient) -> dict[str, object] | None:
    told: dict[str, object] | None = (await officer.get("/console/frame")).json()["city"]["map"][
        "base"
    ]
    return told


async def _tile(officer: httpx.AsyncClient, **headers: str) -> httpx.Response:
    told = await _told(officer)
    assert told is not None
    address = str(told["tiles"])
    for name, number in zip(("z", "x", "y"), PLACE, strict=True):
        address = address.replace(f"{{{name}}}", str(number))
    return await officer.get(
        address, headers={key.replace("_", "-"): v for key, v in headers.items()}
    )


async def test_without_an_archive_there_is_no_base_map(officer: httpx.AsyncClient) -> None:
    assert await _told(officer) is None
    assert (await officer.get("/console/map/base/0/1/0/0")).status_code == 404


async def test_the_frame_says_whose_the_map_is_and_what_it_covers(
    officer: httpx.AsyncClient, folder: Path
) -> None:
    _import(folder, "High Street")

    told = await _told(officer)

    assert told is not None
    assert told["attribution"] == "© OpenStreetMap contributors"
    assert told["bounds"] == [10.0, 50.0, 10.1, 50.1]
    assert (told["minzoom"], told["maxzoom"]) == (8, 14)
    assert told["at"] == "2020-02-02T02:02:02Z"


async def test_a_tile_comes_packed_or_plain_and_is_kept_for_ever(
    officer: httpx.AsyncClient, folder: Path
) -> None:
    _import(folder, "High Street")

    packed = await _tile(officer)
    plain = await _tile(officer, accept_encoding="identity")

    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content
    assert tiles.tile(plain.content)["road"][0].properties["name"] == "High Street"
    assert packed.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    assert packed.headers["cache-control"] == "private, max-age=31536000, immutable"
    again = await _tile(officer, if_none_match=packed.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")


async def test_a_tile_that_has_nothing_is_no_mistake_and_one_that_cannot_be_is(
    officer: httpx.AsyncClient, folder: Path
) -> None:
    _import(folder, "High Street")
    told = await _told(officer)
    assert told is not None
    head = str(told["tiles"]).removesuffix("/{z}/{x}/{y}")

    answers = [
        (await officer.get(f"{head}/{place}")).status_code
        for place in ("14/1/1", "22/1/1", "1/9/9", "14/-1/1", "a/b/c", "14/1/9999999999")
    ]

    assert answers == [204, 204, 204, 404, 404, 404]


async def test_a_map_replaced_while_the_node_runs_is_shown_from_then_on(
    officer: httpx.AsyncClient, folder: Path
) -> None:
    _import(folder, "High Street")
    old = await _told(officer)
    _import(folder, "Low Street")

    new = await _tile(officer, accept_encoding="identity")

    assert old is not None
    assert tiles.tile(new.content)["road"][0].properties["name"] == "Low Street"
    late = await officer.get(str(old["tiles"]).format(z=PLACE[0], x=PLACE[1], y=PLACE[2]))
    assert late.headers["cache-control"] == "no-cache"


async def test_a_file_that_is_no_archive_leaves_the_city_without_base_map(
    officer: httpx.AsyncClient, folder: Path
) -> None:
    for content in (b"", b"hello", b"PMTiles\x03" + b"\0" * 300):
        (folder / BASE).write_bytes(content)
        assert await _told(officer) is None


async def test_tiles_are_for_those_who_are_signed_in(
    client: httpx.AsyncClient, folder: Path
) -> None:
    _import(folder, "High Street")

    assert (await client.get("/console/map/base/0/14/8648/5550")).status_code == 401
