"""The task that watches: batches of the change log in, alerts out, each batch in one write.

States, alerts, timers and the cursor commit together. A crash before the commit leaves the
batch to be read again; a crash after it leaves nothing to do. What others did to an alert
meanwhile (deleted, or opened one with the same key) is read again and taken as it is.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import structlog

from hansa.base.glossary import load_glossary
from hansa.base.problems import Conflict, ResourceNotFound, ViewEnded
from hansa.context import Change, City, Cursor, Entity, Query, Record
from hansa.guard import Grant, View
from hansa.watch.model import Cleared, KeyState, Opened
from hansa.watch.plan import CONSUMER, Batch, Plan, last_words, make_plan
from hansa.watch.quieting import in_force, is_about, open_before, turned, work_timers
from hansa.watch.render import Speaker, alert_key, change_of
from hansa.watch.rules import Rule
from hansa.watch.sightings import RuleIndex, concern_of
from hansa.watch.suppression import Suppression
from hansa.watch.upkeep import begin

_CURSOR_EVERY = 1000  # records that concern no rule move the cursor only so often
_ATTEMPTS = 4
_log = structlog.get_logger("hansa.watch")


async def run(city: City, rules: Sequence[Rule]) -> None:
    """Watch for ever. Cancel to stop; nothing is lost and nothing is done twice."""
    while True:
        grant = city.guard.machine(CONSUMER, city.world)
        view = city.guard.view(grant)
        try:
            watcher = await Watcher.open(city, rules, grant, view)
            async for batch in city.changes(view, CONSUMER):
                await watcher.handle(batch)
        except ViewEnded:
            _log.info("the view ended; watching goes on with a new one")


class Watcher:
    """The states of one city's rules in memory, and how a batch moves them."""

    def __init__(self, city: City, rules: Sequence[Rule], grant: Grant, view: View) -> None:
        self._city = city
        self._grant = grant
        self._view = view
        self._index = RuleIndex(rules)
        self._states: dict[str, dict[str, KeyState]] = {}
        self._suppressions: tuple[Suppression, ...] = ()
        self._gone: set[str] = set()
        self._names = load_glossary(city.settings.folder)
        self._cursor = 0

    @classmethod
    async def open(cls, city: City, rules: Sequence[Rule], grant: Grant, view: View) -> "Watcher":
        """A watcher with its states as the last commit left them."""
        watcher = cls(city, rules, grant, view)
        watcher._states = await begin(city, rules, grant, view)
        watcher._cursor = await city.cursor(CONSUMER)
        watcher._suppressions = await in_force(city, view)
        return watcher

    @property
    def dealt_with(self) -> int:
        """The newest change whose effects are committed."""
        return self._cursor

    async def handle(self, records: Sequence[Record]) -> None:
        """Evaluate a batch and write what comes of it, with the cursor, in one write."""
        batch = await self._completed(records)
        if batch.suppressing:
            self._suppressions = await in_force(self._city, self._view)
        for attempt in range(1, _ATTEMPTS + 1):
            plan = make_plan(batch, self._index, self._states)
            try:
                await self._commit(plan, batch)
            except (Conflict, ResourceNotFound) as problem:
                if attempt == _ATTEMPTS:
                    raise
                _log.info("alerts changed meanwhile; reading them again", problem=str(problem))
                await self._reconcile(plan)
            else:
                return

    async def _completed(self, records: Sequence[Record]) -> Batch:
        """The records with what their rules need beyond the fragments."""
        concerns = {
            record.number: found
            for record in records
            if record.timer is None and (found := concern_of(record, self._index)) is not None
        }
        wanted = (one.record.entity_id for one in concerns.values() if one.incomplete)
        suppressing = any(is_about(record) for record in records)
        return Batch(records, concerns, await self._read(wanted), suppressing)

    async def _commit(self, plan: Plan, batch: Batch) -> None:
        number = batch.records[-1].number
        notes, timers = plan.books()
        idle = not (plan.effects or notes or timers or batch.suppressing)
        if idle and number - self._cursor < _CURSOR_EVERY:
            return
        ending = await work_timers(self._city, self._view, batch.records, self._suppressions)
        await self._city.write(
            self._grant,
            [*await self._changes(plan, batch.entities), *await self._turned(plan, batch)],
            cursor=Cursor(CONSUMER, number),
            timers=[*timers, *ending],
            notes=notes,
        )
        self._cursor = number
        self._states |= plan.states
        self._gone.clear()

    async def _changes(self, plan: Plan, known: Mapping[str, Entity]) -> list[Change]:
        effects = [one for one in last_words(plan.effects) if one[1].alert not in self._gone]
        if not effects:
            return []
        wanted = {
            one.entity
            for _, effect in effects
            if not isinstance(effect, Cleared)
            for one in effect.members
        }
        found = {**known, **await self._read(wanted - known.keys())}
        settings = self._city.settings
        speaker = Speaker(
            self._view,
            settings.zone,
            settings.languages,
            found,
            self._city.clock.now(),
            self._suppressions,
            self._names,
        )
        return [change_of(rule, effect, speaker) for rule, effect in effects]

    async def _turned(self, plan: Plan, batch: Batch) -> list[Change]:
        """What suppressions that began, ended or changed do to alerts that stand open."""
        if not batch.suppressing:
            return []
        alerts = (await self._read(sorted(open_before(plan)))).values()
        return turned(alerts, self._suppressions, self._city.clock.now())

    async def _read(self, ids: Iterable[str]) -> dict[str, Entity]:
        wanted = tuple(dict.fromkeys(ids))
        if not wanted:
            return {}
        page = await self._city.read(self._view, Query(ids=wanted))
        return {entity.id: entity for entity in page.entities}

    # ---- what others did

    async def _reconcile(self, plan: Plan) -> None:
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
