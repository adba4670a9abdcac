"""The values the engine works on: what it sees, what it remembers, what it wants done.

Times are microseconds since 1970 in UTC: a rule is evaluated for every reading, and integers
compare in a tenth of the time that datetimes do.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

from hansa.context import instance_value


@dataclass(frozen=True, slots=True)
class Sighting:
    """One record of the change log as a rule sees it.

    `document`: the entity with the record's fragment laid over it. `changed`: attributes that
    the record set or removed. `observed`: observedAt of the attributes in the fragment.
    """

    entity: str
    document: Mapping[str, Any]
    changed: frozenset[str]
    recorded: int
    observed: Mapping[str, int]
    created: bool = False
    deleted: bool = False
    late: bool = False
    backfilled: bool = False

    def value(self, attribute: str) -> Any:
        """The value of the default instance, None where there is none."""
        found = self.document.get(attribute)
        if isinstance(found, list):
            found = next((one for one in found if "datasetId" not in one), None)
        return None if found is None else instance_value(found)


@dataclass(frozen=True, slots=True)
class Member:
    """An entity that the condition of a key rests on; `at` is event time."""

    entity: str
    at: int
    value: Any = None


@dataclass(frozen=True, slots=True)
class KeyState:
    """What a rule remembers of one key.

    `holds` since `turned` (or has ceased to hold since then). `alert`: the open one. `told`: the
    number it names. `quiet`: hold-down ends. `seen`: newest event time. `wake`: event time at
    which something happens though nothing is seen. `label`: text of the group; `anchor`: lon, lat
    of a circle.
    """

    members: tuple[Member, ...] = ()
    holds: bool = False
    turned: int = 0
    alert: str | None = None
    severity: str = ""
    told: int = 0
    quiet: int = 0
    seen: int = 0
    wake: int | None = None
    label: str = ""
    anchor: tuple[float, float] | None = None

    def note(self) -> dict[str, Any]:
        """The JSON that a note keeps; only what differs from a fresh state."""
        plain = asdict(self) | {
            "members": [[one.entity, one.at, one.value] for one in self.members]
        }
        return {name: value for name, value in plain.items() if value not in _EMPTY}

    @classmethod
    def from_note(cls, value: Mapping[str, Any]) -> "KeyState":
        """The state that `note` wrote down."""
        given = dict(value)
        given["members"] = tuple(Member(*one) for one in given.get("members", ()))
        if anchor := given.get("anchor"):
            given["anchor"] = (anchor[0], anchor[1])
        return cls(**given)


_EMPTY: tuple[Any, ...] = (None, "", [], False)


@dataclass(frozen=True, slots=True)
class Assessment:
    """Whether a condition holds at a moment, how much, and when that may change by itself."""

    holds: bool
    members: tuple[Member, ...]
    measure: Any = None
    next: int | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """Open an alert: `at` event time of opening, `since` when the condition began to hold.

    `known`, of back-filled records: when the city came to know it, never before the record.
    """

    rule: str
    key: str
    alert: str
    at: int
    since: int
    severity: str
    members: tuple[Member, ...]
    measure: Any
    label: str
    known: int | None = None


@dataclass(frozen=True, slots=True)
class Changed:
    """An open alert is more than it was: `raised` in severity, or grown in number."""

    rule: str
    key: str
    alert: str
    at: int
    since: int
    severity: str
    members: tuple[Member, ...]
    measure: Any
    label: str
    raised: bool
    known: int | None = None


@dataclass(frozen=True, slots=True)
class Cleared:
    """The condition has ceased to hold."""

    rule: str
    key: str
    alert: str
    at: int
    known: int | None = None


Effect: TypeAlias = Opened | Changed | Cleared


@dataclass(frozen=True, slots=True)
class Step:
    """What one evaluation came to: states by key (None: forget it) and effects in order."""

    states: Mapping[str, KeyState | None]
    effects: tuple[Effect, ...] = ()


NOTHING = Step({})
