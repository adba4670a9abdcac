"""The past told again: what a folder of files says, in the order in which the city knew it.

What was known before a replay's span is imported quietly. The last hours before it are written
in their order, as the back-fill they are, so that rules stand as they stood. Then each state
comes alone, at its moment of the replay's clock and live. Rows say more than was known then, so
states after the clock's moment are not in the store at all; and personal values never are: who
looks at a replay picks a role.
"""

import asyncio
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from hansa.base.replayclock import ReplayClock
from hansa.context import City, Personal
from hansa.sectors.batches import Keep, bare
from hansa.sectors.connectors.files.fetch import Asked, items
from hansa.sectors.importing import Task, read_all
from hansa.sectors.mapping.load import Source
from hansa.sectors.model import Mapped, Row, TimedState, tally
from hansa.sectors.places import scan
from hansa.sectors.runner import Runner

TRACK = "replay"  # the name under which a source's played rows are counted
_PACE = timedelta(minutes=1)  # of the city, between two words about a source
_NO_CELLS: Mapping[str, str] = {}


class Cue(NamedTuple):
    """One state of a row, when it is to be told, and of which source."""

    moment: datetime
    source: str
    row: Row
    mapped: Mapped


@dataclass(frozen=True, slots=True)
class Score:
    """The states of a span in the order in which they became known."""

    cues: tuple[Cue, ...]

    @property
    def count(self) -> dict[str, int]:
        """How many states each source has in it."""
        return tally([cue.source for cue in self.cues])


def secret(city: City, source: Source) -> frozenset[str]:
    """Attributes of the source that are personal in this city."""
    return Personal(city.guard.catalogue).of((source.file.type,))


def read_score(
    sources: Iterable[tuple[Source, frozenset[str]]], folder: Path, after: datetime, until: datetime
) -> Score:
    """Every state that became known after `after` and up to `until`; blocking."""
    found: list[Cue] = []
    for source, without in sources:
        for place in scan(folder, (source,)):
            asked = Asked(place.path, place.name, source.files, source.columns)
            for item in items(asked):
                if isinstance(item.what, Row):
                    found += _cues(source, item.what, without, after, until)
    return Score(tuple(sorted(found, key=lambda cue: cue.moment)))


def _cues(
    source: Source, row: Row, without: frozenset[str], after: datetime, until: datetime
) -> Iterator[Cue]:
    mapped = source.mapper(row)
    if not isinstance(mapped, Mapped):
        return  # the import before has put it into quarantine
    first = mapped.states[:1]
    for state in mapped.states:
        if after < state.moment <= until and (kept := bare(state, without)).body:
            flags = mapped.flags if (state,) == first else ()
            yield _cue(source, row, kept, flags, mapped.newest)


def _cue(
    source: Source, row: Row, state: TimedState, flags: tuple[str, ...], newest: datetime | None
) -> Cue:
    true = state.moment if newest is None else min(newest, state.moment)
    place = Row(row.file, row.line, _NO_CELLS)
    return Cue(state.moment, source.name, place, Mapped((state,), flags, true))


class Feed:
    """Tells one span of the past to one city. Make it with `open`, then `prepare`, then `run`."""

    def __init__(
        self,
        city: City,
        clock: ReplayClock,
        score: Score,
        runners: Mapping[str, Runner],
        waits_for: Sequence[str],
    ) -> None:
        self._city = city
        self._waits_for = waits_for
        self._clock = clock
        self._score = score
        self._runners = runners
        self._done: dict[str, int] = dict.fromkeys(runners, 0)
        self._left: deque[Cue] = deque()

    @classmethod
    async def open(
        cls,
        city: City,
        clock: ReplayClock,
        sources: Sequence[Source],
        folder: Path,
        lead: timedelta,
        waits_for: Sequence[str] = (),
    ) -> "Feed":
        """Read the span's states, and those of `lead` before it; nothing is written yet.

        `waits_for`: consumers of the log that must have dealt with a moment before the clock
        goes on.
        """
        kept = [(source, secret(city, source)) for source in sources]
        begin = clock.begin - lead
        score = await asyncio.to_thread(read_score, kept, folder, begin, clock.end)
        runners = {
            source.name: await Runner.open(city, _open(source, without), live=False, pace=_PACE)
            for source, without in kept
        }
        feed = cls(city, clock, score, runners, waits_for)
        await feed.find_place()
        return feed

    @property
    def score(self) -> Score:
        """What is told in all."""
        return self._score

    @property
    def stands_at(self) -> datetime | None:
        """The moment of the newest state that is told; None where none is."""
        told = self._score.cues[: len(self._score.cues) - len(self._left)]
        return max((cue.moment for cue in told), default=None)

    async def find_place(self) -> None:
        """Where an earlier run stopped: each source's count commits with its states."""
        self._left.clear()
        for name, runner in self._runners.items():
            known = await runner.checkpoint(TRACK)
            self._done[name] = 0 if known is None else known.line
        waiting = dict(self._done)
        for cue in self._score.cues:
            waiting[cue.source] -= 1
            if waiting[cue.source] < 0:
                self._left.append(cue)

    async def lead_in(self) -> None:
        """Write what is known before the span begins, in its order, for the rules to see.

        From then on the clock waits for `run`.
        """
        early = []
        while self._left and self._left[0].moment <= self._clock.begin:
            early.append(self._left.popleft())
        for name, cues in groupby(early, key=_source_of):
            await self._tell(name, list(cues))
        for runner in self._runners.values():
            await runner.tell()
        self._clock.hold(self._clock.now())

    async def run(self) -> None:
        """Tell each state at its moment; after the last one, which sources fall silent."""
        self._clock.hold(self._clock.now())
        await self.find_place()  # a run that failed may have told less than it took
        await self._city.settled(self._waits_for)
        self._hold()
        while (moment := self._next()) is not None:
            await self._clock.until(moment)
            await self._play(moment)
            for runner in self._runners.values():
                if runner.tell_at is not None and runner.tell_at <= moment:
                    await runner.tell()
            self._hold()

    def _hold(self) -> None:
        """The clock waits at the next state until that is written."""
        self._clock.hold(self._left[0].moment if self._left else None)

    async def _play(self, moment: datetime) -> None:
        due = []
        while self._left and self._left[0].moment <= moment:
            due.append(self._left.popleft())
        for name, cues in groupby(sorted(due, key=_source_of), key=_source_of):
            await self._tell(name, list(cues))
        if due:
            await self._city.settled(self._waits_for)

    async def _tell(self, name: str, cues: Sequence[Cue]) -> None:
        self._done[name] += len(cues)
        rows = [(cue.row, cue.mapped) for cue in cues]
        await self._runners[name].play(TRACK, rows, self._done[name])

    def _next(self) -> datetime | None:
        moments = [self._left[0].moment] if self._left else []
        moments += [at for one in self._runners.values() if (at := one.tell_at) is not None]
        return min(moments, default=None)


def _source_of(cue: Cue) -> str:
    return cue.source


def _open(source: Source, without: frozenset[str]) -> Source:
    """The source with nothing personal in what it says of each entity."""
    constants = {name: one for name, one in source.constants.items() if name not in without}
    return replace(source, constants=constants)


async def import_known(
    city: City, sources: Sequence[Source], folder: Path, until: datetime
) -> None:
    """Import, quietly, what was known by `until` and is not personal."""
    work: list[Task] = []
    for source in sources:
        keep = Keep(until, secret(city, source))
        bare_one = _open(source, keep.without)
        runner = await Runner.open(city, bare_one, live=False, quiet=True, alone=True, keep=keep)
        found = await asyncio.to_thread(lambda one: list(scan(folder, (one,))), source)
        work += [Task(runner, one.path, one.name) for one in found]
    async for _ in read_all(city, work):
        pass
