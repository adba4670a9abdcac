"""The change log for a view that has only some rows.

A record tells of an entity while the view has it. One that comes into the view is told as created,
whole; one that leaves it as deleted, whoever changed it to whatever; of the rest nothing is told,
not even that something changed. To tell one from the other the reader remembers which entities it
has; where it begins in the past, those that it had then.
"""

from collections.abc import Sequence
from dataclasses import replace

import orjson

from hansa.base.database import Tx
from hansa.base.times import from_micros
from hansa.context import door, reading
from hansa.context.model import RESERVED, ChangeKind, Entity, Record
from hansa.context.past import Ask, PastReader
from hansa.context.query import Query, TypeAny, TypeExpression, TypeIs
from hansa.context.reading import Asked
from hansa.context.rows import Rows
from hansa.context.store import reader
from hansa.context.store.reader import LogRow
from hansa.guard import View


class Following:
    """One reader of the log under a view."""

    def __init__(self, past: PastReader, ask: Ask, view: View, consumer: str | None) -> None:
        self._past = past
        self._ask = ask
        self._view = view
        self._plain = replace(view, personal=False, seen={})  # what came is told without a purpose
        self._consumer = consumer
        self._rows = Rows(view)
        self._has: set[str] = set()

    async def begin(self, after: int) -> None:
        """Look which entities the view has after a change number."""
        if not self._rows:
            return
        newest, entities = await self._ask(self._now)
        if newest > after:
            moment = await self._ask(lambda tx, _: reader.committed(tx, after))
            entities = await self._then(moment)
        self._has = {one.id for one in entities}

    async def seen(self, rows: Sequence[LogRow]) -> tuple[Record, ...]:
        """What the view is told of rows of the log."""
        told = [(row, door.record(self._view, row, self._consumer)) for row in rows]
        if self._rows:
            judged = [row.id for row, _ in told if self._ruled(row)]
            now = await self._ask(lambda tx, part: self._those(tx, part, judged)) if judged else {}
            told = [(row, self._as_had(row, record, now)) for row, record in told]
        return tuple(record for _, record in told if record is not None)

    def _ruled(self, row: LogRow) -> bool:
        types = tuple(row.types.split())
        return row.kind != ChangeKind.TIMER and self._rows.concern(types)

    def _as_had(self, row: LogRow, record: Record | None, now: dict[str, Entity]) -> Record | None:
        if not self._ruled(row):
            return record
        had, has = row.id in self._has, now.get(row.id)
        if has is not None:
            self._has.add(row.id)
            return record if had else _came(row, has)
        self._has.discard(row.id)
        return _left(row) if had else None

    # ---- reading

    def _now(self, tx: Tx, part: int) -> tuple[int, list[Entity]]:
        page, _ = reading.page(tx, self._past.names, frozenset(), self._asked(part))
        return reader.last_number(tx), list(page.entities)

    async def _then(self, moment: int | None) -> list[Entity]:
        if moment is None:
            return []
        query = self._asked(-1).query
        page, _ = await self._past.page(self._ask, self._plain, query, from_micros(moment))
        return list(page.entities)

    def _those(self, tx: Tx, part: int, ids: Sequence[str]) -> dict[str, Entity]:
        asked = Asked(self._plain, part, Query(ids=tuple(dict.fromkeys(ids))))
        page, _ = reading.page(tx, self._past.names, frozenset(), asked)
        return {one.id: one for one in page.entities}

    def _asked(self, part: int) -> Asked:
        names: list[TypeExpression] = [TypeIs(name) for name in self._rows.types]
        types = names[0] if len(names) == 1 else TypeAny(tuple(names))
        return Asked(self._plain, part, Query(types=types))


def _came(row: LogRow, entity: Entity) -> Record:
    attributes = {k: v for k, v in orjson.loads(entity.body).items() if k not in RESERVED}
    return _told(row, ChangeKind.CREATED, attributes)


def _left(row: LogRow) -> Record:
    return _told(row, ChangeKind.DELETED, {})


def _told(row: LogRow, kind: ChangeKind, fragment: dict[str, object]) -> Record:
    return Record(
        number=row.number,
        kind=kind,
        entity_id=row.id,
        types=tuple(row.types.split()),
        fragment=fragment,
        removed=(),
        recorded_at=from_micros(row.recorded),
        committed_at=from_micros(row.committed),
        actor=row.actor,
    )
