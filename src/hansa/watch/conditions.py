"""The conditions: what a sighting changes in the state of a key, and what that amounts to.

`take` lays a sighting into the state, `assess` says at a moment whether the condition holds.
Both are pure; nothing here knows alerts. Conditions that judge a reading by those before it
stand in `remembering`.
"""

from dataclasses import replace
from typing import Any

from hansa.watch.limits import comparable, compare, is_ill, worst
from hansa.watch.model import Assessment, KeyState, Member, Sighting
from hansa.watch.remembering import assess_memory, take_reading
from hansa.watch.rules import (
    Absence,
    Count,
    Holding,
    Jump,
    Level,
    Rate,
    Repeated,
    Rule,
    SameHour,
    Several,
    Threshold,
    Turn,
    measured,
)

KEPT_MEMBERS = 500  # a count beyond this says "500": a note must stay small in a storm


def event_time(rule: Rule, sighting: Sighting) -> int:
    """observedAt for a value in the world, recordedAt for what the city came to know."""
    match rule.condition:
        case Absence() | Count():
            return sighting.recorded
        case Holding():
            times = [sighting.observed[name] for name in rule.queried & sighting.observed.keys()]
            return max(times, default=sighting.recorded)
        case condition:
            return sighting.observed.get(measured(condition), sighting.recorded)


def hears_late(rule: Rule) -> bool:
    """Whether a reading that is older than the state still says something."""
    return isinstance(rule.condition, Count | Rate | Repeated)


def take(rule: Rule, state: KeyState, sighting: Sighting, at: int) -> KeyState:
    """The state of the key after the sighting."""
    matches = not sighting.deleted and rule.matches(sighting)
    match rule.condition:
        case Threshold() as threshold:
            return replace(state, members=_take_value(threshold, state, sighting, at, matches))
        case Several() as several:
            return replace(state, members=_take_sensor(several, state, sighting, at, matches))
        case Absence(attribute=name):
            return replace(state, members=_take_sign_of_life(name, state, sighting, at, matches))
        case Count() as count:
            return replace(state, members=_take_arrival(rule, count, state, sighting, at, matches))
        case Holding():
            kept = _with(state, sighting, at) if matches else _without(state, sighting)
            return replace(state, members=kept)
        case condition:
            own = event_time(rule, sighting)
            return take_reading(condition, state, sighting, own, matches=matches)


def could_begin(rule: Rule, sighting: Sighting) -> bool:
    """Whether the sighting can make a first member: for most readings the value says no."""
    match rule.condition:
        case (Threshold() as limit) | Several(limit=limit):
            return compare(limit.operator, sighting.value(limit.attribute), limit.limit)
        case Jump() | Turn() | Rate() | Repeated() | SameHour() as condition:
            return measured(condition) in sighting.changed
        case _:
            return True


def assess(rule: Rule, state: KeyState, at: int) -> Assessment:
    """Whether the condition holds at `at`, how much, and when that may change unseen."""
    match rule.condition:
        case Threshold() as threshold:
            return _assess_values(threshold, state, at)
        case Several() as several:
            return _assess_sensors(several, state, at)
        case Absence() as absence:
            return _assess_absence(rule, absence, state, at)
        case Count() as count:
            return _assess_count(count, state, at)
        case Holding():
            return Assessment(bool(state.members), state.members)
        case condition:
            return assess_memory(condition, state, at)


def beyond(level: Level, rule: Rule, measure: Any) -> bool:
    """Whether the measure has reached the level."""
    match rule.condition:
        case (Threshold() as limit) | Rate(limit=limit):
            return compare(limit.operator, measure, level.at)
        case Jump():
            return measure is not None and abs(measure) >= level.at
        case _:
            return measure is not None and bool(measure >= level.at)


def _take_value(
    threshold: Threshold, state: KeyState, sighting: Sighting, at: int, matches: bool
) -> tuple[Member, ...]:
    if not matches or threshold.attribute not in sighting.document:
        return _without(state, sighting)
    value = sighting.value(threshold.attribute)
    if compare(threshold.operator, value, threshold.limit):
        kept = _with(state, sighting, at, value)
        told = threshold.lasts is not None and threshold.attribute in sighting.changed
        return _younger(kept, sighting, at) if told else kept
    if is_ill(threshold, value, was=_is_member(state, sighting)):
        return state.members
    return _without(state, sighting)


def _take_sensor(
    several: Several, state: KeyState, sighting: Sighting, at: int, matches: bool
) -> tuple[Member, ...]:
    """As a value, but each reading makes its sensor young again."""
    attribute = several.limit.attribute
    if matches and attribute in sighting.document and attribute not in sighting.changed:
        return state.members
    after = _take_value(several.limit, state, sighting, at, matches)
    if not comparable(several.limit, sighting.value(attribute)):
        return after
    return _younger(after, sighting, at)


def _younger(members: tuple[Member, ...], sighting: Sighting, at: int) -> tuple[Member, ...]:
    """The members with that of the sighting told at `at`."""
    return tuple(replace(one, at=at) if one.entity == sighting.entity else one for one in members)


def _assess_values(threshold: Threshold, state: KeyState, at: int) -> Assessment:
    members, coming = _lasting(state.members, threshold.lasts, at)
    measure = worst(threshold, [one.value for one in members])
    return Assessment(bool(members), members, measure, coming)


def _assess_sensors(several: Several, state: KeyState, at: int) -> Assessment:
    members, coming = _lasting(state.members, several.within, at)
    return Assessment(len(members) >= several.n, members, len(members), coming)


def _lasting(
    members: tuple[Member, ...], lasts: int | None, at: int
) -> tuple[tuple[Member, ...], int | None]:
    """The members that were told no longer ago than `lasts`, and when the next falls away."""
    if lasts is None:
        return members, None
    kept = tuple(one for one in members if one.at > at - lasts)
    return kept, min((one.at + lasts for one in kept), default=None)


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
    arrived = sorted(
        (*state.members, Member(sighting.entity, at)), key=lambda one: (one.at, one.entity)
    )
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
