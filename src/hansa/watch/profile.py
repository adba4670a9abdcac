"""What is usual at this hour of the week: a profile of past weeks per entity, and deviations.

The hour is the city's own, so a rush hour stays where people have it when the clocks change;
the hour that comes twice in autumn is one hour here, the one that is left out has no value.
Means of hours are kept, of the last weeks only: 168 hours by at most 26 weeks.
"""

from dataclasses import replace
from statistics import median
from typing import Any

from hansa.base.times import from_micros
from hansa.watch.limits import is_number
from hansa.watch.model import KeyState, Member, Profile
from hansa.watch.rules import SameHour

_HOURS = 168
_NORMAL = 1.4826  # a median deviation of a normal distribution, as its standard deviation


def judged(condition: SameHour, state: KeyState, entity: str, at: int, value: Any) -> KeyState:
    """The state after a reading: laid into its hour, compared with those of past weeks."""
    if not is_number(value):
        return state
    hour = hour_of(condition, at)
    running = state.memory[0][0] if state.memory else hour
    if hour < running:
        return state  # an hour that is over stays as it was told
    profile, total, number = state.profile, 0.0, 0
    if state.memory:
        total, number = state.memory[0][1], state.memory[1][1]
    if hour > running:
        profile = with_hour(condition, profile, running, total / number)
        total, number = 0.0, 0
    usual = usual_at(condition, profile, hour)
    members = state.members
    if usual:
        middle, spread = usual
        far = is_far(condition, value, middle, spread)
        members = (Member(entity, at, value),) if far else ()
    memory = ((hour, total + value), (hour, number + 1), (hour, usual[0] if usual else None))
    return replace(state, members=members, memory=memory, profile=profile)


def hour_of(condition: SameHour, at: int) -> int:
    """The number of an hour of the city's clock: week times 168 and hour of the week."""
    local = from_micros(at).astimezone(condition.zone)
    return local.toordinal() * 24 + local.hour


def with_hour(condition: SameHour, profile: Profile, hour: int, mean: float) -> Profile:
    """The profile with an hour that is over; of each hour the last weeks are kept."""
    week, slot = divmod(hour, _HOURS)
    weeks = [one for one in profile.get(slot, ()) if week - condition.weeks <= one[0] != week]
    return {**profile, slot: tuple(sorted([*weeks, (week, mean)]))[-condition.weeks :]}


def usual_at(condition: SameHour, profile: Profile, hour: int) -> tuple[float, float] | None:
    """Median of that hour in past weeks, and median deviation; None: too few are known."""
    week, slot = divmod(hour, _HOURS)
    means = [mean for one, mean in profile.get(slot, ()) if week - condition.weeks <= one < week]
    if len(means) < condition.least:
        return None
    middle = median(means)
    return middle, median(abs(mean - middle) for mean in means) * _NORMAL


def is_far(condition: SameHour, value: float, usual: float, spread: float) -> bool:
    """Whether a value lies beyond every tolerance that the rule gives, on its side."""
    sides = {"above": (1,), "below": (-1,)}.get(condition.side, (1, -1))
    return any(_beyond(condition, value, usual, spread, sign) for sign in sides)


def _beyond(condition: SameHour, value: float, usual: float, spread: float, sign: int) -> bool:
    distance = (value - usual) * sign
    if distance <= 0:
        return False
    if condition.factor is not None:
        bound = usual * condition.factor if sign > 0 else usual / condition.factor
        if (value - bound) * sign <= 0:
            return False
    if condition.absolute is not None and distance <= condition.absolute:
        return False
    return condition.mads is None or distance > condition.mads * spread
