"""The personal store: values apart from the graph, sealed per person, and able to forget.

Who is named by a string is all whom an entity of that id holds (an entity may hold two people);
who is named by bytes is one person within one record, as `Found` and `Kept` tell (see `whose`).

State, history and change log hold references only. A value is here before the commit that
refers to it; what a crash leaves without a reference is swept at the next start. To erase a
person is to destroy their keys: every copy of the sealed values, in any backup, is then noise.
"""

from collections import Counter
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Collection,
    Iterable,
    Mapping,
    Sequence,
)
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from hansa.base.clock import Clock
from hansa.base.problems import StoreRefused
from hansa.guard.errors import JournalUnavailable
from hansa.guard.journal import Journal, Kind, entry_of
from hansa.guard.model import Fact, Grant
from hansa.guard.rights import Rights
from hansa.guard.sealing import PersonalRecord, SealedRecord, short_mark, short_marks
from hansa.guard.shelves import Place, Shelves
from hansa.guard.store import files

Referenced: TypeAlias = Callable[[Sequence[str]], Awaitable[Collection[str]]]
Subject: TypeAlias = str | bytes

_SWEPT_AT_ONCE = 2000
_LISTED_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Found:
    """Where an exact value stands."""

    ref: str
    entity_id: str
    sought: bytes = b""
    subject: bytes = field(default=b"", repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Kept:
    """That a value is kept, of whom and where; not which. `unnamed`: of nobody that was named."""

    ref: str
    entity_id: str
    attribute: str
    subject: bytes
    unnamed: bool


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a person, opened: the JSON of an attribute's instance."""

    ref: str
    entity_id: str
    attribute: str
    content: bytes = field(repr=False)


class Vault:
    """The personal store of one city. `keys_folder` lies outside what is backed up."""

    def __init__(
        self, folder: Path, keys_folder: Path, rights: Rights, journal: Journal, clock: Clock
    ) -> None:
        self.place = Place(folder, keys_folder)
        self._shelves = Shelves(folder, keys_folder, clock)
        self._rights = rights
        self._journal = journal
        self._clock = clock
        self._forgot: list[Callable[[], None]] = []

    def forgot(self, listener: Callable[[], None]) -> None:
        """Call `listener` whenever something was erased: what was made of it is made anew."""
        self._forgot.append(listener)

    def unheard(self, listener: Callable[[], None]) -> None:
        """Call it no more."""
        self._forgot.remove(listener)

    async def open(self) -> None:
        """Open the files and forget again whom a restored backup brought back.

        StoreRefused where the keys are not those the values were sealed under.
        """
        await self._shelves.open()

    async def close(self) -> None:
        """Close the files."""
        await self._shelves.close()

    async def put(self, given: Sequence[PersonalRecord]) -> tuple[str, ...]:
        """Keep values; a reference for each, in order, once all are on disk.

        The same value of the same attribute of the same entity keeps its reference. Of what
        was erased nothing is kept again: its reference leads nowhere.
        """
        return await self._shelves.put(given)

    async def get(self, grant: Grant, refs: Iterable[str]) -> Mapping[str, bytes]:
        """Reference -> value; erased and unknown ones are absent.

        Forbidden where role and purpose do not allow it; JournalUnavailable, and no value,
        where the journal cannot say who looked.
        """
        self._rights.check_personal(grant)
        found = await self._shelves.sealed(tuple(dict.fromkeys(refs)))
        if not found:
            return {}
        await self._note(grant, Kind.PERSONAL_READ, found)
        return await self._shelves.unsealed(found)

    async def find(self, grant: Grant, attribute: str, value: bytes) -> tuple[Found, ...]:
        """Where exactly this value (or `found_by`) stands; journalled like a read."""
        self._rights.check_personal(grant)
        found = await self._shelves.with_value(attribute, value)
        await self._note(grant, Kind.PERSONAL_SEARCH, found, attribute=attribute)
        return tuple(Found(one.ref, one.entity_id, b"", one.subject) for one in found)

    async def find_any(
        self, grant: Grant, wanted: Iterable[tuple[str, bytes]]
    ) -> tuple[Found, ...]:
        """Where any of these exact values (attribute, value) stands; one entry in the journal."""
        self._rights.check_personal(grant)
        found = [
            (record, value)
            for attribute, value in wanted
            for record in await self._shelves.with_value(attribute, value)
        ]
        records = {record.ref: record for record, _ in found}
        await self._note(grant, Kind.PERSONAL_SEARCH, tuple(records.values()))
        return tuple(
            Found(record.ref, record.entity_id, value, record.subject) for record, value in found
        )

    async def kept(self, whose: Sequence[Subject]) -> tuple[Kept, ...]:
        """What is kept of these, in the order it came; nothing is opened."""
        found = await self._of(whose)
        return tuple(
            Kept(one.ref, one.entity_id, one.attribute, one.subject, one.person is None)
            for one in found
        )

    async def all_of(self, grant: Grant, whose: Sequence[Subject]) -> tuple[Value, ...]:
        """Every value of these, old ones too; journalled like a read."""
        self._rights.check_personal(grant)
        return await self._opened(grant, await self._of(whose))

    async def values(self, grant: Grant, refs: Sequence[str]) -> tuple[Value, ...]:
        """The values of these references, with where they stand; journalled like a read."""
        self._rights.check_personal(grant)
        return await self._opened(grant, await self._shelves.sealed(refs))

    async def _opened(self, grant: Grant, found: Sequence[SealedRecord]) -> tuple[Value, ...]:
        if not found:
            return ()
        await self._note(grant, Kind.PERSONAL_READ, found)
        opened = await self._shelves.unsealed(found)
        return tuple(
            Value(one.ref, one.entity_id, one.attribute, opened[one.ref])
            for one in found
            if one.ref in opened
        )

    async def entities(self) -> AsyncIterator[tuple[str, ...]]:
        """The entities that keep values, some at a time; one with many values may come again."""
        after = 0
        while rows := await self._shelves.entities(after, _LISTED_AT_ONCE):
            after = rows[-1][0]
            yield tuple(dict.fromkeys(entity for _, entity in rows))

    async def held(self, entities: Sequence[str]) -> Mapping[str, int]:
        """Entity -> how many values it keeps; those without any are absent."""
        return Counter(one.entity_id for one in await self._shelves.of_entities(entities))

    async def readers(self, grant: Grant, *whose: Subject) -> tuple[Mapping[str, Any], ...]:
        """The journal's entries of all who read, found or erased these, newest first."""
        self._rights.check_manage(grant, "journal")
        marks = await self._marks(whose)
        return await self._journal.naming(*dict.fromkeys(map(short_mark, marks)))

    async def erase(
        self,
        grant: Grant,
        *whose: Subject,
        alone: Collection[str] = (),
        about: Collection[str] = (),
        **facts: Fact,
    ) -> int:
        """Destroy every key of these; how many values became unreadable.

        They stay forgotten: a re-import keeps nothing of them until `readmit`. Values of `alone`
        (references) are destroyed beside, and their places stay empty; in the places of `about`
        other values may come. `facts`: what the journal is to say beside.
        """
        self._rights.check_manage(grant, "erasure")
        single = await self._shelves.sealed([*dict.fromkeys((*alone, *about))])
        marks = await self._marks(whose)
        every = dict.fromkeys((*marks, *(one.subject for one in single)))
        await self._announce(grant, Kind.ERASURE, *every, **facts)
        gone = 0
        if single:
            gone += await self._shelves.erase_values([one for one in single if one.ref in about])
            gone += await self._shelves.erase_records([one for one in single if one.ref in alone])
        gone += await self._shelves.erase_subjects(marks)
        self._tell_forgotten()
        return gone

    async def let_go(self, grant: Grant, refs: Sequence[str], **facts: Fact) -> int:
        """Destroy values that were wrong, once others stand in their place; how many went."""
        self._rights.check_manage(grant, "erasure")
        found = await self._shelves.sealed(refs)
        if not found:
            return 0
        subjects = {one.subject for one in found}
        await self._announce(grant, Kind.CORRECTION, *subjects, **facts)
        gone = await self._shelves.erase_values(found)
        self._tell_forgotten()
        return gone

    async def erase_record(self, grant: Grant, ref: str) -> int:
        """Destroy one value, as a free text that names somebody else; 0 if it was gone.

        That attribute of that entity stays empty, whatever is imported.
        """
        self._rights.check_manage(grant, "erasure")
        for record in await self._shelves.sealed([ref]):
            await self._announce(grant, Kind.ERASURE, record.subject, ref=ref)
            gone = await self._shelves.erase_records([record])
            self._tell_forgotten()
            return gone
        return 0

    async def readmit(self, grant: Grant, subject: Subject) -> None:
        """Let values of the person be kept again from now on; what was erased stays so."""
        marks = await self._marks([subject])
        await self._announce(grant, Kind.READMISSION, *marks)
        await self._shelves.readmit(marks)

    async def sweep(self, is_referenced: Referenced) -> int:
        """Remove what a crash left without a reference; how many records went.

        `is_referenced` answers which of the given references the graph holds. To be run at
        start, before anything is put. Only what came since the last sweep is looked at.
        """
        swept = 0
        while rows := await self._shelves.unswept(_SWEPT_AT_ONCE):
            held = set(await is_referenced([one.ref for one in rows]))
            orphans = [one for one in rows if one.ref not in held]
            await self._shelves.sweep(rows, orphans)
            swept += len(orphans)
        return swept

    async def check(self) -> tuple[str, ...]:
        """What a quick look at the pages of its files finds wrong; nothing where all is well."""
        return await self._shelves.check()

    # ---- inside

    def _tell_forgotten(self) -> None:
        for listener in (*self._forgot,):
            listener()

    async def _marks(self, whose: Sequence[Subject]) -> tuple[bytes, ...]:
        """The subjects that are meant: those of an entity, or one that is named itself."""
        entities = [one for one in whose if isinstance(one, str)]
        found = await self._shelves.subjects_of(entities) if entities else ()
        return tuple(dict.fromkeys((*found, *(one for one in whose if isinstance(one, bytes)))))

    async def _of(self, whose: Sequence[Subject]) -> list[SealedRecord]:
        entities = [one for one in whose if isinstance(one, str)]
        marks = [one for one in whose if isinstance(one, bytes)]
        found = await self._shelves.of_entities(entities) if entities else []
        found += await self._shelves.of_subjects(marks) if marks else []
        return [*{one.ref: one for one in found}.values()]

    async def _note(
        self, grant: Grant, kind: Kind, found: Sequence[SealedRecord], **facts: Fact
    ) -> None:
        attributes = sorted({one.attribute for one in found})
        told: dict[str, Fact] = {"records": len(found), "attributes": attributes, **facts}
        await self._write(grant, kind, subjects=short_marks(found), **told)

    async def _announce(self, grant: Grant, kind: Kind, *marks: bytes, **facts: Fact) -> None:
        self._rights.check_manage(grant, "erasure")
        await self._write(grant, kind, subjects=[short_mark(one) for one in marks], **facts)

    async def _write(self, grant: Grant, kind: Kind, **facts: Fact) -> None:
        entry = entry_of(grant, kind, self._clock.now(), **facts)
        try:
            await self._journal.write(entry)
        except (files.EngineError, StoreRefused) as error:
            raise JournalUnavailable(f"{kind} could not be journalled: {error}") from error
