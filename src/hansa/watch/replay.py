"""What a rule would have done over the past: pure, for `hansa rules test`.

A rule is trusted after it was measured on a replayed month: how often would it have rung, for
how long, and on what. Give it the records of the log, or the history of entities.
"""

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from hansa.base.times import from_micros, to_micros
from hansa.context import ChangeKind, Evolution, Instance, Record
from hansa.watch.engine import concerns, see, wake
from hansa.watch.model import Cleared, Effect, KeyState, Opened, Sighting, Step
from hansa.watch.rules import Absence, Rule, SameHour, window_of
from hansa.watch.sightings import RuleIndex, concern_of, defaults, sighting_of


@dataclass(frozen=True, slots=True)
class Firing:
    """One alert that the rule would have opened; `cleared` None: still open at the end."""

    rule: str
    key: str
    severity: str
    since: datetime
    opened: datetime
    cleared: datetime | None
    entities: tuple[str, ...]
    value: Any

    @property
    def seconds(self) -> float | None:
        """How long the alert would have been open."""
        return None if self.cleared is None else (self.cleared - self.opened).total_seconds()


def replay_rule(
    rule: Rule,
    past: Iterable[Record] | Sequence[Evolution],
    until: datetime | None = None,
) -> tuple[Firing, ...]:
    """The firings of one rule; see `replay_rules`."""
    return replay_rules((rule,), past, until).firings


@dataclass(frozen=True, slots=True)
class Replayed:
    """What rules would have done, in the order they opened, over which span of events."""

    firings: tuple[Firing, ...]
    begin: datetime | None
    end: datetime | None


def replay_rules(
    rules: Sequence[Rule],
    past: Iterable[Record] | Sequence[Evolution],
    until: datetime | None = None,
) -> Replayed:
    """What rules would have done over records of the log, or over evolutions of entities.

    Ask for the evolutions by `modifiedAt`: a query may name what has no observedAt.
    `until`: time goes on to there after the last event, so that what waits (for, absence, a
    window) comes due; without it, to the last event of all. Rules of one type share the work of
    making records: give them together.
    """
    replays = {rule.id: _Replay(rule) for rule in rules}
    first: int | None = None
    last = 0
    for sighting, concerned in _sightings(rules, past):
        first = sighting.recorded if first is None else min(first, sighting.recorded)
        last = max(last, sighting.recorded)
        for rule in concerned:
            replays[rule.id].see(sighting)
    for one in replays.values():
        one.advance(last if until is None else to_micros(until))
    found = [firing for one in replays.values() for firing in one.firings.values()]
    begin = None if first is None else from_micros(first)
    end = until or (None if first is None else from_micros(last))
    return Replayed(
        tuple(sorted(found, key=lambda one: (one.opened, one.rule, one.key))), begin, end
    )


def states_after(rule: Rule, past: Sequence[Evolution]) -> Mapping[str, KeyState]:
    """What a rule would remember after the past."""
    replay = _Replay(rule)
    for sighting, _ in _sightings((rule,), past):
        replay.see(sighting)
    return replay.states


def warm_up(rule: Rule) -> timedelta:
    """How long before a span the past must begin, so that the rule knows what it needs there."""
    needs = rule.holds_for + rule.hold_down + window_of(rule.condition)
    match rule.condition:
        case SameHour(weeks=weeks):
            return timedelta(weeks=weeks + 1)
        case Absence(longer_than=wait):
            needs += wait
    return timedelta(microseconds=needs) + timedelta(days=1)


def wanted(rules: Iterable[Rule]) -> tuple[str, ...]:
    """The attributes that the history of the rules' type must hold, and no others."""
    return tuple(sorted({name for rule in rules for name in rule.reads | rule.watched}))


class _Replay:
    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.states: dict[str, KeyState] = {}
        self.wakes: list[tuple[int, str]] = []
        self.firings: dict[str, Firing] = {}

    def see(self, sighting: Sighting) -> None:
        if concerns(self.rule, sighting):
            self._keep(see(self.rule, self.states, sighting))

    def advance(self, until: int) -> None:
        while self.wakes and self.wakes[0][0] <= until:
            moment, key = heapq.heappop(self.wakes)
            self._keep(wake(self.rule, self.states, key, moment))

    def _keep(self, step: Step) -> None:
        for key, state in step.states.items():
            if state is None:
                self.states.pop(key, None)
                continue
            self.states[key] = state
            if state.wake is not None:
                heapq.heappush(self.wakes, (state.wake, key))
        for effect in step.effects:
            self._note(effect)

    def _note(self, effect: Effect) -> None:
        if isinstance(effect, Opened):
            self.firings[effect.alert] = Firing(
                effect.rule,
                effect.key,
                effect.severity,
                from_micros(effect.since),
                _moment(effect),
                None,
                tuple(one.entity for one in effect.members),
                effect.measure,
            )
        elif isinstance(effect, Cleared):
            found = self.firings[effect.alert]
            self.firings[effect.alert] = replace(found, cleared=_moment(effect))
        else:
            found = self.firings[effect.alert]
            self.firings[effect.alert] = replace(
                found, severity=effect.severity, value=effect.measure
            )


def _moment(effect: Effect) -> datetime:
    """When the rule would have said it: not before the city knew."""
    return from_micros(effect.at if effect.known is None else effect.known)


def _sightings(
    rules: Sequence[Rule], past: Iterable[Record] | Sequence[Evolution]
) -> Iterator[tuple[Sighting, tuple[Rule, ...]]]:
    """What happened, in order, with the rules that each concerns."""
    index, seen = RuleIndex(rules), _Documents()
    evolutions: list[Evolution] = []
    for one in past:
        if isinstance(one, Evolution):
            evolutions.append(one)
        elif one.timer is None and index.of(one.types):
            yield from seen.sighted(one, index)
    for record in _records(evolutions):
        yield from seen.sighted(record, index)


class _Documents:
    """The entities as the records so far have made them."""

    def __init__(self) -> None:
        self._known: dict[str, dict[str, Any]] = {}

    def sighted(
        self, record: Record, index: RuleIndex
    ) -> Iterator[tuple[Sighting, tuple[Rule, ...]]]:
        """The sighting of a record, whole, where it concerns a rule; it is known in any case."""
        known, fragment = self._known.setdefault(record.entity_id, {}), defaults(record.fragment)
        document = {**known, **fragment}
        for name in record.removed:
            document.pop(name, None)
        if not record.late:
            self._known[record.entity_id] = document
        if (concern := concern_of(record, index)) is not None:
            sighting = sighting_of(replace(concern, incomplete=False), None)
            yield replace(sighting, document=document), concern.rules


def _records(evolutions: Sequence[Evolution]) -> Iterator[Record]:
    """Histories as records, in the order in which the city came to know them."""
    moments: dict[tuple[datetime, int, str], tuple[Evolution, dict[str, Instance]]] = {}
    for evolution in evolutions:
        first = _first_moment(evolution)
        for name, instances in evolution.attributes.items():
            for index, instance in enumerate(instances):
                if "datasetId" in (instance.body or {}):
                    continue  # no value of the attribute itself
                order = instance.observed_at or (instance.recorded_at if index else first)
                moment = (order, instance.number, evolution.id)
                moments.setdefault(moment, (evolution, {}))[1][name] = instance
    seen: set[str] = set()
    for (order, number, name), (evolution, group) in sorted(
        moments.items(), key=lambda one: one[0]
    ):
        yield _record(order, number, evolution, group, created=name not in seen)
        seen.add(name)


def _first_moment(evolution: Evolution) -> datetime:
    """The first values without a time of their own (a name, a place) held from the beginning."""
    moments = (
        one.observed_at or one.recorded_at
        for instances in evolution.attributes.values()
        for one in instances
    )
    return min(moments, default=evolution.created_at)


def _record(
    order: datetime, number: int, evolution: Evolution, group: dict[str, Instance], created: bool
) -> Record:
    recorded = max(instance.recorded_at for instance in group.values())
    return Record(
        number=number,
        kind=ChangeKind.CREATED if created else ChangeKind.UPDATED,
        entity_id=evolution.id,
        types=evolution.types,
        fragment={name: one.body for name, one in group.items() if one.body is not None},
        removed=tuple(name for name, one in group.items() if one.body is None),
        recorded_at=recorded,
        committed_at=order,
        actor="",
        backfilled=any(instance.backfilled for instance in group.values()),
    )
