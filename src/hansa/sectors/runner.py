"""One source at work: batches become commits, and nothing of it can be lost or done twice.

Rows, their quarantine, the file's checkpoint and the source's totals are one commit. While it
is written the next batch is read and mapped beside the event loop. Where the graph refuses a
batch, its changes are tried one by one: what is refused goes to quarantine, the others stand,
and only then does the checkpoint move (so a crash between repeats a batch, and repeating a
batch changes nothing).
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hansa.base.problems import BadRequestData, Conflict, Forbidden, OperationNotSupported
from hansa.context import Change, City, Note, Op, Outcome
from hansa.guard import Grant
from hansa.sectors import batches, health, ledger, retiring
from hansa.sectors.batches import SIZE, SIZE_ALONE, Batch, Keep
from hansa.sectors.beside import Beside, ChildDied, Here, There
from hansa.sectors.connectors.files.fetch import resumable
from hansa.sectors.connectors.files.parse import RAW as UNREADABLE
from hansa.sectors.frames import Request
from hansa.sectors.ledger import Checkpoint, Totals
from hansa.sectors.mapping.load import Source
from hansa.sectors.model import FileReport, Json, Mapped, Refusal, Row, tally
from hansa.sectors.privacy import check_privacy, personal_of, withholds
from hansa.sectors.retiring import Missed, Named
from hansa.sectors.signs import SPACE, Signs, signs_note, signs_of

ROOM = "sectors"
_OF_THE_ROW = (BadRequestData, Conflict, Forbidden, OperationNotSupported)
_INTRODUCED = 100_000  # entities whose constant attributes are known to stand
_SECOND = timedelta(seconds=1)
_NO_CONSTANTS: Mapping[str, Json] = {}


@dataclass(frozen=True, slots=True)
class _Wish:
    """The changes of a batch, and to which of its rows each belongs."""

    changes: tuple[Change, ...]
    rows: tuple[int, ...]


@dataclass(slots=True)
class _Progress:
    """One reading on its way. `at`: where it stands; `counted`: what the totals hold of it."""

    at: Checkpoint
    counted: Checkpoint
    stale: tuple[Note, ...]
    changed: int = 0
    named: Named = field(default_factory=lambda: Named(whole=False))

    def move(self, after: Checkpoint, changed: int) -> None:
        """A batch is committed."""
        self.at = self.counted = after
        self.stale = ()
        self.changed += changed


class Runner:
    """Reads files of one source into the graph. Make it with `open`."""

    def __init__(
        self,
        city: City,
        source: Source,
        totals: Totals,
        *,
        live: bool,
        quiet: bool,
        alone: bool,
        keep: Keep | None = None,
        pace: timedelta | None = None,
    ) -> None:
        self.source = source
        self.totals = totals
        self._city = city
        self._live = live
        self._quiet = quiet
        self._alone = alone
        self._keep = keep
        self._pace = _SECOND if live else pace
        self._played: dict[str, _Progress] = {}
        self.signs = Signs()
        self._withhold = withholds(city, source)
        self._grant: Grant = city.guard.machine(ROOM, city.world)
        self._introduced: set[str] = set()
        self._told: datetime | None = None
        self._untold = False

    @classmethod
    async def open(
        cls,
        city: City,
        source: Source,
        *,
        live: bool,
        quiet: bool = False,
        alone: bool = False,
        keep: Keep | None = None,
        pace: timedelta | None = None,
    ) -> "Runner":
        """The runner with what the source's notes remember; PrivacyTooOpen where it must not.

        `quiet`: rules, desk and notifications do not see what is written. `alone`: nobody else
        uses the city now, so a process beside may put personal values into the vault. `keep`:
        what of each row is taken. `pace`: how often the DataSource entity is told of rows that
        come one by one; None: with the last of a file.
        """
        check_privacy(city, source)
        totals = await totals_in(city, source)
        return cls(city, source, totals, live=live, quiet=quiet, alone=alone, keep=keep, pace=pace)

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        """The only reader of the source, with what others counted meanwhile."""
        async with self.source.turn:
            self.totals = await totals_in(self._city, self.source)
            self.signs = await signs_in(self._city, self.source)
            yield

    # ---- one file

    async def read(
        self,
        path: Path,
        name: str,
        *,
        force: bool = False,
        whole: bool = False,
        beside: Beside | None = None,
    ) -> FileReport:
        """Read what is new in a file; a known file is skipped, a grown one is read on.

        Live, a last line without an end is left for later, unless `whole`. `beside`: the child
        of whose job this is the next file.
        """
        async with self._turn():
            hold = self._live and not whole
            return await self._read_file(path, name, force=force, hold=hold, beside=beside)

    async def _read_file(
        self, path: Path, name: str, *, force: bool, hold: bool, beside: Beside | None
    ) -> FileReport:
        known = await self.checkpoint(name)
        reading = await self._begin(path, name, known, force=force, hold=hold, beside=beside)
        if reading is None:
            assert known is not None  # noqa: S101 - only a known file has nothing new
            return known.report(self.source.name, 0, skipped=True)
        progress = await self._progress(reading, known)
        try:
            done = await self._read(reading, progress)
        except ChildDied:  # what it said before stands; the rest is mapped here
            done = await self._read_on(path, name, progress.changed, hold=hold)
        report = done.at.report(self.source.name, done.changed)
        if not hold or not resumable(path, self.source.files):
            return report
        size = (await asyncio.to_thread(path.stat)).st_size
        return replace(report, unread=max(0, size - done.at.byte))

    async def _begin(
        self,
        path: Path,
        name: str,
        known: Checkpoint | None,
        *,
        force: bool,
        hold: bool,
        beside: Beside | None,
    ) -> There | Here | None:
        if beside is not None:
            with suppress(ChildDied):  # before its first word: the file is mapped here instead
                return await beside.reading(name, known)
        found = await asyncio.to_thread(self._begin_here, path, name, known, hold=hold, force=force)
        return None if found is None else Here(found)

    def _begin_here(
        self, path: Path, name: str, known: Checkpoint | None, *, hold: bool, force: bool
    ) -> batches.Reading | None:
        return batches.begin(
            self.source, path, name, known, hold=hold, force=force, keep=self._keep
        )

    async def _progress(self, reading: There | Here, known: Checkpoint | None) -> _Progress:
        counted = known or _blank(reading.start)
        progress = _Progress(reading.start, counted, await self._stale(reading))
        first = not self.totals.read  # before the first table nothing can be gone
        progress.named = Named(self.source.file.whole and reading.fresh and not first)
        return progress

    async def _read_on(self, path: Path, name: str, changed: int, *, hold: bool) -> _Progress:
        """Go on from the checkpoint in this process."""
        known = await self.checkpoint(name)
        found = await asyncio.to_thread(self._begin_here, path, name, known, hold=hold, force=False)
        if found is None:  # only its last word was lost
            assert known is not None  # noqa: S101 - only a known file has nothing new
            return _Progress(known, known, (), changed)
        progress = await self._progress(Here(found), known)
        progress.changed = changed
        return await self._read(Here(found), progress)

    async def request(self, path: Path, name: str, *, force: bool = False) -> Request:
        """What a child is asked for, that `read` may then be given it."""
        constants = personal_of(self._city, self.source) & self.source.constants.keys()
        return Request(
            self.source.path,
            path,
            name,
            await self.checkpoint(name),
            force,
            self._alone and not constants and not self._city.settings.impersonal,
            SIZE_ALONE if self._alone else SIZE,
            self._keep,
        )

    async def checkpoint(self, name: str) -> Checkpoint | None:
        """How far a file is read, None where it never was."""
        for note in await self._city.notes(ledger.checkpoints(self.source.name), name):
            if note.key == name:
                return ledger.checkpoint_of(note)
        return None

    async def _read(self, reading: There | Here, progress: _Progress) -> _Progress:
        coming = asyncio.ensure_future(reading.batch(self._city.clock.now()))
        try:
            while True:
                batch = await coming
                if not batch.last:  # the next one is made while this one is written
                    coming = asyncio.ensure_future(reading.batch(self._city.clock.now()))
                await self._commit(batch, progress, put_away=reading.put_away)
                if batch.last:
                    return progress
        finally:
            coming.cancel()

    async def _stale(self, reading: There | Here) -> tuple[Note, ...]:
        """Refused rows of an earlier reading of the file, to be removed with the first batch."""
        if not reading.fresh:
            return ()
        space = ledger.quarantines(self.source.name)
        found = await self._city.notes(space, reading.start.file + ":")
        return tuple(replace(note, value=None) for note in found)

    # ---- rows without a file of their own

    async def play(self, name: str, rows: Sequence[tuple[Row, Mapped]], done: int) -> None:
        """Commit rows that come one by one; `done` of those under this name, with these."""
        async with self._turn():
            if name not in self._played:
                start = await self.checkpoint(name) or Checkpoint(name, "", "", self.source.digest)
                self._played[name] = _Progress(start, start, ())
            newest = max((mapped.newest for _, mapped in rows if mapped.newest), default=None)
            batch = Batch(tuple(rows), (), done, 0, "", False, None, newest)
            await self._commit(batch, self._played[name], put_away=False)

    async def take(self, name: str, batch: Batch, signs: Signs, stale: Sequence[Note]) -> None:
        """Commit rows that a connector handed over, with what was noticed of the source."""
        async with self._turn():
            start = await self.checkpoint(name) or Checkpoint(name, "", "", self.source.digest)
            self.signs = signs
            if not batch.accepted and not batch.refused:  # that it answers is told at once
                self._told = None if signs.answered_at else self._city.clock.now()
            await self._commit(batch, _Progress(start, start, tuple(stale)), put_away=False)

    async def note(self, change: Callable[[Signs], Signs], *, read: bool = False) -> None:
        """Commit what was noticed of the source, and tell of it at once.

        `read`: it answered, though with nothing new.
        """
        async with self._turn():
            self.signs = change(self.signs)
            self._untold |= read
            await self._tell()

    # ---- what was refused before

    async def retry(self, checkpoint: Checkpoint) -> FileReport:
        """Map a file's refused rows again from what quarantine holds; the file itself is gone."""
        async with self._turn():
            return await self._retry(checkpoint)

    async def _retry(self, checkpoint: Checkpoint) -> FileReport:
        space = ledger.quarantines(self.source.name)
        waiting = await self._city.notes(space, checkpoint.file + ":")
        now = self._city.clock.now()
        good: dict[str, tuple[Row, Mapped]] = {}
        rules: list[str] = []
        for note in waiting:
            refusal = ledger.refusal_of(note)
            mapped = self._again(refusal)
            if isinstance(mapped, Mapped):
                good[note.key] = Row(refusal.file, refusal.line, refusal.fields), mapped
            else:
                rules.append(mapped.rule)
        after = replace(checkpoint, refused=len(rules), refusals=tally(rules))
        totals = self.totals.moved(checkpoint, after, None)
        notes = [Note(space, key, None) for key in good]
        notes += [ledger.checkpoint_note(self.source.name, after)]
        notes += [ledger.totals_note(self.source.name, totals)]
        wish = self._wish(tuple(good.values()), now)
        told = health.data_source(self.source, totals, now)
        commit = await self._city.write(
            self._grant, (*wish.changes, told), notes=notes, quiet=self._quiet
        )
        self.totals = totals
        return after.report(self.source.name, _changed(wish, commit.outcomes))

    def _again(self, refusal: Refusal) -> Mapped | Refusal:
        if not refusal.fields or UNREADABLE in refusal.fields:
            return refusal
        return self.source.mapper(Row(refusal.file, refusal.line, refusal.fields))

    async def forget(self, name: str) -> None:
        """Drop the checkpoint of a file that is gone, unless rows of it wait in quarantine."""
        known = await self.checkpoint(name)
        if known is not None and not known.refused:
            note = replace(ledger.checkpoint_note(self.source.name, known), value=None)
            await self._city.write(self._grant, (), notes=(note,))

    # ---- one batch

    async def _commit(self, batch: Batch, progress: _Progress, *, put_away: bool) -> None:
        now = self._city.clock.now()
        wish = self._wish(batch.accepted, now)
        progress.named.take(self.source, batch)
        gone = await self._gone(batch, progress)
        marks = self._marks(gone, progress, now)
        notes, after, totals = self._notes(batch, progress, batch.refused, gone)
        told = self._telling(totals, now, last=batch.last)
        try:
            commit = await self._city.write(
                self._grant,
                (*wish.changes, *marks, *told),
                notes=notes,
                quiet=self._quiet,
                put_away=put_away,
            )
            changed = _changed(wish, commit.outcomes)
        except _OF_THE_ROW:
            commit = await self._city.write(
                self._grant, wish.changes, each=True, quiet=self._quiet, put_away=put_away
            )
            changed = _changed(wish, commit.outcomes)
            refused = (*batch.refused, *_refused(batch, wish, commit.outcomes))
            notes, after, totals = self._notes(batch, progress, refused, gone)
            told = self._telling(totals, now, last=batch.last)
            await self._city.write(self._grant, (*marks, *told), notes=notes, quiet=self._quiet)
        self.totals = totals
        if self.source.constants:
            self._introduced.update(state.id for _, one in batch.accepted for state in one.states)
        self._remember_told(told, now)
        progress.move(after, changed)

    async def _gone(self, batch: Batch, progress: _Progress) -> Missed:
        """With the last rows of a whole list: what it does not name."""
        if not (batch.last and progress.named.whole) or batch.trouble is not None:
            return retiring.NOTHING
        view = self._city.guard.view(self._grant)
        return await retiring.missed(self._city, self.source, view, progress.named.ids)

    def _marks(self, gone: Missed, progress: _Progress, now: datetime) -> tuple[Change, ...]:
        moment = progress.named.moment
        late = moment is not None and moment < self._back_filled_before(now)
        return retiring.retired(self.source, gone, now, moment if late else None)

    def _wish(self, accepted: Sequence[tuple[Row, Mapped]], now: datetime) -> _Wish:
        if len(self._introduced) > _INTRODUCED:
            self._introduced.clear()
        changes: list[Change] = []
        rows: list[int] = []
        fresh: set[str] | None = set() if self.source.constants else None
        before = self._back_filled_before(now)
        for number, (_, mapped) in enumerate(accepted):
            for state in mapped.states:
                entity, kind, moment, body, owner, observed = state
                constants = _NO_CONSTANTS
                if fresh is not None and entity not in self._introduced and entity not in fresh:
                    constants = self.source.constants
                    fresh.add(entity)
                changes.append(
                    Change(
                        Op.UPDATE_OR_CREATE,
                        entity,
                        {"type": kind, **constants, **body},
                        moment if moment < before else None,
                        owner,
                        observed,
                    )
                )
                rows.append(number)
        return _Wish(tuple(changes), tuple(rows))

    def _back_filled_before(self, now: datetime) -> datetime:
        """Before which moment the city is recorded to have known a row then, and not now.

        A bulk import is a back-fill. Live, a row is known when it comes, unless it is so old
        that it must have lain elsewhere.
        """
        return now - timedelta(seconds=self.source.file.backfill) if self._live else now

    def _notes(
        self, batch: Batch, progress: _Progress, refused: Sequence[Refusal], gone: Missed
    ) -> tuple[tuple[Note, ...], Checkpoint, Totals]:
        name, withhold = self.source.name, self._withhold
        after = batch.after(progress.at, refused)
        after = replace(after, flags={**after.flags, **gone.flags})
        totals = self.totals.moved(progress.counted, after, batch.newest)
        kept = [ledger.quarantine_note(name, one, withhold=withhold) for one in refused]
        books = [ledger.checkpoint_note(name, after), ledger.totals_note(name, totals)]
        if not self.source.is_files:
            books.append(signs_note(name, self.signs))
        again = {note.key for note in kept}
        mended = (note for note in progress.stale if note.key not in again)
        return (*mended, *kept, *books), after, totals

    # ---- the DataSource entity

    def _telling(self, totals: Totals, now: datetime, *, last: bool) -> tuple[Change, ...]:
        """The entity's change: with the last batch of an import; live, once a second."""
        if self._pace is not None:
            due = self._told is None or now - self._told >= self._pace
        else:
            due = last
        return (health.data_source(self.source, totals, now, self.signs),) if due else ()

    def _remember_told(self, told: Sequence[Change], now: datetime) -> None:
        self._untold = not told
        if told:
            self._told = now

    @property
    def tell_at(self) -> datetime | None:
        """When the entity is to be brought up to date although no row comes."""
        if self._untold and self._told is not None:
            return self._told + (self._pace or _SECOND)
        told = self._told or datetime.min.replace(tzinfo=UTC)
        late = health.late_at(self.source, self.totals, self.signs)
        known = (late, self.signs.fades_at(told))
        return min((one for one in known if one is not None and one > told), default=None)

    async def tell(self) -> None:
        """Bring the DataSource entity up to date now."""
        async with self._turn():
            await self._tell()

    async def _tell(self) -> None:
        now = self._city.clock.now()
        change = health.data_source if self._untold else health.health_only
        told = change(self.source, self.totals, now, self.signs)
        notes = () if self.source.is_files else (signs_note(self.source.name, self.signs),)
        await self._city.write(self._grant, (told,), notes=notes)
        self._untold, self._told = False, now


async def totals_in(city: City, source: Source) -> Totals:
    """What the source's files gave so far."""
    notes = await city.notes(ledger.TOTALS, source.name)
    return next((ledger.totals_of(one) for one in notes if one.key == source.name), Totals())


async def signs_in(city: City, source: Source) -> Signs:
    """What was noticed of the source so far."""
    notes = await city.notes(SPACE, source.name)
    return next((signs_of(one) for one in notes if one.key == source.name), Signs())


def _blank(start: Checkpoint) -> Checkpoint:
    return Checkpoint(start.file, start.path, "", start.mapping)


def _changed(wish: _Wish, outcomes: Sequence[Outcome]) -> int:
    """How many rows changed the graph."""
    pairs = zip(wish.rows, outcomes, strict=False)
    return len({row for row, outcome in pairs if outcome.changed or outcome.created})


def _refused(batch: Batch, wish: _Wish, outcomes: Sequence[Outcome]) -> tuple[Refusal, ...]:
    """The rows that the graph refused, each with the first reason."""
    found: dict[int, Refusal] = {}
    for number, outcome in zip(wish.rows, outcomes, strict=True):
        problem = outcome.problem
        if problem is None or number in found:
            continue
        row = batch.accepted[number][0]
        rule = problem.rule or problem.title
        found[number] = Refusal(row.file, row.line, problem.where, rule, problem.detail, row.fields)
    return tuple(found.values())
