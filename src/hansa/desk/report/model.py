"""The situation report as frozen values: what page, PDF and JSON are made of.

Every line carries its `Basis`: which entities, as known at which moment, so that the line can be
opened and counted again on any later day. Texts are held in every language of the city; nothing
here knows the wall clock, so the same day gives the same bytes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeAlias

Words: TypeAlias = Mapping[str, str]
"""A text by language."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What a line rests on: entities of `type` that match `q` as known at `at`.

    `ids` are the first of them, `count` is how many there are. Where the line rests on readings,
    `attribute` and the span `since` to `until` say which part of their history.
    """

    type: str
    at: datetime
    q: str = ""
    ids: tuple[str, ...] = ()
    count: int = 0
    attribute: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Interval:
    """Where the true value lies with this confidence; None: not bounded on that side."""

    low: float | None
    high: float | None
    method: str  # wilson, order-statistic, poisson
    confidence: float = 0.95


@dataclass(frozen=True, slots=True)
class Point:
    """One value of a small multiple; None: unknown that day, which is not 0."""

    at: datetime
    value: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The same figure at an earlier moment; `period` is how far back (ISO 8601, P7D)."""

    value: float | None
    at: datetime
    period: str


@dataclass(frozen=True, slots=True)
class Row:
    """The figure of one group. `value` None: too few to say.

    `words`: its name by language, where the city has words for it.
    """

    name: str
    value: float | None
    n: int
    interval: Interval | None
    basis: Basis
    words: Words = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A figure by the values of an attribute, the worst first; `of` is how many groups exist."""

    by: str
    label: Words
    rows: tuple[Row, ...]
    of: int


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with all that is needed to judge it.

    `value` None: unknown, and `why` says why (too few, no reading). `n`: how many it is made of.
    `observed_at`: when the newest thing it rests on was true; older than `fresh` seconds before
    the report's moment it is stale. `good`: up, down, or "" where neither is better.
    """

    id: str
    label: Words
    value: float | None
    unit: str
    digits: int
    n: int
    good: str
    as_of: datetime
    basis: Basis
    why: Words = field(default_factory=dict)
    interval: Interval | None = None
    observed_at: datetime | None = None
    fresh: int | None = None
    compare: Comparison | None = None
    trend: tuple[Point, ...] = ()
    breakdown: Breakdown | None = None
    note: Words = field(default_factory=dict)

    @property
    def stale(self) -> bool:
        """Whether what it rests on is older than it may be."""
        if self.fresh is None or self.observed_at is None:
            return False
        return (self.as_of - self.observed_at).total_seconds() > self.fresh


@dataclass(frozen=True, slots=True)
class Trouble:
    """An alert or an incident that was open at the report's moment."""

    id: str
    kind: str  # Alert, Incident
    title: Words
    severity: str
    state: str
    sector: str
    since: datetime | None
    owner: str
    due: datetime | None
    overdue: bool
    basis: Basis


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A source of data: how it fared, and under which licence its rows come.

    `health` "unknown": nothing was said about it by then (its rows were brought in later).
    """

    id: str
    title: Words
    sector: str
    health: str
    newest: datetime | None
    lag: int | None
    licence: str
    span: str


@dataclass(frozen=True, slots=True)
class Sector:
    """One sector's part; `summary` is one sentence."""

    name: str
    title: Words
    summary: Words
    incidents: tuple[Trouble, ...]
    alerts: tuple[Trouble, ...]
    figures: tuple[Figure, ...]
    sources: tuple[SourceLine, ...]


@dataclass(frozen=True, slots=True)
class Criterion:
    """A declared criterion of the status level, and whether it was met.

    What is older than its indicator lets it be, and a source of which nothing was said, is no
    ground for a level: `value` is None, and `stale` with `observed_at` say what was known last.
    `n`: of how many a share is.
    """

    id: str
    text: Words
    level: int
    met: bool
    value: float | None
    limit: float
    unit: str
    basis: Basis
    observed_at: datetime | None = None
    stale: bool = False
    n: int | None = None


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Who set the level, and when; the reason they gave stays in the city."""

    level: int
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Status:
    """The level of the city: the confirmed one where there is one, else the proposed one."""

    level: int
    word: Words
    proposed: int
    proposed_word: Words
    confirmed: Confirmation | None
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True)
class Thing:
    """One of the three things to know."""

    title: Words
    sector: str
    severity: str  # "" where it is no alert and no incident
    since: datetime | None
    figure: str  # id of the figure it tells of, or ""
    basis: Basis


@dataclass(frozen=True, slots=True)
class ShiftLine:
    """A shift of the last day; `counts` are those of its hand-over sheet. None: it still ran."""

    post: str
    title: Words
    on_duty: str
    on_behalf: str
    taken: datetime
    handed_over: datetime | None
    counts: Mapping[str, int]
    basis: Basis


@dataclass(frozen=True, slots=True)
class ActingLine:
    """Somebody who acted for another at the report's moment."""

    id: str
    principal: str
    acting: str
    role: str
    since: datetime
    until: datetime
    ground: str


@dataclass(frozen=True, slots=True)
class OutageLine:
    """What is off, or was in the last day: what and where, and how many and until when."""

    id: str
    text: Words
    note: Words
    basis: Basis


@dataclass(frozen=True, slots=True)
class CallsDay:
    """What citizens called about in the last day, in numbers alone."""

    text: Words
    note: Words
    basis: Basis


@dataclass(frozen=True, slots=True)
class Due:
    """Something that falls due before the day ends."""

    what: Words
    sector: str
    due: datetime
    count: int
    basis: Basis
    breakdown: Breakdown | None = None


@dataclass(frozen=True, slots=True)
class CityCard:
    """Whose report it is."""

    name: str
    title: Words
    head_title: Words
    zone: str
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """The whole situation report of one moment.

    `terms`: the words of what lines say in codes: severity, state, health.
    """

    id: str
    world: str
    city: CityCard
    day: date
    at: datetime
    status: Status
    three: tuple[Thing, ...]
    sectors: tuple[Sector, ...]
    due: tuple[Due, ...]
    neighbours: tuple[Trouble, ...]
    notes: tuple[Words, ...]
    terms: Mapping[str, Mapping[str, Words]]
    shifts: tuple[ShiftLine, ...] = ()
    acting: tuple[ActingLine, ...] = ()
    outages: tuple[OutageLine, ...] = ()
    calls: CallsDay | None = None

    @property
    def exercise(self) -> bool:
        """Whether it tells of an exercise."""
        return self.world != "actual"

    @property
    def file_stem(self) -> str:
        """The name of a file of it; an exercise says so first."""
        stem = f"{self.city.name}-report-{self.day.isoformat()}"
        return f"EXERCISE-{stem}" if self.exercise else stem
