"""The task that keeps the city's level and its reports: at the report's hour, and at incidents.

At the hour a durable timer rings: the report is made, its entity written with a digest of the
JSON (whoever makes it again can see that nothing was changed), the level proposed anew and the
next timer set, all in one write. When an incident opens, closes or changes in severity the level
is proposed anew at once. The system proposes; a person confirms (`level`).
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import orjson
import structlog

from hansa.base.problems import Conflict, ViewEnded
from hansa.context import Change, Cursor, Entity, Op, Query, Record, Timer, TypeIs, Unchanged
from hansa.desk.entities import INCIDENT, prop
from hansa.desk.indicators.moments import Moments
from hansa.desk.level import LEVEL, ROOM, STATUS
from hansa.desk.report import troubles
from hansa.desk.report.composing import report_id
from hansa.desk.report.document import document
from hansa.desk.report.making import Reporter
from hansa.desk.report.model import Confirmation, Report
from hansa.desk.report.proposing import Proposal, proposal_of, propose
from hansa.desk.report.troubles import SOURCE
from hansa.guard import Grant, View

REPORT = "SituationReport"
_HOUR = "the report's hour"
_TELLING = frozenset({"state", "severity", "overdue"})
_CURSOR_EVERY = 1000
_ATTEMPTS = 8
_log = structlog.get_logger("hansa.desk")


async def keep_level(reporter: Reporter) -> None:
    """Propose levels and make reports for ever. Cancel to stop; nothing is done twice."""
    city = reporter.city
    while True:
        grant = city.guard.machine(ROOM, city.world)
        keeper = Keeper(reporter, grant, city.guard.view(grant), await city.cursor(ROOM))
        try:
            await keeper.begin()
            async for batch in city.changes(keeper.view, ROOM):
                await keeper.handle(batch)
        except ViewEnded:
            _log.info("the view ended; the level is kept with a new one")


class Keeper:
    """One city's level as far as the system proposes it."""

    def __init__(self, reporter: Reporter, grant: Grant, view: View, cursor: int) -> None:
        self.view = view
        self._reporter = reporter
        self._city = reporter.city
        self._grant = grant
        self._cursor = cursor

    async def begin(self) -> None:
        """Set the timer; make the report of the last hour if the node slept through it."""
        last = self._reporter.moments()
        slept = await self._status() is not None and not await self._made(last)
        await self._write(None, last if slept else None)

    async def handle(self, batch: Sequence[Record]) -> None:
        """Answer a batch in one write, with the cursor."""
        number = batch[-1].number
        hour = any(one.timer is not None for one in batch)
        if hour:
            await self._write(number, self._reporter.moments())
        elif any(map(_tells, batch)):
            await self._write(number, None)
        elif number - self._cursor >= _CURSOR_EVERY:
            await self._city.write(self._grant, [], cursor=Cursor(ROOM, number))
            self._cursor = number

    async def _write(self, number: int | None, hour: Moments | None) -> None:
        for attempt in range(1, _ATTEMPTS + 1):
            status = await self._status()
            report = None if hour is None else await self._reporter.make(self.view, hour)
            proposal = await self._proposal(status, report)
            changes = [*_kept(report), *_proposed(status, proposal, self._city.clock.now())]
            try:
                await self._city.write(
                    self._grant,
                    changes,
                    expect=[Unchanged(LEVEL, 0 if status is None else status.change)],
                    cursor=None if number is None else Cursor(ROOM, number),
                    timers=[Timer(ROOM, _HOUR, self._next_hour())],
                )
            except Conflict:
                if attempt == _ATTEMPTS:
                    raise
            else:
                self._cursor = self._cursor if number is None else number
                return

    async def _proposal(self, status: Entity | None, report: Report | None) -> Proposal:
        settings, confirmed = self._reporter.settings, confirmed_of(status)
        if report is not None:
            met = {one.id for one in report.status.criteria if one.met}
            return proposal_of(settings, met, confirmed)
        kept = () if status is None else status.value("criteria") or ()
        kept = (kept,) if isinstance(kept, str) else kept
        return propose(
            settings,
            self._reporter.speaker,
            self._city.clock.now(),
            await self._city.table(
                self.view, INCIDENT, troubles.INCIDENTS, where=troubles.OPEN_INCIDENTS
            ),
            await self._city.table(self.view, SOURCE, troubles.SOURCES),
            kept,
            confirmed,
        )

    def _next_hour(self) -> datetime:
        now = self._city.clock.now()
        last = self._reporter.moments()
        following = Moments(last.day + timedelta(days=1), last.hour, last.zone)
        return following.at if following.at > now else following.at + timedelta(days=1)

    async def _status(self) -> Entity | None:
        page = await self._city.read(self.view, Query(ids=(LEVEL,), types=TypeIs(STATUS)))
        return page.entities[0] if page.entities else None

    async def _made(self, moments: Moments) -> bool:
        query = Query(ids=(report_id(moments),), types=TypeIs(REPORT))
        return bool((await self._city.read(self.view, query)).entities)


async def keep_report(reporter: Reporter, grant: Grant, report: Report) -> None:
    """Write the entity of a report that was made; raises Forbidden."""
    await reporter.city.write(grant, _kept(report))


def confirmed_of(status: Entity | None) -> tuple[Confirmation, int] | None:
    """Who set the level last, and what had been proposed to them."""
    at = None if status is None else troubles.instant(status.value("confirmedAt"))
    if status is None or at is None:
        return None
    by = str(status.value("confirmedBy") or "")
    return Confirmation(int(status.value("confirmedLevel")), by, at), int(
        status.value("proposedThen") or 0
    )


def _tells(record: Record) -> bool:
    return INCIDENT in record.types and bool(_TELLING & record.fragment.keys())


def _proposed(status: Entity | None, found: Proposal, now: datetime) -> Iterable[Change]:
    """The change of the level; none where it is proposed as before."""
    body: dict[str, Any] = {
        "proposedLevel": found.proposed,
        "level": found.level,
        "criteria": list(found.criteria),
    }
    if status is not None and all(_same(status.value(name), one) for name, one in body.items()):
        return ()
    attributes = {name: prop(one) for name, one in body.items()}
    told = {"type": STATUS, **attributes, "proposedAt": prop(now)}
    return (Change(Op.UPDATE_OR_CREATE, LEVEL, told),)


def _same(held: Any, given: Any) -> bool:
    return bool(held == given or [held] == given)


def _kept(report: Report | None) -> Sequence[Change]:
    """The entity of a report: what it came to, and the digest of its JSON."""
    if report is None:
        return ()
    told = document(report)
    body = {
        "type": REPORT,
        "day": prop(report.day.isoformat()),
        "reportedAt": prop(report.at),
        "level": prop(report.status.level),
        "proposedLevel": prop(report.status.proposed),
        "title": _language_map(told["city"]["title"]),
        "digest": prop(digest(told)),
    }
    return (Change(Op.UPSERT, report.id, body),)


def digest(told: Mapping[str, Any]) -> str:
    """SHA-256 of the report's JSON, as the file of `hansa report` holds it."""
    made = orjson.dumps(told, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    return hashlib.sha256(made).hexdigest()


def _language_map(words: Mapping[str, str]) -> dict[str, Any]:
    return {"type": "LanguageProperty", "languageMap": dict(words)}
