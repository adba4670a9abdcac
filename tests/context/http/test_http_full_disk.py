"""A full disk is a refusal that a person can act on; reads go on, and later writes too."""

import httpx

from hansa.base.database import Tx
from tests.context.http.conftest import Probe

ENTITIES = "/ngsi-ld/v1/entities"


def entity(name: str, size: int) -> dict[str, object]:
    text = {"type": "Property", "value": "x" * size}
    return {"id": f"urn:ngsi-ld:Note:{name}", "type": "Note", "words": text}


def no_room(tx: Tx) -> None:
    """The file may grow by a few pages only: to the engine that is a full disk."""
    tx.all(f"PRAGMA max_page_count={tx.all('PRAGMA page_count')[0][0] + 8}")


def room_again(tx: Tx) -> None:
    tx.all("PRAGMA max_page_count=1000000")


async def test_full_disk_is_507_with_what_to_do(probe: Probe, client: httpx.AsyncClient) -> None:
    assert (await client.post(ENTITIES, json=entity("before", 10))).status_code == 201
    await probe.city.database.write(no_room)
    refused = await client.post(ENTITIES, json=entity("large", 500_000))
    assert refused.status_code == 507
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["type"] == "urn:hansa:problem:store-full"
    assert "make room" in refused.json()["remedy"]
    assert refused.json()["where"] == "graph.db"  # and not where it lies
    listed = await client.get(ENTITIES, params={"type": "Note"})
    assert [one["id"][-6:] for one in listed.json()] == ["before"]
    await probe.city.database.write(room_again)
    assert (await client.post(ENTITIES, json=entity("large", 500_000))).status_code == 201
    assert (await probe.city.guard.journal.verify()).intact
