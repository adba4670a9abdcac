"""The task of the desk: changes of alerts and due times in, incidents out, in one write each.

People work on the same incidents meanwhile, so every write expects the incidents it touches as
it read them; where a person was faster, it reads again and answers anew.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import structlog

from hansa.base.problems import AlreadyExists, Conflict, ResourceNotFound, ViewEnded
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
    TypeIs,
    Unchanged,
    parse_q,
)
from hansa.desk.causes import OUTAGE, Cause, cause_of, of_outage
from hansa.desk.entities import ALERT, CONSUMER, ENTRY, INCIDENT, incident_id, listed
from hansa.desk.escalation import escalated
from hansa.desk.grouping import of_one_cause, relations
from hansa.desk.intake import ABOUT, opens, overdue, respond
from hansa.desk.model import NOTHING, AlertNews, Known, Response, known_of, survivor
from hansa.desk.outages.model import OUTAGE as CUT
from hansa.desk.outages.model import CutState
from hansa.desk.outages.settings import OutageSettings
from hansa.desk.rules import Same
from hansa.desk.settings import DeskSettings
from hansa.desk.states import State
from hansa.desk.tasks import NO_WORK, Work, with_playbooks
from hansa.guard import Grant, View

_CURSOR_EVERY = 1000
_ATTEMPTS = 8
_log = structlog.get_logger("hansa.desk")


async def run(
    city: City,
    settings: DeskSettings,
    work: Work = NO_WORK,
    outages: OutageSettings | None = None,
) -> None:
    """Answer alerts for ever. Cancel to stop; nothing is lost and nothing is done twice.

    `outages`: by which an alert may be explained, None: by none.
    """
    while True:
        grant = city.guard.machine(CONSUMER, city.world)
        view = city.guard.view(grant)
        intake = Intake(city, settings, grant, view, await city.cursor(CONSUMER), work, outages)
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
    causes: list[Cause] = field(default_factory=list)
    touched: dict[str, int] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    expect: list[NoneOpen] = field(default_factory=list)
    timers: dict[str, Timer] = field(default_factory=dict)
    notes: dict[str, Note] = field(default_factory=dict)


class Intake:
    """One city's desk as far as it answers by itself."""

    def __init__(
        self,
        city: City,
        settings: DeskSettings,
        grant: Grant,
        view: View,
        cursor: int,
        work: Work = NO_WORK,
        outages: OutageSettings | None = None,
    ) -> None:
        self._city = city
        self._settings = settings
        self._grant = grant
        self._view = view
        self._cursor = cursor
        self._work = work
        self._outages = outages

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
            _folded(plan.changes),
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
        news = await self._fed(news)
        await self._learn(plan, records, [one for one in news if one is not None])
        now = self._city.clock.now()
        for record, one in zip(records, news, strict=True):
            if record.timer is not None:
                self._keep(plan, _rung(plan, record, now))
            elif one is not None:
                answer = self._answer(plan, one, now)
                changes, timers = with_playbooks(answer.changes, self._work, now)
                timers = (*answer.timers, *timers)
                self._keep(plan, replace(answer, changes=changes, timers=timers))
        return plan

    def _answer(self, plan: _Plan, news: AlertNews, now: datetime) -> Response:
        home = self._home(plan, news)
        after = None if home is None else survivor(plan.incidents, home)
        if (joins := self._explained(plan, news, after)) is not None:
            incident, outage = survivor(plan.incidents, joins[0]), joins[1]
            return respond(news, incident, self._settings, now, cause=OUTAGE, outage=outage)
        if (group := self._group(plan, news, after, now)) is not None:
            return respond(news, group[0], self._settings, now, cause=group[1])
        via = home if home is not None and home.merged_into else None
        return respond(news, after, self._settings, now, via=via)

    def _opens_own(self, news: AlertNews, known: Known | None) -> bool:
        """Whether the alert would open an incident of its own."""
        if known is not None and (known.state != State.CLOSED or news.id in known.alerts):
            return False
        return opens(news, self._settings)

    def _explained(
        self, plan: _Plan, news: AlertNews, known: Known | None
    ) -> tuple[Known, str] | None:
        """The open incident of an outage that explains the alert, and the outage."""
        if self._outages is None or not self._opens_own(news, known):
            return None
        return of_outage(news, plan.causes, plan.incidents, self._outages)

    def _group(
        self, plan: _Plan, news: AlertNews, known: Known | None, now: datetime
    ) -> tuple[Known, Same] | None:
        """The open incident of the same cause, where the alert would open one of its own."""
        if not self._opens_own(news, known):
            return None
        return of_one_cause(news, plan.incidents.values(), self._settings.grouping, now)

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
        await self._learn_of(plan, wanted)
        for about, name in plan.about.items():
            if (found := plan.incidents.get(name)) is not None:
                plan.incidents[name] = replace(found, about=about)
        if any(opens(one, self._settings) for one in news):
            if self._settings.grouping:
                await self._learn_open(plan)
            if self._outages is not None:
                await self._learn_outages(plan)

    async def _learn_outages(self, plan: _Plan) -> None:
        """What is off now, and its incidents."""
        where = parse_q(f'state=="{CutState.CONFIRMED}"')
        page = await self._city.read(self._view, Query(types=TypeIs(CUT), where=where))
        plan.causes += [cause_of(one) for one in page.entities if one.value("refIncident")]
        await self._learn_of(plan, {one.cut.incident for one in plan.causes})

    async def _learn_of(self, plan: _Plan, wanted: Iterable[str]) -> None:
        """These incidents, and those that they were merged into."""
        while names := set(wanted) - plan.incidents.keys():
            found = await self._read(names)
            plan.incidents |= {name: known_of(entity) for name, entity in found.items()}
            wanted = {known_of(one).merged_into for one in found.values()} - {""}

    async def _learn_open(self, plan: _Plan) -> None:
        """Every open incident: an alert may be of the same cause as any."""
        query = Query(types=TypeIs(INCIDENT), where=parse_q(f'state!="{State.CLOSED}"'))
        page = await self._city.read(self._view, query)
        for entity in page.entities:
            if entity.id not in plan.incidents:
                plan.incidents[entity.id] = known_of(entity)

    async def _fed(self, news: Sequence[AlertNews | None]) -> list[AlertNews | None]:
        """The news with what feeds the entities they rest on, where the city's rules ask for it."""
        names = relations(self._settings.grouping)
        if not names:
            return list(news)
        sources = await self._read(
            source for one in news if one is not None for source in one.sources
        )
        fed = {
            name: frozenset(target for key in names for target in listed(entity.value(key)))
            for name, entity in sources.items()
        }
        return [
            one and replace(one, upstream=frozenset().union(*(fed.get(s, ()) for s in one.sources)))
            for one in news
        ]

    def _home(self, plan: _Plan, news: AlertNews) -> Known | None:
        """The incident an alert belongs to, or the one about the same, or None."""
        about = plan.incidents.get(plan.about.get(news.about, ""))
        own = plan.incidents.get(incident_id(news.id))
        if about is not None and (news.id in about.alerts or own is None):
            return about
        return None if own is None else replace(own, about=news.about)

    def _keep(self, plan: _Plan, response: Response) -> None:
        if not response.changes or response.incident is None:
            return
        for after in (response.incident, response.via):
            if after is not None:
                _touch(plan, after)
        plan.changes += response.changes
        plan.expect += response.expect
        plan.timers |= {one.key: one for one in response.timers}
        for note in response.notes:
            plan.notes[note.key] = note
            plan.about[note.key] = note.value

    async def _read(self, ids: Iterable[str]) -> dict[str, Entity]:
        wanted = tuple(dict.fromkeys(ids))
        if not wanted:
            return {}
        page = await self._city.read(self._view, Query(ids=wanted))
        return {entity.id: entity for entity in page.entities}


def _touch(plan: _Plan, after: Known) -> None:
    before = plan.incidents.get(after.id)
    if before is not None and before.change:
        plan.touched.setdefault(after.id, before.change)
    plan.incidents[after.id] = after


def _rung(plan: _Plan, record: Record, now: datetime) -> Response:
    """The answer to a timer: a due time, or a step of the escalation."""
    payload = record.timer[2] if record.timer is not None else {}
    known = plan.incidents.get(payload["incident"])
    if known is None:
        return NOTHING
    ring = escalated if "escalate" in payload else overdue
    return ring(known, payload, record.number, now)


def _folded(changes: Sequence[Change]) -> list[Change]:
    """One change per entity, lines before incidents: a storm's thousand joins are one change."""
    folded: dict[str, Change] = {}
    for one in changes:
        before = folded.get(one.id)
        if before is not None:
            one = before._replace(body={**before.body, **one.body}, opens=before.opens or one.opens)
        folded[one.id] = one
    return sorted(folded.values(), key=lambda one: one.body.get("type", INCIDENT) != ENTRY)


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
