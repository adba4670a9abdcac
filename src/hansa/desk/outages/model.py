"""Outages and planned works as the desk knows them: frozen values of what the graph holds.

An outage that happens and a work that was announced differ in how they begin; from then on both
are a *cut*: a resource is off for zones and houses, with a promised end.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from hansa.base.times import parse_instant
from hansa.context import Entity
from hansa.desk.entities import listed
from hansa.desk.places import Point, point_of

OUTAGE = "Outage"
WORK = "PlannedWork"
KINDS = (OUTAGE, WORK)
CONSUMER = "outages"  # of the change log, and the room of guard/roles.yaml
MACHINE = "machine:outages"
NETWORK = "network"  # of housesFrom: as the network said, by no list of houses


class CutState(StrEnum):
    """How far it has come. A work is announced and runs; an outage is proposed and confirmed."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    ANNOUNCED = "announced"
    RUNNING = "running"
    ENDED = "ended"
    CANCELLED = "cancelled"


HAPPENING = frozenset({CutState.PROPOSED, CutState.CONFIRMED, CutState.RUNNING})
OPEN = HAPPENING | {CutState.ANNOUNCED}
OVER = frozenset({CutState.ENDED, CutState.CANCELLED})
_STATES = frozenset(one.value for one in CutState)


@dataclass(frozen=True, slots=True)
class Cut:
    """An outage or a work. `people` and `children` None: of no house is it known.

    `by_network`: its houses are as many as a network said, which are not known one by one; then
    `place` is where.
    """

    id: str
    kind: str
    change: int
    resource: str
    state: CutState | None
    planned: bool
    cause: str
    organization: str
    starts: datetime | None
    promised: datetime | None
    first_promised: datetime | None
    promise_changes: int
    ended: datetime | None
    zones: tuple[str, ...]
    buildings: tuple[str, ...]
    houses: int
    people: int | None
    children: int | None
    social: tuple[tuple[str, str], ...]
    calls: int
    next_report: datetime | None
    overdue: bool
    incident: str
    reported: datetime | None
    counted: datetime | None
    not_found: tuple[str, ...]
    title: Mapping[str, str]
    faults: tuple[str, ...] = ()
    by_network: bool = False
    place: Point | None = None

    @property
    def happening(self) -> bool:
        """Whether houses are off by it now."""
        return self.state in HAPPENING


def cut_of(entity: Entity) -> Cut:
    """The cut that an entity holds; a work of a source has no state before it was looked at."""
    state = entity.value("state")
    number = entity.value("houses")
    by_network = entity.value("housesFrom") == NETWORK
    return Cut(
        id=entity.id,
        kind=WORK if WORK in entity.types else OUTAGE,
        change=entity.change,
        resource=str(entity.value("resource") or ""),
        state=CutState(state) if state in _STATES else None,
        planned=bool(entity.value("planned")) or WORK in entity.types,
        cause=str(entity.value("cause") or ""),
        organization=str(entity.value("organization") or ""),
        starts=instant_of(entity.value("startsAt")),
        promised=instant_of(entity.value("promisedEnd")),
        first_promised=instant_of(entity.value("firstPromisedEnd")),
        promise_changes=int(entity.value("promiseChanges") or 0),
        ended=instant_of(entity.value("endedAt")),
        zones=listed(entity.value("zones")),
        buildings=listed(entity.value("buildings")),
        houses=0 if number is None else int(number),
        people=entity.value("people"),
        children=entity.value("children"),
        social=_social(entity.value("socialObjects")),
        calls=int(entity.value("calls") or 0),
        next_report=instant_of(entity.value("nextReportAt")),
        overdue=bool(entity.value("reportOverdue")),
        incident=str(entity.value("refIncident") or ""),
        reported=instant_of(entity.value("reportedAt")),
        counted=instant_of(entity.value("countedAt")),
        not_found=listed(entity.value("notFound")),
        title=entity.value("title") or {},
        faults=listed(entity.value("refFault")),
        by_network=by_network,
        place=point_of(entity.value("location")) if by_network else None,
    )


def instant_of(value: Any) -> datetime | None:
    """A time as people's orders write it, or as a source's mapping does (a typed literal)."""
    text = value.get("@value") if isinstance(value, dict) else value
    return None if text is None else parse_instant(str(text))


def _social(value: Any) -> tuple[tuple[str, str], ...]:
    found = [value] if isinstance(value, dict) else value or ()
    return tuple((str(one.get("category", "")), str(one.get("name", ""))) for one in found)


def zone_key(resource: str, zone: str) -> str:
    """The open key of a zone: never are two open for one zone and resource."""
    return f"outage:{resource}:{zone}"


def keys_of(resource: str, zones: tuple[str, ...]) -> tuple[str, ...]:
    """The open keys of a cut."""
    return tuple(zone_key(resource, zone) for zone in dict.fromkeys(zones))
