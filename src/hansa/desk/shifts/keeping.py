"""The task of the shifts: timers in, duties that are due or missed out, in one write each.

Duties of a post begin with the first shift that somebody takes over there: a city that keeps no
shifts is told of nothing it missed.
"""

from collections.abc import Sequence

import structlog

from hansa.base.problems import Conflict, ViewEnded
from hansa.base.times import parse_instant
from hansa.context import City, Cursor, Entity, Query, Record, TypeIs, Unchanged
from hansa.desk.shifts import duties
from hansa.desk.shifts.duties import CONSUMER, SPACE, Outcome
from hansa.desk.shifts.entities import DUTY, shift_key
from hansa.desk.shifts.model import ShiftSettings
from hansa.guard import Grant, View

ROOM = "desk"
_ATTEMPTS = 8
_log = structlog.get_logger("hansa.desk")


async def keep_shifts(city: City, settings: ShiftSettings) -> None:
    """Make duties due and missed for ever. Cancel to stop; nothing is done twice."""
    while True:
        grant = city.guard.machine(ROOM, city.world)
        keeper = Keeper(city, settings, grant, city.guard.view(grant))
        try:
            await keeper.begin()
            async for batch in city.changes(keeper.view, CONSUMER, rings=True):
                for record in batch:
                    await keeper.handle(record)
        except ViewEnded:
            _log.info("the view ended; duties are kept with a new one")


class Keeper:
    """One city's duties as far as the clock makes them."""

    def __init__(self, city: City, settings: ShiftSettings, grant: Grant, view: View) -> None:
        self.view = view
        self._city = city
        self._settings = settings
        self._grant = grant

    async def begin(self) -> None:
        """Set the timers anew by the plan as it is now; a first start begins at the log's end."""
        number = await self._city.cursor(CONSUMER) or self._city.last_change
        noted = {one.key: parse_instant(one.value) for one in await self._city.notes(SPACE)}
        kept = {key for key in noted if key in self._settings.duties}
        posts = {self._settings.duties[key].post for key in kept}
        now, zone = self._city.clock.now(), self._settings.zone
        wanted = [
            duties.awaited(one, now, zone)
            for one in self._settings.duties.values()
            if one.post in posts and not (one.key in noted and noted[one.key] <= now)
        ]
        gone = [duties.given_up(key) for key in noted if key not in kept]
        await self._write([*wanted, *gone], number)

    async def handle(self, record: Record) -> None:
        """Answer one timer in one write, with the cursor."""
        for attempt in range(1, _ATTEMPTS + 1):
            outcome, expect = await self._answer(record)
            try:
                await self._write([outcome], record.number, expect)
            except Conflict:  # a person was faster; look again
                if attempt == _ATTEMPTS:
                    raise
            else:
                return

    async def _answer(self, record: Record) -> tuple[Outcome, Sequence[Unchanged]]:
        payload = {} if record.timer is None else record.timer[2]
        if "due" in payload:
            return await self._due(payload["due"], payload["at"]), ()
        found = await self._read([payload.get("missed", "")])
        if not found:
            return Outcome(), ()
        one = found[0]
        duty = self._settings.duties.get(str(one.value("duty")))
        escalate = "" if duty is None else duty.escalate
        return (
            duties.not_done(one, escalate, self._city.clock.now()),
            (Unchanged(one.id, one.change),),
        )

    async def _due(self, key: str, at: str) -> Outcome:
        duty = self._settings.duties.get(key)
        if duty is None:
            return duties.given_up(key)
        begin, now, zone = parse_instant(at), self._city.clock.now(), self._settings.zone
        known = await self._read(duties.ids_of(duty, begin, now, zone))
        shift = await self._city.holder(self._city.world, "", shift_key(duty.post))
        return duties.fallen_due(duty, begin, now, zone, shift, {one.id for one in known})

    async def _read(self, ids: Sequence[str]) -> Sequence[Entity]:
        query = Query(ids=tuple(ids), types=TypeIs(DUTY))
        return (await self._city.read(self.view, query)).entities

    async def _write(
        self, outcomes: Sequence[Outcome], number: int, expect: Sequence[Unchanged] = ()
    ) -> None:
        await self._city.write(
            self._grant,
            [change for one in outcomes for change in one.changes],
            expect=expect,
            cursor=Cursor(CONSUMER, number),
            timers=[timer for one in outcomes for timer in one.timers],
            notes=[note for one in outcomes for note in one.notes],
        )
