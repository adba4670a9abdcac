"""The four conditions: what a sighting changes in a key's members, and what that amounts to.

`take` lays a sighting into the state, `assess` says at a moment whether the condition holds.
Both are pure; nothing here knows alerts.
"""

from dataclasses import replace
from operator import eq, ge, gt, le, lt, ne
from typing import Any

from hansa.watch.model import Assessment, KeyState, Member, Sighting
from hansa.watch.rules import Absence, Count, Holding, Level, Rule, Threshold

KEPT_MEMBERS = 500  # a count beyond this says "500": a note must stay small in a storm

_COMPARE = {"<": lt, "<=": le, ">": gt, ">=": ge, "==": eq, "!=": ne}


def event_time(rule: Rule, sighting: Sighting) -> int:
    """observedAt for a value in the world, recordedAt for what the city came to know."""
    match rule.condition:
        case Threshold(attribute=name):
            return sighting.observed.get(name, sighting.recorded)
        case Holding():
            times = [sighting.observed[name] for name in rule.queried & sighting.observed.keys()]
            return max(times, default=sighting.recorded)
        case _:
            return sighting.recorded


def take(rule: Rule, state: KeyState, sighting: Sighting, at: int) -> tuple[Member, ...]:
    """The members of the key after the sighting."""
    matches = not sighting.deleted and rule.matches(sighting)
    match rule.condition:
        case Threshold() as threshold:
            return _take_value(threshold, state, sighting, at, matches)
        case Absence(attribute=name):
            return _take_sign_of_life(name, state, sighting, at, matches)
        case Count() as count:
            return _take_arrival(rule, count, state, sighting, at, matches)
        case Holding():
            return _with(state, sighting, at) if matches else _without(state, sighting)


def could_begin(rule: Rule, sighting: Sighting) -> bool:
    """Whether the sighting can make a first member: for most readings the value says no."""
    if not isinstance(rule.condition, Threshold):
        return True
    condition = rule.condition
    return _compare(condition.operator, sighting.value(condition.attribute), condition.limit)


def assess(rule: Rule, state: KeyState, at: int) -> Assessment:
    """Whether the condition holds at `at`, how much, and when that may change unseen."""
    match rule.condition:
        case Threshold() as threshold:
            measure = _worst(threshold, [one.value for one in state.members])
            return Assessment(bool(state.members), state.members, measure)
        case Absence() as absence:
            return _assess_absence(rule, absence, state, at)
        case Count() as count:
            return _assess_count(count, state, at)
        case Holding():
            return Assessment(bool(state.members), state.members)


def beyond(level: Level, rule: Rule, measure: Any) -> bool:
    """Whether the measure has reached the level."""
    if isinstance(rule.condition, Threshold):
        return _compare(rule.condition.operator, measure, level.at)
    return measure is not None and bool(measure >= level.at)


def _take_value(
    threshold: Threshold, state: KeyState, sighting: Sighting, at: int, matches: bool
) -> tuple[Member, ...]:
    if not matches or threshold.attribute not in sighting.document:
        return _without(state, sighting)
    value = sighting.value(threshold.attribute)
    if _compare(threshold.operator, value, threshold.limit):
        return _with(state, sighting, at, value)
    if not _comparable(threshold, value) or (
        _is_member(state, sighting) and _between(threshold, value)
    ):
        return state.members
    return _without(state, sighting)


def _take_sign_of_life(
    attribute: str, state: KeyState, sighting: Sighting, at: int, matches: bool
) -> tuple[Member, ...]:
    if not matches or attribute not in sighting.document:
        return ()
    if attribute not in sighting.changed and state.members:
        return state.members
    return (Member(sighting.entity, at),)


def _take_arrival(
    rule: Rule, count: Count, state: KeyState, sighting: Sighting, at: int, matches: bool
) -> tuple[Member, ...]:
    """An entity arrives when it begins to match; it is counted once."""
    if not matches:
        return _without(state, sighting)
    arrives = sighting.created or not rule.queried.isdisjoint(sighting.changed)
    if not arrives or _is_member(state, sighting):
        return state.members
    arrived = sorted((*state.members, Member(sighting.entity, at)), key=lambda one: one.at)
    return tuple(arrived[-KEPT_MEMBERS:])


def _assess_absence(rule: Rule, absence: Absence, state: KeyState, at: int) -> Assessment:
    if not state.members:
        return Assessment(False, ())
    last = state.members[0].at
    silent = at - last
    moments = [absence.longer_than, *(level.at for level in rule.levels)]
    coming = [last + wait for wait in moments if last + wait > at]
    return Assessment(
        silent >= absence.longer_than, state.members, silent, min(coming, default=None)
    )


def _assess_count(count: Count, state: KeyState, at: int) -> Assessment:
    members = tuple(one for one in state.members if one.at > at - count.window)
    number = len(members)
    holds = number >= (count.clear_below if state.holds else count.at_least)
    if not members:
        return Assessment(False, ())
    last_to_go = members[number - count.clear_below] if holds else members[-1]
    return Assessment(holds, members, number, last_to_go.at + count.window)


def _with(state: KeyState, sighting: Sighting, at: int, value: Any = None) -> tuple[Member, ...]:
    if not _is_member(state, sighting):
        return (*state.members, Member(sighting.entity, at, value))[-KEPT_MEMBERS:]
    return tuple(
        replace(one, value=value) if one.entity == sighting.entity else one for one in state.members
    )


def _without(state: KeyState, sighting: Sighting) -> tuple[Member, ...]:
    return tuple(one for one in state.members if one.entity != sighting.entity)


def _is_member(state: KeyState, sighting: Sighting) -> bool:
    return any(one.entity == sighting.entity for one in state.members)


def _comparable(threshold: Threshold, value: Any) -> bool:
    """An unknown value is neither well nor ill: it changes nothing."""
    if threshold.operator in ("==", "!="):
        return value is not None
    return isinstance(value, int | float) and not isinstance(value, bool)


def _compare(operator: str, value: Any, limit: Any) -> bool:
    if operator in ("==", "!="):
        return value is not None and bool(_COMPARE[operator](value, limit))
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    return bool(_COMPARE[operator](value, limit))


def _between(threshold: Threshold, value: Any) -> bool:
    """Not beyond the limit any more and not yet behind `clear`."""
    if threshold.clear is None:
        return False
    return bool(
        value < threshold.clear if threshold.operator.startswith("<") else value > threshold.clear
    )


def _worst(threshold: Threshold, values: list[Any]) -> Any:
    if threshold.operator in ("==", "!=") or not values:
        return values[0] if values else None
    return min(values) if threshold.operator.startswith("<") else max(values)
