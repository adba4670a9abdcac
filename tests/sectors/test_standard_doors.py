"""Doors of the standards: captured or hand-made documents in, entities out, by the real runner."""

import asyncio
import io
import zipfile
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from google.transit import gtfs_realtime_pb2 as realtime

from hansa.base.clock import ManualClock
from hansa.context import City, Entity, Query, TypeIs
from hansa.guard import View
from hansa.sectors import Source
from tests.sectors.formats.test_cap import ALERT, INFO
from tests.sectors.helpers import source_of
from tests.sectors.served import Said, Served, entity_once, followed, serving

CONNECTORS = Path(__file__).parents[2] / "src" / "hansa" / "sectors" / "connectors"


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    async with serving() as server:
        yield server


def _example(name: str, folder: Path, served: Served, **changes: str) -> Source:
    """The connector's own example, with its address on loopback."""
    text = (CONNECTORS / name / "example.yaml").read_text(encoding="utf-8")
    start = text.index("https://")
    host = text[start : text.index("/", start + 8)]
    text = text.replace(host, served.origin)
    for old, new in changes.items():
        text = text.replace(old, new)
    return source_of(folder, text)


async def _all(city: City, view: View, kind: str) -> dict[str, Entity]:
    page = await city.read(view, Query(types=TypeIs(kind)))
    return {one.id.rsplit(":", 1)[1]: one for one in page.entities}


def _read_once(entity: Entity) -> bool:
    return bool(entity.value("nextReadAt"))


def _cap(identifier: str, kind: str, status: str, references: str = "", info: str = "") -> bytes:
    text = ALERT.format(infos=info or INFO.format(language="en", event="Flood", area=""))
    text = text.replace("hand-made-1", identifier).replace("Exercise", status)
    text = text.replace("<msgType>Update", f"<msgType>{kind}")
    old = "made@example.org,hand-made-0,2026-01-02T03:00:00+03:00"
    return text.replace(old, references).encode()


def _atom(*links: tuple[str, str]) -> bytes:
    entries = "".join(
        f'<entry><id>{link}</id><title>w</title><updated>{when}</updated><link href="{link}"/>'
        "</entry>"
        for link, when in links
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>w</title>{entries}</feed>'.encode()


async def test_warnings_of_a_feed_are_read_updated_and_cancelled(
    city: City, view: View, served: Served, tmp_path: Path, clock: ManualClock
) -> None:
    source = _example("cap", tmp_path, served)
    area = "<polygon>54,39 54,40 55,40 54,39</polygon>"
    infos = "".join(
        INFO.format(language=one, event=f"Flood {one}", area=area) for one in ("ru", "en")
    )
    served.says["/a.xml"] = Said(200, _cap("a", "Alert", "Actual", info=infos))
    served.says["/x.xml"] = Said(200, _cap("x", "Alert", "Exercise"))
    feed = [("/a.xml", "2026-06-01T11:00:00Z"), ("/x.xml", "2026-06-01T11:00:00Z")]
    served.says["/cap.atom"] = Said(200, _atom(*feed))
    async with followed(city, [source], tmp_path, [served.origin]):
        told = await entity_once(city, view, source.id, _read_once)
        first = await _all(city, view, "CapAlert")
        assert list(first) == ["a"]  # an exercise does not enter the actual world
        assert told.value("rowsRefused") == 1
        assert first["a"].value("headline") == {"ru": "Flood ru!", "en": "Flood en!"}
        assert first["a"].value("severity") == "high"
        assert first["a"].value("location")["type"] == "Polygon"

        by = "made@example.org,a,2026-01-02T03:04:05+03:00"
        served.says["/b.xml"] = Said(200, _cap("b", "Cancel", "Actual", by))
        served.says["/cap.atom"] = Said(200, _atom(*feed, ("/b.xml", "2026-06-01T12:00:00Z")))
        clock.advance(timedelta(seconds=61))
        ended = await entity_once(
            city, view, "urn:ngsi-ld:CapAlert:a", lambda one: one.value("state") == "cancelled"
        )
        assert ended.value("endedBy") == "b"
        asked = [one.path for one in served.asked]
        assert asked.count("/a.xml") == 1  # what is known is not fetched again


async def test_a_warning_that_cannot_be_had_is_asked_for_again(
    city: City, view: View, served: Served, tmp_path: Path, clock: ManualClock
) -> None:
    """Its server failed once; the feed that lists it stays as it is."""
    source = _example("cap", tmp_path, served)
    served.says["/a.xml"] = Said(503, b"")
    served.says["/cap.atom"] = Said(200, _atom(("/a.xml", "2026-06-01T11:00:00Z")))
    async with followed(city, [source], tmp_path, [served.origin]):
        told = await entity_once(city, view, source.id, _read_once)
        assert told.value("rowsRefused") == 1
        served.says["/a.xml"] = Said(200, _cap("a", "Alert", "Actual"))
        clock.advance(timedelta(seconds=61))
        async with asyncio.timeout(20):
            await entity_once(city, view, "urn:ngsi-ld:CapAlert:a", lambda _: True)


async def test_items_of_a_feed_are_entities_and_a_broken_feed_is_said(
    city: City, view: View, served: Served, tmp_path: Path, clock: ManualClock
) -> None:
    source = _example("feed", tmp_path, served)
    item = (
        "<item><guid>7</guid><title>River</title><link>https://city.example/7</link>"
        "<pubDate>Mon, 01 Jun 2026 11:00:00 +0000</pubDate></item>"
    )
    rss = f'<rss version="2.0"><channel><title>News</title>{item}</channel></rss>'
    served.says["/rss.xml"] = Said(200, rss.encode())
    async with followed(city, [source], tmp_path, [served.origin]):
        await entity_once(city, view, source.id, _read_once)
        found = await _all(city, view, "FeedItem")
        assert found["7"].value("title") == "River"
        served.says["/rss.xml"] = Said(200, b"<html>maintenance</html>")
        clock.advance(timedelta(seconds=601))
        broken = await entity_once(
            city, view, source.id, lambda one: "cannot be read" in str(one.document)
        )
        assert "rss.xml" in str(broken.document)


async def test_routes_come_with_their_lines(
    city: City, view: View, served: Served, tmp_path: Path, clock: ManualClock
) -> None:
    source = _example("gtfs", tmp_path, served)
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("routes.txt", "route_id,route_short_name,route_type\n1,17,3\n")
        archive.writestr("trips.txt", "route_id,trip_id,shape_id\n1,t,s\n")
        archive.writestr(
            "shapes.txt",
            "shape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence\ns,54.6,39.7,1\ns,54.7,39.8,2\n",
        )
    served.says["/gtfs.zip"] = Said(200, held.getvalue())
    async with followed(city, [source], tmp_path, [served.origin]):
        await entity_once(city, view, source.id, _read_once)
        found = await _all(city, view, "GtfsRoute")
    assert found["1"].value("route")["coordinates"] == [[39.7, 54.6], [39.8, 54.7]]
    assert found["1"].value("routeType") == "bus"


def _vehicles(clock: ManualClock, *places: tuple[str, float, float]) -> bytes:
    message = realtime.FeedMessage()
    message.header.gtfs_realtime_version = "2.0"
    message.header.timestamp = int(clock.now().timestamp())
    for name, lat, lon in places:
        one = message.entity.add(id=name).vehicle
        one.vehicle.id, one.trip.route_id = name, "17"
        one.position.latitude, one.position.longitude = lat, lon
        one.timestamp = int(clock.now().timestamp())
    return bytes(message.SerializeToString())


async def test_vehicles_move(
    city: City, view: View, served: Served, tmp_path: Path, clock: ManualClock
) -> None:
    source = _example("gtfs_realtime", tmp_path, served)
    served.says["/vehicles.pb"] = Said(200, _vehicles(clock, ("v1", 54.6, 39.7)))
    async with followed(city, [source], tmp_path, [served.origin]):
        await entity_once(city, view, source.id, _read_once)
        clock.advance(timedelta(seconds=16))
        served.says["/vehicles.pb"] = Said(200, _vehicles(clock, ("v1", 54.7, 39.7)))
        clock.advance(timedelta(seconds=16))
        moved = await entity_once(
            city,
            view,
            "urn:ngsi-ld:Vehicle:v1",
            lambda one: one.value("location")["coordinates"] == [39.7, 54.7],
        )
    assert moved.value("refRoute") == "17"
    assert moved.attribute("location")["observedAt"].startswith("2026-06-01T12:00")  # type: ignore[index]


def _alerts(*names: str) -> bytes:
    message = realtime.FeedMessage()
    message.header.gtfs_realtime_version = "2.0"
    message.header.timestamp = 1_780_000_000
    for name in names:
        alert = message.entity.add(id=name).alert
        alert.header_text.translation.add(text=f"Detour {name}", language="en")
        for stop in ("s1", "s2", "nowhere"):
            alert.informed_entity.add(stop_id=stop)
    return bytes(message.SerializeToString())


ALERTS = """\
source: service-alerts
title: {{en: Service alerts}}
sector: transport
connector: gtfs-realtime
settings: {{url: "{origin}/alerts.pb", entities: alerts, stops: "{origin}/gtfs.zip"}}
type: TransitAlert
id: "{{id}}"
observedAt: timestamp
fields:
  title: {{column: title, as: words}}
  location: {{column: geometry, as: geometry}}
  state: {{column: state}}
  endedAt: {{column: endedAt, as: time}}
"""


async def test_a_service_alert_that_the_feed_drops_is_over(
    city: City, view: View, served: Served, tmp_path: Path, clock: ManualClock
) -> None:
    source = source_of(tmp_path, ALERTS.format(origin=served.origin))
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("stops.txt", "stop_id,stop_lat,stop_lon\ns1,54,39\ns2,56,41\n")
    served.says["/gtfs.zip"] = Said(200, held.getvalue())
    served.says["/alerts.pb"] = Said(200, _alerts("a", "b"))
    async with followed(city, [source], tmp_path, [served.origin]):
        await entity_once(city, view, source.id, _read_once)
        served.says["/alerts.pb"] = Said(200, _alerts("b"))
        clock.advance(timedelta(seconds=16))
        ended = await entity_once(
            city, view, "urn:ngsi-ld:TransitAlert:a", lambda one: one.value("state") == "ended"
        )
        still = await _all(city, view, "TransitAlert")
    assert ended.value("title") == {"en": "Detour a"}
    assert ended.value("location")["coordinates"] == [40.0, 55.0]
    assert [one.path for one in served.asked].count("/gtfs.zip") == 1  # for new alerts only
    assert still["b"].value("state") == "open"


def _request(name: str, updated: str) -> dict[str, object]:
    return {
        "service_request_id": name,
        "status": "open",
        "service_name": "Lamp",
        "requested_datetime": "2026-05-30T10:00:00Z",
        "updated_datetime": updated,
        "lat": "54.6",
        "long": 39.7,
        "description": "canary words",
    }


async def test_requests_of_another_system_come_page_by_page_then_what_changed(
    city: City, view: View, served: Served, tmp_path: Path, clock: ManualClock
) -> None:
    source = _example(
        "open311", tmp_path, served, **{"updates: true": "updates: true, pageSize: 2"}
    )
    base = "/open311/v2/requests.json?start_date={}&end_date={}"
    base += "&page_size=2&jurisdiction_id=region.example"
    first = base.format("2026-03-03T12:00:00Z", "2026-06-01T12:00:00Z")
    served.say(
        first + "&page=1",
        [_request("1", "2026-06-01T10:00:00Z"), _request("2", "2026-06-01T09:00:00Z")],
    )
    served.say(first + "&page=2", [_request("3", "2026-06-01T08:00:00Z")])
    then = base.format("2026-03-03T12:05:00Z", "2026-06-01T12:05:00Z")
    changed = then + "&updated_after=2026-06-01T09:55:00Z&page=1"
    served.say(changed, [_request("1", "2026-06-01T12:01:00Z") | {"status": "closed"}])
    async with followed(city, [source], tmp_path, [served.origin]):
        await entity_once(city, view, source.id, _read_once)
        assert set(await _all(city, view, "Open311ServiceRequest")) == {"1", "2", "3"}
        clock.advance(timedelta(seconds=300))
        closed = await entity_once(
            city,
            view,
            "urn:ngsi-ld:Open311ServiceRequest:1",
            lambda one: one.value("status") == "closed",
        )
    assert closed.value("location")["coordinates"] == [39.7, 54.6]
    assert b"canary" not in closed.body
