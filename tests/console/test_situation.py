"""The one answer that the board begins with."""

from datetime import timedelta

import httpx

from hansa.base.clock import ManualClock
from hansa.base.times import format_instant
from tests.console.talking import Writer, pick

REQUEST = "urn:ngsi-ld:Open311ServiceRequest:1"


async def situation(client: httpx.AsyncClient, at: str = "") -> dict[str, list[dict[str, object]]]:
    answer = await client.get("/console/situation", params={"at": at} if at else {})
    assert answer.status_code == 200, answer.text
    document: dict[str, list[dict[str, object]]] = answer.json()
    return document


def ids(held: list[dict[str, object]]) -> list[str]:
    return sorted(str(one["entity"]["id"]) for one in held)  # type: ignore[index]


async def test_open_alerts_stand_and_old_ones_do_not(
    officer: httpx.AsyncClient, write: Writer, clock: ManualClock
) -> None:
    now = clock.now()
    for name, state, hours in (("open", "open", 0), ("late", "cleared", 3), ("old", "cleared", 30)):
        ended = {"clearedAt": format_instant(now - timedelta(hours=hours))} if hours else {}
        await write.put(f"urn:ngsi-ld:Alert:{name}", "Alert", state=state, severity="high", **ended)

    found = await situation(officer)

    assert ids(found["alerts"]) == ["urn:ngsi-ld:Alert:late", "urn:ngsi-ld:Alert:open"]


async def test_a_closed_incident_stays_for_a_day(
    officer: httpx.AsyncClient, write: Writer, clock: ManualClock
) -> None:
    await write.put("urn:ngsi-ld:Incident:1", "Incident", state="new")
    await write.put(
        "urn:ngsi-ld:Incident:2",
        "Incident",
        state="closed",
        closedAt=format_instant(clock.now() - timedelta(hours=25)),
    )

    assert ids((await situation(officer))["incidents"]) == ["urn:ngsi-ld:Incident:1"]


async def test_open_requests_are_points_without_anything_personal(
    officer: httpx.AsyncClient, write: Writer
) -> None:
    await write.put(
        REQUEST,
        "Open311ServiceRequest",
        service_name="Pothole",
        status="open",
        requested_datetime="2026-06-01T11:00:00Z",
        location=(39.7, 54.6),
    )
    await write.put(
        "urn:ngsi-ld:Open311ServiceRequest:2",
        "Open311ServiceRequest",
        status="closed",
        location=(39.7, 54.6),
    )

    assert (await situation(officer))["points"] == [
        {
            "id": REQUEST,
            "type": "Open311ServiceRequest",
            "sector": "requests",
            "location": [39.7, 54.6],
            "at": "2026-06-01T11:00:00Z",
            "title": "Pothole",
            "value": None,
            "unit": None,
            "until": None,
            "hatch": None,
            "shape": None,
        }
    ]


async def test_an_analyst_gets_no_place_that_is_restricted(
    client: httpx.AsyncClient, write: Writer
) -> None:
    await pick(client, "analyst")
    await write.put("urn:ngsi-ld:Unknown:1", "Unknown", location=(39.7, 54.6))
    await write.put("urn:ngsi-ld:Alert:1", "Alert", state="open", secret="x")

    found = await situation(client)

    assert found["points"] == []
    assert "secret" not in found["alerts"][0]["entity"]  # type: ignore[operator]


async def test_the_past_is_shown_as_it_was_known(
    officer: httpx.AsyncClient, write: Writer, clock: ManualClock
) -> None:
    await write.put("urn:ngsi-ld:Alert:1", "Alert", state="open", severity="low")
    then = format_instant(clock.now())
    clock.advance(timedelta(hours=1))
    await write.put("urn:ngsi-ld:Alert:1", "Alert", severity="critical")
    await write.put("urn:ngsi-ld:Alert:2", "Alert", state="open")

    found = await situation(officer, then)

    assert ids(found["alerts"]) == ["urn:ngsi-ld:Alert:1"]
    assert found["alerts"][0]["entity"]["severity"]["value"] == "low"  # type: ignore[index]


async def test_a_time_that_is_none_is_refused(officer: httpx.AsyncClient) -> None:
    answer = await officer.get("/console/situation", params={"at": "yesterday"})

    assert answer.status_code == 400
