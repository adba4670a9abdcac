"""GTFS Schedule: one table of an archive, read anew when the archive has changed."""

from collections.abc import Iterator, Mapping
from typing import Any

from hansa.base.times import format_instant
from hansa.sectors.connectors.fetched import Fetched
from hansa.sectors.connectors.gtfs.settings import GtfsSettings
from hansa.sectors.connectors.plan import Door
from hansa.sectors.formats import gtfs


def connector() -> Fetched[GtfsSettings]:
    """The door."""
    return Fetched(_rows)


def _rows(settings: GtfsSettings, body: bytes, door: Door) -> Iterator[Mapping[str, Any]]:
    """The table has no times of its own: `fetchedAt` is when the archive was fetched."""
    now = format_instant(door.clock.now())
    return ({**row, "fetchedAt": now} for row in gtfs.rows(body, settings.table))
