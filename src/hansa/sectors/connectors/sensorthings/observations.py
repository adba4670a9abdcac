"""Observations with what they hang from, as records (pure). Names are those of the standard.

`Datastream.Thing.name` and the like are columns, and three more: `unit`, a UN/CEFACT code;
`location`, the GeoJSON geometry of the Thing's place; `phenomenonTime.begin` and `.end`, which
are the same where the time is an instant.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hansa.sectors.connectors import documents
from hansa.sectors.connectors.plan import Record, Unreadable
from hansa.sectors.connectors.sensorthings.units import code_of
from hansa.sectors.model import Json

EXPAND = "Datastream($expand=Thing($expand=Locations),ObservedProperty)"


@dataclass(frozen=True, slots=True)
class Place:
    """How far is read: up to `time`, of which these observations are known already."""

    time: str
    ids: tuple[str, ...] = ()

    @classmethod
    def of(cls, position: Json, begin: str) -> "Place":
        """From a position; `begin` the first time."""
        if not isinstance(position, dict) or "time" not in position:
            return cls(begin)
        return cls(str(position["time"]), tuple(position.get("ids", ())))

    def position(self) -> dict[str, Json]:
        """As a position."""
        return {"time": self.time, "ids": list(self.ids)}

    def unknown(self, found: Sequence[Json]) -> tuple[Json, ...]:
        """Of the observations those that are not known."""
        known = frozenset(self.ids)
        return tuple(one for one in found if identity(one) not in known)

    def after(self, found: Sequence[Json], member: str) -> "Place":
        """The place once these are committed; they come ordered by this time."""
        times = [str(one[member]) for one in found if isinstance(one, dict) and one.get(member)]
        if not times:
            return self
        newest = begin_of(times[-1])
        at_newest = [identity(one) for one in found if begin_of(str(one.get(member))) == newest]
        kept = self.ids if newest == self.time else ()
        return Place(newest, tuple(dict.fromkeys((*kept, *at_newest))))


def identity(observation: Json) -> str:
    """The id of an observation, a number or a text."""
    return str(observation.get("@iot.id")) if isinstance(observation, dict) else ""


def begin_of(time: str) -> str:
    """The begin of an interval; an instant is its own."""
    return time.partition("/")[0]


def records(found: Sequence[Json], columns: frozenset[str]) -> tuple[Record, ...]:
    """Every observation as a record."""
    return tuple(_record(one, columns) for one in found)


def _record(observation: Json, columns: frozenset[str]) -> Record:
    record = documents.record(observation, columns)
    if isinstance(record, Unreadable):
        return record
    time = observation.get("phenomenonTime")
    begin, _, end = str(time or "").partition("/")
    unit = documents.at(observation, "/Datastream/unitOfMeasurement")
    return {
        **record,
        "unit": code_of(unit),
        "location": _geometry(documents.at(observation, "/Datastream/Thing/Locations", [])),
        "phenomenonTime.begin": begin or None,
        "phenomenonTime.end": end or begin or None,
    }


def _geometry(locations: Json) -> Mapping[str, Json] | None:
    """The geometry of the first location that is GeoJSON (table 9 of the standard)."""
    for one in locations if isinstance(locations, list) else ():
        found = one.get("location") if isinstance(one, dict) else None
        if isinstance(found, dict) and found.get("type") == "Feature":
            found = found.get("geometry")
        if isinstance(found, dict) and "coordinates" in found:
            return found
    return None
