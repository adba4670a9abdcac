"""The task of the desk: changes of alerts and due times in, incidents out, in one write each.

People work on the same incidents meanwhile, so every write expects the incidents it touches as
it read them; where a person was faster, it reads again and answers anew.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import structlog

from hansa.base.problems import AlreadyExists, Conflict, ResourceNotFound, ViewEnded
from hansa.base.times import parse_instant
from hansa.context import (
    Change,
    ChangeKind,
    City,
    Cursor,
    Entity,
    NoneOpen,
    Note,
    Query,
    Record,
    Timer,
    Unchanged,
)
from hansa.desk.entities import ALERT, incident_id, listed
from hansa.desk.intake import (
    ABOUT,
    CONSUMER,
    AlertNews,
    Known,
    Response,
    overdue,
    respond,
)
from hansa.desk.settings import DeskSettings
from hansa.guard import Grant, View

_CURSOR_EVERY = 1000
_ATTEMPTS = 8
_log = structlog.get_logger("hansa.desk")


async def run(city: City, settings: DeskSettings) -> None:
    """Answer alerts for ever. Cancel to stop; nothing is lost and nothing is done twice."""
    while True:
        grant = city.guard.machine(CONSUMER, city.world)
        view = city.guard.view(grant)
        intake = Intake(city, settings, grant, view, await city.cursor(CONSUMER))
        try:
            async for batch in city.changes(view, CONSUMER):
                await intake.handle(batch)
        except ViewEnded:
            _log.info("the view ended; the desk goes on with a new one")


@dataclass
class _Plan:
    """What a batch comes to before it is written."""

    incidents: dict[str, Known] = field(default_factory=dict)
    about: dict[str, str] = field(default_factory=dict)
    touched: dict[str, int] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    expect: list[NoneOpen] = field(default_factory=list)
    timers: dict[str, Timer] = field(default_factory=dict)
    notes: dict[str, Note] = field(default_factory=dict)


class Intake:
    """One city's desk as far as it answers by itself."""

    def __init__(
        self, city: City, settings: DeskSettings, grant: Grant, view: View, cursor: int
    ) -> None:
        self._city = city
        self._settings = settings
        self._grant = grant
        self._view = view
        self._cursor = cursor

    @property
    def dealt_with(self) -> int:
        """The newest change whose effects are committed."""
        return self._cursor

    async def handle(self, batch: Sequence[Record]) -> None:
        """Answer a batch in one write, with the cursor."""
        records = [one for one in batch if one.timer is not None or _is_alert(one)]
        for attempt in range(1, _ATTEMPTS + 1):
            plan = await self._plan(records)
            try:
                await self._commit(plan, batch[-1].number)
            except (AlreadyExists, Conflict, ResourceNotFound) as problem:
                if attempt == _ATTEMPTS:
                    raise
                _log.info("incidents changed meanwhile; answering anew", problem=str(problem))
            else:
                return

    async def _commit(self, plan: _Plan, number: int) -> None:
        if not plan.changes and number - self._cursor < _CURSOR_EVERY:
            return
        await self._city.write(
            self._grant,
            plan.changes,
            expect=[*plan.expect, *(Unchanged(*one) for one in plan.touched.items())],
            cursor=Cursor(CONSUMER, number),
            timers=list(plan.timers.values()),
            notes=list(plan.notes.values()),
        )
        self._cursor = number

    # ---- answering

    async def _plan(self, records: Sequence[Record]) -> _Plan:
        plan = _Plan()
        if not records:
            return plan
        alerts = await self._read(
            one.entity_id
            for one in records
            if one.kind is ChangeKind.UPDATED or (one.backfilled and one.timer is None)
        )
        news = [_news(one, alerts) for one in records]
        await self._learn(plan, records, [one for one in news if one is not None])
        now = self._city.clock.now()
        for record, one in zip(records, news, strict=True):
            if record.timer is not None:
                payload = record.timer[2]
                if (known := plan.incidents.get(payload["incident"])) is not None:
                    self._keep(plan, overdue(known, payload, record.number, now))
            elif one is not None:
                self._keep(plan, respond(one, self._incident_of(plan, one), self._settings, now))
        return plan

    async def _learn(
        self, plan: _Plan, records: Sequence[Record], news: Sequence[AlertNews]
    ) -> None:
        """Read the incidents that a batch may touch, as they stand now."""
        for about in {one.about for one in news}:
            for note in await self._city.notes(ABOUT, about):
                if note.key == about:
                    plan.about[about] = note.value
        wanted = {incident_id(one.id) for one in news} | set(plan.about.values())
        wanted |= {one.timer[2]["incident"] for one in records if one.timer is not None}
        for name, entity in (await self._read(wanted)).items():
            plan.incidents[name] = known_of(entity)
        for about, name in plan.about.items():
            if (found := plan.incidents.get(name)) is not None:
                plan.incidents[name] = replace(found, about=about)

    def _incident_of(self, plan: _Plan, news: AlertNews) -> Known | None:
        """The incident an alert belongs to, or the open one about the same, or None."""
        about = plan.incidents.get(plan.about.get(news.about, ""))
        own = plan.incidents.get(incident_id(news.id))
        if about is not None and (news.id in about.alerts or own is None):
            return about
        return None if own is None else replace(own, about=news.about)

    def _keep(self, plan: _Plan, response: Response) -> None:
        if not response.changes or response.incident is None:
            return
        after = response.incident
        before = plan.incidents.get(after.id)
        if before is not None and before.change:
            plan.touched.setdefault(after.id, before.change)
        plan.incidents[after.id] = after
        if after.about:
            plan.about[after.about] = after.id
        plan.changes += response.changes
        plan.expect += response.expect
        plan.timers |= {one.key: one for one in response.timers}
        plan.notes |= {one.key: one for one in response.notes}

    async def _read(self, ids: Iterable[str]) -> dict[str, Entity]:
        wanted = tuple(dict.fromkeys(ids))
        if not wanted:
            return {}
        page = await self._city.read(self._view, Query(ids=wanted))
        return {entity.id: entity for entity in page.entities}


def known_of(entity: Entity) -> Known:
    """What the desk must know of an incident, from the entity."""
    due = entity.value("due")
    return Known(
        id=entity.id,
        change=entity.change,
        state=str(entity.value("state", "new")),
        severity=str(entity.value("severity", "")),
        alerts=listed(entity.value("alerts")),
        due=None if due is None else parse_instant(due),
        about="",
    )


def _is_alert(record: Record) -> bool:
    return ALERT in record.types and record.kind is not ChangeKind.DELETED


def _news(record: Record, alerts: dict[str, Entity]) -> AlertNews | None:
    if record.timer is not None or _is_past(record, alerts):
        return None
    document = record.fragment
    if record.kind is ChangeKind.UPDATED and record.entity_id in alerts:
        document = {**alerts[record.entity_id].document, **record.fragment}
    return AlertNews(record.entity_id, record.number, document, frozenset(record.fragment))


def _is_past(record: Record, alerts: dict[str, Entity]) -> bool:
    """A back-filled alert that has ended meanwhile is history: nobody need come for it."""
    alert = alerts.get(record.entity_id)
    return (
        record.kind is ChangeKind.CREATED
        and record.backfilled
        and alert is not None
        and alert.value("state") == "cleared"
    )
