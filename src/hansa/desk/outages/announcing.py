"""Works that a source brought: given a state, counted, their promises told. Pure.

A city's spreadsheet says what, where and when; what the desk knows beyond that is added here, so
that a work from a file and one from the form are the same from then on.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hansa.base.times import format_instant
from hansa.context import Change, Entity, NoneOpen, Note, Op, Timer, Unchanged
from hansa.desk.entities import prop
from hansa.desk.outages.counting import Extent
from hansa.desk.outages.entities import (
    TOLD,
    begin_timer,
    counted,
    end_timer,
    line,
    local_of,
    report_timer,
)
from hansa.desk.outages.model import MACHINE, OPEN, OVER, Cut, CutState
from hansa.desk.outages.opening import next_report
from hansa.desk.outages.settings import OutageSettings
from hansa.desk.outages.states import ANNOUNCED, BEGAN, ENTRY_KIND, LATE, CutVerb

WATCHED = frozenset(
    {
        "resource",
        "startsAt",
        "promisedEnd",
        "endedAt",
        "zones",
        "buildings",
        "organization",
        "zoneNames",
        "houseNames",
    }
)


@dataclass(frozen=True, slots=True)
class Tending:
    """What a work lacks or says anew."""

    changes: tuple[Change, ...] = ()
    expect: tuple[Unchanged | NoneOpen, ...] = ()
    timers: tuple[Timer, ...] = ()
    notes: tuple[Note, ...] = ()


NOTHING = Tending()


@dataclass(frozen=True, slots=True)
class Work:
    """A work of a source with what was told of it so far."""

    entity: Entity
    cut: Cut
    told: str
    extent: Extent
    number: int
    area: Mapping[str, Any] = field(default_factory=dict)


def tended(work: Work, settings: OutageSettings, now: datetime) -> Tending:
    """A work that a source wrote or changed, as the desk keeps it."""
    cut = work.cut
    if cut.resource not in settings.supplies or cut.starts is None:
        return NOTHING
    body: dict[str, Any] = {}
    changes: list[Change] = []
    notes: list[Note] = []
    if cut.state is None:
        body |= _begun(work, settings, now)
        changes.append(_line(work, ANNOUNCED, now))
    if cut.state is None or cut.state in OPEN:
        body |= {**work.area, **counted(work.extent, now, work.entity)}
        body |= _promised(work, changes, notes, now)
        body |= _finished(work, changes, now)
    ends = _ends(cut, now)
    if not body:
        return Tending(timers=ends)
    begins = () if cut.state not in (None, CutState.ANNOUNCED) else (_timer(cut, now),)
    return Tending(
        (*changes, Change(Op.APPEND, cut.id, body)),
        (Unchanged(cut.id, cut.change),),
        (*begins, *ends),
        tuple(notes),
    )


def _ends(cut: Cut, now: datetime) -> tuple[Timer, ...]:
    """The source says beforehand when it ends."""
    ahead = cut.ended is not None and cut.ended > now and cut.state not in OVER
    return (end_timer(cut.id, cut.ended),) if ahead else ()


def ends(work: Cut, number: int, now: datetime) -> Tending:
    """The hour has come at which a work ends by itself, unless its source says otherwise by now."""
    if work.state not in OPEN or work.ended is None:
        return NOTHING
    if work.ended > now:
        return Tending(timers=(end_timer(work.id, work.ended),))
    kind = ENTRY_KIND[CutVerb.END]
    told = line(
        f"{local_of(work.id)}:{number}:{kind}", kind, work.id, MACHINE, now,
        incident=work.incident, organization=work.organization,
    )  # fmt: skip
    body = {"state": prop(CutState.ENDED.value), "reportOverdue": prop(False)}
    return Tending(
        (told, Change(Op.APPEND, work.id, body)),
        (Unchanged(work.id, work.change),),
        (report_timer(work.id, None), begin_timer(work.id, None)),
    )


def _begun(work: Work, settings: OutageSettings, now: datetime) -> dict[str, Any]:
    supply = settings.supplies[work.cut.resource]
    sector = supply.resource.sector
    body: dict[str, Any] = {
        "state": prop(CutState.ANNOUNCED.value),
        "planned": prop(True),
        "promiseChanges": prop(0),
        "announcedAt": prop(now),
    }
    if not work.cut.cause:
        body["cause"] = prop("repair")
    if supply.categories:
        body["explains"] = prop(sorted(supply.categories))
    return body | ({"sector": prop(sector)} if sector else {})


def _promised(
    work: Work, changes: list[Change], notes: list[Note], now: datetime
) -> dict[str, Any]:
    """A promise of the source that no line has told of yet."""
    cut = work.cut
    if cut.promised is None or format_instant(cut.promised) == work.told:
        return {}
    notes.append(Note(TOLD, cut.id, format_instant(cut.promised)))
    if not work.told:
        return {"firstPromisedEnd": prop(cut.promised)}
    changes.append(_line(work, ENTRY_KIND[CutVerb.PROMISE], now, cut.promised))
    return {"promiseChanges": prop(cut.promise_changes + 1)}


def _finished(work: Work, changes: list[Change], now: datetime) -> dict[str, Any]:
    """The source says that it is over."""
    if work.cut.ended is None or work.cut.ended > now:
        return {}
    changes.append(_line(work, ENTRY_KIND[CutVerb.END], now))
    return {"state": prop(CutState.ENDED.value), "reportOverdue": prop(False)}


def _timer(cut: Cut, now: datetime) -> Timer:
    """It begins at its hour; one that should have begun begins at once."""
    assert cut.starts is not None  # noqa: S101 - asked before
    return begin_timer(cut.id, max(cut.starts, now))


def begins(work: Cut, settings: OutageSettings, number: int, now: datetime) -> Tending:
    """A work's hour has come."""
    if work.state is not CutState.ANNOUNCED or work.starts is None:
        return NOTHING
    if work.starts > now:
        return Tending(timers=(begin_timer(work.id, work.starts),))
    due = next_report(settings, work.promised, now)
    body = {
        "state": prop(CutState.RUNNING.value),
        "calls": prop(work.calls),
        "nextReportAt": prop(due),
        "reportOverdue": prop(False),
    }
    told = line(
        f"{local_of(work.id)}:{number}:began", BEGAN, work.id, MACHINE, now,
        organization=work.organization,
    )  # fmt: skip
    return Tending(
        (told, Change(Op.APPEND, work.id, body)),
        (Unchanged(work.id, work.change),),
        (report_timer(work.id, due),),
    )


def unreported(cut: Cut, settings: OutageSettings, number: int, now: datetime) -> Tending:
    """Nobody has said how it stands: a line, and the mark that screens show."""
    if not cut.happening or cut.next_report is None or cut.overdue:
        return NOTHING
    if cut.next_report > now:
        return Tending(timers=(report_timer(cut.id, cut.next_report),))
    told = line(
        f"{local_of(cut.id)}:{number}:report-overdue", LATE, cut.id, MACHINE, now,
        incident=cut.incident, organization=cut.organization,
    )  # fmt: skip
    return Tending(
        (told, Change(Op.APPEND, cut.id, {"reportOverdue": prop(True)})),
        (Unchanged(cut.id, cut.change),),
    )


def _line(work: Work, kind: str, now: datetime, promised: datetime | None = None) -> Change:
    more = {} if promised is None else {"promisedEnd": prop(promised)}
    cut = work.cut
    return line(
        f"{local_of(cut.id)}:{work.number}:{kind}", kind, cut.id, MACHINE, now,
        incident=cut.incident, organization=cut.organization, more=more,
    )  # fmt: skip
