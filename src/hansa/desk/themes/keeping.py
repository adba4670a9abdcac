"""The task that keeps the suggestion: learns at its start, anew when enough was chosen, or erased.

At the start from the catalogue alone, which takes a moment, then from the clerks' choices. Again
after so many new ones (`every`), at night if there was any, at once when something of a person was
erased, so that what learned from it is gone too. Choices are counted in the change log, which names
themes and no words.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from hansa.base.helper import Helper
from hansa.base.problems import ViewEnded
from hansa.context import City, Cursor, Record, Timer
from hansa.desk.themes.choices import ROOM, choices
from hansa.desk.themes.learning import Choice, learn
from hansa.desk.themes.model import Catalogue
from hansa.desk.themes.suggester import Learned, Suggester
from hansa.guard import Grant

_NIGHT = timedelta(hours=3, minutes=30)
_TIMER = "learn"
_CURSOR_EVERY = 1000
_log = structlog.get_logger("hansa.desk.themes")


async def keep_themes(city: City, catalogue: Catalogue, suggester: Suggester) -> None:
    """Learn for ever. Cancel to stop; whoever begins anew learns anew."""
    if not catalogue.themes:
        suggester.take(None)
        return
    keeper = _Keeper(city, catalogue, suggester)
    city.guard.vault.forgot(keeper.wanted.set)
    try:
        async with asyncio.TaskGroup() as both:
            both.create_task(keeper.learn())
            both.create_task(keeper.follow())
    finally:
        city.guard.vault.unheard(keeper.wanted.set)


class _Keeper:
    """One city's learning. `wanted`: set when it is to learn anew."""

    def __init__(self, city: City, catalogue: Catalogue, suggester: Suggester) -> None:
        self.wanted = asyncio.Event()
        self._city = city
        self._catalogue = catalogue
        self._suggester = suggester
        self._fresh = 0  # choices since it learned

    async def learn(self) -> None:
        """From the catalogue at once, then from choices whenever that is wanted."""
        plain = await self._learn(())
        if self._suggester.learned is None or not self._suggester.learned.choices:
            self._suggester.take(plain)
        self.wanted.set()
        while await self.wanted.wait():
            self.wanted.clear()
            self._fresh = 0
            found = await choices(self._city)
            self._suggester.take(await self._learn(found) if found else plain)
            _log.info("learned themes", choices=len(found))

    async def follow(self) -> None:
        """Count choices, and hear the night's timer."""
        while True:
            grant = self._city.guard.machine(ROOM, self._city.world)
            view, number = self._city.guard.view(grant), await self._city.cursor(ROOM)
            number = number or self._city.last_change
            await self._move(grant, number)
            try:
                async for batch in self._city.changes(view, ROOM):
                    self._count(batch)
                    if _rings(batch) or batch[-1].number - number >= _CURSOR_EVERY:
                        number = batch[-1].number
                        await self._move(grant, number)
            except ViewEnded:
                _log.info("the view ended; choices are counted with a new one")

    def _count(self, batch: Sequence[Record]) -> None:
        self._fresh += sum("theme" in one.fragment for one in batch if one.timer is None)
        night = _rings(batch) and self._fresh
        if night or self._fresh >= self._catalogue.learning.every:
            self.wanted.set()

    async def _learn(self, found: Sequence[Choice]) -> Learned:
        """In a process of its own that ends with it: it works for seconds, and others shall not
        wait for it; what it took of memory is given back."""
        helper = Helper()
        try:
            return await learn(helper, self._catalogue, found, self._city.clock.now())
        finally:
            await helper.close()

    async def _move(self, grant: Grant, number: int) -> None:
        """The cursor, and the timer of the next night."""
        timer = Timer(ROOM, _TIMER, self._night())
        await self._city.write(grant, [], cursor=Cursor(ROOM, number), timers=[timer])

    def _night(self) -> datetime:
        zone = self._city.settings.zone
        here = self._city.clock.now().astimezone(zone)
        midnight = datetime.combine(here.date(), datetime.min.time(), zone)
        return midnight + _NIGHT if here < midnight + _NIGHT else midnight + _NIGHT + timedelta(1)


def _rings(batch: Sequence[Record]) -> bool:
    return any(one.timer is not None for one in batch)
