"""A rule understood: names found in the vocabulary, times as numbers, its query a test.

The engine works on this value and never on the YAML.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from hansa.watch.model import Sighting

Matches: TypeAlias = Callable[[Sighting], bool]


@dataclass(frozen=True, slots=True)
class Threshold:
    """`beyond` the limit opens, `well` (behind `clear`) clears, between them nothing changes."""

    attribute: str
    operator: str
    limit: Any
    clear: float | None = None


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
class Holding:
    """The condition of a rule that has none: the query matches."""


Condition: TypeAlias = Threshold | Count | Absence | Holding


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
