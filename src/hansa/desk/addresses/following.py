"""The index of one city as its change log moves it, and what its table says of other things.

One task follows the log; whoever asks gets the index as it stands. Where no task runs (a command
on a closed city) the index is read anew when something has changed.
"""

import asyncio
from collections.abc import Iterable, Sequence

import structlog

from hansa.base.problems import ViewEnded
from hansa.context import Change, City, Entity, Query, Record, TypeAny, TypeIs
from hansa.desk.addresses.index import Index
from hansa.desk.addresses.model import BUILDING, SOCIAL, TYPES, ZONE
from hansa.desk.addresses.reading import building_of, missing, social_of, zone_of
from hansa.desk.addresses.spelling import Spelling, load_spelling
from hansa.guard import View

ROOM = "desk"
_TOGETHER = 500  # changes of one write
_AT_ONCE = 1000  # houses that are looked at before others get their turn
_log = structlog.get_logger("hansa.desk.addresses")


class Addresses:
    """The addresses of one city. `run` keeps them up to date; `index` is what stands."""

    def __init__(self, city: City) -> None:
        self._city = city
        self._spelling = load_spelling()
        self._index = Index(self._spelling)
        self._number = -1
        self._running = False
        self._turn = asyncio.Lock()
        self._moved = asyncio.Event()

    async def index(self) -> Index:
        """Every house as it stands; read now where no task follows."""
        async with self._turn:
            stale = self._number < self._city.last_change and not self._running
            if self._number < 0 or stale:
                await self._load(self._view())
        return self._index

    async def beyond(self, number: int) -> Index:
        """The index once it has heard of a change number; only while `run` runs."""
        while self._number < number:
            await self._moved.wait()
        return self._index

    async def heard(self, number: int) -> None:
        """Return once the index is no older than a change, where a task follows the log."""
        while self._running and self._number < number:
            await self._moved.wait()

    async def run(self) -> None:
        """Follow the log for ever."""
        self._running = True
        try:
            while True:
                await self._follow()
        finally:
            self._running = False

    async def _follow(self) -> None:
        view = self._view()
        try:
            async with self._turn:
                await self._load(view)
            await self._complete(self._index.every())
            async for batch in self._city.changes(view, None, after=self._number):
                await self._take(view, batch)
        except ViewEnded:
            _log.info("the view ended; addresses are followed with a new one")

    def _view(self) -> View:
        return self._city.guard.view(self._city.guard.machine(ROOM, self._city.world))

    async def _load(self, view: View) -> None:
        number = self._city.last_change
        kinds = TypeAny(tuple(TypeIs(name) for name in TYPES))
        page = await self._city.read(view, Query(types=kinds))
        self._index = await asyncio.to_thread(_built, self._spelling, page.entities)
        self._move(number)

    async def _take(self, view: View, batch: Sequence[Record]) -> None:
        """What a batch of the log says of houses; the state is read, so old news change nothing."""
        told = [one.entity_id for one in batch if not set(TYPES).isdisjoint(one.types)]
        ids = tuple(dict.fromkeys(told))
        if ids:
            page = await self._city.read(view, Query(ids=ids))
            there = {one.id for one in page.entities}
            for gone in ids:
                if gone not in there:
                    self._index.drop(gone)
            _put(self._index, page.entities)
            await self._complete(one.id for one in page.entities if BUILDING in one.types)
        self._move(batch[-1].number)

    async def _complete(self, buildings: Iterable[str]) -> None:
        """Bring zones and social objects that houses name into the graph."""
        wanted: dict[str, Change] = {}
        for number, name in enumerate(buildings):
            if number % _AT_ONCE == 0:
                await asyncio.sleep(0)  # a large city is looked through in pieces
            building = self._index.told(name)
            if building is not None:
                wanted |= {one.id: one for one in missing(self._spelling, self._index, building)}
        changes = [*wanted.values()]
        grant = self._city.guard.machine(ROOM, self._city.world)
        for start in range(0, len(changes), _TOGETHER):
            await self._city.write(grant, changes[start : start + _TOGETHER], each=True)

    def _move(self, number: int) -> None:
        self._number = max(number, self._number)
        self._moved.set()
        self._moved = asyncio.Event()


def _built(spelling: Spelling, entities: Sequence[Entity]) -> Index:
    index = Index(spelling)
    _put(index, entities)
    return index


def _put(index: Index, entities: Sequence[Entity]) -> None:
    houses = {one.id: building_of(one) for one in entities if BUILDING in one.types}
    for name, building in houses.items():
        if building is None:
            index.drop(name)
    index.put(
        [building for building in houses.values() if building is not None],
        [zone_of(one) for one in entities if ZONE in one.types],
        [social_of(one) for one in entities if SOCIAL in one.types],
    )
