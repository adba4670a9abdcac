"""Laws over generated queries and documents: one semantics, whoever runs it."""

from collections.abc import Iterator
from typing import Any

import apsw
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hansa.context.query import (
    Candidate,
    Expression,
    Query,
    box,
    cells,
    compile_matcher,
    compile_sql,
    parse_q,
    parse_scopes,
    parse_types,
    render_q,
    render_scopes,
    render_types,
)
from hansa.context.store.schema import MIGRATIONS
from tests.context.query import strategies as some
from tests.context.query.reference import meets

PART, OTHER_PART = 1, 2


@given(some.expressions, some.documents, st.sampled_from([(), ("@none",), ("urn:d:1",)]))
@settings(max_examples=250, deadline=None)
def test_matcher_is_the_plain_reading_of_the_clause(
    tree: Expression, document: dict[str, Any], datasets: tuple[str, ...]
) -> None:
    match = compile_matcher(Query(where=tree, datasets=datasets))
    candidate = Candidate("urn:e:0", ("T",), document)
    assert match(candidate) == meets(tree, document, frozenset(datasets))


@given(some.expressions)
@settings(max_examples=150, deadline=None)
def test_q_survives_its_text(tree: Expression) -> None:
    assert parse_q(render_q(tree)) == tree


@given(some.type_trees)
def test_types_survive_their_text(tree: Any) -> None:
    assert parse_types(render_types(tree)) == tree


@given(some.scope_trees)
def test_scopes_survive_their_text(tree: Any) -> None:
    assert parse_scopes(render_scopes(tree)) == tree


# ---- SQL


@pytest.fixture(scope="module")
def store() -> Iterator[apsw.Connection]:
    connection = apsw.Connection(":memory:")
    connection.execute(MIGRATIONS[0])
    yield connection
    connection.close()


def fill(connection: apsw.Connection, entities: list[Candidate], indexed: frozenset[str]) -> None:
    """The rows that the store keeps of these entities, and the same in another partition."""
    for eid, one in enumerate(entities, 1):
        insert(connection, PART, eid, one, indexed)
        insert(connection, OTHER_PART, eid + len(entities), one, indexed)


def insert(
    connection: apsw.Connection, part: int, eid: int, one: Candidate, indexed: frozenset[str]
) -> None:
    types = f" {' '.join(one.types)} "
    body = orjson.dumps(one.document)
    row = (eid, part, one.id, types, body, b"", None, eid, eid * 1000, eid * 2000)
    connection.execute("INSERT INTO entity VALUES(?,?,?,?,?,?,?,?,?,?)", row)
    for name in one.types:
        connection.execute("INSERT INTO entity_type VALUES(?,?,?)", (part, name, eid))
    for name in indexed.intersection(one.document):
        given = one.document[name]
        for instance in given if isinstance(given, list) else [given]:
            for kind, value in cells(instance):
                connection.execute(
                    "INSERT OR IGNORE INTO value VALUES(?,?,?,?,?)", (part, name, kind, value, eid)
                )
    located = one.document.get("location", [])
    found = box(located if isinstance(located, list) else [located])
    if found is not None:
        west, south, east, north = found
        connection.execute("INSERT INTO geo VALUES(?,?,?,?,?)", (eid, west, east, south, north))


def answers(connection: apsw.Connection, query: Query, indexed: frozenset[str], join: bool) -> Any:
    selection = compile_sql(query, indexed, PART, join=join)
    sql = f"SELECT e.part, e.id FROM {selection.sql_from} WHERE {selection.sql_where}"  # noqa: S608
    rows = connection.execute(sql, selection.params).fetchall()
    assert {part for part, _ in rows} <= {PART}
    found = [entity_id for _, entity_id in rows]
    assert len(found) == len(set(found))
    return set(found), selection.exact


populations = st.lists(
    st.tuples(some.documents, st.lists(st.sampled_from(some.TYPES), min_size=1, unique=True)),
    min_size=1,
    max_size=6,
)


@given(populations, some.queries, st.sets(st.sampled_from(some.ATTRIBUTES)), st.booleans())
@settings(max_examples=250, deadline=None)
def test_sql_loses_no_match_and_is_exact_where_it_says_so(
    store: apsw.Connection,
    population: list[tuple[dict[str, Any], list[str]]],
    query: Query,
    indexed: set[str],
    join: bool,
) -> None:
    entities = [
        Candidate(f"urn:e:{number}", tuple(types), document)
        for number, (document, types) in enumerate(population)
    ]
    store.execute("SAVEPOINT one")
    try:
        fill(store, entities, frozenset(indexed))
        pruned, exact = answers(store, query, frozenset(indexed), join)
    finally:
        store.execute("ROLLBACK TO one; RELEASE one")
    match = compile_matcher(query)
    matching = {one.id for one in entities if match(one)}
    assert matching <= pruned
    assert not exact or pruned == matching
