"""GTFS-realtime: what the feed says now. An entity that the feed calls deleted is no row.

An alert names stops and no place. Where the mapping says where the operator's stops are, an alert
that is new gets the middle of its stops; the archive is fetched for that and not kept.
"""

from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from typing import Any

from hansa.base.times import format_instant
from hansa.sectors.connectors.asking import Known, get
from hansa.sectors.connectors.fetched import Found, headers_of, parted, read, wrong_url
from hansa.sectors.connectors.gtfs_realtime.settings import GtfsRealtimeSettings
from hansa.sectors.connectors.plan import Delivery, Door, Wrong
from hansa.sectors.formats import gtfs, gtfs_rt

_ALERTS = "alerts"


class GtfsRealtime:
    """The door."""

    def wrong(self, settings: GtfsRealtimeSettings) -> Iterator[Wrong]:
        """An address that is none."""
        yield from wrong_url("url", settings.url)
        if settings.stops is not None:
            yield from wrong_url("stops", settings.stops)

    def endpoint(self, settings: GtfsRealtimeSettings) -> str:
        """The address of the feed."""
        return settings.url

    def pause(self, settings: GtfsRealtimeSettings) -> float:
        """Seconds between two polls."""
        return settings.poll

    async def stream(
        self, settings: GtfsRealtimeSettings, door: Door
    ) -> AsyncGenerator[Delivery, None]:
        """The feed as it is now; nothing where it is as it was."""
        known = Known.of(door.position)
        got = await get(door, settings.url, known=known, headers=headers_of(settings, door))
        if got is None:
            return
        found = read(settings.url, lambda: gtfs_rt.rows(got.body, settings.entities))
        rows = [one for one in found if isinstance(one, Mapping) and not one["deleted"]]
        position: dict[str, Any] = {**got.known.position()}
        if settings.entities == _ALERTS:
            position["ids"] = sorted({one["id"] for one in rows})
            rows = [*await _placed(settings, door, rows), *_ended(door, rows)]
        for delivery in parted(rows, door, position):
            yield delivery


def _before(door: Door) -> set[str]:
    position = door.position if isinstance(door.position, dict) else {}
    return set(position.get("ids", ()))


def _ended(door: Door, rows: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Alerts that stood and that the feed no longer says."""
    now = format_instant(door.clock.now())
    for one in sorted(_before(door).difference(one["id"] for one in rows)):
        yield {"id": one, "state": "ended", "endedAt": now, "timestamp": now}


async def _placed(
    settings: GtfsRealtimeSettings, door: Door, rows: Sequence[Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    """The alerts, open; those that are new stand amid their stops."""
    before = _before(door)
    fresh = {stop for one in rows if one["id"] not in before for stop in one["stops"]}
    places = await _stops(settings, door, fresh) if settings.stops and fresh else {}
    return [{**one, "state": "open", "geometry": _middle(one["stops"], places)} for one in rows]


async def _stops(
    settings: GtfsRealtimeSettings, door: Door, wanted: set[str]
) -> dict[str, Sequence[float]]:
    url = settings.stops or ""
    got = await get(door, url, headers=headers_of(settings, door))
    rows: list[Found] = [] if got is None else read(url, lambda: gtfs.rows(got.body, "stops.txt"))
    return {
        one["stop_id"]: one["geometry"]["coordinates"]
        for one in rows
        if isinstance(one, Mapping) and one["stop_id"] in wanted and one["geometry"]
    }


def _middle(stops: Sequence[str], places: Mapping[str, Sequence[float]]) -> Any:
    found = [places[one] for one in stops if one in places]
    if not found:
        return None
    lon, lat = (sum(one[axis] for one in found) / len(found) for axis in (0, 1))
    return {"type": "Point", "coordinates": [lon, lat]}
