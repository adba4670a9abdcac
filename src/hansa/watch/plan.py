"""What a batch of the change log comes to, before anything is written. Pure.

The plan works on copies of the states it touches, so that a refused write leaves nothing
behind and the batch can be planned anew.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hansa.base.times import from_micros, to_micros
from hansa.context import Entity, Note, Record, Timer
from hansa.watch.engine import concerns, see, wake
from hansa.watch.model import Changed, Effect, KeyState, Step
from hansa.watch.rules import Rule
from hansa.watch.sightings import Concern, RuleIndex, sighting_of

CONSUMER = "watch"

States = Mapping[str, Mapping[str, KeyState]]


@dataclass(frozen=True, slots=True)
class Batch:
    """Records with the rules they concern, and the entities that complete their fragments.

    `suppressing`: among them is one that tells of suppressions.
    """

    records: Sequence[Record]
    concerns: Mapping[int, Concern]
    entities: Mapping[str, Entity]
    suppressing: bool = False


@dataclass(slots=True)
class Plan:
    """States by rule and key as the batch leaves them, and the effects in order.

    `touched`: per rule and key, how far the events' time lay behind the clock (microseconds),
    so that a wait counted in event time ends at the right time of the clock.
    """

    before: States
    states: dict[str, dict[str, KeyState]] = field(default_factory=dict)
    touched: dict[tuple[str, str], int] = field(default_factory=dict)
    effects: list[tuple[Rule, Effect]] = field(default_factory=list)

    def of(self, rule: Rule) -> dict[str, KeyState]:
        """The working states of a rule."""
        if rule.id not in self.states:
            self.states[rule.id] = dict(self.before[rule.id])
        return self.states[rule.id]

    def keep(self, rule: Rule, step: Step, committed: int, moment: int | None = None) -> None:
        """Take a step over; `moment`: the event time, where it was a timer."""
        working = self.of(rule)
        for key, state in step.states.items():
            seen = state.seen if moment is None and state is not None else moment
            self.touched[rule.id, key] = 0 if seen is None else max(committed - seen, 0)
            if state is None:
                working.pop(key, None)
            else:
                working[key] = state
        self.effects += [(rule, effect) for effect in step.effects]

    def books(self) -> tuple[list[Note], list[Timer]]:
        """The notes and timers that differ from before."""
        notes, timers = [], []
        for (rule, key), behind in self.touched.items():
            before, after = self.before[rule].get(key), self.states[rule].get(key)
            notes += _notes(rule, key, before, after)
            moment = None if after is None else after.wake
            if moment != (None if before is None else before.wake):
                timers.append(_timer(rule, key, moment, behind))
        return notes, timers


def make_plan(batch: Batch, index: RuleIndex, states: States) -> Plan:
    """Evaluate every record of the batch in order."""
    plan = Plan(states)
    for record in batch.records:
        committed = to_micros(record.committed_at)
        if record.timer is not None:
            _ring(plan, index, record.timer[2], committed)
        elif (concern := batch.concerns.get(record.number)) is not None:
            sighting = sighting_of(concern, batch.entities.get(record.entity_id))
            for rule in concern.rules:
                if concerns(rule, sighting):
                    plan.keep(rule, see(rule, plan.of(rule), sighting), committed)
    return plan


def _ring(plan: Plan, index: RuleIndex, payload: Mapping[str, object], committed: int) -> None:
    rule, moment = index.by_id.get(str(payload.get("rule"))), payload.get("moment")
    if rule is not None and isinstance(moment, int):
        step = wake(rule, plan.of(rule), str(payload["key"]), moment)
        plan.keep(rule, step, committed, moment)


def last_words(effects: Sequence[tuple[Rule, Effect]]) -> list[tuple[Rule, Effect]]:
    """Without the changes that a later one of the same alert says anew: a storm is one write."""
    kept: list[tuple[Rule, Effect]] = []
    spoken: set[str] = set()
    for rule, effect in reversed(effects):
        if not isinstance(effect, Changed):
            spoken.discard(effect.alert)
        elif effect.alert in spoken:
            continue
        else:
            spoken.add(effect.alert)
        kept.append((rule, effect))
    return kept[::-1]


def space(rule: str) -> str:
    """The space of a rule's notes: one note per key."""
    return f"watch:{rule}"


def past(rule: str) -> str:
    """The space of its profiles of past weeks: larger than a state, and seldom new."""
    return f"watch:{rule}:past"


def _notes(rule: str, key: str, before: KeyState | None, after: KeyState | None) -> list[Note]:
    found = []
    if before != after:
        found.append(Note(space(rule), key, None if after is None else after.note()))
    known = before.profile if before is not None else {}
    if known != (told := after.profile if after is not None else {}):
        found.append(Note(past(rule), key, after.past() if after is not None and told else None))
    return found


def _timer(rule: str, key: str, moment: int | None, behind: int) -> Timer:
    """A timer by the city's clock for a moment of the events' time."""
    name = f"{rule} {key}"
    if moment is None:
        return Timer(CONSUMER, name, None)
    payload = {"rule": rule, "key": key, "moment": moment}
    return Timer(CONSUMER, name, from_micros(moment + behind), payload)
