"""Deleting history (GS CIM 009 v1.9.1, 5.6.12 to 5.6.15): hidden at once, rewritten later."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hansa.base.database import Tx
from hansa.base.problems import ResourceNotFound
from hansa.context.model import Evolution
from hansa.context.store import reader, segments
from hansa.guard import Grant, Guard, entry_of


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose history is to go: of an entity, of one attribute of it, or one instance."""

    entity_id: str
    attribute: str = ""
    instance: int | None = None

    def check(self, found: Sequence[Evolution]) -> tuple[tuple[str, ...], set[str]]:
        """Types and attributes that are touched; ResourceNotFound where there is nothing."""
        for one in found:
            named = {
                name
                for name, instances in one.attributes.items()
                if any(self.instance in (None, each.number) for each in instances)
            }
            if named:
                return one.types, named
        raise ResourceNotFound(
            f"there is no such history of {self.entity_id}", where=self.entity_id
        )


def bury(tx: Tx, part: int, guard: Guard, grant: Grant, wanted: Wanted, now: datetime) -> None:
    """Hide the instances from every read and say so in the journal."""
    low, high = 0, reader.last_number(tx)
    if wanted.instance is not None:
        low = high = wanted.instance
    for eid in reader.eids_of(tx, part, (wanted.entity_id,)):
        segments.bury(tx, segments.Gone(eid, wanted.attribute, low, high))
    entry = entry_of(
        grant,
        "history-deleted",
        now,
        entity=wanted.entity_id,
        attribute=wanted.attribute,
        first=low,
        last=high,
    )
    guard.journal(tx, entry)
