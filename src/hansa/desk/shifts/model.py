"""What a city says of its shifts: posts with their hours, and duties that come back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class ShiftState(StrEnum):
    """Of a Shift, as the attribute `state` holds it."""

    RUNNING = "running"
    HANDED_OVER = "handedOver"


class DutyState(StrEnum):
    """Of a Duty, as the attribute `state` holds it."""

    DUE = "due"
    DONE = "done"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Hours:
    """The times of one shift on the wall clock; `until` at or before `begin`: of the next day."""

    begin: time
    until: time


@dataclass(frozen=True, slots=True)
class Post:
    """A chair of the desk. `roles`: who may take it over."""

    key: str
    title: Mapping[str, str]
    roles: tuple[str, ...]
    hours: tuple[Hours, ...]


@dataclass(frozen=True, slots=True)
class Duty:
    """What must be done again and again at a post.

    Either `at` (times of the wall clock) or `every` (a step from the city's midnight) is given.
    `days`: of the week, Monday is 0. `within`: how long after its time it may be done.
    `escalate`: the role that is told of a missed one ("" = nobody).
    """

    key: str
    post: str
    title: Mapping[str, str]
    within: timedelta
    at: tuple[time, ...] = ()
    every: timedelta | None = None
    days: frozenset[int] = field(default_factory=lambda: frozenset(range(7)))
    escalate: str = ""


@dataclass(frozen=True, slots=True)
class ShiftSettings:
    """A checked `shifts.yaml`; without one a city has no posts."""

    zone: ZoneInfo
    posts: Mapping[str, Post]
    duties: Mapping[str, Duty]

    def of_post(self, post: str) -> Sequence[Duty]:
        """The duties of a post."""
        return [one for one in self.duties.values() if one.post == post]


@dataclass(frozen=True, slots=True)
class Planned:
    """One shift of the plan, in UTC."""

    begin: datetime
    until: datetime
