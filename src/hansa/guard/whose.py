"""Whose a personal value is: a person within a record.

A person is known by a telephone, and a key is a person's within one record: two who stand in one
record have two, and one person has one in each. So a record whose time is over is forgotten
without the person's other calls, one who was erased may call again, and a source that says the
same record once more brings nobody back. What comes without a telephone is whose the last value of
the record was; what speaks about a record (a note on a call) is whose the record then is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from hansa.base.database import Tx
from hansa.guard.sealing import Marks, PersonalRecord
from hansa.guard.store import records


@dataclass(frozen=True, slots=True)
class Whose:
    """The subject under which a value is sealed, and the mark of who was named (None: nobody).

    `barred`: they, or the whole record, must stay forgotten.
    """

    subject: bytes
    person: bytes | None = None
    barred: bool = False


@dataclass(slots=True)
class Registrar:
    """Tells whose values are, those that come together in their order, within one reading.

    `barred`: the subjects who must stay forgotten.
    """

    tx: Tx
    marks: Marks
    barred: frozenset[bytes]
    _people: dict[str, list[tuple[bytes, bytes]]] = field(default_factory=dict)
    _unnamed: set[bytes] = field(default_factory=set)

    def tell(self, given: Sequence[PersonalRecord]) -> list[Whose]:
        """Whose each of these is. First what people said of themselves, then what others note."""
        order = sorted(range(len(given)), key=lambda number: bool(given[number].about))
        told = {number: self._whose(given[number]) for number in order}
        return [told[number] for number in range(len(given))]

    def _whose(self, record: PersonalRecord) -> Whose:
        own = self.marks.subject(record.entity_id)
        found = self._named(record, own)
        if found.person is not None:
            self._people_of(record.entity_id).append((found.person, found.subject))
        elif found.subject == own:
            self._unnamed.add(own)
        barred = found.subject in self.barred or own in self.barred
        return replace(found, barred=barred)

    def _named(self, record: PersonalRecord, own: bytes) -> Whose:
        if record.subject not in ("", record.entity_id):
            named = self.marks.subject(record.subject)
            return Whose(named, named)
        if record.about:
            return self._spoken_of(record, own)
        people = self._people_of(record.entity_id)
        person, subject = people[-1] if people else (None, own)
        if not record.person:
            return Whose(subject, person)
        here = self.marks.subject(f"{record.entity_id}\0{record.person}")
        if not record.same:
            subject = self._who_called(here, own, dict(people))
        return Whose(subject, here)

    def _who_called(self, person: bytes, own: bytes, known: Mapping[bytes, bytes]) -> bytes:
        """The subject of who now gives a telephone: the one of before, unless they had another."""
        if person in known:
            return known[person]
        before = own in self._unnamed or records.has_subject(self.tx, own)
        return own if before and not known else person

    def _spoken_of(self, record: PersonalRecord, own: bytes) -> Whose:
        """Of the record's person; of nobody any more where they were erased, and so it is kept."""
        people = self._people_of(record.about)
        subject = people[-1][1] if people else self.marks.subject(record.about)
        return Whose(own) if subject in self.barred else Whose(subject, subject)

    def _people_of(self, entity: str) -> list[tuple[bytes, bytes]]:
        if entity not in self._people:
            self._people[entity] = records.people_of(self.tx, entity)
        return self._people[entity]
