"""Laws over generated queries and documents: one semantics, whoever runs it."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from hansa.context.query import (
    Candidate,
    Expression,
    Query,
    compile_matcher,
    parse_q,
    parse_scopes,
    parse_types,
    render_q,
    render_scopes,
    render_types,
)
from tests.context.query import strategies as some
from tests.context.query.reference import meets
from tests.context.query.shelf import Shelf


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


populations = st.lists(
    st.tuples(some.documents, st.lists(st.sampled_from(some.TYPES), min_size=1, unique=True)),
    min_size=1,
    max_size=6,
)


@given(populations, some.queries, st.sets(st.sampled_from(some.ATTRIBUTES)), st.booleans())
@settings(max_examples=250, deadline=None)
def test_sql_loses_no_match_and_is_exact_where_it_says_so(
    shelf: Shelf,
    population: list[tuple[dict[str, Any], list[str]]],
    query: Query,
    indexed: set[str],
    join: bool,
) -> None:
    entities = [
        Candidate(f"urn:e:{number}", tuple(types), document)
        for number, (document, types) in enumerate(population)
    ]
    with shelf.holding(entities, frozenset(indexed)):
        pruned, exact = shelf.answers(query, join=join)
    match = compile_matcher(query)
    matching = {one.id for one in entities if match(one)}
    assert matching <= pruned
    assert not exact or pruned == matching
