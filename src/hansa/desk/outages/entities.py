"""Outages, works and their lines as the graph holds them: bodies, keys, timers."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from hansa.base.ids import urn
from hansa.base.times import format_instant
from hansa.context import Change, Entity, Op, Timer
from hansa.desk.entities import ENTRY, NULL, prop, refers, said_by
from hansa.desk.outages.counting import Extent
from hansa.desk.outages.model import CONSUMER, Cut, keys_of
from hansa.guard import Grant

TOLD = "outages:promise"  # notes: cut -> the promised end that a line told of
REFUSED = "outages:refused"  # notes: open key -> when a person refused a proposal there


def line(
    local: str,
    kind: str,
    cut: str,
    by: str | Grant,
    at: datetime,
    *,
    incident: str = "",
    organization: str = "",
    more: Mapping[str, Any] | None = None,
) -> Change:
    """A line of a cut's history, on its incident's timeline too. UPSERT: the log is reread."""
    body: dict[str, Any] = {
        "type": ENTRY,
        "refOutage": refers(cut),
        "kind": prop(kind),
        **said_by(by),
        "machine": prop(isinstance(by, str)),
        "at": prop(at),
        **(more or {}),
    }
    if incident:
        body["refIncident"] = refers(incident)
    if organization:
        body["organizations"] = refers(organization)
    return Change(Op.UPSERT, urn(ENTRY, local), body)


def local_of(cut: str) -> str:
    """The part of an id that is its own; ids of lines begin with it."""
    return cut.rpartition(":")[2] if cut.count(":") <= 3 else cut.split(":", 3)[3]


def counted(extent: Extent, now: datetime, before: Entity | None = None) -> dict[str, Any]:
    """What the counts come to, as far as they differ from what stands."""
    social = [{"category": category, "name": name} for category, name in extent.social]
    wanted: dict[str, Any] = {
        "houses": len(extent.houses),
        "people": extent.people,
        "children": extent.children,
        "socialObjects": social or None,
    }
    stands = {name: None if before is None else before.value(name) for name in wanted}
    if isinstance(stands["socialObjects"], dict):
        stands["socialObjects"] = [stands["socialObjects"]]
    body = {
        name: NULL if value is None else prop(value)
        for name, value in wanted.items()
        if value != stands[name]
    }
    place = None if before is None else before.value("location")
    if extent.area is not None and extent.area != place:
        body["location"] = {"type": "GeoProperty", "value": dict(extent.area)}
    return {**body, "countedAt": prop(now)} if body else {}


def holding(cut: str, take: Iterable[str] = (), give: Iterable[str] = ()) -> list[Change]:
    """Changes that take open keys or give them back, beside the one that says why."""
    return [
        *(Change(Op.APPEND, cut, closes=key) for key in give),
        *(Change(Op.APPEND, cut, opens=key) for key in take),
    ]


def released(cut: Cut, held: Mapping[str, str | None]) -> list[Change]:
    """What gives back the keys that a cut holds."""
    keys = keys_of(cut.resource, cut.zones)
    return holding(cut.id, give=[key for key in keys if held.get(key) == cut.id])


def report_timer(cut: str, due: datetime | None) -> Timer:
    """Tells that the organisation has not said how it stands; None takes it back."""
    payload = None if due is None else {"report": cut, "due": format_instant(due)}
    return Timer(CONSUMER, f"report {cut}", due, payload)


def begin_timer(work: str, starts: datetime | None) -> Timer:
    """Tells that a work begins; None takes it back."""
    payload = None if starts is None else {"begin": work, "at": format_instant(starts)}
    return Timer(CONSUMER, f"begin {work}", starts, payload)


def end_timer(work: str, ended: datetime | None) -> Timer:
    """Tells that a work ends whose end was announced; None takes it back."""
    payload = None if ended is None else {"end": work, "at": format_instant(ended)}
    return Timer(CONSUMER, f"end {work}", ended, payload)


def of_calls(cuts: Sequence[str]) -> str:
    """The query for the calls of cuts."""
    quoted = ",".join(f'"{one}"' for one in cuts)
    return f"refOutage=={quoted}"
