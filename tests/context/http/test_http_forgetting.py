"""Deleting history over HTTP (GS CIM 009 v1.9.1, 6.19 to 6.22)."""

import httpx
import pytest

B = "/ngsi-ld/v1"
ONE = f"{B}/temporal/entities/urn:x:1"


@pytest.fixture
async def lamp(client: httpx.AsyncClient) -> httpx.AsyncClient:
    await client.post(f"{B}/entities", json={"id": "urn:x:1", "type": "Lamp"})
    for minute in (1, 2, 3):
        level = {"value": minute * 10, "observedAt": f"2026-06-01T11:0{minute}:00Z"}
        body = {"level": level, "mode": {"value": f"m{minute}"}}
        assert (await client.post(f"{B}/entities/urn:x:1/attrs", json=body)).status_code == 204
    return client


async def test_one_instance_by_its_id(lamp: httpx.AsyncClient) -> None:
    before = (await lamp.get(f"{ONE}?attrs=level")).json()["level"]
    chosen = next(one["instanceId"] for one in before if one["value"] == 20)

    gone = await lamp.delete(f"{ONE}/attrs/level/{chosen}")

    assert gone.status_code == 204
    left = (await lamp.get(f"{ONE}?attrs=level")).json()["level"]
    assert sorted(one["value"] for one in left) == [10, 30]
    assert (await lamp.delete(f"{ONE}/attrs/level/{chosen}")).status_code == 404


async def test_an_attribute_and_the_whole(lamp: httpx.AsyncClient) -> None:
    assert "mode" in (await lamp.get(f"{ONE}?timeproperty=modifiedAt")).json()
    assert (await lamp.delete(f"{ONE}/attrs/mode")).status_code == 204
    assert "mode" not in (await lamp.get(f"{ONE}?timeproperty=modifiedAt")).json()
    assert (await lamp.delete(ONE)).status_code == 204
    assert (await lamp.delete(ONE)).status_code == 404
    state = (await lamp.get(f"{B}/entities/urn:x:1")).json()
    assert state["level"]["value"] == 30


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"{ONE}/attrs/level/urn:x:none", 404),
        (f"{ONE}/attrs/never", 404),
        (f"{B}/temporal/entities/urn:x:2", 404),
        (f"{ONE}/attrs/level?datasetId=urn:x:d", 422),
    ],
)
async def test_what_is_not_there_is_said(lamp: httpx.AsyncClient, path: str, status: int) -> None:
    assert (await lamp.delete(path)).status_code == status
