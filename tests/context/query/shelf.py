"""A store of its own for questions in SQL: the true tables, filled as the store fills them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import apsw
import orjson

from hansa.context.query import Candidate, Query, box, cells, compile_sql
from hansa.context.store.schema import MIGRATIONS

PART, OTHER_PART = 1, 2


class Shelf:
    """Entities in two partitions, so that a leak between them shows."""

    def __init__(self) -> None:
        self.connection = apsw.Connection(":memory:")
        for migration in MIGRATIONS:
            self.connection.execute(migration)
        self.indexed: frozenset[str] = frozenset()

    @contextmanager
    def holding(self, entities: Sequence[Candidate], indexed: frozenset[str]) -> Iterator[None]:
        """These entities, and nothing once it is left."""
        self.indexed = indexed
        self.connection.execute("SAVEPOINT shelf")
        try:
            for eid, one in enumerate(entities, 1):
                self._insert(PART, eid, one)
                self._insert(OTHER_PART, eid + len(entities), one)
            yield
        finally:
            self.connection.execute("ROLLBACK TO shelf; RELEASE shelf")

    def answers(self, query: Query, *, join: bool = False) -> tuple[set[str], bool]:
        """Ids that SQL lets through, each once and of one partition; whether it is exact."""
        selected = compile_sql(query, self.indexed, PART, join=join)
        sql = (
            f"SELECT e.part, e.id FROM {selected.sql_from} WHERE {selected.sql_where} "  # noqa: S608
            f"ORDER BY {selected.sql_order}"
        )
        rows = self.connection.execute(sql, selected.params).fetchall()
        assert {part for part, _ in rows} <= {PART}
        found = [str(entity_id) for _, entity_id in rows]
        assert len(found) == len(set(found))
        return set(found), selected.exact

    def _insert(self, part: int, eid: int, one: Candidate) -> None:
        execute = self.connection.execute
        row = (eid, part, one.id, f" {' '.join(one.types)} ", orjson.dumps(one.id), eid, 0, 0)
        execute(
            "INSERT INTO entity(eid, part, id, types, body, change, created, modified) "
            "VALUES(?,?,?,?,?,?,?,?)",
            row,
        )
        for name in one.types:
            execute("INSERT INTO entity_type VALUES(?,?,?)", (part, name, eid))
        for name in self.indexed.intersection(one.document):
            given = one.document[name]
            for instance in given if isinstance(given, list) else [given]:
                for kind, value in cells(instance):
                    execute(
                        "INSERT OR IGNORE INTO value VALUES(?,?,?,?,?)",
                        (part, name, kind, value, eid),
                    )
        located = one.document.get("location", [])
        found = box(located if isinstance(located, list) else [located])
        if found is not None:
            west, south, east, north = found
            execute("INSERT INTO geo VALUES(?,?,?,?,?)", (eid, west, east, south, north))
