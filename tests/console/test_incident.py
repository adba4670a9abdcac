"""One incident in one answer."""

import httpx
import pytest

from tests.console.talking import Writer, pick

INCIDENT = "urn:ngsi-ld:Incident:1"
POST = "urn:ngsi-ld:AirQualityObserved:3"


def link(*targets: str) -> dict[str, object]:
    return {"type": "Relationship", "object": list(targets)}


@pytest.fixture
async def fire(write: Writer) -> None:
    await write.put(POST, "AirQualityObserved", pm25=62.0, location=(39.7, 54.6))
    await write.put("urn:ngsi-ld:Alert:1", "Alert", state="open", alertSource=link(POST))
    await write.put(INCIDENT, "Incident", state="new", alerts=link("urn:ngsi-ld:Alert:1"))
    entry = {"refIncident": {"type": "Relationship", "object": INCIDENT}}
    await write.put("urn:ngsi-ld:TimelineEntry:1", "TimelineEntry", kind="opened", **entry)
    await write.note("urn:ngsi-ld:TimelineEntry:2", INCIDENT, "Petrov saw smoke")


@pytest.mark.usefixtures("fire")
async def test_it_comes_with_alerts_sources_and_timeline(officer: httpx.AsyncClient) -> None:
    found = (await officer.get(f"/console/incidents/{INCIDENT}")).json()

    assert found["incident"]["entity"]["state"]["value"] == "new"
    assert found["incident"]["change"] > 0
    assert [one["entity"]["id"] for one in found["alerts"]] == ["urn:ngsi-ld:Alert:1"]
    assert [one["entity"]["pm25"]["value"] for one in found["sources"]] == [62.0]
    assert [one["entity"]["kind"]["value"] for one in found["timeline"]] == ["note", "opened"]


@pytest.mark.usefixtures("fire")
async def test_notes_are_read_by_those_who_handle_it(officer: httpx.AsyncClient) -> None:
    found = (await officer.get(f"/console/incidents/{INCIDENT}")).json()

    assert found["timeline"][0]["entity"]["note"]["value"] == "Petrov saw smoke"


@pytest.mark.usefixtures("fire")
async def test_an_analyst_sees_that_there_is_a_note_and_not_what_it_says(
    client: httpx.AsyncClient,
) -> None:
    await pick(client, "analyst")

    found = (await client.get(f"/console/incidents/{INCIDENT}")).json()

    assert "note" not in found["timeline"][0]["entity"]
    assert "Petrov" not in str(found)


async def test_what_is_no_incident_is_not_found(officer: httpx.AsyncClient, write: Writer) -> None:
    await write.put(POST, "AirQualityObserved", pm25=1.0)

    assert (await officer.get(f"/console/incidents/{POST}")).status_code == 404
    assert (await officer.get("/console/incidents/urn:ngsi-ld:Incident:9")).status_code == 404
