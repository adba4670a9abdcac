"""What a connector hands over as batches: numbered, mapped, measured (no I/O but the commit)."""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from hansa.context import City, Note
from hansa.sectors import ledger
from hansa.sectors.batches import Batch, premature
from hansa.sectors.connectors.files.parse import RAW
from hansa.sectors.connectors.plan import Delivery, Record, Unreadable
from hansa.sectors.flood import Gate, newest_of_each
from hansa.sectors.ledger import Checkpoint
from hansa.sectors.mapping.load import Source
from hansa.sectors.model import Landed, Mapped, Refusal, Row
from hansa.sectors.runner import Runner
from hansa.sectors.signs import MOST_COLUMNS, Signs

AHEAD = "clock-ahead"
WINDOW = 50  # records after which it is judged which columns a subscription sends
MOST_WAITING = 10_000  # refused rows that quarantine keeps of a source; the oldest give way
LAST = 10  # rows that are remembered for the page of the source
_LARGE = 200  # records that are mapped beside the event loop
_OLD = 500  # notes that give way at once


@dataclass(slots=True)
class _Gathered:
    """Columns of the records since they were last judged."""

    records: int = 0
    columns: set[str] = field(default_factory=set)

    def take(self, records: Sequence[Record]) -> None:
        whole = [one for one in records if not isinstance(one, Unreadable)]
        self.records += len(whole)
        for one in whole:
            if len(self.columns) < MOST_COLUMNS:
                self.columns.update(one)


class Stream:
    """Deliveries of one source on their way into the graph."""

    def __init__(self, city: City, runner: Runner, last: deque[Landed]) -> None:
        self.runner = runner
        self.last = last
        self._city = city
        self._source = runner.source
        self._name = runner.source.file.connector
        self._gate = Gate(runner.source.file.most, city.clock.now())
        self._gathered = _Gathered()

    async def start(self) -> Checkpoint:
        """Where it stands."""
        known = await self.runner.checkpoint(self._name)
        return known or Checkpoint(self._name, "", "", self._source.digest)

    async def take(self, delivery: Delivery) -> None:
        """Let in what was delivered: at once, or when the source's share of time allows it."""
        clock, source = self._city.clock, self._source
        start, signs = await self.start(), self.runner.signs
        arrived = clock.now()
        if len(delivery.records) > _LARGE:
            batch, said = await asyncio.to_thread(batch_of, source, delivery, start, arrived)
        else:
            batch, said = batch_of(source, delivery, start, arrived)
        count = len(delivery.records)
        if count and self._gate.lacks(count, arrived):
            batch, signs = await self._wait(batch, signs, arrived)
        self._gate.take(len(batch.accepted) + len(batch.refused), clock.now())
        signs = self._judged(signs, delivery, said, arrived)
        stale = await self._stale(start, batch)
        await self.runner.take(self._name, batch, signs, stale)
        for _, mapped in batch.accepted[-LAST:]:
            if mapped.states:
                self.last.append(Landed(mapped.states[-1].id, mapped.newest, arrived))

    async def _wait(self, batch: Batch, signs: Signs, now: datetime) -> tuple[Batch, Signs]:
        """The batch once it may come in, and how many of its rows waited or gave way."""
        source, gone = self._source, 0
        if source.file.flood == "newest":
            kept, gone = newest_of_each(batch.accepted)
            batch = replace(batch, accepted=kept)
        waiting = len(batch.accepted) + len(batch.refused)
        due = self._gate.open_at(now)
        late = waiting if due > now else 0
        if late or gone:
            signs = replace(
                signs,
                delayed=signs.delayed + late,
                coalesced=signs.coalesced + gone,
                flooding_at=now,
            )
        await self._city.clock.until(due)
        return batch, signs

    def _judged(
        self, signs: Signs, delivery: Delivery, said: datetime | None, now: datetime
    ) -> Signs:
        if not delivery.heard:
            return signs
        signs = replace(signs, dropped=signs.dropped + delivery.dropped).answered(now)
        if delivery.dropped:
            signs = replace(signs, flooding_at=now)
        if not delivery.records:
            return signs
        signs = replace(signs, arrived_at=now)
        if said is not None and not delivery.lain:
            signs = self._measured(signs, (said - now).total_seconds(), now)
        return self._columns(signs, delivery, now)

    def _measured(self, signs: Signs, skew: float, now: datetime) -> Signs:
        file = self._source.file
        behind = file.skew + (file.every or file.backfill)
        return signs.measured(skew, now, wrong=skew > file.skew or -skew > behind)

    def _columns(self, signs: Signs, delivery: Delivery, now: datetime) -> Signs:
        self._gathered.take(delivery.records)
        if not delivery.whole and self._gathered.records < WINDOW:
            return signs
        found, self._gathered = frozenset(self._gathered.columns), _Gathered()
        return signs.seen(found, self._source.columns, now) if found else signs

    async def _stale(self, start: Checkpoint, batch: Batch) -> Sequence[Note]:
        """Rows of quarantine that give way: a source that is never right must not fill the disk."""
        if start.refused + len(batch.refused) < MOST_WAITING:
            return ()
        space = ledger.quarantines(self._source.name)
        notes = await self._city.notes(space, limit=MOST_WAITING + _OLD)
        surplus = max(0, len(notes) + len(batch.refused) - MOST_WAITING)
        return [replace(note, value=None) for note in notes[:surplus]]


class Said(NamedTuple):
    """A delivery as a batch, and the newest time it speaks of, in refused rows too."""

    batch: Batch
    newest: datetime | None


def batch_of(source: Source, delivery: Delivery, start: Checkpoint, now: datetime) -> Said:
    """Records as rows, numbered on from those before them, and mapped."""
    name, line = source.file.connector, start.line
    rows = [_row(name, line + number, one) for number, one in enumerate(delivery.records, 1)]
    accepted: list[tuple[Row, Mapped]] = []
    refused: list[Refusal] = []
    newest: list[datetime] = []
    for row in rows:
        outcome = row if isinstance(row, Refusal) else source.mapper(row)
        if isinstance(outcome, Mapped) and outcome.newest is not None:
            newest.append(outcome.newest)
        if isinstance(outcome, Mapped) and isinstance(row, Row):
            outcome = _timely(source, row, outcome, now)
        if isinstance(outcome, Refusal):
            refused.append(outcome)
        elif isinstance(row, Row):
            accepted.append((row, outcome))
    batch = Batch(
        accepted=tuple(accepted),
        refused=tuple(refused),
        line=line + len(rows),
        byte=0,
        digest="",
        last=True,
        trouble=None,
        newest=max((one.newest for _, one in accepted if one.newest), default=None),
        position=delivery.position,
    )
    return Said(batch, max(newest, default=None))


def _row(file: str, line: int, record: Record) -> Row | Refusal:
    if isinstance(record, Unreadable):
        raw = {RAW: record.raw} if record.raw else {}
        return Refusal(file, line, "", record.rule, record.detail, raw)
    return Row(file, line, record)


def _timely(source: Source, row: Row, mapped: Mapped, now: datetime) -> Mapped | Refusal:
    """The row, flagged where its time is ahead, refused where it is too far ahead."""
    file = source.file
    if refusal := premature(row, mapped, now + timedelta(seconds=file.future)):
        ahead = max((state.moment - now).total_seconds() for state in mapped.states)
        return replace(refusal, detail=f"{refusal.detail}: {ahead:.0f} s ahead of the city's clock")
    if mapped.newest is not None and mapped.newest > now + timedelta(seconds=file.skew):
        return mapped._replace(flags=(*mapped.flags, AHEAD))
    return mapped
