"""Order (4.23), projection (4.21, 4.5.5) and what the door makes of a query."""

from typing import Any

import pytest

from hansa.context.query import (
    And,
    Candidate,
    Geo,
    Never,
    Order,
    Path,
    Projection,
    Query,
    compile_matcher,
    compile_sql,
    follows,
    keep_datasets,
    needs,
    order_key,
    parse_order,
    parse_projection,
    parse_q,
    project,
    render_projection,
    render_q,
    restrict,
)


def prop(value: Any, **more: Any) -> dict[str, Any]:
    return {"type": "Property", "value": value, **more}


def entity(number: int, **document: Any) -> Candidate:
    return Candidate(f"urn:e:{number}", ("T",), document)


def ordered(order_by: str, entities: list[Candidate], order_from: str = "") -> list[str]:
    key = order_key(parse_order(order_by, order_from=order_from))
    return [one.id.removeprefix("urn:e:") for one in sorted(entities, key=key)]


def test_kinds_go_by_the_list_of_the_clause() -> None:
    values = [
        *(-1, 2.5, 10, "10", "Z", "a", "я", {"a": 1}, [0], False, True),
        *("11:00:00Z", "12:00:00Z", "2020-01-01", "2019-12-31T23:30:00-01:00"),
        *("2020-01-01T01:00:00Z", None),
    ]
    entities = [entity(number, a=prop(value)) for number, value in enumerate(values)]
    entities.append(entity(len(values)))
    expected = [str(number) for number in range(len(entities))]
    assert ordered("a", entities[::-1]) == expected


def test_descending_turns_values_but_not_null_and_absence() -> None:
    values = {0: "a", 1: 1, 2: None, 3: "b", 4: 2}
    entities = [entity(5), *(entity(number, a=prop(value)) for number, value in values.items())]
    assert ordered("a;desc", entities) == ["3", "0", "4", "1", "2", "5"]


def test_terms_in_turn_and_stable() -> None:
    entities = [
        entity(1, a=prop("x"), b=prop(1)),
        entity(2, a=prop("w"), b=prop(1)),
        entity(3, a=prop("x"), b=prop(2)),
        entity(4, a=prop("x"), b=prop(2)),
    ]
    assert ordered("a,b;desc", entities) == ["2", "3", "4", "1"]
    assert ordered("b;desc,a", entities) == ["3", "4", "2", "1"]


def test_members_of_the_model_and_paths() -> None:
    one = Candidate(
        "urn:e:1",
        ("Z", "A"),
        {"scope": "/b", "a": prop({"city": "X"}, s=prop(2), observedAt="2020-01-01T00:00:00Z")},
        {"createdAt": "2020-01-02T00:00:00Z", "a": {"": {"createdAt": "2020-01-03T00:00:00Z"}}},
    )
    two = Candidate(
        "urn:e:2",
        ("B",),
        {"scope": "/a", "a": prop({"city": "W"}, s=prop(1), observedAt="2019-01-01T00:00:00Z")},
        {"createdAt": "2020-01-01T00:00:00Z", "a": {"": {"createdAt": "2020-01-01T00:00:00Z"}}},
    )
    for term in ("id", "type"):
        assert ordered(term, [two, one]) == ["1", "2"]
    for term in ("scope", "createdAt", "a.createdAt", "a[city]", "a.s", "a.observedAt"):
        assert ordered(term, [one, two]) == ["2", "1"]


def test_default_instance_orders() -> None:
    many = entity(1, a=[prop(0, datasetId="d"), prop(9)])
    assert ordered("a", [many, entity(2, a=prop(5))]) == ["2", "1"]
    only = entity(3, a=[prop(1, datasetId="d"), prop(0, datasetId="e")])
    assert ordered("a", [entity(2, a=prop(0.5)), only]) == ["2", "3"]


def test_an_array_is_one_value_and_an_empty_one_too() -> None:
    entities = [entity(1, a=prop([1, 2])), entity(2, a=prop([])), entity(3, a=prop(7))]
    assert ordered("a", entities) == ["3", "1", "2"]


def test_distance_in_both_directions_and_values_behind() -> None:
    def at(x: float, y: float) -> dict[str, Any]:
        return {"type": "GeoProperty", "value": {"type": "Point", "coordinates": [x, y]}}

    entities = [
        *(entity(1, p=at(10, 45)), entity(2, p=at(8.01, 40.01)), entity(3, p=at(9, 41))),
        *(entity(4, p=prop("x")), entity(5)),
    ]
    assert ordered("p;dist-asc", entities, "[8,40]") == ["2", "3", "1", "4", "5"]
    assert ordered("p;dist-desc", entities, "[8,40]")[-2:] == ["2", "5"]
    assert ordered("p;dist-desc", entities[:3], "[8,40]") == ["1", "3", "2"]


# ---- projection

DOCUMENT: dict[str, Any] = {
    "id": "urn:e:1",
    "type": "T",
    "scope": "/a",
    "@context": "urn:c",
    "a": prop(1),
    "b": {
        "type": "Relationship",
        "object": "urn:e:2",
        "entity": {"id": "urn:e:2", "type": "U", "c": prop(2), "d": prop(3)},
    },
}

PICKS = {
    "one": ("a", None, {"@context", "a"}),
    "id and one": ("id,a", None, {"@context", "id", "a"}),
    "unknown": ("z", None, {"@context"}),
    "omit": (None, "a,scope", {"@context", "id", "type", "b"}),
    "both": ("id,a,b", "a", {"@context", "id", "b"}),
}


@pytest.mark.parametrize(("pick", "omit", "members"), PICKS.values(), ids=PICKS.keys())
def test_projection(pick: str | None, omit: str | None, members: set[str]) -> None:
    trees = [None if text is None else parse_projection(text) for text in (pick, omit)]
    found = project(DOCUMENT, *trees)
    assert found.keys() == members
    assert all(found[name] == DOCUMENT[name] for name in members)


def test_nested_projection_reduces_the_linked_entity() -> None:
    picked = project(DOCUMENT, parse_projection("b{c}"))
    assert picked["b"]["entity"] == {"c": prop(2)}
    assert picked["b"]["object"] == "urn:e:2"
    left = project(DOCUMENT, omit=parse_projection("a,b{c,type}"))
    assert "a" not in left
    assert left["b"]["entity"] == {"id": "urn:e:2", "d": prop(3)}
    assert "c" in DOCUMENT["b"]["entity"], "the document itself stays as it is"


def test_nested_projection_reaches_lists_and_leaves_plain_values() -> None:
    linked = [{"id": "urn:1", "c": 1, "d": 1}, {"id": "urn:2", "c": 2}]
    document = {"b": [{"type": "Relationship", "entityList": linked}], "c": "plain"}
    found = project(document, parse_projection("b{c},c{x}"))
    assert found == {
        "b": [{"type": "Relationship", "entityList": [{"c": 1}, {"c": 2}]}],
        "c": "plain",
    }


def test_projection_survives_its_text() -> None:
    text = "a,b{c,d{e}},f"
    assert render_projection(parse_projection(text)) == text


def test_keep_datasets() -> None:
    default, one, two = prop(0), prop(1, datasetId="urn:1"), prop(2, datasetId="urn:2")
    document = {"id": "urn:e:1", "type": ["T"], "a": [default, one, two], "b": default, "c": one}
    kept = keep_datasets(document, {"@none", "urn:2"})
    assert kept == {"id": "urn:e:1", "type": ["T"], "a": [default, two], "b": default}
    assert keep_datasets(document, {"urn:1"}) == {
        "id": "urn:e:1",
        "type": ["T"],
        "a": one,
        "c": one,
    }
    assert keep_datasets(document, frozenset()) == document


# ---- the door


def sees(name: str) -> bool:
    return name != "secret"


POINT = {"type": "Point", "coordinates": [0, 0]}

WHERES = {
    "seen": ("a==1", "a==1"),
    "or drops": ("a==1|secret==2|b", "a==1|b"),
    "or keeps one": ("a==1|secret", "a==1"),
    "deep": ("(a|secret);b", "a;b"),
    "absent holds": ("a;!secret", "a"),
}


@pytest.mark.parametrize(("given", "left"), WHERES.values(), ids=WHERES.keys())
def test_hidden_terms_go(given: str, left: str) -> None:
    assert restrict(Query(where=parse_q(given)), sees) == Query(where=parse_q(left))


@pytest.mark.parametrize(
    "q",
    [
        *("secret", "secret!=1", "a;secret", "a;(secret|secret.b)", "secret.observedAt"),
        *("r{secret}", "secret{a}"),
    ],
)
def test_tests_on_what_is_hidden_fail(q: str) -> None:
    assert restrict(Query(where=parse_q(q)), sees).where == Never()


def test_hidden_absence_holds_alone() -> None:
    restricted = restrict(Query(where=parse_q("!secret")), sees)
    assert restricted.where == And(())
    assert compile_sql(restricted, frozenset(), 1).exact


def test_geo_on_hidden_matches_nothing() -> None:
    restricted = restrict(Query(where=parse_q("a"), geo=Geo("disjoint", POINT, "secret")), sees)
    assert restricted.geo is None
    assert not compile_matcher(restricted)(entity(1, a=prop(1)))
    untouched = Query(geo=Geo("disjoint", POINT))
    assert restrict(untouched, sees) == untouched


def test_attrs_order_and_projection_lose_what_is_hidden() -> None:
    query = Query(
        attrs=("a", "secret"),
        pick=parse_projection("id,a,secret,b{c,secret}"),
        omit=parse_projection("secret"),
        order=parse_order("secret,a;desc,createdAt"),
    )
    assert restrict(query, sees) == Query(
        attrs=("a",),
        pick=parse_projection("id,a,b{c}"),
        omit=Projection({}),
        order=(Order(Path("a"), True), Order(Path("createdAt"))),
    )


def test_only_hidden_attrs_match_nothing() -> None:
    restricted = restrict(Query(attrs=("secret",)), sees)
    assert not compile_matcher(restricted)(entity(1, secret=prop(1)))


def test_needs_and_follows() -> None:
    query = Query(
        attrs=("a",),
        where=parse_q("b.s==1;(c[x]|!d);r{T:q{e}};createdAt>2020-01-01T00:00:00Z"),
        geo=Geo("disjoint", POINT, "place"),
        order=parse_order("f,id"),
    )
    assert needs(query) == frozenset({"a", "b", "c", "d", "r", "q", "e", "place", "f"})
    assert follows(query) == 2
    assert follows(Query()) == 0


def test_never_has_no_text() -> None:
    for tree in (Never(), And(())):
        with pytest.raises(ValueError, match="no words"):
            render_q(tree)
