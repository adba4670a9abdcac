"""Conditions that judge a reading by those before it: jump, turn, rate, n of m, the same hour.

Each keeps a bounded memory per entity. A reading is laid in at its own time, so one that comes
late or twice stands where it belongs, and of two of the same time the later told counts.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from statistics import median
from typing import Any

from hansa.watch.limits import comparable, is_ill, is_number
from hansa.watch.model import Assessment, KeyState, Member, Reading, Sighting
from hansa.watch.profile import judged
from hansa.watch.rules import Jump, Rate, Remembering, Repeated, SameHour, Turn, measured

SLOTS = 40  # readings that a rate rests on: 780 slopes, whatever the sensor sends
_HOUR = 3_600_000_000


def take_reading(
    condition: Remembering, state: KeyState, sighting: Sighting, at: int, *, matches: bool
) -> KeyState:
    """The state after a sighting; `at` is the reading's own time."""
    attribute = measured(condition)
    if not matches or attribute not in sighting.document:
        return replace(state, members=(), memory=(), profile={})
    value = sighting.value(attribute)
    if attribute not in sighting.changed or value is None:
        return state
    match condition:
        case Jump():
            return _jumped(condition, state, sighting.entity, at, value)
        case Turn():
            return _turned(condition, state, sighting.entity, at, value)
        case Rate():
            return _rated(condition, state, sighting.entity, at, value)
        case Repeated():
            return _repeated(condition, state, sighting.entity, at, value)
        case SameHour():
            return judged(condition, state, sighting.entity, at, value)


def assess_memory(condition: Remembering, state: KeyState, at: int) -> Assessment:
    """Whether what was remembered still holds: most of it ends by itself after a time."""
    if not state.members:
        return Assessment(False, ())
    (member,) = state.members
    stands = _stands(condition)
    ends = None if stands is None else member.at + stands
    if ends is not None and at >= ends:
        return Assessment(False, ())
    usual = state.memory[-1][1] if isinstance(condition, SameHour) else None
    return Assessment(True, state.members, member.value, ends, usual)


def _stands(condition: Remembering) -> int | None:
    match condition:
        case Jump(lasts=lasts) | Turn(lasts=lasts):
            return lasts
        case Rate(window=window):
            return window  # then nobody knows the rate any more
        case Repeated(within=within):
            return within
        case SameHour():
            return None


def _two_last(state: KeyState, at: int, value: Any) -> tuple[Reading, ...] | None:
    """The reading before and this one; None where a newer one is known."""
    memory = state.memory
    if memory and at < memory[-1][0]:
        return None
    if memory and at == memory[-1][0]:
        memory = memory[:-1]
    return (*memory[-1:], (at, value))


def _jumped(condition: Jump, state: KeyState, entity: str, at: int, value: Any) -> KeyState:
    if not is_number(value) or (memory := _two_last(state, at, value)) is None:
        return state
    kept = tuple(one for one in state.members if one.at != at)  # told anew, judged anew
    if len(memory) == 2 and at - memory[0][0] <= condition.within:
        step = value - memory[0][1]
        if _in_direction(condition, step) > condition.by:
            kept = (Member(entity, at, step),)
    return replace(state, members=kept, memory=memory)


def _in_direction(condition: Jump, step: float) -> float:
    return {"up": step, "down": -step}.get(condition.direction, abs(step))


def _turned(condition: Turn, state: KeyState, entity: str, at: int, value: Any) -> KeyState:
    memory = _two_last(state, at, value)
    if memory is None:
        return state
    kept = tuple(one for one in state.members if one.at != at and one.value == value)
    if len(memory) == 2 and at - memory[0][0] <= condition.within:
        before = memory[0][1]
        told = before != value and _one_of(before, condition.before)
        if told and _one_of(value, condition.after):
            kept = (Member(entity, at, value),)
    return replace(state, members=kept, memory=memory)


def _one_of(value: Any, wanted: Sequence[Any]) -> bool:
    return not wanted or value in wanted


def _laid_in(memory: Sequence[Reading], at: int, value: Any) -> list[Reading]:
    """The readings by time with one more: another of the same time is replaced."""
    return sorted([*(one for one in memory if one[0] != at), (at, value)], key=lambda one: one[0])


def _rated(condition: Rate, state: KeyState, entity: str, at: int, value: Any) -> KeyState:
    if not is_number(value):
        return state
    readings = _laid_in(state.memory, at, value)
    newest = readings[-1][0]
    recent = [one for one in readings if one[0] > newest - condition.window]
    memory = _thinned(recent, max(condition.window // SLOTS, 1))
    was = bool(state.members)
    slope = rate_of(memory, condition)
    if slope is None:
        members = tuple(replace(one, at=newest) for one in state.members)
    elif is_ill(condition.limit, slope, was=was):
        members = (Member(entity, newest, slope),)
    else:
        members = ()
    return replace(state, members=members, memory=memory)


def _thinned(readings: Sequence[Reading], slot: int) -> tuple[Reading, ...]:
    """The last reading of each slot of time, so that a chatty sensor fills no note."""
    return tuple({at // slot: (at, value) for at, value in readings}.values())[-SLOTS:]


def rate_of(memory: Sequence[Reading], condition: Rate) -> float | None:
    """The median slope per hour (Theil 1950, Sen 1968): one wild reading does not move it.

    None where there are too few readings, or they span less than half of the window.
    """
    if len(memory) < condition.readings or memory[-1][0] - memory[0][0] < condition.window / 2:
        return None
    slopes = (
        (later - earlier) / (then - at) for (at, earlier), (then, later) in combinations(memory, 2)
    )
    return float(median(slopes)) * _HOUR


def _repeated(condition: Repeated, state: KeyState, entity: str, at: int, value: Any) -> KeyState:
    if not comparable(condition.limit, value):
        return state
    readings = _laid_in(state.memory, at, is_ill(condition.limit, value, was=False))
    newest = readings[-1][0]
    if condition.within is not None:
        readings = [one for one in readings if one[0] > newest - condition.within]
    memory = tuple(readings[-condition.m :])
    number = sum(ill for _, ill in memory)
    members = (Member(entity, newest, number),) if number >= condition.n else ()
    return replace(state, members=members, memory=memory)
