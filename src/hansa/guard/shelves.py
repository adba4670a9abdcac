"""What the vault keeps: two files and a list, without any question of who may ask.

Values and keys lie in different folders because a backup should hold the first and not the
second. Who may ask, and that it is journalled, is `vault`'s part.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from hansa.base.clock import Clock
from hansa.base.copying import faults
from hansa.base.database import Database, Tx
from hansa.base.problems import Problem, StoreRefused
from hansa.base.times import to_micros
from hansa.guard import erasures
from hansa.guard.erasures import Erased, Line
from hansa.guard.sealing import (
    Key,
    Marks,
    Name,
    PersonalRecord,
    SealedRecord,
    new_key,
    new_ref,
    seal,
    tombstone,
    unseal,
)
from hansa.guard.store import files, keys, records
from hansa.guard.store.records import Address
from hansa.guard.store.schema import KEY_MIGRATIONS, VAULT_MIGRATIONS

VALUES, KEYS, ERASURES = "personal.db", "keys.db", "erasures.txt"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a city's shelves stand: what another process of its node needs to open them."""

    folder: Path
    keys_folder: Path


@asynccontextmanager
async def shelves_at(place: Place, clock: Clock) -> AsyncIterator["Shelves"]:
    """Open shelves for a bulk import in a process beside; the node erases nobody meanwhile."""
    shelves = Shelves(place.folder, place.keys_folder, clock)
    await shelves.open()
    try:
        yield shelves
    finally:
        await shelves.close()


class Shelves:
    """Sealed values, their keys, and the list of what must stay forgotten."""

    def __init__(self, folder: Path, keys_folder: Path, clock: Clock) -> None:
        self._folder = folder
        self._keys_folder = keys_folder
        self._listing = keys_folder / ERASURES
        self._clock = clock
        self._erased = Erased()
        self._opened: list[Database] = []
        self._turn = asyncio.Lock()  # a value is not sealed while its subject is being erased

    async def open(self) -> None:
        """Open both files and forget again whom a restored backup brought back.

        StoreRefused where the keys are not those the values were sealed under.
        """
        try:
            await asyncio.to_thread(self._open_files)
            self.marks = Marks(await self._keys.write(keys.secret))
            await self._personal.write(self._check_keys)
            gone = self._erased.records | self._erased.values
            if self._erased.keys or gone:
                await self._forget(self._erased.keys, gone)
        except Problem:
            await self.close()
            raise

    async def close(self) -> None:
        """Close both files."""
        for database in self._opened:
            await asyncio.to_thread(database.close)

    def _search(self, record: PersonalRecord) -> bytes | None:
        by = record.found_by
        return None if by is None else self.marks.value(record.attribute, by)

    # ---- in

    async def put(self, given: Sequence[PersonalRecord]) -> tuple[str, ...]:
        """A reference for each record, old where the value was here, once all are on disk."""
        addressed = [
            ((self.marks.value(record.attribute, record.value), record.entity_id), record)
            for record in given
        ]
        wanted = dict(addressed)
        async with self._turn:
            found = await self._personal.read(partial(records.known, addresses=wanted))
            fresh = {address: one for address, one in wanted.items() if address not in found}
            if fresh:
                found |= await self._add(fresh)
        return tuple(found[address] for address, _ in addressed)

    async def _add(self, fresh: Mapping[Address, PersonalRecord]) -> dict[Address, str]:
        marks: dict[str, bytes] = {}
        for record in fresh.values():
            if (name := record.subject or record.entity_id) not in marks:
                marks[name] = self.marks.subject(name)
        subjects = {a: marks[one.subject or one.entity_id] for a, one in fresh.items()}
        gone = {a: r for a, r in fresh.items() if subjects[a] in self._erased.subjects}
        if self._erased.records:
            gone |= await self._personal.read(partial(self._erased_alone, fresh=fresh))
        kept = {a: r for a, r in fresh.items() if a not in gone}
        sealing = await self._keys_for(kept, subjects)

        def unit(tx: Tx) -> dict[Address, str]:
            first, now = records.next_number(tx), to_micros(self._clock.now())
            refs = {address: new_ref(number) for number, address in enumerate(kept, first)}
            made = (seal(refs[a], r, sealing[a], a[0], self._search(r)) for a, r in kept.items())
            records.add(tx, made, now)
            return refs | {a: _bury(tx, subjects[a], r, now) for a, r in gone.items()}

        return await self._personal.write(unit)

    def _erased_alone(
        self, tx: Tx, fresh: Mapping[Address, PersonalRecord]
    ) -> dict[Address, PersonalRecord]:
        """Those whose place holds a value that was erased alone: it must not come back."""
        refs = {a: records.gone(tx, r.entity_id, r.attribute) for a, r in fresh.items()}
        return {a: fresh[a] for a, ref in refs.items() if ref in self._erased.records}

    async def _keys_for(
        self, kept: Mapping[Address, PersonalRecord], subjects: Mapping[Address, bytes]
    ) -> dict[Address, Key]:
        shared_by = {subjects[a] for a, record in kept.items() if not record.free_text}
        shared = await self._keys.read(partial(keys.shared, subjects=shared_by))
        made = {one: new_key(one, own=False) for one in shared_by if one not in shared}
        own = {a: new_key(subjects[a], own=True) for a, r in kept.items() if r.free_text}
        if made or own:
            fresh = [*made.values(), *own.values()]
            await self._keys.write(partial(keys.add, keys=fresh))
        shared |= made
        return {a: own[a] if r.free_text else shared[subjects[a]] for a, r in kept.items()}

    # ---- out

    async def sealed(self, refs: Iterable[str]) -> list[SealedRecord]:
        """The records of these references that are still there, in order."""
        found = await self._personal.read(partial(records.sealed, refs=refs))
        return [one for one in found if one.sealed is not None]

    async def with_value(self, attribute: str, value: bytes) -> list[SealedRecord]:
        """The records that hold, or are found by, exactly this value of the attribute."""
        mark = self.marks.value(attribute, value)
        return await self._personal.read(partial(records.by_mark, mark=mark))

    async def of_subjects(self, marks: Sequence[bytes]) -> list[SealedRecord]:
        """The records of these subjects that are still there, in the order they came."""
        return await self._personal.read(partial(records.of_subjects, subjects=marks))

    async def unsealed(self, given: Sequence[SealedRecord]) -> dict[str, bytes]:
        """Reference -> value of those whose key still exists."""
        names = {one.key for one in given}
        held = await self._keys.read(partial(keys.secrets, names=names))
        opened = {one.ref: unseal(one, held[one.key]) for one in given if one.key in held}
        return {ref: value for ref, value in opened.items() if value is not None}

    # ---- forgetting

    async def erase_subjects(self, marks: Sequence[bytes]) -> int:
        """Destroy every key of the subjects and bar them; how many values became unreadable."""
        async with self._turn:
            names = await self._keys.read(
                lambda tx: {mark: keys.of_subject(tx, mark) for mark in marks}
            )
            lines = [Line(erasures.SUBJECT, mark.hex(), held) for mark, held in names.items()]
            await self._list(*lines)
            return await self._forget([one for held in names.values() for one in held], ())

    async def erase_record(self, record: SealedRecord) -> int:
        """Destroy one value, and its key where that sealed nothing else."""
        async with self._turn:
            return await self._destroy(erasures.RECORD, [record])

    async def erase_values(self, given: Sequence[SealedRecord]) -> int:
        """Destroy values that were wrong; others may stand in their place."""
        async with self._turn:
            return await self._destroy(erasures.VALUE, given)

    async def _destroy(self, verb: str, given: Sequence[SealedRecord]) -> int:
        await self._list(*(Line(verb, one.ref) for one in given))
        await self._keys.write(partial(keys.destroy_own, names=[one.key for one in given]))
        return await self._forget((), [one.ref for one in given])

    async def readmit(self, mark: bytes) -> None:
        """Let values of the subject be kept again."""
        async with self._turn:
            await self._list(Line(erasures.READMITTED, mark.hex()))

    async def _list(self, *lines: Line) -> None:
        await asyncio.to_thread(erasures.append, self._listing, self._clock.now(), lines)
        self._erased = await asyncio.to_thread(erasures.read, self._listing)

    async def _forget(self, names: Iterable[Name], refs: Iterable[str]) -> int:
        await self._keys.write(partial(keys.destroy, names=names))
        count = await self._personal.write(
            lambda tx: records.blank_keys(tx, names) + records.blank(tx, refs)
        )
        for database in (self._keys, self._personal):
            await asyncio.to_thread(files.empty_log, database.path)
        return count

    async def check(self) -> tuple[str, ...]:
        """What is wrong with the pages of both files."""
        found: list[str] = []
        for database in self._opened:
            said = await database.read(faults)
            found += [f"{database.path.name}: {one}" for one in said]
        return tuple(found)

    # ---- orphans

    async def unswept(self, limit: int) -> list[SealedRecord]:
        """Records that no sweep has looked at, in order."""
        return await self._personal.read(partial(records.unswept, limit=limit))

    async def sweep(
        self, looked_at: Sequence[SealedRecord], orphans: Sequence[SealedRecord]
    ) -> None:
        """Remove the orphans; what else was looked at needs no second look."""
        await self._keys.write(partial(keys.destroy_own, names=[one.key for one in orphans]))
        refs, last = [one.ref for one in orphans], looked_at[-1].ref
        await self._personal.write(partial(records.sweep, orphans=refs, last=last))

    # ---- inside

    def _open_files(self) -> None:
        files.private_folder(self._folder)
        files.private_folder(self._keys_folder)
        self._erased = erasures.read(self._listing)
        self._personal = self._open(self._folder / VALUES, VAULT_MIGRATIONS)
        self._keys = self._open(self._keys_folder / KEYS, KEY_MIGRATIONS)

    def _open(self, path: Path, migrations: Sequence[str]) -> Database:
        database = files.open_private(path, {"vault": migrations})
        self._opened.append(database)
        return database

    def _check_keys(self, tx: Tx) -> None:
        known = records.mark(tx, "keys")
        if known is None:
            records.set_mark(tx, "keys", self.marks.fingerprint())
        elif known != self.marks.fingerprint():
            raise StoreRefused(
                f"the keys in {self._keys_folder} are not those of {self._folder}",
                remedy="put the right keys back; without them the personal values are lost",
            )


def _bury(tx: Tx, subject: bytes, record: PersonalRecord, now: int) -> str:
    """The reference of an erased value's place; a new one where nothing was before."""
    ref = records.gone(tx, record.entity_id, record.attribute)
    if ref is None:
        ref = new_ref(records.next_number(tx))
        records.add(tx, [tombstone(ref, subject, record)], now)
    return ref
