"""The shape of a file of `rules/`: what a person may write there, before it is understood.

msgspec checks names and kinds of the members; what stands here is checked where it stands, so
that the refusal names file, line and field. `rules` then checks it against the vocabulary.
"""

import re
from typing import Any, Literal, TypeAlias

import msgspec

from hansa.base.durations import parse_duration

OPERATORS = ("<", "<=", ">", ">=", "==", "!=")
CONDITIONS = ("threshold", "count", "absence", "change", "rate", "nOfM", "sameHour")
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_State: TypeAlias = str | float | bool
_States: TypeAlias = _State | list[_State]


def _check_limit(operator: str, value: float | str | bool, clear: float | None) -> None:
    """ValueError where a limit and where it is well again cannot be compared."""
    if operator not in OPERATORS:
        raise ValueError(f"operator {operator!r} is none of {' '.join(OPERATORS)}")
    ordered = operator not in ("==", "!=")
    if ordered and not isinstance(value, float):
        raise ValueError(f"{operator} compares numbers, and value is {value!r}")
    if clear is None:
        return
    if not ordered or not isinstance(value, float):
        raise ValueError("clear needs one of < <= > >= and a number")
    if not (clear >= value if operator.startswith("<") else clear <= value):
        raise ValueError(f"clear {clear} lies on the wrong side of {operator} {value}")


class _Shape(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="camel"):
    """What all shapes of a rule file share."""


class AreaShape(_Shape, frozen=True, kw_only=True):
    """An area as the parameters of a geo-query (GS CIM 009, 4.10)."""

    georel: str = "within"
    geometry: str
    coordinates: list[Any]
    geoproperty: str = "location"


class WhenShape(_Shape, frozen=True, kw_only=True):
    """Which entities the rule looks at."""

    type: str
    q: str = ""
    area: AreaShape | None = None


class ThresholdShape(_Shape, frozen=True, kw_only=True):
    """A value beyond a limit; `clear` is where it is well again (hysteresis)."""

    attribute: str
    operator: str
    value: float | str | bool
    clear: float | None = None
    lasts: str = ""

    def __post_init__(self) -> None:
        _check_limit(self.operator, self.value, self.clear)
        if self.lasts and parse_duration(self.lasts) <= 0:
            raise ValueError("lasts is longer than nothing")


class ChangeShape(_Shape, frozen=True, kw_only=True):
    """A number that jumps (`by`), or a state that becomes another (`from`, `to`)."""

    attribute: str
    by: float | None = None
    direction: Literal["up", "down", "any"] = "any"
    from_: _States | None = msgspec.field(default=None, name="from")
    to: _States | None = None
    within: str = "1 d"
    lasts: str = ""

    def __post_init__(self) -> None:
        parse_duration(self.within)
        if self.lasts:
            parse_duration(self.lasts)
        states = self.from_ is not None or self.to is not None
        if (self.by is None) is not states:
            raise ValueError("a change has either by (a number) or from and to (states)")
        if self.by is None:
            if self.direction != "any":
                raise ValueError("direction goes with by")
        elif self.by < 0 or not self.lasts:
            raise ValueError("by is no negative number, and lasts says how long the alert stands")


class RateShape(_Shape, frozen=True, kw_only=True):
    """How much the value rises in an hour (falls: below 0), over a window."""

    attribute: str
    operator: Literal["<", "<=", ">", ">="]
    per_hour: float
    clear: float | None = None
    window: str
    readings: int = 3

    def __post_init__(self) -> None:
        _check_limit(self.operator, self.per_hour, self.clear)
        if parse_duration(self.window) <= 0:
            raise ValueError("window is longer than nothing")
        if not 2 <= self.readings <= 40:
            raise ValueError("readings lies between 2 and 40")


class RepeatedShape(_Shape, frozen=True, kw_only=True):
    """Beyond the limit n times of m: the last readings of one, or sensors at once."""

    attribute: str
    operator: str
    value: float | str | bool
    clear: float | None = None
    n: int
    m: int | None = None
    of: Literal["readings", "sensors"] = "readings"
    within: str = ""

    def __post_init__(self) -> None:
        _check_limit(self.operator, self.value, self.clear)
        if self.within:
            parse_duration(self.within)
        if self.of == "sensors" and self.m is not None:
            raise ValueError("m of sensors is how many the query finds; leave it out")
        if self.of == "readings" and self.clear is not None:
            raise ValueError("clear goes with sensors: of readings each counts for itself")
        most = 100 if self.m is None else min(self.m, 100)
        if self.of == "readings" and (self.m is None or self.m > most):
            raise ValueError("m says of how many last readings, at most 100")
        if not 1 <= self.n <= most:
            raise ValueError("n lies between 1 and m")


class SameHourShape(_Shape, frozen=True, kw_only=True):
    """Far from the median of the same hour of the week in past weeks."""

    attribute: str
    side: Literal["above", "below", "both"] = "both"
    weeks: int = 6
    least_weeks: int = 3
    factor: float | None = None
    absolute: float | None = None
    mads: float | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.least_weeks <= self.weeks <= 26:
            raise ValueError("weeks lies between leastWeeks and 26, leastWeeks above 0")
        if self.factor is None and self.absolute is None and self.mads is None:
            raise ValueError("how far is too far: give factor, absolute or mads, or several")
        if self.factor is not None and self.factor <= 1:
            raise ValueError("factor is above 1")
        if min(self.absolute or 0, self.mads or 0) < 0:
            raise ValueError("absolute and mads are no negative numbers")


class EscalationShape(_Shape, frozen=True, kw_only=True):
    """An alert that still holds after so long has this severity."""

    after: str
    severity: str

    def __post_init__(self) -> None:
        if parse_duration(self.after) <= 0:
            raise ValueError("after is longer than nothing")


class CountShape(_Shape, frozen=True, kw_only=True):
    """So many entities that began to match within a window, per group."""

    at_least: int
    window: str
    clear_below: int | None = None
    by: str = ""
    radius: float | None = None

    def __post_init__(self) -> None:
        parse_duration(self.window)
        if self.at_least < 1:
            raise ValueError("atLeast is at least 1")
        if not 1 <= (self.clear_below or 1) <= self.at_least:
            raise ValueError("clearBelow lies between 1 and atLeast")
        if self.by and self.radius is not None:
            raise ValueError("a count has either by or radius")
        if self.radius is not None and self.radius <= 0:
            raise ValueError("radius is a number of metres above 0")


class AbsenceShape(_Shape, frozen=True, kw_only=True):
    """No change of the attribute for so long."""

    attribute: str
    longer_than: str

    def __post_init__(self) -> None:
        parse_duration(self.longer_than)


class LevelShape(_Shape, frozen=True, kw_only=True):
    """From `at` on the alert has this severity; for absence `at` is a duration."""

    at: float | str
    severity: str


class RuleShape(_Shape, frozen=True, kw_only=True):
    """One rule as it is written."""

    id: str
    title: dict[str, str]
    text: dict[str, str] = msgspec.field(default_factory=dict)
    sector: str = ""
    category: str = ""
    when: WhenShape
    threshold: ThresholdShape | None = None
    count: CountShape | None = None
    absence: AbsenceShape | None = None
    change: ChangeShape | None = None
    rate: RateShape | None = None
    n_of_m: RepeatedShape | None = None
    same_hour: SameHourShape | None = None
    for_: str = msgspec.field(default="0 s", name="for")
    severity: str
    levels: tuple[LevelShape, ...] = ()
    escalate: tuple[EscalationShape, ...] = ()
    key: str = ""
    place: str = ""
    hold_down: str = "0 s"

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id):
            raise ValueError(f"id {self.id!r} is not made of a-z, 0-9 and single -")
        if len([one for one in self.conditions if one]) > 1:
            raise ValueError(f"a rule has one of {', '.join(CONDITIONS)}, or none of them")
        if parse_duration(self.for_) and self.absence:
            raise ValueError("absence has longerThan and no for")
        parse_duration(self.hold_down)

    @property
    def conditions(self) -> tuple[msgspec.Struct | None, ...]:
        """The members of which a rule has one."""
        return (
            self.threshold,
            self.count,
            self.absence,
            self.change,
            self.rate,
            self.n_of_m,
            self.same_hour,
        )


class RuleFile(_Shape, frozen=True, kw_only=True):
    """A file of `rules/`."""

    rules: tuple[RuleShape, ...]
