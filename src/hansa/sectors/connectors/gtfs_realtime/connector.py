"""GTFS-realtime: what the feed says now. An entity that the feed calls deleted is no row."""

from collections.abc import Iterator, Mapping
from typing import Any

from hansa.base.times import format_instant
from hansa.sectors.connectors.fetched import Fetched, Found
from hansa.sectors.connectors.gtfs_realtime.settings import GtfsRealtimeSettings
from hansa.sectors.connectors.plan import Door
from hansa.sectors.formats import gtfs_rt


def connector() -> Fetched[GtfsRealtimeSettings]:
    """The door."""
    return Fetched(_rows, _open)


def _rows(settings: GtfsRealtimeSettings, body: bytes, door: Door) -> Iterator[Mapping[str, Any]]:
    now = format_instant(door.clock.now())
    alerts = settings.entities == "alerts"
    told = set()
    for row in gtfs_rt.rows(body, settings.entities):
        if not row["deleted"]:
            told.add(row["id"])
            yield {**row, "state": "open"} if alerts else row
    if alerts:  # what the feed no longer says is over
        for one in sorted(_before(door) - told):
            yield {"id": one, "state": "ended", "endedAt": now, "timestamp": now}


def _before(door: Door) -> set[str]:
    position = door.position if isinstance(door.position, dict) else {}
    return set(position.get("ids", ()))


def _open(settings: GtfsRealtimeSettings, rows: list[Found]) -> dict[str, Any]:
    """The alerts that stand: one that is missing next time is over."""
    if settings.entities != "alerts":
        return {}
    plain = (one for one in rows if isinstance(one, Mapping))
    return {"ids": sorted(one["id"] for one in plain if one["state"] == "open")}
