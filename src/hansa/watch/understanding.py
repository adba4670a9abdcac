"""The condition of a rule, from what a person wrote to what the engine asks."""

from datetime import tzinfo
from typing import Any

from hansa.base.durations import parse_duration
from hansa.watch.lookup import Lookup
from hansa.watch.rulefile import (
    ChangeShape,
    CountShape,
    RateShape,
    RepeatedShape,
    RuleShape,
    SameHourShape,
    ThresholdShape,
)
from hansa.watch.rules import (
    Absence,
    Condition,
    Count,
    Holding,
    Jump,
    Rate,
    Repeated,
    SameHour,
    Several,
    Threshold,
    Turn,
)


def condition_of(shape: RuleShape, lookup: Lookup, zone: tzinfo) -> Condition:
    """What the rule waits for; BadFile where an attribute is none, or may not be shown."""
    kind = shape.when.type
    for name, given in _named(shape):
        lookup.attribute(kind, given.attribute, name, "attribute", shown=name != "absence")
        return _of_attribute(given, zone)
    return _count(shape.count, kind, lookup) if shape.count else Holding()


def _named(shape: RuleShape) -> list[tuple[str, Any]]:
    """The condition by its name in the file, where it is about an attribute."""
    found = {
        "threshold": shape.threshold,
        "absence": shape.absence,
        "change": shape.change,
        "rate": shape.rate,
        "nOfM": shape.n_of_m,
        "sameHour": shape.same_hour,
    }
    return [(name, given) for name, given in found.items() if given is not None]


def _of_attribute(given: Any, zone: tzinfo) -> Condition:
    match given:
        case ThresholdShape():
            lasts = parse_duration(given.lasts) if given.lasts else None
            return Threshold(given.attribute, given.operator, given.value, given.clear, lasts)
        case ChangeShape():
            return _change(given)
        case RateShape():
            limit = Threshold(given.attribute, given.operator, given.per_hour, given.clear)
            return Rate(limit, parse_duration(given.window), given.readings)
        case RepeatedShape():
            return _repeated(given)
        case SameHourShape():
            return SameHour(
                given.attribute,
                given.side,
                given.weeks,
                given.least_weeks,
                zone,
                given.factor,
                given.absolute,
                given.mads,
            )
        case _:
            return Absence(given.attribute, parse_duration(given.longer_than))


def _change(given: ChangeShape) -> Condition:
    within = parse_duration(given.within)
    lasts = parse_duration(given.lasts) if given.lasts else None
    if given.by is not None and lasts is not None:
        return Jump(given.attribute, given.by, given.direction, within, lasts)
    return Turn(given.attribute, _states(given.from_), _states(given.to), within, lasts)


def _states(given: Any) -> tuple[Any, ...]:
    if given is None:
        return ()
    return tuple(given) if isinstance(given, list) else (given,)


def _repeated(given: RepeatedShape) -> Condition:
    limit = Threshold(given.attribute, given.operator, given.value, given.clear)
    within = parse_duration(given.within) if given.within else None
    if given.of == "sensors":
        return Several(limit, given.n, within)
    return Repeated(limit, given.n, given.m or given.n, within)


def _count(given: CountShape, kind: str, lookup: Lookup) -> Count:
    if given.by:
        lookup.attribute(kind, given.by, "count", "by", shown=True)
    if given.radius is not None:
        lookup.attribute(kind, "location", "count", "radius", shown=True)
    return Count(
        at_least=given.at_least,
        clear_below=given.clear_below or given.at_least,
        window=parse_duration(given.window),
        by=given.by,
        radius=given.radius,
    )
