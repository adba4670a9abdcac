"""The sheet of one shift out of what was read from the graph. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from hansa.context import Table
from hansa.desk.shifts.model import DutyState
from hansa.desk.shifts.sheet.model import (
    ActingLine,
    Case,
    DutyLine,
    NoteLine,
    Sheet,
    SourceLine,
    TaskLine,
    Words,
)
from hansa.desk.shifts.sheet.tables import Read, Row, levels_of, rows

_OPEN_TASKS = ("sent", "accepted", "onSite")
_BAD_HEALTH = ("late", "failing", "columns", "clock", "flooding")
_REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Span:
    """Whose sheet it is, and from when to when."""

    shift: str
    world: str
    post: str
    title: Words
    on_duty: str
    on_behalf: str
    taken: datetime
    planned: tuple[datetime, datetime] | None
    until: datetime
    by: str

    def holds(self, moment: datetime | None) -> bool:
        """Whether a moment lies in the shift."""
        return moment is not None and self.taken <= moment <= self.until


def compose(span: Span, read: Read, scale: Mapping[str, int]) -> Sheet:
    """The whole sheet; incidents the gravest first, all else by time."""
    cases = _cases(read, scale)
    touched = _touched(read, span)
    opened = tuple(one for one in cases if span.holds(one.opened))
    closed = tuple(one for one in cases if one.state == "closed" and span.holds(one.closed))
    return Sheet(
        shift=span.shift,
        world=span.world,
        post=span.post,
        title=span.title,
        on_duty=span.on_duty,
        on_behalf=span.on_behalf,
        taken=span.taken,
        planned=span.planned,
        handed_over=span.until,
        handed_over_by=span.by,
        opened=opened,
        worked=tuple(one for one in cases if one.id in touched),
        closed=closed,
        still_open=tuple(one for one in cases if one.state != "closed"),
        tasks_overdue=_tasks(read),
        duties=_duties(read, span),
        level_before=_level_before(read),
        levels=levels_of(read.levels),
        sources=_sources(read),
        notes=_notes(read, span),
        acting=acting_lines(read.acting, span.taken, span.until),
    )


def _cases(read: Read, scale: Mapping[str, int]) -> Sequence[Case]:
    found = [
        Case(
            id=row.id,
            title=row.words("title"),
            severity=row.text("severity"),
            state=row.text("state"),
            owner=row.text("owner"),
            opened=row.moment("openedAt"),
            closed=row.moment("closedAt"),
            reason=row.text("closeReason"),
            due=row.moment("due"),
            overdue=bool(row.cells["overdue"]),
        )
        for row in rows(read.incidents)
    ]
    return sorted(found, key=lambda one: -scale.get(one.severity, -1))


def _touched(read: Read, span: Span) -> frozenset[str]:
    """The incidents on which a person did something in the shift."""
    return frozenset(
        row.text("refIncident")
        for row in rows(read.entries)
        if not row.cells["machine"] and span.holds(row.moment("at"))
    )


def _tasks(read: Read) -> tuple[TaskLine, ...]:
    found = [
        TaskLine(
            row.id,
            row.words("title"),
            row.text("assignedTo"),
            row.text("refIncident"),
            row.moment("due"),
        )
        for row in rows(read.tasks)
        if row.cells["overdue"] is True and row.cells["state"] in _OPEN_TASKS
    ]
    return tuple(sorted(found, key=lambda one: (str(one.due), one.id)))


def _duties(read: Read, span: Span) -> tuple[DutyLine, ...]:
    """Those of the post that fell due in the shift, and those of before that wait still."""
    found = []
    for row in rows(read.duties):
        due = row.moment("due")
        if due is None or row.cells["post"] != span.post or due > span.until:
            continue
        waiting = row.cells["state"] == DutyState.DUE
        if span.holds(due) or waiting or span.holds(row.moment("doneAt")):
            found.append(_duty(row, due))
    return tuple(sorted(found, key=lambda one: (one.due, one.id)))


def _duty(row: Row, due: datetime) -> DutyLine:
    done, missed = row.moment("doneAt"), row.moment("missedFrom")
    return DutyLine(
        id=row.id,
        title=row.words("title"),
        due=due,
        state=row.text("state"),
        by=row.text("doneBy"),
        on_behalf=row.text("onBehalf"),
        at=done,
        late=done is not None and missed is not None and done > missed,
        escalated=row.text("escalatedTo"),
    )


def _level_before(read: Read) -> int | None:
    found = [row.cells["level"] for row in rows(read.level_before)]
    return found[0] if found and isinstance(found[0], int) else None


def _sources(read: Read) -> tuple[SourceLine, ...]:
    return tuple(
        SourceLine(row.id, row.words("title"), row.text("health"), row.moment("newestObservedAt"))
        for row in rows(read.sources)
        if row.cells["health"] in _BAD_HEALTH
    )


def _notes(read: Read, span: Span) -> tuple[NoteLine, ...]:
    found = [
        NoteLine(at, row.text("by"), row.text("note"))
        for row in rows(read.lines)
        if row.cells["kind"] == "note"
        and row.cells["refShift"] == span.shift
        and (at := row.moment("at")) is not None
    ]
    return tuple(sorted(found, key=lambda one: one.at))


def acting_lines(table: Table, since: datetime, until: datetime) -> tuple[ActingLine, ...]:
    """The appointments that were in force for a moment of a span."""
    return tuple(line for row in rows(table) if (line := _acting(row, since, until)) is not None)


def _acting(row: Row, since: datetime, until: datetime) -> ActingLine | None:
    begin, end = row.moment("actingFrom"), row.moment("actingUntil")
    if begin is None or end is None:
        return None
    revoked = row.moment("revokedAt")
    end = end if revoked is None else min(end, revoked)
    if begin > until or end <= max(begin, since):
        return None
    return ActingLine(
        row.id,
        row.text("principal"),
        row.text("acting"),
        row.text("role"),
        begin,
        end,
        row.text("ground"),
    )


Counting = Callable[[Sheet], int]
COUNTS: Mapping[str, Counting] = {
    "opened": lambda sheet: len(sheet.opened),
    "worked": lambda sheet: len(sheet.worked),
    "closed": lambda sheet: len(sheet.closed),
    "open": lambda sheet: len(sheet.still_open),
    "tasksOverdue": lambda sheet: len(sheet.tasks_overdue),
    "dutiesDone": lambda sheet: sum(one.state == DutyState.DONE for one in sheet.duties),
    "dutiesMissed": lambda sheet: sum(one.state == DutyState.MISSED for one in sheet.duties),
}
"""What is counted on the first line of a sheet, and again by the situation report."""
