"""What each organisation got, did and owes in a week or a month: counted over tasks. Pure.

A window counts what happened in it: received (sent to it), done, extended (a new time given),
returned (not ours), reopened (done, and it was not). `overdue`: whatever was late at some moment of
the window, done since or not; `open` and `openOverdue` are what stands at its end. Sums add up.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime

WITHDRAWN, DONE, RETURNED = "withdrawn", "done", "returned"
OPEN = frozenset({"sent", "accepted", "onSite"})


@dataclass(frozen=True, slots=True)
class Facts:
    """What is counted of a task. `due`: from when on it is late; None: nobody said.

    `kind`: repair or request, of a call; "" of an incident.
    """

    organization: str
    state: str
    sent: datetime
    kind: str = ""
    due: datetime | None = None
    ended: datetime | None = None
    paused: datetime | None = None
    extended: tuple[datetime, ...] = ()
    returned: tuple[datetime, ...] = ()
    reopened: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True)
class Window:
    """From a moment on, up to another one. `known`: it is counted as of then."""

    begins: datetime
    ends: datetime
    known: datetime

    @property
    def end(self) -> datetime:
        """What is not yet is not counted."""
        return min(self.ends, self.known)

    def holds(self, at: datetime | None) -> bool:
        """Whether a moment lies in it."""
        return at is not None and self.begins <= at < self.ends and at <= self.known


@dataclass(frozen=True, slots=True)
class Counts:
    """The figures of one organisation, or of all."""

    received: int = 0
    done: int = 0
    overdue: int = 0
    extended: int = 0
    returned: int = 0
    reopened: int = 0
    open: int = 0
    openOverdue: int = 0  # noqa: N815 - as the answer and the columns call it

    def plus(self, other: "Counts") -> "Counts":
        """Both together."""
        return Counts(*(getattr(self, one) + getattr(other, one) for one in COLUMNS))


COLUMNS = tuple(one.name for one in fields(Counts))


def counted(task: Facts, window: Window) -> Counts:
    """What one task adds."""
    going = task.state in OPEN and task.sent <= window.end
    return Counts(
        received=int(window.holds(task.sent)),
        done=int(task.state == DONE and window.holds(task.ended)),
        overdue=int(_late_within(task, window)),
        extended=sum(map(window.holds, task.extended)),
        returned=sum(map(window.holds, task.returned)),
        reopened=sum(map(window.holds, task.reopened)),
        open=int(going),
        openOverdue=int(going and _late_at(task, window.end)),
    )


def _late_within(task: Facts, window: Window) -> bool:
    """Whether it was late at some moment of the window."""
    due = _late_from(task)
    if due is None:
        return False
    until = window.end if task.ended is None else min(task.ended, window.end)
    return max(due, window.begins) < until


def _late_at(task: Facts, at: datetime) -> bool:
    due = _late_from(task)
    return due is not None and due < at


def _late_from(task: Facts) -> datetime | None:
    """From when on it is late: never, while it stands still in time. What was late stays late."""
    in_time = task.paused is not None and task.due is not None and task.paused <= task.due
    return None if in_time else task.due


def tabulate(
    tasks: Iterable[Facts], window: Window, organizations: Sequence[str]
) -> Mapping[str, Counts]:
    """The counts of each organisation; of one that was asked nothing, noughts.

    Who was taken a task from owes nothing of it: what was withdrawn is counted as received alone.
    """
    found = dict.fromkeys(organizations, Counts())
    for task in tasks:
        one = counted(task, window)
        if task.state == WITHDRAWN:
            one = Counts(one.received, 0, 0, one.extended, one.returned, one.reopened)
        found[task.organization] = found.get(task.organization, Counts()).plus(one)
    return found


def total(table: Mapping[str, Counts]) -> Counts:
    """All organisations together."""
    found = Counts()
    for one in table.values():
        found = found.plus(one)
    return found
