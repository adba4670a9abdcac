"""Planned suppression: alerts that are expected and wake nobody, until a time that is set.

An alert that a suppression covers is opened all the same, so that history stays whole; it says
`suppressed` and by what, and the desk opens no incident for it. When the suppression ends (by
its time, or by a person) what is still true comes up.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hansa.base.times import parse_instant
from hansa.context import Candidate, Entity, Query, compile_matcher, parse_geo
from hansa.watch.engine import distance, point_of

SUPPRESSION = "Suppression"
REASONS = ("maintenance", "test", "event", "known", "faulty-sensor")
PLANNED, ACTIVE, OVER, CANCELLED = "planned", "active", "over", "cancelled"


@dataclass(frozen=True, slots=True)
class Scope:
    """Which alerts are meant: every member that is given must fit. `area`: a GeoJSON geometry.

    Of points an alert lies among them within `metres` of one.
    """

    rule: str = ""
    sector: str = ""
    entity: str = ""
    area: Mapping[str, Any] | None = None
    categories: frozenset[str] = frozenset()
    metres: float = 0.0


@dataclass(frozen=True, slots=True)
class Suppression:
    """A suppression as the watch knows it."""

    id: str
    scope: Scope
    begins: datetime
    ends: datetime
    cancelled: datetime | None = None

    def state(self, at: datetime) -> str:
        """Whether it is to come, in force or over."""
        if self.cancelled is not None and self.cancelled <= at:
            return CANCELLED
        if at < self.begins:
            return PLANNED
        return ACTIVE if at < self.ends else OVER


@dataclass(frozen=True, slots=True)
class Subject:
    """What a suppression must know of an alert."""

    rule: str
    sector: str
    entities: Sequence[str] = ()
    location: Any = field(default=None)
    category: str = ""


def covering(found: Iterable[Suppression], subject: Subject, at: datetime) -> str | None:
    """The id of the suppression in force that covers the alert; of several the first."""
    return next(
        (one.id for one in found if one.state(at) == ACTIVE and fits(one.scope, subject)), None
    )


def fits(scope: Scope, subject: Subject) -> bool:
    """Whether an alert is meant by a scope; one without a place lies in no area."""
    if scope.rule and scope.rule != subject.rule:
        return False
    if scope.sector and scope.sector != subject.sector:
        return False
    if scope.entity and scope.entity not in subject.entities:
        return False
    if scope.categories and subject.category not in scope.categories:
        return False
    return scope.area is None or _lies_in(scope.area, scope.metres, subject.location)


def _lies_in(area: Mapping[str, Any], metres: float, location: Any) -> bool:
    if location is None:
        return False
    if metres and (points := _points(area)):
        here = point_of(location)
        return here is not None and any(distance(here, one) <= metres for one in points)
    geo = parse_geo("intersects", area["type"], area["coordinates"])
    document = {"location": {"type": "GeoProperty", "value": location}}
    return compile_matcher(Query(geo=geo))(Candidate("urn:x:alert", (), document))


def _points(area: Mapping[str, Any]) -> list[tuple[float, float]]:
    """The points of a geometry that encloses nothing."""
    given = {"Point": [area["coordinates"]], "MultiPoint": area["coordinates"]}
    return [(float(one[0]), float(one[1])) for one in given.get(str(area["type"]), ())]


def suppression_of(entity: Entity) -> Suppression:
    """The suppression that an entity holds."""
    cancelled = entity.value("cancelledAt")
    return Suppression(
        entity.id,
        Scope(
            str(entity.value("rule") or ""),
            str(entity.value("sector") or ""),
            str(entity.value("refEntity") or ""),
            entity.value("location"),
        ),
        parse_instant(str(entity.value("validFrom"))),
        parse_instant(str(entity.value("validTo"))),
        parse_instant(str(cancelled)) if cancelled else None,
    )


def subject_of(alert: Entity) -> Subject:
    """What counts of an alert that stands in the graph."""
    sources = alert.value("alertSource") or ()
    return Subject(
        str(alert.value("rule") or ""),
        str(alert.value("sector") or ""),
        (sources,) if isinstance(sources, str) else tuple(sources),
        alert.value("location"),
        str(alert.value("category") or ""),
    )
