"""The shape of a file of `rules/`: what a person may write there, before it is understood.

msgspec checks names and kinds of the members; what stands here is checked where it stands, so
that the refusal names file, line and field. `rules` then checks it against the vocabulary.
"""

import re
from typing import Any

import msgspec

from hansa.base.durations import parse_duration

OPERATORS = ("<", "<=", ">", ">=", "==", "!=")
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


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

    def __post_init__(self) -> None:
        if self.operator not in OPERATORS:
            raise ValueError(f"operator {self.operator!r} is none of {' '.join(OPERATORS)}")
        numeric = isinstance(self.value, float) and self.operator not in ("==", "!=")
        if self.operator not in ("==", "!=") and not isinstance(self.value, float):
            raise ValueError(f"{self.operator} compares numbers, and value is {self.value!r}")
        if self.clear is not None and not numeric:
            raise ValueError("clear needs one of < <= > >= and a number")
        if self.clear is not None and not self._clear_is_behind():
            raise ValueError(
                f"clear {self.clear} lies on the wrong side of {self.operator} {self.value}"
            )

    def _clear_is_behind(self) -> bool:
        limit, clear = float(self.value), float(self.clear or 0.0)
        return clear >= limit if self.operator.startswith("<") else clear <= limit


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
    for_: str = msgspec.field(default="0 s", name="for")
    severity: str
    levels: tuple[LevelShape, ...] = ()
    key: str = ""
    place: str = ""
    hold_down: str = "0 s"

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id):
            raise ValueError(f"id {self.id!r} is not made of a-z, 0-9 and single -")
        conditions = [one for one in (self.threshold, self.count, self.absence) if one]
        if len(conditions) > 1:
            raise ValueError("a rule has one of threshold, count, absence, or none of them")
        if parse_duration(self.for_) and self.absence:
            raise ValueError("absence has longerThan and no for")
        parse_duration(self.hold_down)


class RuleFile(_Shape, frozen=True, kw_only=True):
    """A file of `rules/`."""

    rules: tuple[RuleShape, ...]
