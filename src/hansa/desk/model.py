"""What the desk knows of alerts and incidents while it thinks: frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hansa.base.times import parse_instant
from hansa.context import Change, Document, Entity, NoneOpen, Note, Timer, instance_value
from hansa.desk.entities import listed
from hansa.desk.places import Point, point_of


@dataclass(frozen=True, slots=True)
class AlertNews:
    """A change of an alert: its document as of then, and which attributes the change set.

    `upstream`: what feeds the entities that the alert rests on, where the city asks for it.
    """

    id: str
    number: int
    document: Document
    changed: frozenset[str]
    upstream: frozenset[str] = frozenset()

    def value(self, name: str) -> Any:
        """The value of an attribute, None where there is none."""
        instance = self.instance(name)
        return None if instance is None else instance_value(instance)

    def instance(self, name: str) -> Any:
        """The default instance of an attribute; anybody may have written others beside it."""
        found = self.document.get(name)
        if isinstance(found, list):
            return next((one for one in found if "datasetId" not in one), None)
        return found

    @property
    def about(self) -> str:
        """What the alert is about: the same text for the same trouble."""
        rule, key = self.value("rule"), self.value("dedupKey")
        return f"{rule} {key}" if rule else self.id

    @property
    def sources(self) -> tuple[str, ...]:
        """The entities it rests on."""
        return listed(self.value("alertSource"))

    @property
    def place(self) -> Point | None:
        """Where it is."""
        return point_of(self.value("location"))


@dataclass(frozen=True, slots=True)
class Known:
    """What the desk must know of an incident. `change` 0: it was opened by this batch.

    `by_person`: the priority is a person's, so the table no longer moves it. `merged_into`: the
    incident that has its alerts now. `grown`: when an alert joined last.
    """

    id: str
    change: int
    state: str
    severity: str
    alerts: tuple[str, ...]
    due: datetime | None
    about: str
    opened: datetime | None = None
    grown: datetime | None = None
    type: str = ""
    priority: int = 0
    by_person: bool = False
    merged_into: str = ""
    sector: str = ""
    category: str = ""
    place: Point | None = None
    rests_on: frozenset[str] = frozenset()
    upstream: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Response:
    """What follows from one change of an alert.

    `via`: the merged incident through which the alert came to `incident`, where it changes too.
    """

    incident: Known | None = None
    changes: tuple[Change, ...] = ()
    expect: tuple[NoneOpen, ...] = ()
    timers: tuple[Timer, ...] = ()
    notes: tuple[Note, ...] = ()
    via: Known | None = None


NOTHING = Response()


def known_of(entity: Entity) -> Known:
    """What the desk must know of an incident, from the entity."""
    opened = _instant(entity.value("openedAt"))
    return Known(
        id=entity.id,
        change=entity.change,
        state=str(entity.value("state", "new")),
        severity=str(entity.value("severity", "")),
        alerts=listed(entity.value("alerts")),
        due=_instant(entity.value("due")),
        about="",
        opened=opened,
        grown=entity.known_at("alerts") or opened,
        type=str(entity.value("incidentType", "")),
        priority=int(entity.value("priority", 0)),
        by_person=entity.value("prioritisedBy") is not None,
        merged_into=str(entity.value("mergedInto", "")),
        sector=str(entity.value("sector", "")),
        category=str(entity.value("category", "")),
        place=point_of(entity.value("location")),
        rests_on=frozenset(listed(entity.value("alertSource"))),
        upstream=frozenset(listed(entity.value("upstream"))),
    )


def _instant(text: Any) -> datetime | None:
    return None if text is None else parse_instant(str(text))


def survivor(incidents: Mapping[str, Known], home: Known) -> Known:
    """The incident that has the alerts of `home` now: itself, or the end of its merges."""
    found = home
    for _ in incidents:
        if not found.merged_into or (after := incidents.get(found.merged_into)) is None:
            return found
        found = after
    return found
