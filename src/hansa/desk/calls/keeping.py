"""The task that keeps calls: late ones, and requests of citizens' apps.

One consumer in the order of the log, one write for each call that is concerned. What is answered
again after a crash finds the call in its new state and does nothing.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime
from typing import TypeAlias

import structlog

from hansa.base.problems import Conflict, ResourceNotFound, ViewEnded
from hansa.context import (
    Change,
    ChangeKind,
    City,
    Cursor,
    Entity,
    Op,
    Record,
    Unchanged,
)
from hansa.desk.calls import open311, routing
from hansa.desk.calls.finding import BUILDING, handling, one_of
from hansa.desk.calls.following import (
    NOTHING,
    Following,
    ends,
    forwarded,
    freed,
    moves,
    rung,
    settled,
)
from hansa.desk.calls.model import BY, CALL, CONSUMER, Calling
from hansa.desk.calls.routing import NOTHING as NO_TASK
from hansa.desk.calls.states import CallState
from hansa.desk.calls.taking import take
from hansa.desk.themes import Suggestion
from hansa.guard import Grant, View

Answer: TypeAlias = Callable[[Entity, Record, datetime], Awaitable[Following]]
"""(call, record, now) -> a line, the change of the call, and what goes with it."""

_ATTEMPTS = 8
_CURSOR_EVERY = 1000
_log = structlog.get_logger("hansa.desk.calls")


async def keep_calls(city: City, calling: Calling) -> None:
    """Keep calls for ever. Cancel to stop; nothing is lost and nothing is done twice."""
    while True:
        grant = city.guard.machine(CONSUMER, city.world)
        view = city.guard.view(grant)
        keeper = _Keeper(city, calling, grant, view, await city.cursor(CONSUMER))
        try:
            async for batch in city.changes(view, CONSUMER):
                await keeper.handle(batch)
        except ViewEnded:
            _log.info("the view ended; calls are kept with a new one")


class _Keeper:
    """One city's calls, as far as the machine answers."""

    def __init__(self, city: City, calling: Calling, grant: Grant, view: View, cursor: int) -> None:
        self._city = city
        self._calling = calling
        self._grant = grant
        self._view = view
        self._cursor = cursor

    async def handle(self, batch: Sequence[Record]) -> None:
        """Answer one record at a time; each call that follows from it is a write of its own."""
        for record in batch:
            if record.timer is not None:
                await self._of_call(str(record.timer[2]["call"]), record, _at_once(rung))
            elif CALL in record.types:
                for answer in self._answers(record):
                    await self._of_call(record.entity_id, record, answer)
            elif open311.REQUEST in record.types and record.kind is ChangeKind.CREATED:
                await self._of_app(record)
        if batch[-1].number - self._cursor >= _CURSOR_EVERY:
            await self._city.write(self._grant, [], cursor=Cursor(CONSUMER, batch[-1].number))
            self._cursor = batch[-1].number

    def _answers(self, record: Record) -> Iterable[Answer]:
        """What a change of a call is to be answered with."""
        if ends(record):
            yield _at_once(settled)
        if freed(record):
            yield self._sent_again
        if moves(record):
            yield _at_once(forwarded)

    async def _of_call(self, name: str, record: Record, answer: Answer) -> None:
        """Write what follows for one call, upon the call as it stands."""
        for attempt in range(1, _ATTEMPTS + 1):
            call = await one_of(self._city, self._view, name, CALL)
            if call is None:
                return
            found = await answer(call, record, self._city.clock.now())
            if not found.changes:
                return
            try:
                await self._city.write(
                    self._grant,
                    found.changes,
                    expect=[Unchanged(call.id, call.change), *found.expect],
                    timers=found.timers,
                    cursor=Cursor(CONSUMER, record.number - 1),
                )
            except (Conflict, ResourceNotFound) as problem:
                if attempt == _ATTEMPTS:
                    raise
                _log.info("a call changed meanwhile; answering anew", problem=str(problem))
            else:
                return

    async def _sent_again(self, call: Entity, _: Record, now: datetime) -> Following:
        """Its outage was none: it goes on with the task it had, else to whom the table names."""
        if call.value("state") != CallState.NEW or call.value("refOutage") is not None:
            return NOTHING
        task = await routing.task_of(self._city, self._view, call)
        put = NO_TASK if task is None else routing.goes_on(task)
        expect: tuple[Unchanged, ...] = ()
        if put.attributes and task is not None:
            expect = (Unchanged(task.id, task.change),)
        else:
            put = await routing.sent_anew(self._city, self._view, self._calling, call, BY, now)
        if not put.attributes:
            return NOTHING
        change = Change(Op.APPEND, call.id, dict(put.attributes))
        return Following((*put.changes, change), put.timers, expect)

    async def _of_app(self, record: Record) -> None:
        """A request of a citizen's app is a call, once: its id comes from the request's."""
        if record.backfilled:
            return
        close = handling(self._city, self._view)
        request = await one_of(self._city, close, record.entity_id, open311.REQUEST)
        within, now = self._calling.settings.apps_within, self._city.clock.now()
        if request is None or not open311.is_ours(request, within, now):
            return
        asked = open311.asked_of(request, self._calling)
        building = await self._house(request, asked)
        found, alone = self._suggested(asked)
        card = open311.card_of(request, asked, building, found, alone=alone)
        await take(self._city, self._grant, self._calling, card, BY)

    async def _house(self, request: Entity, asked: open311.Asked) -> str:
        """By its id in the city's table, else by what is written and where it is."""
        named = await one_of(self._city, self._view, open311.house_of(request), BUILDING)
        if named is not None:
            return named.id
        return await self._calling.outages.house_at(
            asked.address, asked.place, self._calling.settings.house_within
        )

    def _suggested(self, asked: open311.Asked) -> tuple[Sequence[Suggestion], bool]:
        """What the words mean where the service does not say, and whether that may stand."""
        suggester = self._calling.suggester
        if asked.theme or suggester is None:
            return (), False
        known = self._calling.themes.themes
        found = tuple(one for one in suggester.suggest(asked.words) if one.theme in known)
        return found, suggester.alone(found)


def _at_once(answer: Callable[[Entity, Record, datetime], Following]) -> Answer:
    """An answer that needs to read nothing more."""

    async def given(call: Entity, record: Record, now: datetime) -> Following:
        return answer(call, record, now)

    return given
