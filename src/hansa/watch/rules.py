"""A rule understood: names found in the vocabulary, times as numbers, its query a test.

The engine works on this value and never on the YAML.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any, TypeAlias

from hansa.watch.model import Sighting

Matches: TypeAlias = Callable[[Sighting], bool]


@dataclass(frozen=True, slots=True)
class Threshold:
    """`beyond` the limit opens, `well` (behind `clear`) clears, between them nothing changes.

    A value that was told longer than `lasts` ago holds no more.
    """

    attribute: str
    operator: str
    limit: Any
    clear: float | None = None
    lasts: int | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """`window` in microseconds; `radius` in metres, or the attribute `by` makes the groups."""

    at_least: int
    clear_below: int
    window: int
    by: str = ""
    radius: float | None = None
    geoproperty: str = "location"


@dataclass(frozen=True, slots=True)
class Absence:
    """`longer_than` in microseconds."""

    attribute: str
    longer_than: int


@dataclass(frozen=True, slots=True)
class Jump:
    """A number differs from the reading before by more than `by`, up, down or either way.

    A reading that is older than `within` is none before; the alert stands `lasts` after it.
    """

    attribute: str
    by: float
    direction: str
    within: int
    lasts: int


@dataclass(frozen=True, slots=True)
class Turn:
    """A state became another: one of `before` (empty: any) one of `after` (empty: any).

    It stands while the new state does, with `lasts` no longer than that.
    """

    attribute: str
    before: tuple[Any, ...]
    after: tuple[Any, ...]
    within: int
    lasts: int | None = None


@dataclass(frozen=True, slots=True)
class Rate:
    """`limit` on how much the value rises in an hour, by the median slope over a window."""

    limit: Threshold
    window: int
    readings: int


@dataclass(frozen=True, slots=True)
class Repeated:
    """At least `n` of the last `m` readings of an entity are beyond the limit."""

    limit: Threshold
    n: int
    m: int
    within: int | None = None


@dataclass(frozen=True, slots=True)
class Several:
    """At least `n` sensors of a key are beyond the limit at once; older than `within` is none."""

    limit: Threshold
    n: int
    within: int | None = None


@dataclass(frozen=True, slots=True)
class SameHour:
    """A value far from the median of the same hour of the week in the last `weeks`.

    Every tolerance that is given must be exceeded: `factor` times, `absolute` more, `mads`
    times the median deviation. With fewer than `least` of these weeks nothing is known.
    """

    attribute: str
    side: str
    weeks: int
    least: int
    zone: tzinfo
    factor: float | None = None
    absolute: float | None = None
    mads: float | None = None


@dataclass(frozen=True, slots=True)
class Holding:
    """The condition of a rule that has none: the query matches."""


Remembering: TypeAlias = Jump | Turn | Rate | Repeated | SameHour
"""What judges a reading by those before it, each entity for itself."""

Condition: TypeAlias = Threshold | Count | Absence | Several | Remembering | Holding


def measured(condition: Condition) -> str:
    """The attribute whose values decide; "" where none does."""
    match condition:
        case Rate(limit=limit) | Repeated(limit=limit) | Several(limit=limit):
            return limit.attribute
        case Count() | Holding():
            return ""
        case _:
            return condition.attribute


def per_entity(condition: Condition) -> bool:
    """Whether each entity is a key of its own, whatever else it belongs to."""
    return isinstance(condition, Absence | Remembering)


def window_of(condition: Condition) -> int:
    """Over how long the condition looks; 0 where it looks at a moment."""
    match condition:
        case Count(window=window) | Rate(window=window) | Jump(within=window):
            return window
        case Repeated(within=window) | Several(within=window):
            return window or 0
        case _:
            return 0


@dataclass(frozen=True, slots=True)
class Escalation:
    """An alert that is open for `after` microseconds and still holds is `severity`."""

    after: int
    severity: str


@dataclass(frozen=True, slots=True)
class Level:
    """From `at` on (a value, a count, or microseconds of absence) the alert is `severity`."""

    at: Any
    severity: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a city.

    `watched`: a record that sets none of these does not concern the rule. `reads`: what the
    evaluation needs of the entity. `shown`: what gets into keys and words of its alerts.
    `scale`: severity name to rank. `looks_at`: type, query, condition and key as a text, to
    tell a rule that looks elsewhere now. `where`: file and line.
    """

    id: str
    title: Mapping[str, str]
    text: Mapping[str, str]
    sector: str
    category: str
    type: str
    matches: Matches
    condition: Condition
    severity: str
    scale: Mapping[str, int]
    levels: tuple[Level, ...] = ()
    escalate: tuple[Escalation, ...] = ()
    holds_for: int = 0
    hold_down: int = 0
    key: str = "{id}"
    place: str = ""
    geoproperty: str = "location"
    queried: frozenset[str] = frozenset()
    watched: frozenset[str] = frozenset()
    reads: frozenset[str] = frozenset()
    shown: frozenset[str] = frozenset()
    looks_at: str = ""
    where: str = ""
