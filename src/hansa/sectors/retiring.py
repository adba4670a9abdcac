"""What a whole list names no more: marked, never deleted, since calls and outages name it.

Of a source that says `whole`, a file that was read from its beginning to its end names every
entity there is. The rest is told with the file's last rows, in their commit. A refused row counts
as named: the house stands in the table, though with a mistake. A file that names less than half of
what the city has is taken for a part of the list, and nothing is marked because of it.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime

from hansa.base.times import format_instant
from hansa.context import Change, City, Op
from hansa.guard import View
from hansa.sectors.batches import Batch
from hansa.sectors.mapping.compile import RETIRED
from hansa.sectors.mapping.load import Source
from hansa.sectors.model import Row

FLAG = "gone-from-table"
PART = "part-of-list"


@dataclass(slots=True)
class Named:
    """Whom a reading of a file named so far. `whole`: it began at the file's beginning.

    `moment`: from when on the list is known; the marks go with it, or its next reading, which is
    as old, could not take them back.
    """

    whole: bool
    moment: datetime | None = None
    ids: set[str] = field(default_factory=set)

    def take(self, source: Source, batch: Batch) -> None:
        """Note the rows of a batch."""
        if not self.whole:
            return
        self.moment = next(
            (state.moment for _, mapped in batch.accepted for state in mapped.states), self.moment
        )
        self.ids.update(state.id for _, mapped in batch.accepted for state in mapped.states)
        rows = (Row(one.file, one.line, one.fields) for one in batch.refused)
        self.ids.update(filter(None, map(source.identity, rows)))


@dataclass(frozen=True, slots=True)
class Missed:
    """What a file does not name. `part`: it is too much for the file to be the whole list."""

    ids: tuple[str, ...] = ()
    part: bool = False

    @property
    def flags(self) -> Mapping[str, int]:
        """As the file's counts tell it."""
        return {PART if self.part else FLAG: len(self.ids)} if self.ids else {}


NOTHING = Missed()


async def missed(city: City, source: Source, view: View, named: Set[str]) -> Missed:
    """The entities of the source's type that are not named, and not marked yet."""
    held = await city.table(view, source.file.type, (), where=f"!{RETIRED}")
    ids = tuple(one for one in held.ids if one not in named)
    return Missed(ids, part=2 * len(ids) > len(held.ids))


def retired(
    source: Source, found: Missed, now: datetime, known_at: datetime | None
) -> tuple[Change, ...]:
    """The marks. `known_at`: of a back-fill."""
    ids = () if found.part else found.ids
    mark = {"type": "Property", "value": format_instant(now)}
    owner = source.file.owner or source.id
    return tuple(Change(Op.APPEND, one, {RETIRED: mark}, known_at, owner) for one in ids)
