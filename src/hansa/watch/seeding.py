"""What a new rule must know of the past before it can say anything: profiles of past weeks.

A rule that compares with the same hour of past weeks would be dumb for as many weeks; the city
remembers them, so they are played through once, when the rule comes into force. Alerts of that
time are not opened.
"""

import asyncio
from collections.abc import Iterable

from hansa.context import City, Note, Query, TypeIs, Window
from hansa.guard import View
from hansa.watch.model import KeyState
from hansa.watch.plan import past, space
from hansa.watch.replay import states_after, wanted, warm_up
from hansa.watch.rules import Rule, SameHour


async def learned(city: City, view: View, rules: Iterable[Rule]) -> list[Note]:
    """The notes with which new rules begin."""
    notes: list[Note] = []
    for rule in rules:
        if isinstance(rule.condition, SameHour):
            notes += await _of(city, view, rule)
    return notes


async def _of(city: City, view: View, rule: Rule) -> list[Note]:
    window = Window(city.clock.now() - warm_up(rule), None, "modifiedAt")
    query = Query(types=TypeIs(rule.type), attrs=wanted((rule,)))
    history = await city.history(view, query, window)
    states = await asyncio.to_thread(states_after, rule, history)
    notes: list[Note] = []
    for key, state in states.items():
        begun = KeyState(seen=state.seen, memory=state.memory, profile=state.profile)
        notes += [Note(space(rule.id), key, begun.note()), Note(past(rule.id), key, begun.past())]
    return notes
