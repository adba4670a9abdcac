"""What an indicator is, as a frozen value, and what it comes to at a moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """How an indicator is counted. Cases have a life: opened, perhaps closed, perhaps due."""

    BACKLOG = "backlog"  # cases open at the moment
    OVERDUE = "overdue"  # of those, past their due time
    OVERDUE_SHARE = "overdue-share"  # of the open cases with a due time, past it
    DUE = "due"  # open cases that fall due before the day ends
    RATE = "rate"  # cases opened (or closed) per day of the window
    ON_TIME_SHARE = "on-time-share"  # of the cases closed in the window with a due time, by then
    DURATION = "duration"  # a quantile of the time to close, of the cases closed in the window
    LATEST = "latest"  # the newest reading
    MEAN = "mean"  # of the readings of the window
    SUM = "sum"  # of the readings of the window
    MATCHING = "matching"  # entities whose attribute has one of the values


CASES = frozenset(
    {
        Kind.BACKLOG,
        Kind.OVERDUE,
        Kind.OVERDUE_SHARE,
        Kind.DUE,
        Kind.RATE,
        Kind.ON_TIME_SHARE,
        Kind.DURATION,
    }
)
NEED_DUE = frozenset({Kind.OVERDUE, Kind.OVERDUE_SHARE, Kind.DUE, Kind.ON_TIME_SHARE})
WINDOWED = frozenset({Kind.RATE, Kind.ON_TIME_SHARE, Kind.DURATION})
SHARES = frozenset({Kind.OVERDUE_SHARE, Kind.ON_TIME_SHARE})


@dataclass(frozen=True, slots=True)
class Life:
    """Which attributes tell the life of a case; "" where the source does not say."""

    opened: str
    closed: str
    due: str = ""
    claimed: str = ""  # whether the source itself calls it on time

    @property
    def columns(self) -> tuple[str, ...]:
        """The attributes that are there."""
        return tuple(one for one in (self.opened, self.closed, self.due, self.claimed) if one)


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator of a city's folder, checked. Durations are microseconds."""

    id: str
    title: Mapping[str, str]
    note: Mapping[str, str]
    type: str
    sector: str
    kind: Kind
    unit: str
    digits: int
    good: str
    where: str
    by: tuple[str, ...]
    breakdown: str
    report: bool
    life: Life | None
    window: int
    quantile: float
    event: str
    at_least: int
    attribute: str
    across: str
    values: tuple[str, ...]
    fresh: int | None

    @property
    def of_cases(self) -> bool:
        """Whether it counts cases; else readings or states."""
        return self.kind in CASES


@dataclass(frozen=True, slots=True)
class Bounds:
    """An interval; None: not bounded on that side."""

    low: float | None
    high: float | None
    method: str


@dataclass(frozen=True, slots=True)
class Measure:
    """What an indicator comes to. `value` None: unknown, because there are too few (`n`)."""

    value: float | None
    n: int
    bounds: Bounds | None = None
