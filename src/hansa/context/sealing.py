"""History grows old: hot rows become segments, segments are merged, retention and tombstones.

Every step is small (a chunk of rows, a few files) and ends in one transaction of the manifest,
so the writer is never held for long and a crash between steps leaves everything readable: at
worst a file that nobody names, which the next start removes.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson

from hansa.base.clock import Clock
from hansa.base.database import Database, Tx
from hansa.base.helper import Helper
from hansa.base.problems import Conflict
from hansa.base.sealed import Made
from hansa.base.times import to_micros
from hansa.context.past import PastReader
from hansa.context.store import hot, reader, segments
from hansa.context.store.segments import Gone, Segment
from hansa.context.store.state import REF

HOT = timedelta(hours=24)  # by the city's clock: what is younger stays in the store
EVERY = timedelta(hours=1)
_LATEST = timedelta(days=1)
_CHUNK = 10_000  # hot rows that become one segment, and go in one transaction
_ENTITIES = 2_000
_FEW = 1_000  # hot rows of a type for which no file is opened
_MERGED = 8  # segments of a type from which on they are merged
_LARGE = 4_000_000  # instances from which on a segment is merged with no other
_DAY = 86_400_000_000  # microseconds: retention looks at a type once a day
_START = (-1, -1, -1, -1)


@dataclass(frozen=True, slots=True)
class Sealed:
    """What one round did: rows that left the store, segments written, merged and dropped."""

    rows: int = 0
    written: int = 0
    merged: int = 0


@dataclass(frozen=True, slots=True)
class _Due:
    """Segments that become one, without what is gone and what was recorded before `cutoff`."""

    old: tuple[Segment, ...]
    version: int
    gone: tuple[Gone, ...]
    cutoff: int | None


class Sealer:
    """The upkeep of one city's history."""

    def __init__(
        self,
        database: Database,
        helper: Helper,
        past: PastReader,
        clock: Clock,
        folder: Path,
        retention: Mapping[str, timedelta],
    ) -> None:
        self._database = database
        self._helper = helper
        self._past = past
        self._clock = clock
        self._folder = folder
        self._retention = retention
        self._turn = asyncio.Lock()

    async def run(self) -> None:
        """A round at the start, then every hour of the city's clock in which enough came."""
        while True:
            done, seen = self._clock.now(), await self._database.read(reader.last_number)
            await self.round()
            while not await self._due(done, seen):
                await self._clock.until(self._clock.now() + EVERY)

    async def _due(self, done: datetime, seen: int) -> bool:
        """Whether a round is worth it: a day is over, or as much came as makes a segment."""
        now = self._clock.now()
        if now - done >= _LATEST:
            return True
        came = await self._database.read(reader.last_number) - seen
        return now - done >= EVERY and came >= _CHUNK

    async def round(self, *, hot_for: timedelta = HOT, few: int = _FEW) -> Sealed:
        """Seal what is old, merge what is small, drop what retention does not keep.

        Files that were merged stay until the next round: a backup may still copy them.
        """
        async with self._turn:
            await self.sweep()
            return await self._round(hot_for, few)

    async def _round(self, hot_for: timedelta, few: int) -> Sealed:
        before = to_micros(self._clock.now() - hot_for)
        rows = written = merged = 0
        for part, world in await self._database.read(segments.parts):
            for name in await self._database.read(partial(segments.types_seen, part=part)):
                least = 1 if name in self._retention else few
                async for chunk in self._chunks(part, name, before, least):
                    rows += await self._seal(part, name, world, chunk)
                    written += 1
                merged += await self._merge(part, name, world)
        await self._database.write(lambda tx: segments.unbury(tx, segments.done_with(tx)))
        return Sealed(rows, written, merged)

    # ---- sealing

    async def _chunks(
        self, part: int, name: str, before: int, few: int
    ) -> AsyncIterator[list[tuple[Any, ...]]]:
        """Hot rows of a type, a segment's worth at a time; a last few are left."""
        eids = await self._database.read(lambda tx: hot.entities_of(tx, part, name))
        waiting: list[tuple[Any, ...]] = []
        for start in range(0, len(eids), _ENTITIES):
            some, after = eids[start : start + _ENTITIES], _START
            while rows := await self._rows(some, before, after, _CHUNK - len(waiting)):
                after = rows[-1][:4]
                waiting += rows
                if len(waiting) >= _CHUNK:
                    yield waiting
                    waiting = []
        if len(waiting) >= few or await self._any_gone(waiting):
            yield waiting

    async def _any_gone(self, rows: Sequence[tuple[Any, ...]]) -> bool:
        eids = sorted({row[0] for row in rows})
        return bool(await self._database.read(lambda tx: segments.gone(tx, eids)))

    async def _rows(
        self, eids: Sequence[int], before: int, after: Sequence[int], limit: int
    ) -> list[tuple[Any, ...]]:
        return await self._database.read(lambda tx: hot.sealable(tx, eids, before, after, limit))

    async def _seal(self, part: int, name: str, world: str, rows: Sequence[tuple[Any, ...]]) -> int:
        eids = sorted({row[0] for row in rows})
        made, gone = await self._database.read(
            lambda tx: (segments.version(tx), segments.gone(tx, eids))
        )
        given = [(row[0], *row[2:]) for row in rows]
        file = await self._call("history.seal", self._place(part), _name(name), given, gone, world)
        if file is None:
            raise Conflict("nothing was sealed", where=name)
        refs = _references(rows)

        def settle(tx: Tx) -> None:
            if hot.remove(tx, rows) != len(rows):
                raise Conflict("hot rows went while they were sealed", where=name)
            types = {one for kinds in segments.kinds(tx, eids) for one in kinds}
            segments.keep_refs(tx, refs)
            segments.add(tx, part, _first(name, types), self._row(part, file), made)

        await self._settled(settle, part, file)
        return len(rows)

    # ---- merging, retention, tombstones

    async def _merge(self, part: int, name: str, world: str) -> int:
        """Make one segment of many small ones, and rewrite those that hold what is to go."""
        version, own, gone, kept = await self._database.read(partial(_own, part=part, name=name))
        cutoff = self._cutoff(name)
        if cutoff is None or (kept is not None and cutoff - kept < _DAY):
            cutoff = None
        small = tuple(one for one in own if one.rows < _LARGE)
        merged = 0
        for some in (small, *((one,) for one in own if one not in small)):
            expired = cutoff is not None and any(one.recorded[0] < cutoff for one in some)
            if some and (expired or gone or (some is small and len(some) >= _MERGED)):
                due = _Due(some, version, gone, cutoff if expired else None)
                merged += await self._rewrite(part, name, world, due)
        return merged

    async def _rewrite(self, part: int, name: str, world: str, due: _Due) -> int:
        file = await self._call(
            "history.merge",
            self._place(part),
            _name(name),
            self._past.files(due.old),
            due.gone,
            due.cutoff,
            world,
        )

        def settle(tx: Tx) -> None:
            sids = [one.sid for one in due.old]
            types = segments.types_of(tx, sids)
            segments.drop(tx, sids)
            if file is not None:
                segments.add(tx, part, _first(name, types), self._row(part, file), due.version)
            if due.cutoff is not None:
                segments.forget_before(tx, part, name, due.cutoff)

        await self._settled(settle, part, file)
        return len(due.old)

    def _cutoff(self, name: str) -> int | None:
        kept = self._retention.get(name)
        return None if kept is None else to_micros(self._clock.now() - kept)

    # ---- files

    async def sweep(self) -> int:
        """Remove files that no manifest names: merged ones, or what a crash left; how many."""
        named = {self._folder / name for name in await self._database.read(segments.files)}
        strange = [path for path in self._folder.glob("*/*") if path not in named]
        for path in strange:
            path.unlink(missing_ok=True)
        return len(strange)

    def _place(self, part: int) -> str:
        return str(self._folder / str(part))

    def _row(self, part: int, made: Made) -> tuple[object, ...]:
        """The columns of the manifest, with files named from the history's folder."""
        rows_file, rows_digest, sums_file, sums_digest, *more = made
        return (f"{part}/{rows_file}", rows_digest, f"{part}/{sums_file}", sums_digest, *more)

    async def _call(self, function: str, *args: Any) -> Made | None:
        made: Made | None = await self._helper.call(function, *args)
        return made

    async def _settled(self, settle: Any, part: int, made: Made | None) -> None:
        """One transaction of the manifest; where it fails the new file goes again."""
        try:
            await self._database.write(settle)
        except BaseException:
            if made is not None:
                for name in (made.rows_file, made.sums_file):
                    (self._folder / str(part) / name).unlink(missing_ok=True)
            raise


def _own(
    tx: Tx, part: int, name: str
) -> tuple[int, tuple[Segment, ...], tuple[Gone, ...], int | None]:
    """The manifest's version, the segments that a type is kept in, the tombstones that
    came after one of them, and since when the type's history is kept."""
    found = segments.listed(tx, part, (name,))
    own = tuple(one for one in found if one.types[:1] == (name,))
    oldest = min((one.made for one in own), default=0)
    gone = segments.buried_since(tx, oldest) if own else ()
    return segments.version(tx), own, gone, segments.kept_since(tx, part, (name,))


def _first(name: str, types: set[str]) -> tuple[str, ...]:
    """Types with the one by which a segment is merged and kept at the head."""
    return (name, *sorted(types - {name}))


def _name(type_name: str) -> str:
    """A file name that says what it holds, and that was never used."""
    slug = "".join(one if one.isascii() and one.isalnum() else "-" for one in type_name)
    return f"{slug[-60:]}-{uuid4().hex[:12]}"


def _references(rows: Sequence[tuple[Any, ...]]) -> set[str]:
    mark = f'"{REF}"'.encode()
    return {
        body[REF]
        for row in rows
        if mark in row[7]
        for body in orjson.loads(row[7]).values()
        if body is not None and REF in body
    }
