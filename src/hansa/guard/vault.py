"""The personal store: values apart from the graph, sealed per person, and able to forget.

State, history and change log hold references only. A value is here before the commit that
refers to it; what a crash leaves without a reference is swept at the next start. To erase a
person is to destroy their key: every copy of the sealed value, in any backup, is then noise.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

from hansa.base import ids
from hansa.base.clock import Clock
from hansa.base.database import Database, Tx
from hansa.base.problems import Forbidden, Problem, StoreRefused
from hansa.base.times import to_micros
from hansa.guard import erasures
from hansa.guard.errors import JournalUnavailable
from hansa.guard.journal import Journal, Kind, entry_of
from hansa.guard.model import Fact, Grant
from hansa.guard.policy import Policy
from hansa.guard.sealing import (
    Key,
    Marks,
    PersonalRecord,
    SealedRecord,
    new_key,
    seal,
    short_mark,
    short_marks,
    tombstone,
    unseal,
)
from hansa.guard.store import files, keys, records
from hansa.guard.store.records import Address
from hansa.guard.store.schema import KEY_MIGRATIONS, VAULT_MIGRATIONS

Referenced: TypeAlias = Callable[[Sequence[str]], Awaitable[Collection[str]]]

_SWEPT_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Found:
    """Where an exact value stands."""

    ref: str
    entity_id: str


class Vault:
    """The personal store of one city. `keys_folder` lies outside what is backed up."""

    def __init__(
        self, folder: Path, keys_folder: Path, policy: Policy, journal: Journal, clock: Clock
    ) -> None:
        self._folder = folder
        self._keys_folder = keys_folder
        self._policy = policy
        self._journal = journal
        self._clock = clock
        self._turn = asyncio.Lock()  # a value is not sealed while its subject is being erased

    async def open(self) -> None:
        """Open both files and forget again whom a restored backup brought back.

        StoreRefused where the keys are not those the values were sealed under.
        """
        await asyncio.to_thread(self._open_files)
        self._marks = Marks(await self._keys.write(keys.secret))
        try:
            await self._personal.write(self._check_keys)
            await self._replay()
        except Problem:
            await self.close()
            raise

    async def close(self) -> None:
        """Close both files."""
        await asyncio.to_thread(self._personal.close)
        await asyncio.to_thread(self._keys.close)

    # ---- in

    async def put(self, given: Sequence[PersonalRecord]) -> tuple[str, ...]:
        """Keep values; a reference for each, in order, once all are on disk.

        The same value of the same attribute of the same entity keeps its reference. Of
        what was erased nothing is kept again: the reference leads nowhere.
        """
        addressed = [(self._address(record), record) for record in given]
        wanted = dict(addressed)
        found = await self._personal.read(partial(records.known, addresses=wanted))
        fresh = {address: one for address, one in wanted.items() if address not in found}
        if fresh:
            async with self._turn:
                found |= await self._add(fresh)
        return tuple(found[address] for address, _ in addressed)

    async def _add(self, fresh: Mapping[Address, PersonalRecord]) -> dict[Address, str]:
        subjects = {address: self._subject(record) for address, record in fresh.items()}
        gone = {a: r for a, r in fresh.items() if subjects[a] in self._erased.subjects}
        if self._erased.records:
            gone |= await self._personal.read(partial(self._single, fresh=fresh))
        kept = {a: r for a, r in fresh.items() if a not in gone}
        sealing = await self._keys_for(kept, subjects)

        def unit(tx: Tx) -> dict[Address, str]:
            now = self._clock.now()
            made = [seal(ids.fresh(now), r, sealing[a], a[0]) for a, r in kept.items()]
            records.add(tx, made, to_micros(now))
            held = records.known(tx, kept)
            return held | {a: self._bury(tx, subjects[a], r) for a, r in gone.items()}

        return await self._personal.write(unit)

    def _single(
        self, tx: Tx, fresh: Mapping[Address, PersonalRecord]
    ) -> dict[Address, PersonalRecord]:
        """Those whose place holds a value that was erased alone: it must not come back."""
        refs = {a: records.gone(tx, r.entity_id, r.attribute) for a, r in fresh.items()}
        return {a: fresh[a] for a, ref in refs.items() if ref in self._erased.records}

    def _bury(self, tx: Tx, subject: bytes, record: PersonalRecord) -> str:
        ref = records.gone(tx, record.entity_id, record.attribute)
        if ref is None:
            now = self._clock.now()
            ref = ids.fresh(now)
            records.add(tx, [tombstone(ref, subject, record)], to_micros(now))
        return ref

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

    async def get(self, grant: Grant, refs: Iterable[str]) -> Mapping[str, bytes]:
        """Reference -> value; erased and unknown ones are absent.

        Forbidden where role and purpose do not allow it; JournalUnavailable, and no value,
        where the journal cannot say who looked.
        """
        self._check_read(grant)
        wanted = list(dict.fromkeys(refs))
        found = await self._personal.read(partial(records.sealed, refs=wanted))
        there = [one for one in found if one.sealed is not None]
        if not there:
            return {}
        await self._note(grant, Kind.PERSONAL_READ, there)
        held = await self._keys.read(partial(keys.secrets, ids={one.key_id for one in there}))
        opened = {o.ref: unseal(o, held[o.key_id]) for o in there if o.key_id in held}
        return {ref: value for ref, value in opened.items() if value is not None}

    async def find(self, grant: Grant, attribute: str, value: bytes) -> tuple[Found, ...]:
        """Where exactly this value of the attribute stands; journalled like a read."""
        self._check_read(grant)
        mark = self._marks.search(attribute, value)
        found = await self._personal.read(partial(records.by_search, search=mark))
        await self._note(grant, Kind.PERSONAL_SEARCH, found, attribute=attribute)
        return tuple(Found(one.ref, one.entity_id) for one in found)

    async def readers(self, grant: Grant, subject: str) -> tuple[Mapping[str, Any], ...]:
        """The journal's entries of all who read or found values of this person, newest first."""
        self._policy.check_manage(grant, "journal")
        return await self._journal.naming(short_mark(self._marks.subject(subject)))

    # ---- forgetting

    async def erase(self, grant: Grant, subject: str) -> int:
        """Destroy every key of the person; how many values became unreadable.

        They stay forgotten: a re-import keeps nothing of them until `readmit`.
        """
        mark = self._marks.subject(subject)
        await self._announce(grant, Kind.ERASURE, mark)
        async with self._turn:
            await self._list(erasures.SUBJECT, mark.hex())
            return await self._forget(subjects=[mark])

    async def erase_record(self, grant: Grant, ref: str) -> int:
        """Destroy one value, as a free text that names somebody else; 0 if it was gone."""
        self._policy.check_manage(grant, "erasure")
        found = await self._personal.read(partial(records.sealed, refs=[ref]))
        if not found:
            return 0
        await self._announce(grant, Kind.ERASURE, found[0].subject, ref=ref)
        async with self._turn:
            await self._list(erasures.RECORD, ref)
            return await self._forget(refs=[ref])

    async def readmit(self, grant: Grant, subject: str) -> None:
        """Let values of the person be kept again from now on; what was erased stays so."""
        mark = self._marks.subject(subject)
        await self._announce(grant, Kind.READMISSION, mark)
        async with self._turn:
            await self._list(erasures.READMITTED, mark.hex())

    async def sweep(self, is_referenced: Referenced) -> int:
        """Remove what a crash left without a reference; how many records went.

        `is_referenced` answers which of the given references the graph holds. To be run at
        start, before anything is put. Only what came since the last sweep is looked at.
        """
        swept = 0
        while rows := await self._personal.read(partial(records.unswept, limit=_SWEPT_AT_ONCE)):
            held = set(await is_referenced([ref for _, ref, _ in rows]))
            orphans = {ref: key for _, ref, key in rows if ref not in held}
            last = rows[-1][0]
            await self._keys.write(partial(keys.destroy_own, ids=list(orphans.values())))
            await self._personal.write(partial(records.sweep, orphans=list(orphans), last=last))
            swept += len(orphans)
        return swept

    # ---- inside

    def _open_files(self) -> None:
        files.private_folder(self._folder)
        files.private_folder(self._keys_folder)
        self._listing = self._keys_folder / "erasures.txt"
        self._erased = erasures.read(self._listing)
        self._personal: Database = files.open_private(
            self._folder / "personal.db", {"vault": VAULT_MIGRATIONS}
        )
        self._keys: Database = files.open_private(
            self._keys_folder / "keys.db", {"vault": KEY_MIGRATIONS}
        )

    def _check_keys(self, tx: Tx) -> None:
        known = records.mark(tx, "keys")
        if known is None:
            records.set_mark(tx, "keys", self._marks.fingerprint())
        elif known != self._marks.fingerprint():
            raise StoreRefused(
                f"the keys in {self._keys_folder} are not those of {self._folder}",
                remedy="put the right keys back; without them the personal values are lost",
            )

    async def _replay(self) -> None:
        """Forget everybody on the list once more: a restored backup may have brought them back."""
        if self._erased.subjects or self._erased.records:
            await self._forget(subjects=self._erased.subjects, refs=self._erased.records)

    async def _forget(self, subjects: Iterable[bytes] = (), refs: Iterable[str] = ()) -> int:
        marks, single = list(subjects), list(refs)
        held = await self._personal.read(partial(records.sealed, refs=single))
        own = [one.key_id for one in held]

        def destroy(tx: Tx) -> None:
            keys.destroy_subjects(tx, marks)
            keys.destroy_own(tx, own)

        def blank(tx: Tx) -> int:
            return records.blank_subjects(tx, marks) + records.blank(tx, single)

        await self._keys.write(destroy)
        count = await self._personal.write(blank)
        for database in (self._keys, self._personal):
            await asyncio.to_thread(files.empty_log, database.path)
        return count

    async def _list(self, verb: str, name: str) -> None:
        await asyncio.to_thread(erasures.append, self._listing, self._clock.now(), verb, name)
        self._erased = await asyncio.to_thread(erasures.read, self._listing)

    def _check_read(self, grant: Grant) -> None:
        if not self._policy.reads_personal(grant):
            raise Forbidden(
                f"the role {grant.role} may not read personal values for {grant.purpose!r}",
                rule="guard/roles.yaml: personal",
                remedy="name a purpose that the role has, with the header Hansa-Purpose",
            )

    async def _note(
        self, grant: Grant, kind: Kind, found: Sequence[SealedRecord], **facts: Fact
    ) -> None:
        attributes = sorted({one.attribute for one in found})
        told: dict[str, Fact] = {"records": len(found), "attributes": attributes, **facts}
        await self._write(grant, kind, subjects=short_marks(found), **told)

    async def _announce(self, grant: Grant, kind: Kind, mark: bytes, **facts: Fact) -> None:
        self._policy.check_manage(grant, "erasure")
        await self._write(grant, kind, subjects=[short_mark(mark)], **facts)

    async def _write(self, grant: Grant, kind: Kind, **facts: Fact) -> None:
        entry = entry_of(grant, kind, self._clock.now(), **facts)
        try:
            await self._journal.write(entry)
        except (files.EngineError, StoreRefused) as error:
            raise JournalUnavailable(f"{kind} could not be journalled: {error}") from error

    def _address(self, record: PersonalRecord) -> Address:
        return self._marks.search(record.attribute, record.value), record.entity_id

    def _subject(self, record: PersonalRecord) -> bytes:
        return self._marks.subject(record.subject or record.entity_id)
