"""One rule, its states, one sighting or one wake: what comes of it. Pure.

Time is the events' own. Before a sighting is laid in, whatever the key would have done by
itself until then is done, at its own moment; a durable timer does the same when nothing is
seen. So the result depends on the records alone and not on how they came in batches, and a
replay of last month gives last month's alerts.
"""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hansa.watch.conditions import could_begin, event_time, hears_late, take
from hansa.watch.lifecycle import forgettable, settle
from hansa.watch.model import NOTHING, Effect, KeyState, Sighting, Step
from hansa.watch.rules import Count, Rule, per_entity

_METRES_PER_DEGREE = 111_195.0  # mean of a great circle; enough for circles of a city's size
_UNKNOWN = "unknown"


def concerns(rule: Rule, sighting: Sighting) -> bool:
    """Whether the record can change anything for the rule; cheap, asked for every record."""
    if sighting.created or sighting.deleted:
        return True
    if sighting.late and not hears_late(rule):
        return False
    return not rule.watched.isdisjoint(sighting.changed)


def see(rule: Rule, states: Mapping[str, KeyState], sighting: Sighting) -> Step:
    """Lay one sighting into the state of its key."""
    if isinstance(rule.condition, Count) and rule.condition.radius is not None:
        return _see_in_circles(rule, states, sighting)
    return _see(rule, states, sighting)


def _see(rule: Rule, states: Mapping[str, KeyState], sighting: Sighting) -> Step:
    key, label, anchor = _key(rule, states, sighting)
    known = states.get(key)
    if known is None and not _begins(rule, sighting):
        return NOTHING
    state = known or KeyState(label=label, anchor=anchor)
    at = max(event_time(rule, sighting), state.seen)
    state, before = advance(rule, key, state, at - 1)
    state, after = settle(rule, key, take(rule, state, sighting, at), at)
    told = _marked(before, sighting) + _marked(after, sighting, sighting.recorded)
    return _step(key, known, state, told)


def _see_in_circles(rule: Rule, states: Mapping[str, KeyState], sighting: Sighting) -> Step:
    """A circle that is over by now must not draw the entity to it: end those first."""
    until = event_time(rule, sighting) - 1
    ended: dict[str, KeyState | None] = {}
    effects: tuple[Effect, ...] = ()
    for key in [key for key, one in states.items() if one.wake is not None and one.wake <= until]:
        step = wake(rule, states, key, until)
        ended |= step.states
        effects += step.effects
    left = {key: one for key, one in ({**states, **ended}).items() if one} if ended else states
    seen = _see(rule, left, sighting)
    return Step({**ended, **seen.states}, _marked(effects, sighting) + seen.effects)


def wake(rule: Rule, states: Mapping[str, KeyState], key: str, moment: int) -> Step:
    """A timer rang that was set for `moment` of event time; one that was moved is ignored."""
    known = states.get(key)
    if known is None:
        return NOTHING
    state, effects = advance(rule, key, known, moment)
    return _step(key, known, state, effects)


def advance(
    rule: Rule, key: str, state: KeyState, until: int
) -> tuple[KeyState, tuple[Effect, ...]]:
    """Do what the key does by itself up to and with `until`."""
    effects: tuple[Effect, ...] = ()
    while state.wake is not None and state.wake <= until:
        moment = state.wake
        state, done = settle(rule, key, replace(state, wake=None), moment)
        effects += done
    return state, effects


def _step(key: str, known: KeyState | None, state: KeyState, effects: tuple[Effect, ...]) -> Step:
    kept = None if forgettable(state) else state
    return NOTHING if kept == known and not effects else Step({key: kept}, effects)


def _begins(rule: Rule, sighting: Sighting) -> bool:
    """Whether a key that is not remembered could begin to be; saves most evaluations."""
    return not sighting.deleted and could_begin(rule, sighting) and rule.matches(sighting)


def _marked(
    effects: tuple[Effect, ...], sighting: Sighting, recorded: int = 0
) -> tuple[Effect, ...]:
    """In a back-fill an effect is known at its time, but not before the record it rests on."""
    if not sighting.backfilled:
        return effects
    return tuple(replace(one, known=max(one.at, recorded)) for one in effects)


def _key(
    rule: Rule, states: Mapping[str, KeyState], sighting: Sighting
) -> tuple[str, str, tuple[float, float] | None]:
    """The key of a sighting, the text of its group, the centre of its circle."""
    if per_entity(rule.condition):
        return sighting.entity, "", None
    if sighting.deleted:
        return _key_of_member(states, sighting.entity), "", None
    if isinstance(rule.condition, Count) and rule.condition.radius is not None:
        return _circle(rule.condition, states, sighting)
    group = rule.condition.by if isinstance(rule.condition, Count) else ""
    label = _text(sighting.value(group)) if group else ""
    return _filled(rule.key, sighting, label), label, None


def _filled(template: str, sighting: Sighting, label: str) -> str:
    if template == "{id}":
        return sighting.entity
    return template.format_map(_Fields(sighting, label))


class _Fields(dict[str, str]):
    """The fields of a key template, looked up as they are asked for."""

    def __init__(self, sighting: Sighting, label: str) -> None:
        super().__init__(id=sighting.entity, by=label)
        self.sighting = sighting

    def __missing__(self, name: str) -> str:
        return _text(self.sighting.value(name))


def _text(value: Any) -> str:
    if value is None or value == "":
        return _UNKNOWN
    return str(value)


def _circle(
    count: Count, states: Mapping[str, KeyState], sighting: Sighting
) -> tuple[str, str, tuple[float, float] | None]:
    """The nearest circle that the entity lies in, else a new one about it."""
    if known := _key_of_member(states, sighting.entity):
        return known, "", states[known].anchor
    point = point_of(sighting.value(count.geoproperty))
    if point is None:
        return _UNKNOWN, "", None
    radius = count.radius or 0.0
    band = radius / _METRES_PER_DEGREE  # of latitude; most circles lie outside
    near = [
        (distance(point, anchor), key, anchor)
        for key, state in states.items()
        if (anchor := state.anchor) is not None and abs(anchor[1] - point[1]) <= band
    ]
    best = min(near, default=None)
    if best is not None and best[0] <= radius:
        return best[1], "", best[2]
    return f"{point[0]:.5f},{point[1]:.5f}", "", point


def _key_of_member(states: Mapping[str, KeyState], entity: str) -> str:
    """The key that an entity is a member of; "" where it is of none."""
    return next(
        (
            key
            for key, state in states.items()
            if any(one.entity == entity for one in state.members)
        ),
        "",
    )


def point_of(geometry: Any) -> tuple[float, float] | None:
    """Longitude and latitude of a GeoJSON point; None for anything else."""
    if not isinstance(geometry, Mapping) or geometry.get("type") != "Point":
        return None
    longitude, latitude = geometry["coordinates"][:2]
    return float(longitude), float(latitude)


def distance(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Metres between two points a few kilometres apart (equirectangular)."""
    width = (one[0] - other[0]) * math.cos(math.radians((one[1] + other[1]) / 2))
    return math.hypot(width, one[1] - other[1]) * _METRES_PER_DEGREE
