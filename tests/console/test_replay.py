"""Replay equals refetch: the answer before, moved by the stream, is the answer after.

The moving is done by the page (`state/situation.ts`), so the two halves meet in a fixture: this
test says that the node still gives it, `replay.test.ts` that the page still follows it. Run
with HANSA_WRITE_FIXTURES=1 to write it anew.
"""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import orjson

from hansa.base.clock import ManualClock
from hansa.base.web import WebApp
from tests.console.talking import Writer, listen

FIXTURE = Path("web/src/state/fixtures/replay.json")
REQUEST = "urn:ngsi-ld:Open311ServiceRequest:"
POST = "urn:ngsi-ld:AirQualityObserved:1"
BUS, WARNING = "urn:ngsi-ld:Vehicle:7", "urn:ngsi-ld:CapAlert:1"
FAULT = "urn:ngsi-ld:NetworkFault:1"


def reading(value: float, minute: int) -> dict[str, Any]:
    at = f"2026-06-01T12:{minute:02}:00Z"
    return {"type": "Property", "value": value, "observedAt": at, "unitCode": "GQ"}


def place(kind: str, coordinates: list[Any], minute: int) -> dict[str, Any]:
    at = f"2026-06-01T12:{minute:02}:00Z"
    shape = {"type": kind, "coordinates": coordinates}
    return {"type": "GeoProperty", "value": shape, "observedAt": at}


async def _before(write: Writer) -> None:
    await write.put(BUS, "Vehicle", refRoute="17", location=place("Point", [1, 2], 0))
    await write.put(POST, "AirQualityObserved", name="Post 1", pm25=reading(12, 0), location=(1, 2))
    for number in (1, 2):
        await write.put(
            f"{REQUEST}{number}",
            "Open311ServiceRequest",
            service_name="Pothole",
            status="open",
            requested_datetime="2026-06-01T11:00:00Z",
            location=(3, number),
        )
    await write.put("urn:ngsi-ld:Alert:1", "Alert", state="open", severity="low", sector="air")
    await write.put("urn:ngsi-ld:Incident:1", "Incident", state="new", severity="low")
    await write.put("urn:ngsi-ld:DataSource:air", "DataSource", sector="air", health="ok")


async def _meanwhile(write: Writer, clock: ManualClock) -> None:
    clock.advance(timedelta(minutes=5))
    await write.put(POST, "AirQualityObserved", pm25=reading(40, 5), pm10=reading(60, 5))
    await write.put(BUS, "Vehicle", location=place("Point", [1, 3], 5))
    ring = [[[0, 0], [4, 0], [4, 2], [0, 0]]]
    await write.put(
        WARNING,
        "CapAlert",
        state="open",
        location=place("Polygon", ring, 4),
        sent="2026-06-01T12:04:00Z",
    )
    await write.put(WARNING, "CapAlert", expires="2026-06-01T18:00:00Z")
    await write.put(f"{REQUEST}1", "Open311ServiceRequest", status="closed")
    await write.drop(f"{REQUEST}2")
    await write.put(
        f"{REQUEST}3", "Open311ServiceRequest", status="open", service_name="Leak", location=(5, 6)
    )
    await write.put(FAULT, "NetworkFault", sector="water", status="reported", location=(7, 8))
    await write.put(FAULT, "NetworkFault", housesAffected=12, reportedAt="2026-06-01T12:03:00Z")
    await write.put("urn:ngsi-ld:Alert:1", "Alert", severity="high")
    await write.put("urn:ngsi-ld:Alert:2", "Alert", state="open", severity="medium", sector="air")
    await write.put("urn:ngsi-ld:Incident:1", "Incident", state="acknowledged", owner="ann")
    await write.put("urn:ngsi-ld:DataSource:air", "DataSource", health="late")
    await write.drop("urn:ngsi-ld:Alert:2")


async def test_the_node_gives_what_the_page_was_tested_with(
    app: WebApp, officer: httpx.AsyncClient, write: Writer, clock: ManualClock, root: Path
) -> None:
    await _before(write)
    before = (await officer.get("/console/situation")).json()
    stream = listen(app, officer, f"/console/stream?after={before['number']}")
    await stream.next()
    await _meanwhile(write, clock)
    after = (await officer.get("/console/situation")).json()
    records: list[dict[str, Any]] = []
    while not records or records[-1]["number"] < after["number"]:
        records += (await stream.next()).get("data", ())
    await stream.close()
    layers = (await officer.get("/console/frame")).json()["layers"]
    told = {"layers": layers, "before": before, "records": records, "after": after}

    if os.environ.get("HANSA_WRITE_FIXTURES") == "1":
        (root / FIXTURE).parent.mkdir(exist_ok=True)
        text = orjson.dumps(told, option=orjson.OPT_INDENT_2) + b"\n"
        (root / FIXTURE).write_bytes(text)
    known = orjson.loads((root / FIXTURE).read_bytes())
    for one in (known, told):
        for record in one["records"]:
            record.pop("actor")
    assert known == told
