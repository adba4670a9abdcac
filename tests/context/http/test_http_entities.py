"""Entities over HTTP: the life of one, every form, every refusal."""

from typing import Any

import httpx
import pytest

B = "/ngsi-ld/v1"
ID = "urn:ngsi-ld:WaterQualityObserved:1"
POINT = {"type": "Point", "coordinates": [39.7, 54.6]}
DOCUMENT = {
    "id": ID,
    "type": "WaterQualityObserved",
    "location": {"type": "GeoProperty", "value": POINT},
    "temperature": {"type": "Property", "value": 5, "unitCode": "CEL"},
    "lamp": {"type": "Property", "value": "on"},
}
LINK = 'rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"'


@pytest.fixture
async def stored(client: httpx.AsyncClient) -> httpx.AsyncClient:
    answer = await client.post(f"{B}/entities", json=DOCUMENT)
    assert answer.status_code == 201, answer.text
    return client


async def test_an_entity_is_created_once(stored: httpx.AsyncClient) -> None:
    answer = await stored.post(f"{B}/entities/", json={"id": "urn:x:y/z", "type": "Lamp"})
    assert (answer.status_code, answer.content) == (201, b"")
    assert answer.headers["location"] == f"{B}/entities/urn:x:y%2Fz"
    assert (await stored.get(answer.headers["location"])).json()["id"] == "urn:x:y/z"
    again = await stored.post(f"{B}/entities", json=DOCUMENT)
    assert again.status_code == 409
    assert again.json()["type"].endswith("AlreadyExists")


async def test_an_entity_comes_back_in_every_form(stored: httpx.AsyncClient) -> None:
    path = f"{B}/entities/{ID}"
    normalized = await stored.get(path)
    assert normalized.json() == DOCUMENT
    assert normalized.headers["link"] == f"<http://node/contexts/hansa.jsonld>; {LINK}"
    concise = (await stored.get(path, params={"format": "concise"})).json()
    assert concise["temperature"] == {"value": 5, "unitCode": "CEL"}
    assert concise["lamp"] == "on"
    simplified = (await stored.get(path, params={"options": "keyValues"})).json()
    assert simplified == {
        "id": ID,
        "type": "WaterQualityObserved",
        "location": POINT,
        "temperature": 5,
        "lamp": "on",
    }
    feature = (await stored.get(path, headers={"Accept": "application/geo+json"})).json()
    assert feature["type"] == "Feature"
    assert feature["geometry"] == POINT
    assert feature["@context"] == "http://node/contexts/hansa.jsonld"
    linked = await stored.get(path, headers={"Accept": "application/ld+json"})
    assert linked.json()["@context"] == "http://node/contexts/hansa.jsonld"
    assert "link" not in linked.headers


async def test_projection_and_system_attributes(stored: httpx.AsyncClient) -> None:
    path = f"{B}/entities/{ID}"
    picked = (await stored.get(path, params={"pick": "id,lamp"})).json()
    assert picked == {"id": ID, "lamp": {"type": "Property", "value": "on"}}
    omitted = (await stored.get(path, params={"omit": "location,temperature,type"})).json()
    assert omitted == {"id": ID, "lamp": {"type": "Property", "value": "on"}}
    system = (await stored.get(path, params={"options": "sysAttrs", "attrs": "lamp"})).json()
    assert system["createdAt"] == system["lamp"]["createdAt"] == "2026-06-01T12:00:00Z"
    assert "temperature" not in system
    assert (await stored.get(path, params={"attrs": "absent"})).status_code == 404


async def test_a_users_context_names_things_its_own_way(stored: httpx.AsyncClient) -> None:
    terms = {"warmth": "https://uri.etsi.org/ngsi-ld/default-context/lamp"}
    answer = await stored.post(
        f"{B}/entities",
        headers={"Content-Type": "application/ld+json"},
        json={"@context": terms, "id": "urn:x:2", "type": "Lamp", "warmth": 3},
    )
    assert answer.status_code == 201
    assert (await stored.get(f"{B}/entities/urn:x:2")).json()["lamp"]["value"] == 3
    asked = await stored.post(
        f"{B}/entityOperations/query",
        headers={"Content-Type": "application/ld+json"},
        json={
            "@context": [terms],
            "type": "Query",
            "entities": [{"type": "Lamp"}],
            "q": "warmth>2",
        },
    )
    assert asked.json() == [
        {"id": "urn:x:2", "type": "Lamp", "warmth": {"type": "Property", "value": 3}}
    ]
    link = asked.headers["link"].split(">")[0].removeprefix("<http://node")
    assert (await stored.get(link)).json() == {"@context": terms}


async def test_merge_replace_and_delete(stored: httpx.AsyncClient) -> None:
    path = f"{B}/entities/{ID}"
    merged = await stored.patch(
        path, json={"temperature": {"value": 6}, "lamp": "urn:ngsi-ld:null", "new": 1}
    )
    assert (merged.status_code, merged.content) == (204, b"")
    found = (await stored.get(path)).json()
    assert found["temperature"] == {"type": "Property", "value": 6, "unitCode": "CEL"}
    assert "lamp" not in found
    assert found["new"] == {"type": "Property", "value": 1}
    simple = await stored.patch(path, params={"format": "simplified"}, json={"location": POINT})
    assert simple.status_code == 204
    assert (await stored.get(path)).json()["location"]["type"] == "GeoProperty"
    other = {"lit": {"type": "Relationship", "object": "urn:a:b"}, "new": {"object": "urn:a:b"}}
    assert (await stored.patch(path, json=other)).status_code == 204
    kept = (await stored.get(path)).json()["new"]
    assert kept == {"type": "Relationship", "object": "urn:a:b"}
    partial = await stored.patch(path, json={"temperature": {"observedAt": "2026-06-01T10:00:00Z"}})
    assert partial.status_code == 204
    assert (await stored.get(path)).json()["temperature"]["value"] == 6
    replaced = await stored.put(path, json={"type": "WaterQualityObserved", "lamp": "off"})
    assert replaced.status_code == 204
    assert (await stored.get(path, params={"format": "simplified"})).json() == {
        "id": ID,
        "type": "WaterQualityObserved",
        "lamp": "off",
    }
    assert (await stored.delete(path)).status_code == 204
    assert (await stored.delete(path)).status_code == 404
    assert (await stored.get(path)).status_code == 404


async def test_attributes_are_appended_updated_replaced_deleted(
    stored: httpx.AsyncClient,
) -> None:
    attrs = f"{B}/entities/{ID}/attrs"
    appended = await stored.post(attrs, params={"options": "noOverwrite"}, json={"a": 1, "lamp": 2})
    assert appended.status_code == 207
    assert appended.json() == {
        "updated": ["https://uri.etsi.org/ngsi-ld/default-context/a"],
        "notUpdated": [
            {
                "attributeName": "https://uri.etsi.org/ngsi-ld/default-context/lamp",
                "reason": "the attribute exists already",
            }
        ],
    }
    assert (await stored.post(attrs, json={"lamp": 2})).status_code == 204
    updated = await stored.patch(attrs, json={"lamp": 3, "more": 1, "scope": "/a"})
    assert updated.status_code == 207
    assert updated.json()["notUpdated"][0]["attributeName"].endswith("scope")
    assert (await stored.post(attrs, json={"scope": "/a"})).status_code == 204
    other = {"type": "Relationship", "object": "urn:a:b"}
    assert (await stored.patch(f"{attrs}/temperature", json=other)).status_code == 400
    patched = await stored.patch(f"{attrs}/temperature", json={"value": 9})
    assert patched.status_code == 204
    replaced = await stored.put(f"{attrs}/lamp", json={"type": "Property", "value": 5})
    assert replaced.status_code == 204
    found = (await stored.get(f"{B}/entities/{ID}", params={"options": "concise"})).json()
    assert (found["temperature"], found["lamp"]) == ({"value": 9, "unitCode": "CEL"}, 5)
    assert (await stored.delete(f"{attrs}/lamp")).status_code == 204
    assert (await stored.delete(f"{attrs}/lamp")).status_code == 404
    assert (await stored.delete(f"{attrs}/invalid(Name")).status_code == 400
    assert (await stored.delete(f"{attrs}/%252e%252e")).status_code == 400


async def test_instances_by_dataset(stored: httpx.AsyncClient) -> None:
    attrs = f"{B}/entities/{ID}/attrs"
    second = {"type": "Property", "value": 7, "datasetId": "urn:d:2"}
    assert (await stored.post(attrs, json={"temperature": second})).status_code == 204
    path = f"{B}/entities/{ID}"
    both = (await stored.get(path, params={"format": "simplified"})).json()["temperature"]
    assert both == {"dataset": {"@none": 5, "urn:d:2": 7}}
    one = (await stored.get(path, params={"datasetId": "urn:d:2"})).json()
    assert one["temperature"] == second
    assert "lamp" not in one
    assert (await stored.delete(f"{attrs}/temperature?datasetId=urn:d:2")).status_code == 204
    assert (await stored.get(path)).json()["temperature"]["value"] == 5


@pytest.mark.parametrize(
    ("method", "path", "more", "status", "kind"),
    [
        ("GET", "/entities", {}, 400, "BadRequestData"),
        ("GET", "/entities?id=urn:a:b", {}, 400, "BadRequestData"),
        ("GET", "/entities?type=", {}, 400, "BadRequestData"),
        ("GET", "/entities?type=T&nonsense=1", {}, 400, "InvalidRequest"),
        ("GET", "/entities?type=T&limit=-1", {}, 400, "InvalidRequest"),
        ("GET", "/entities?type=T&limit=0", {}, 400, "BadRequestData"),
        ("GET", "/entities?type=T&q=a=", {}, 400, "BadRequestData"),
        ("GET", "/entities?type=T&options=nonsense", {}, 400, "InvalidRequest"),
        ("GET", "/entities?type=T&format=concise&options=keyValues", {}, 200, ""),
        ("GET", "/entities?type=T&options=concise,keyValues", {}, 400, "InvalidRequest"),
        ("GET", "/entities?type=T&geometryProperty=a", {}, 400, "BadRequestData"),
        ("GET", "/entities?type=T&georel=near", {}, 400, "BadRequestData"),
        ("GET", "/entities/not-a-uri", {}, 400, "BadRequestData"),
        ("GET", "/entities/urn:a:b", {}, 404, "ResourceNotFound"),
        ("GET", "/entities?type=T", {"headers": {"Accept": "text/html"}}, 406, ""),
        (
            "GET",
            "/entities?type=T",
            {"headers": {"Link": f"<https://no.example/c.jsonld>; {LINK}"}},
            504,
            "LdContextNotAvailable",
        ),
        ("GET", "/entities?type=T", {"headers": {"NGSILD-Tenant": "x"}}, 404, "NonexistentTenant"),
        ("GET", "/entities?type=T", {"headers": {"X-Role": "nobody"}}, 401, ""),
        ("POST", "/entities", {"content": b"{"}, 400, "InvalidRequest"),
        ("POST", "/entities", {"json": []}, 400, "InvalidRequest"),
        ("POST", "/entities", {"json": {"id": "urn:a:b"}}, 400, "BadRequestData"),
        ("POST", "/entities", {"json": {"@context": {}, "id": "urn:a:b"}}, 400, "BadRequestData"),
        (
            "POST",
            "/entities",
            {"json": {"id": "urn:a:b"}, "headers": {"Content-Type": "application/ld+json"}},
            400,
            "BadRequestData",
        ),
        (
            "POST",
            "/entities",
            {"json": {}, "headers": {"Content-Type": "text/plain"}},
            415,
            "",
        ),
        ("POST", "/entities", {"content": b"[" * (10 << 20)}, 400, "InvalidRequest"),
        (
            "POST",
            "/entities",
            {"json": DOCUMENT, "headers": {"X-Role": "analyst"}},
            403,
            "forbidden",
        ),
        ("PUT", "/entities/urn:a:b", {"json": {"type": "T"}}, 404, "ResourceNotFound"),
        ("PATCH", "/entities/urn:a:b", {"json": {"a": 1}}, 404, "ResourceNotFound"),
        ("PATCH", "/entities/urn:a:b", {"json": {"id": "urn:a:c"}}, 400, "BadRequestData"),
        ("PATCH", "/entities/", {"json": {}}, 400, "BadRequestData"),
        ("POST", "/entities//attrs", {"json": {}}, 400, "BadRequestData"),
        ("DELETE", "/entities/", {}, 400, "BadRequestData"),
        ("DELETE", "/entities/urn:a:b?type=T", {}, 404, "ResourceNotFound"),
        ("GET", "/entities?type=T&attrs=id", {}, 400, "BadRequestData"),
        ("GET", "/entities?type=T&attrs=a&pick=a", {}, 400, "BadRequestData"),
        ("GET", "/entities?type=T&omit=a&pick=a", {}, 400, "BadRequestData"),
        ("GET", "/entities?q=createdAt>2020-01-01T00:00:00Z", {}, 400, "BadRequestData"),
        ("PATCH", "/entities/urn:a:b/attrs/scope", {"json": {"value": "/a"}}, 400, ""),
        ("POST", "/entityOperations/create", {"json": [None]}, 400, "BadRequestData"),
        ("POST", "/entities/urn:a:b/attrs", {"json": {"a": 1}}, 404, "ResourceNotFound"),
        ("DELETE", "/entities/urn:a:b/attrs/a", {}, 404, "ResourceNotFound"),
        ("GET", "/temporal/entities?type=T", {}, 400, "BadRequestData"),
        ("GET", "/temporal/entities/urn:a:b", {}, 404, "ResourceNotFound"),
        ("GET", "/types/T", {}, 404, "ResourceNotFound"),
        ("GET", "/attributes/T", {}, 404, "ResourceNotFound"),
        ("POST", "/entityOperations/create", {"json": []}, 400, "BadRequestData"),
        ("POST", "/entityOperations/query", {"json": {"type": "Query"}}, 400, "BadRequestData"),
        ("POST", "/entityOperations/query", {"json": {"type": "X"}}, 400, "BadRequestData"),
    ],
)
async def test_refusals(
    client: httpx.AsyncClient, method: str, path: str, more: dict[str, Any], status: int, kind: str
) -> None:
    headers = {"Content-Type": "application/json"} if method != "GET" else {}
    headers |= more.pop("headers", {}) if more else {}
    answer = await client.request(method, B + path, headers=headers, **more)
    assert answer.status_code == status, answer.text
    if status >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["type"].endswith(kind)
