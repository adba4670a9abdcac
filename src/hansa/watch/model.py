"""The values the engine works on: what it sees, what it remembers, what it wants done.

Times are microseconds since 1970 in UTC: a rule is evaluated for every reading, and integers
compare in a tenth of the time that datetimes do.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
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


Reading: TypeAlias = tuple[int, Any]
"""A value and its event time."""

Profile: TypeAlias = Mapping[int, tuple[tuple[int, float], ...]]
"""By hour of the week: number of the week and the mean of that hour, oldest first."""


@dataclass(frozen=True, slots=True)
class KeyState:
    """What a rule remembers of one key.

    `holds` since `turned` (or has ceased to hold since then). `alert`: the open one. `told`: the
    number it names. `quiet`: hold-down ends. `seen`: newest event time. `wake`: event time at
    which something happens though nothing is seen. `label`: text of the group; `anchor`: lon, lat
    of a circle. `opened`: when the open alert did. `memory`: readings that later ones are judged
    by. `profile`: past weeks, kept in a note of its own, for it is large and seldom changes.
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
    opened: int = 0
    memory: tuple[Reading, ...] = ()
    profile: Profile = field(default_factory=dict)

    def note(self) -> dict[str, Any]:
        """The JSON that a note keeps; only what differs from a fresh state."""
        plain = {name: getattr(self, name) for name in _NOTED} | {
            "members": [[one.entity, one.at, one.value] for one in self.members],
            "memory": [list(one) for one in self.memory],
        }
        return {name: value for name, value in plain.items() if value not in _EMPTY}

    def past(self) -> dict[str, Any]:
        """The JSON of the profile, for its own note."""
        return {str(hour): [list(one) for one in weeks] for hour, weeks in self.profile.items()}

    @classmethod
    def from_note(
        cls, value: Mapping[str, Any], past: Mapping[str, Any] | None = None
    ) -> "KeyState":
        """The state that `note` and `past` wrote down."""
        given = dict(value)
        given["members"] = tuple(Member(*one) for one in given.get("members", ()))
        given["memory"] = tuple((at, found) for at, found in given.get("memory", ()))
        if anchor := given.get("anchor"):
            given["anchor"] = (anchor[0], anchor[1])
        if past:
            given["profile"] = {
                int(hour): tuple((week, mean) for week, mean in weeks)
                for hour, weeks in past.items()
            }
        return cls(**given)


_EMPTY: tuple[Any, ...] = (None, "", [], False)
_NOTED = tuple(one.name for one in fields(KeyState) if one.name != "profile")


@dataclass(frozen=True, slots=True)
class Assessment:
    """Whether a condition holds at a moment, how much, and when that may change by itself.

    `usual`: what the measure is compared with, where that is no limit of the rule.
    """

    holds: bool
    members: tuple[Member, ...]
    measure: Any = None
    next: int | None = None
    usual: Any = None


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
    usual: Any = None


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
    usual: Any = None


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
