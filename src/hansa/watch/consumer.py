"""The task that watches: batches of the change log in, alerts out, each batch in one write.

States, alerts, timers and the cursor commit together. A crash before the commit leaves the
batch to be read again; a crash after it leaves nothing to do. What others did to an alert
meanwhile (deleted, or opened one with the same key) is read again and taken as it is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import structlog

from hansa.base.problems import Conflict, ResourceNotFound, ViewEnded
from hansa.base.times import from_micros, to_micros
from hansa.context import (
    Change,
    City,
    Cursor,
    Entity,
    Note,
    Query,
    Record,
    Timer,
    TypeIs,
    parse_q,
)
from hansa.guard import Grant, View
from hansa.watch.engine import see, wake
from hansa.watch.model import Changed, Cleared, Effect, KeyState, Opened, Step
from hansa.watch.render import ALERT, Speaker, alert_key, change_of, cleared
from hansa.watch.rules import Rule
from hansa.watch.sightings import Concern, RuleIndex, concern_of, sighting_of

CONSUMER = "watch"

_CURSOR_EVERY = 1000  # records that concern no rule move the cursor only so often
_ATTEMPTS = 4
_log = structlog.get_logger("hansa.watch")


async def run(city: City, rules: Sequence[Rule]) -> None:
    """Watch for ever. Cancel to stop; nothing is lost and nothing is done twice."""
    while True:
        grant = city.guard.machine(CONSUMER, city.world)
        view = city.guard.view(grant)
        watcher = await Watcher.open(city, rules, grant, view)
        try:
            async for batch in city.changes(view, CONSUMER):
                await watcher.handle(batch)
        except ViewEnded:
            _log.info("the view ended; watching goes on with a new one")


@dataclass
class _Plan:
    """What a batch comes to before it is written."""

    states: dict[str, dict[str, KeyState]]
    touched: dict[tuple[str, str], int] = field(default_factory=dict)
    effects: list[tuple[Rule, Effect]] = field(default_factory=list)


class Watcher:
    """The states of one city's rules in memory, and how a batch moves them."""

    def __init__(self, city: City, rules: Sequence[Rule], grant: Grant, view: View) -> None:
        self._city = city
        self._grant = grant
        self._view = view
        self._index = RuleIndex(rules)
        self._states: dict[str, dict[str, KeyState]] = {rule.id: {} for rule in rules}
        self._gone: set[str] = set()
        self._cursor = 0

    @classmethod
    async def open(cls, city: City, rules: Sequence[Rule], grant: Grant, view: View) -> "Watcher":
        """A watcher with its states as the last commit left them."""
        watcher = cls(city, rules, grant, view)
        watcher._cursor = await city.cursor(CONSUMER)
        for rule in rules:
            for note in await city.notes(_space(rule.id)):
                watcher._states[rule.id][note.key] = KeyState.from_note(note.value)
        await watcher._withdraw()
        return watcher

    @property
    def dealt_with(self) -> int:
        """The newest change whose effects are committed."""
        return self._cursor

    async def handle(self, batch: Sequence[Record]) -> None:
        """Evaluate a batch and write what comes of it, with the cursor, in one write."""
        concerns = {
            record.number: found
            for record in batch
            if record.timer is None and (found := concern_of(record, self._index)) is not None
        }
        entities = await self._read(
            one.record.entity_id for one in concerns.values() if one.incomplete
        )
        for attempt in range(1, _ATTEMPTS + 1):
            plan = self._plan(batch, concerns, entities)
            try:
                await self._commit(plan, batch[-1].number, entities)
            except (Conflict, ResourceNotFound) as problem:
                if attempt == _ATTEMPTS:
                    raise
                _log.info("alerts changed meanwhile; reading them again", problem=str(problem))
                await self._reconcile(plan)
            else:
                return

    # ---- evaluating

    def _plan(
        self,
        batch: Sequence[Record],
        concerns: dict[int, Concern],
        entities: dict[str, Entity],
    ) -> _Plan:
        plan = _Plan({})
        for record in batch:
            if record.timer is not None:
                self._ring(plan, record)
            elif (concern := concerns.get(record.number)) is not None:
                sighting = sighting_of(concern, entities.get(record.entity_id))
                for rule in concern.rules:
                    step = see(rule, self._working(plan, rule.id), sighting)
                    self._keep(plan, rule, step, record, None)
        return plan

    def _ring(self, plan: _Plan, record: Record) -> None:
        payload = record.timer[2] if record.timer else {}
        rule = self._index.by_id.get(payload.get("rule", ""))
        if rule is not None:
            moment = payload["moment"]
            step = wake(rule, self._working(plan, rule.id), payload["key"], moment)
            self._keep(plan, rule, step, record, moment)

    def _working(self, plan: _Plan, rule: str) -> dict[str, KeyState]:
        if rule not in plan.states:
            plan.states[rule] = dict(self._states[rule])
        return plan.states[rule]

    def _keep(
        self, plan: _Plan, rule: Rule, step: Step, record: Record, moment: int | None
    ) -> None:
        """Take a step over; remember how far the events' time lies behind the clock."""
        working = plan.states[rule.id]
        for key, state in step.states.items():
            seen = moment if moment is not None or state is None else state.seen
            behind = to_micros(record.committed_at) - seen if seen is not None else 0
            plan.touched[rule.id, key] = max(behind, 0)
            if state is None:
                working.pop(key, None)
            else:
                working[key] = state
        plan.effects += [(rule, effect) for effect in step.effects]

    # ---- writing

    async def _commit(self, plan: _Plan, number: int, entities: dict[str, Entity]) -> None:
        notes, timers = self._books(plan)
        idle = not (plan.effects or notes or timers)
        if idle and number - self._cursor < _CURSOR_EVERY:
            return
        changes = await self._changes(plan, entities)
        await self._city.write(
            self._grant,
            changes,
            cursor=Cursor(CONSUMER, number),
            timers=timers,
            notes=notes,
        )
        self._cursor = number
        self._states |= plan.states
        self._gone.clear()

    def _books(self, plan: _Plan) -> tuple[list[Note], list[Timer]]:
        notes, timers = [], []
        for (rule, key), behind in plan.touched.items():
            before, after = self._states[rule].get(key), plan.states[rule].get(key)
            if before != after:
                notes.append(Note(_space(rule), key, None if after is None else after.note()))
            moment = None if after is None else after.wake
            if moment != (None if before is None else before.wake):
                timers.append(_timer(rule, key, moment, behind))
        return notes, timers

    async def _changes(self, plan: _Plan, entities: dict[str, Entity]) -> list[Change]:
        effects = [one for one in last_words(plan.effects) if one[1].alert not in self._gone]
        if not effects:
            return []
        wanted = {
            one.entity
            for _, effect in effects
            if not isinstance(effect, Cleared)
            for one in effect.members
        }
        found = entities | await self._read(wanted - entities.keys())
        settings = self._city.settings
        speaker = Speaker(
            self._view, settings.zone, settings.languages, found, self._city.clock.now()
        )
        return [change_of(rule, effect, speaker) for rule, effect in effects]

    async def _read(self, ids: Iterable[str]) -> dict[str, Entity]:
        wanted = tuple(dict.fromkeys(ids))
        if not wanted:
            return {}
        page = await self._city.read(self._view, Query(ids=wanted))
        return {entity.id: entity for entity in page.entities}

    # ---- what others did

    async def _reconcile(self, plan: _Plan) -> None:
        """Look at the alerts of a refused batch: which are gone, which key is held by whom."""
        opened = {effect.alert for _, effect in plan.effects if isinstance(effect, Opened)}
        touched = {effect.alert for _, effect in plan.effects} - opened
        self._gone |= touched - (await self._read(touched)).keys()
        for rule, effect in plan.effects:
            if isinstance(effect, Opened):
                await self._adopt(rule, effect)

    async def _adopt(self, rule: Rule, effect: Opened) -> None:
        """An alert holds the key and our state does not know it: it is ours from now on."""
        key = alert_key(rule.id, effect.key)
        holder = await self._city.holder(self._city.world, self._grant.tenant, key)
        known = self._states[rule.id].get(effect.key)
        if holder is None or (known is not None and known.alert == holder):
            return
        found = (await self._read([holder])).get(holder)
        severity = rule.severity if found is None else found.value("severity", rule.severity)
        self._states[rule.id][effect.key] = replace(
            known or KeyState(label=effect.label), alert=holder, severity=severity, holds=True
        )

    async def _withdraw(self) -> None:
        """Clear what rules opened that the city no longer has, and forget their states."""
        query = Query(types=TypeIs(ALERT), where=parse_q('state=="open";rule'))
        page = await self._city.read(self._view, query)
        now = to_micros(self._city.clock.now())
        left = [one for one in page.entities if one.value("rule") not in self._index.by_id]
        notes = [
            replace(note, value=None)
            for rule in sorted({str(one.value("rule")) for one in left})
            for note in await self._city.notes(_space(rule))
        ]
        changes = [self._withdrawal(one, now) for one in left]
        if changes:
            await self._city.write(self._grant, changes, notes=notes)

    def _withdrawal(self, alert: Entity, now: int) -> Change:
        rule, key = str(alert.value("rule")), str(alert.value("dedupKey"))
        return cleared(Cleared(rule, key, alert.id, now), from_micros(now))


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


def _space(rule: str) -> str:
    return f"watch:{rule}"


def _timer(rule: str, key: str, moment: int | None, behind: int) -> Timer:
    """A timer by the city's clock for a moment of the events' time."""
    name = f"{rule} {key}"
    if moment is None:
        return Timer(CONSUMER, name, None)
    payload = {"rule": rule, "key": key, "moment": moment}
    return Timer(CONSUMER, name, from_micros(moment + behind), payload)
