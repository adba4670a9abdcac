"""Queries, pages, batches, history, discovery, tenants and worlds over HTTP."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

B = "/ngsi-ld/v1"
DEFAULT = "https://uri.etsi.org/ngsi-ld/default-context/"


def _lamp(number: int, **members: Any) -> dict[str, Any]:
    place = {"type": "Point", "coordinates": [39.7 + number / 100, 54.6]}
    return {"id": f"urn:x:{number}", "type": "Lamp", "shine": number, "place": place, **members}


@pytest.fixture
async def lamps(client: httpx.AsyncClient) -> httpx.AsyncClient:
    answer = await client.post(
        f"{B}/entityOperations/create", json=[_lamp(number) for number in range(5)]
    )
    assert answer.status_code == 201
    assert answer.json() == [f"urn:x:{number}" for number in range(5)]
    return client


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("type=Lamp", [0, 1, 2, 3, 4]),
        ("type=Lamp&q=shine>2", [3, 4]),
        ("type=Lamp&id=urn:x:1,urn:x:9", [1]),
        ("type=Lamp&idPattern=x:[34]$", [3, 4]),
        ("attrs=shine&limit=2&offset=3", [3, 4]),
        ("q=shine==1|shine==3", [1, 3]),
        (
            "type=Lamp&georel=near;maxDistance==1000&geometry=Point"
            "&coordinates=[39.7,54.6]&geoproperty=place",
            [0, 1],
        ),
        ("type=Lamp&orderBy=shine;desc&limit=2", [4, 3]),
        ("type=Car", []),
        ("pick=absent&type=Lamp", []),
        ("local=true&idPattern=x:0", [0]),
    ],
)
async def test_queries(lamps: httpx.AsyncClient, query: str, found: list[int]) -> None:
    answer = await lamps.get(f"{B}/entities?{query}")
    assert answer.status_code == 200, answer.text
    assert [one["id"] for one in answer.json()] == [f"urn:x:{number}" for number in found]


async def test_pages_are_linked_and_counted(lamps: httpx.AsyncClient) -> None:
    first = await lamps.get(f"{B}/entities?type=Lamp&limit=2&count=true")
    assert first.headers["ngsild-results-count"] == "5"
    assert (
        f'<{B}/entities?count=true&limit=2&offset=2&type=Lamp>;rel="next";type="application/json"'
        in first.headers["link"]
    )
    assert 'rel="prev"' not in first.headers["link"]
    middle = await lamps.get(
        f"{B}/entities/?offset=2&type=Lamp&limit=2", headers={"Accept": "application/ld+json"}
    )
    assert middle.headers["link"] == (
        f'<{B}/entities?limit=2&offset=0&type=Lamp>;rel="prev";type="application/ld+json", '
        f'<{B}/entities?limit=2&offset=4&type=Lamp>;rel="next";type="application/ld+json"'
    )
    counted = await lamps.get(f"{B}/entities?type=Lamp&limit=0&count=true")
    assert (counted.json(), counted.headers["ngsild-results-count"]) == ([], "5")


async def test_a_query_in_a_body_is_the_query_of_parameters(lamps: httpx.AsyncClient) -> None:
    body = {
        "type": "Query",
        "entities": [{"type": "Lamp", "idPattern": "x:[0-3]$"}],
        "q": "shine>0",
        "geoQ": {
            "georel": "near;maxDistance==1000",
            "geometry": "Point",
            "coordinates": [39.7, 54.6],
            "geoproperty": "place",
        },
        "pick": ["id", "shine"],
    }
    answer = await lamps.post(f"{B}/entityOperations/query?format=simplified&count=true", json=body)
    assert answer.json() == [{"id": "urn:x:1", "shine": 1}]
    assert answer.headers["ngsild-results-count"] == "1"
    both = {"type": "Query", "entities": [{"type": "Lamp"}, {"type": "Car"}]}
    assert len((await lamps.post(f"{B}/entityOperations/query", json=both)).json()) == 5


async def test_geojson_collections(lamps: httpx.AsyncClient) -> None:
    answer = await lamps.get(
        f"{B}/entities?type=Lamp&limit=1&geometryProperty=place",
        headers={"Accept": "application/geo+json", "Prefer": "body=json"},
    )
    assert answer.headers["content-type"] == "application/geo+json"
    collection = answer.json()
    assert collection["type"] == "FeatureCollection"
    assert "@context" not in collection
    assert collection["features"][0]["geometry"]["coordinates"] == [39.7, 54.6]


async def test_batches_do_what_they_can(lamps: httpx.AsyncClient) -> None:
    path = f"{B}/entityOperations"
    created = await lamps.post(f"{path}/create", json=[_lamp(4), _lamp(5), {"id": "no"}, 7])
    assert created.status_code == 207
    result = created.json()
    assert result["success"] == ["urn:x:5"]
    assert {one["entityId"]: one["error"]["status"] for one in result["errors"]} == {
        "no": 400,
        "": 400,
        "urn:x:4": 409,
    }
    upserted = await lamps.post(f"{path}/upsert", json=[_lamp(5, shine=50), _lamp(6)])
    assert (upserted.status_code, upserted.json()) == (201, ["urn:x:6"])
    assert (await lamps.post(f"{path}/upsert", json=[_lamp(6, shine=7)])).status_code == 204
    more = {"id": "urn:x:6", "type": "Lamp", "colour": "red"}
    kept = await lamps.post(f"{path}/upsert?options=update", json=[more])
    assert kept.status_code == 204
    assert (await lamps.get(f"{B}/entities/urn:x:6?format=simplified")).json()["shine"] == 7
    updated = await lamps.post(f"{path}/update?options=noOverwrite", json=[more])
    assert updated.status_code == 207
    assert (await lamps.post(f"{path}/update", json=[more])).status_code == 204
    merged = await lamps.post(f"{path}/merge", json=[{"id": "urn:x:6", "colour": "blue"}])
    assert merged.status_code == 204
    deleted = await lamps.post(f"{path}/delete", json=["urn:x:6", "urn:x:7"])
    assert deleted.status_code == 207
    assert deleted.json()["success"] == ["urn:x:6"]


async def test_contexts_per_element_of_a_batch(client: httpx.AsyncClient) -> None:
    terms = {"glow": DEFAULT + "shine"}
    answer = await client.post(
        f"{B}/entityOperations/create",
        headers={"Content-Type": "application/ld+json"},
        json=[
            {"@context": terms, "id": "urn:x:1", "type": "Lamp", "glow": 1},
            {"id": "urn:x:2", "type": "Lamp"},
        ],
    )
    assert answer.status_code == 207
    assert answer.json()["success"] == ["urn:x:1"]
    assert (await client.get(f"{B}/entities/urn:x:1")).json()["shine"]["value"] == 1


async def test_history(client: httpx.AsyncClient, tick: Callable[[], None]) -> None:
    await client.post(f"{B}/entities", json={"id": "urn:x:1", "type": "Lamp"})
    for number in range(4):
        tick()
        body = {"shine": {"value": number, "observedAt": f"2026-06-01T0{number}:00:00Z"}}
        assert (await client.post(f"{B}/entities/urn:x:1/attrs", json=body)).status_code == 204
    path = f"{B}/temporal/entities/urn:x:1"
    full = (await client.get(path)).json()
    assert [one["value"] for one in full["shine"]] == [0, 1, 2, 3]
    assert all("instanceId" in one for one in full["shine"])
    last = (await client.get(f"{path}?lastN=2&options=temporalValues")).json()
    assert last["shine"] == {
        "type": "Property",
        "values": [[2, "2026-06-01T02:00:00Z"], [3, "2026-06-01T03:00:00Z"]],
    }
    window = "timerel=between&timeAt=2026-06-01T01:00:00Z&endTimeAt=2026-06-01T03:00:00Z"
    found = (await client.get(f"{B}/temporal/entities?type=Lamp&{window}&count=true")).json()
    assert [one["value"] for one in found[0]["shine"]] == [1, 2]
    nothing = await client.get(
        f"{B}/temporal/entities?type=Lamp&timerel=after&timeAt=2026-06-02T00:00:00Z"
    )
    assert nothing.json() == []
    as_known = f"{B}/entities/urn:x:1?at=2026-06-01T12:00:02Z&format=simplified"
    assert (await client.get(as_known)).json()["shine"] == 1


async def test_discovery(lamps: httpx.AsyncClient) -> None:
    types = (await lamps.get(f"{B}/types/")).json()
    assert (types["type"], types["typeList"]) == ("EntityTypeList", ["Lamp"])
    detailed = (await lamps.get(f"{B}/types?details=true")).json()
    assert detailed[0]["id"] == DEFAULT + "Lamp"
    assert set(detailed[0]["attributeNames"]) == {"shine", "place"}
    info = (await lamps.get(f"{B}/types/Lamp")).json()
    assert info["entityCount"] == 5
    kinds = {one["attributeName"]: one["attributeTypes"] for one in info["attributeDetails"]}
    assert kinds == {"shine": ["Property"], "place": ["GeoProperty"]}
    listed = (await lamps.get(f"{B}/attributes")).json()
    assert set(listed["attributeList"]) == {"shine", "place"}
    one = (await lamps.get(f"{B}/attributes/shine")).json()
    assert (one["attributeCount"], one["typeNames"]) == (5, ["Lamp"])


async def test_tenants_are_made_by_the_first_write(client: httpx.AsyncClient) -> None:
    tenant = {"NGSILD-Tenant": "harbour"}
    made = await client.post(f"{B}/entities", json=_lamp(1), headers=tenant)
    assert (made.status_code, made.headers["ngsild-tenant"]) == (201, "harbour")
    assert (await client.get(f"{B}/entities/urn:x:1")).status_code == 404
    assert (await client.get(f"{B}/entities/urn:x:1", headers=tenant)).status_code == 200
    other = {"NGSILD-Tenant": "other", "X-Role": "analyst"}
    assert (await client.get(f"{B}/entities?type=Lamp", headers=other)).status_code == 403


async def test_what_a_view_hides_is_absent(probe: Any) -> None:
    async with probe.client() as client:
        await client.post(f"{B}/entities", json=_lamp(1))
    async with probe.client("analyst") as analyst:
        seen = (await analyst.get(f"{B}/entities?type=Lamp")).json()
        assert seen == [{"id": "urn:x:1", "type": "Lamp"}]
        assert (await analyst.get(f"{B}/entities?type=Lamp&q=shine==1")).json() == []
        assert (await analyst.get(f"{B}/attributes")).json()["attributeList"] == []


async def test_an_exercise_says_so_everywhere(open_probe: Any) -> None:
    probe = await open_probe("exercise:flood")
    async with probe.client() as client:
        made = await client.post(f"{B}/entities", json=_lamp(1))
        assert made.headers["hansa-world"] == "exercise:flood"
        path = f"{B}/entities/urn:x:1"
        for query in ("", "?format=concise", "?format=simplified", "?pick=id", "?omit=shine"):
            assert (await client.get(path + query)).json()["hansaWorld"] == "exercise:flood"
        geo = {"Accept": "application/geo+json"}
        feature = (await client.get(f"{B}/entities?type=Lamp", headers=geo)).json()["features"][0]
        assert feature["hansaWorld"] == "exercise:flood"
        history = (await client.get(f"{B}/temporal/entities/urn:x:1")).json()
        assert history["hansaWorld"] == "exercise:flood"
        wrong = _lamp(2) | {"hansaWorld": "actual"}
        assert (await client.post(f"{B}/entities", json=wrong)).status_code == 409


async def test_the_default_context_is_served(client: httpx.AsyncClient) -> None:
    document = (await client.get("/contexts/hansa.jsonld")).json()
    assert document["@context"]["Alert"].endswith("/Alert")
    assert "location" not in document["@context"]
