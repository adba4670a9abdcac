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
from typing import NamedTuple

from hansa.base.clock import Clock
from hansa.base.copying import faults
from hansa.base.database import Database, Tx
from hansa.base.problems import Problem, StoreRefused
from hansa.base.times import to_micros
from hansa.guard import erasures
from hansa.guard.erasures import Erased, Line
from hansa.guard.sealing import (
    FoundBy,
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
from hansa.guard.whose import Registrar, Whose

VALUES, KEYS, ERASURES = "personal.db", "keys.db", "erasures.txt"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a city's shelves stand: what another process of its node needs to open them."""

    folder: Path
    keys_folder: Path


class Addressed(NamedTuple):
    """A value on its way in, where it will stand and whose it is."""

    address: Address
    record: PersonalRecord
    whose: Whose


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

    def _found(self, one: Addressed) -> FoundBy:
        record, by = one.record, one.record.found_by
        search = None if by is None else self.marks.value(record.attribute, by)
        return FoundBy(one.address[0], search, one.whose.person)

    # ---- in

    async def put(self, given: Sequence[PersonalRecord]) -> tuple[str, ...]:
        """A reference for each record, old where the value was here, once all are on disk."""
        if not given:
            return ()
        async with self._turn:
            told = await self._personal.read(
                lambda tx: Registrar(tx, self.marks, self._erased.subjects).tell(given)
            )
            addressed = [
                Addressed(self._address(record, whose), record, whose)
                for record, whose in zip(given, told, strict=True)
            ]
            wanted = {one.address: one for one in addressed}
            found = await self._personal.read(partial(records.known, addresses=wanted))
            fresh = {address: one for address, one in wanted.items() if address not in found}
            if fresh:
                found |= await self._add(fresh)
        return tuple(found[one.address] for one in addressed)

    def _address(self, record: PersonalRecord, whose: Whose) -> Address:
        same = self.marks.value(record.attribute, record.value)
        return (same, record.entity_id, whose.subject)

    async def _add(self, fresh: Mapping[Address, Addressed]) -> dict[Address, str]:
        gone = {a for a, one in fresh.items() if one.whose.barred}
        if self._erased.records:
            gone |= await self._personal.read(partial(self._erased_alone, fresh=fresh))
        kept = {a: one for a, one in fresh.items() if a not in gone}
        sealing = await self._keys_for(kept)

        def unit(tx: Tx) -> dict[Address, str]:
            first, now = records.next_number(tx), to_micros(self._clock.now())
            refs = {address: new_ref(number) for number, address in enumerate(kept, first)}
            made = (seal(refs[a], r.record, sealing[a], self._found(r)) for a, r in kept.items())
            records.add(tx, made, now)
            return refs | {a: _bury(tx, fresh[a], now) for a in fresh if a in gone}

        return await self._personal.write(unit)

    def _erased_alone(self, tx: Tx, fresh: Mapping[Address, Addressed]) -> set[Address]:
        """Those whose place holds a value that was erased alone: it must not come back."""
        places = {a: (one.record.entity_id, one.record.attribute) for a, one in fresh.items()}
        return {
            a for a, place in places.items() if records.gone(tx, *place) in self._erased.records
        }

    async def _keys_for(self, kept: Mapping[Address, Addressed]) -> dict[Address, Key]:
        alone = {a for a, one in kept.items() if one.record.free_text}
        shared_by = {one.whose.subject for a, one in kept.items() if a not in alone}
        shared = await self._keys.read(partial(keys.shared, subjects=shared_by))
        made = {one: new_key(one, own=False) for one in shared_by if one not in shared}
        own = {a: new_key(kept[a].whose.subject, own=True) for a in kept if a in alone}
        if made or own:
            fresh = [*made.values(), *own.values()]
            await self._keys.write(partial(keys.add, keys=fresh))
        shared |= made
        return {a: own[a] if a in alone else shared[one.whose.subject] for a, one in kept.items()}

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

    async def entities(self, after: int, limit: int) -> list[tuple[int, str]]:
        """(number, entity) of records that are still there, past a number, in order."""
        return await self._personal.read(partial(records.entities, after=after, limit=limit))

    async def of_entities(self, names: Sequence[str]) -> list[SealedRecord]:
        """The records of these entities that are still there, whosever they are."""
        own = [(one, self.marks.subject(one)) for one in names]
        return await self._personal.read(
            lambda tx: [each for one in own for each in records.of_entity(tx, *one)]
        )

    async def subjects_of(self, names: Sequence[str]) -> tuple[bytes, ...]:
        """The subjects of whom these entities hold, or held, something; themselves among them."""
        own = [(one, self.marks.subject(one)) for one in names]
        found = await self._personal.read(
            lambda tx: [each for one in own for each in records.subjects_of(tx, *one)]
        )
        return tuple(dict.fromkeys(found))

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

    async def erase_records(self, given: Sequence[SealedRecord]) -> int:
        """Destroy values, and keys that sealed nothing else; nothing comes in their place."""
        async with self._turn:
            return await self._destroy(erasures.RECORD, given)

    async def erase_values(self, given: Sequence[SealedRecord]) -> int:
        """Destroy values that were wrong; others may stand in their place."""
        async with self._turn:
            return await self._destroy(erasures.VALUE, given)

    async def _destroy(self, verb: str, given: Sequence[SealedRecord]) -> int:
        await self._list(*(Line(verb, one.ref) for one in given))
        await self._keys.write(partial(keys.destroy_own, names=[one.key for one in given]))
        return await self._forget((), [one.ref for one in given])

    async def readmit(self, marks: Sequence[bytes]) -> None:
        """Let values of the subjects be kept again."""
        async with self._turn:
            await self._list(*(Line(erasures.READMITTED, mark.hex()) for mark in marks))

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


def _bury(tx: Tx, one: Addressed, now: int) -> str:
    """The reference of an erased value's place; a new one where nothing was before."""
    record, whose = one.record, one.whose
    ref = records.gone(tx, record.entity_id, record.attribute)
    if ref is None:
        ref = new_ref(records.next_number(tx))
        records.add(tx, [tombstone(ref, whose.subject, record, whose.person)], now)
    return ref
