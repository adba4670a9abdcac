"""What stands on the paper, ready to be set: words of one language, figures as text, curves.

The page and the PDF are two settings of one sheet, so that they cannot say different things.
Members are in the order of reading. Curves lie between 0 and 1, so that whoever draws them
knows no units.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

Point: TypeAlias = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Ref:
    """What a number rests on: `n` stands beside it, `text` below, `url` leads to the rows."""

    n: int
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Exercise:
    """What keeps a paper of an exercise from being taken for real."""

    word: str
    about: str


@dataclass(frozen=True, slots=True)
class Criterion:
    """A declared condition of a level; `met` with the value that met it."""

    met: bool
    mark: str
    text: str
    value: str
    note: str
    leads: str
    ref: Ref


@dataclass(frozen=True, slots=True)
class Level:
    """The city's status; `key` is the step of the severity scale that gives its colour."""

    number: int
    key: str
    word: str
    by: str
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True)
class Curve:
    """A small multiple of the last weeks; an unknown day breaks the line into `runs`.

    `band` is where the true value of today lies, drawn across to compare the days before with.
    `spoken` says the curve in words.
    """

    runs: tuple[tuple[Point, ...], ...]
    last: Point
    band: tuple[float, float] | None
    low: str
    high: str
    spoken: str


@dataclass(frozen=True, slots=True)
class Thing:
    """One of the three things to know."""

    severity: str
    word: str
    title: str
    text: str
    curve: Curve | None
    ref: Ref


@dataclass(frozen=True, slots=True)
class Part:
    """One group of a breakdown: its name and value, leading to its rows."""

    name: str
    value: str
    ref: Ref


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with what makes it readable: its unit, interval, age, past, worst groups."""

    label: str
    value: str
    known: bool
    unit: str
    interval: str
    change: str
    age: str
    stale: bool
    note: str
    curve: Curve | None
    ref: Ref
    parts_label: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Trouble:
    """An incident or alert that is open: how bad, what, its state and since when."""

    severity: str
    word: str
    title: str
    note: str
    ref: Ref


@dataclass(frozen=True, slots=True)
class Sector:
    """A sector; `severity` is that of the worst that is open in it, or empty."""

    name: str
    severity: str
    word: str
    note: str
    troubles: tuple[Trouble, ...]
    more: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Due:
    """Something that falls due today."""

    time: str
    what: str
    sector: str
    ref: Ref
    parts_label: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """A source with the age of its newest value and its licence."""

    name: str
    age: str
    state: str
    stale: bool
    licence: str
    ref: Ref


@dataclass(frozen=True, slots=True)
class OnDuty:
    """A shift of the last day, who acted, what was off: what, and how it was."""

    text: str
    note: str
    ref: Ref | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """The whole paper. `moment` (RFC 3339) dates the file; `words` are the headings."""

    language: str
    moment: str
    title: str
    city: str
    day: str
    known: str
    made: str
    exercise: Exercise | None
    words: Mapping[str, str]
    level: Level
    things: tuple[Thing, ...]
    legend: str
    sectors: tuple[Sector, ...]
    due: tuple[Due, ...]
    neighbours: tuple[Trouble, ...]
    sources: tuple[Source, ...]
    notes: tuple[str, ...]
    refs: tuple[Ref, ...]
    duty: tuple[OnDuty, ...] = ()
    outages: tuple[OnDuty, ...] = ()
    calls: tuple[OnDuty, ...] = ()
