"""What SQL decides alone and what it leaves to the matcher; boxes that lose nothing."""

import math
import random
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.context.query import (
    And,
    Candidate,
    Geo,
    Never,
    Or,
    Query,
    TypeAll,
    TypeAny,
    TypeIs,
    box,
    cells,
    compile_sql,
    parse_q,
    parse_scopes,
    parse_types,
)
from hansa.context.query.geometry import RADIUS, haversine
from hansa.context.query.sql_geo import around
from tests.context.query.examples import CAR, NO, YES, prop
from tests.context.query.shelf import Shelf

INDEXED = frozenset({"a", "b"})

EXACT = {
    "nothing": Query(),
    "ids": Query(ids=("urn:1",)),
    "type": Query(types=parse_types("T")),
    "types": Query(types=parse_types("(T;U)|V")),
    "any type": Query(types=parse_types("*")),
    "attrs": Query(attrs=("a", "b")),
    **{
        q: Query(where=parse_q(q))
        for q in [
            *("a", "!a", "a==1", 'a=="x"', "a==true", "a==1..2", 'a=="x".."y"', "a>1", "a<=1"),
            *('a==1,"x",2..3', "a>1;b==2", "a>1|b==2", "(a;b)|a==1", "a|!b"),
            *("createdAt>2020-01-01T00:00:00Z", 'modifiedAt!="2020-01-01T00:00:00Z"'),
            "createdAt==2020-01-01T00:00:00Z..2021-01-01T00:00:00Z",
        ]
    },
}

INEXACT = {
    "pattern of ids": Query(id_pattern="x"),
    "scope": Query(scope=parse_scopes("/a")),
    "geo": Query(geo=Geo("near", {"type": "Point", "coordinates": [0, 0]}, max_distance=1)),
    "attrs beside the index": Query(attrs=("a", "z")),
    "data sets": Query(where=parse_q("a==1"), datasets=("@none",)),
    **{
        q: Query(where=parse_q(q))
        for q in [
            *(
                "z",
                "!z",
                "z==1",
                "a==1;z",
                "a==1|z",
                "a!=1",
                "a==1|a!=1",
                'a>"x"',
                'a~="x"',
                'a!~="x"',
            ),
            *("a.s", "a[x]", "a.s==1", "a[x]==1", "!a.s", "a==2020-01-01", "a>9007199254740993"),
            *("a==2020-01-01..2020-02-01", "a==12:00:00Z..13:00:00Z", "a!=1..2", "a;a!=1"),
            *("createdAt", "createdAt>1", "expiresAt>2020-01-01T00:00:00Z"),
        ]
    },
}


@pytest.mark.parametrize("query", EXACT.values(), ids=EXACT.keys())
def test_exact(query: Query) -> None:
    assert compile_sql(query, INDEXED, 1).exact


@pytest.mark.parametrize("query", INEXACT.values(), ids=INEXACT.keys())
def test_left_to_the_matcher(query: Query) -> None:
    assert not compile_sql(query, INDEXED, 1).exact


@pytest.mark.parametrize("q", ["z", "z==1|a==1", "!a.s", "z|a"])
def test_what_no_index_knows_prunes_nothing(q: str) -> None:
    selection = compile_sql(Query(where=parse_q(q)), INDEXED, 7)
    assert (selection.sql_where, selection.params) == ("+e.part=? AND (1)", (7,))


def test_one_prunable_term_of_an_and_prunes() -> None:
    selection = compile_sql(Query(where=parse_q("a==1;z==1")), INDEXED, 7)
    assert selection.params == (7, 7, "a", 2, 1)


def test_ids_go_through_the_index_on_ids() -> None:
    selection = compile_sql(Query(ids=("urn:1", "urn:2")), INDEXED, 7)
    assert selection.sql_where.startswith("e.part=? AND")
    assert selection.params == (7, '["urn:1","urn:2"]')


def test_join_only_for_one_type_alone() -> None:
    def source(query: Query) -> str:
        return compile_sql(query, INDEXED, 1, join=True).sql_from

    joined = "entity_type t CROSS JOIN entity e ON e.eid=t.eid"
    assert source(Query(types=parse_types("T"))) == joined
    assert source(Query(types=parse_types("T"), where=parse_q("z==1"))) == joined
    assert source(Query(types=parse_types("T|U"))) == "entity e"
    assert source(Query(types=parse_types("*"))) == "entity e"
    assert source(Query(types=parse_types("T"), where=parse_q("a==1"))) == "entity e"
    assert source(Query(types=parse_types("T"), ids=("urn:1",))) == "entity e"
    assert compile_sql(Query(types=parse_types("T")), INDEXED, 1).sql_from == "entity e"


def test_huge_queries_are_left_to_the_matcher() -> None:
    terms = tuple(parse_q("a==" + ",".join(map(str, range(1000)))) for _ in range(4))
    assert compile_sql(Query(where=terms[0]), INDEXED, 1).exact
    selection = compile_sql(Query(where=Or(terms)), INDEXED, 1)
    assert (selection.params, selection.exact) == ((1,), False)
    long_or, long_and = Or(terms[:1] * 201), And((parse_q("a==1"),) * 201)
    assert compile_sql(Query(where=long_or), INDEXED, 1).params == (1,)
    assert not compile_sql(Query(where=long_and), INDEXED, 1).exact


# ---- against the tables


def test_sql_never_contradicts_the_examples(shelf: Shelf) -> None:
    mirror = replace(CAR, document={})
    wheres = {q: q in YES for q in (*YES, *NO) if not q.startswith(("createdAt", "modifiedAt"))}
    pairs = random.Random(1).sample(list(product(wheres, wheres)), 400)
    wheres |= {f"({one});({other})": wheres[one] and wheres[other] for one, other in pairs}
    wheres |= {f"({one})|({other})": wheres[one] or wheres[other] for one, other in pairs}
    with shelf.holding([CAR, replace(mirror, id="urn:e:2")], frozenset(CAR.document)):
        for q, holds in wheres.items():
            found, exact = shelf.answers(Query(where=parse_q(q)))
            assert CAR.id in found or not holds, q
            assert CAR.id not in found or holds or not exact, q


SELECTIONS = [
    (Query(types=parse_types("U")), {"1", "3"}),
    (Query(types=parse_types("T|U")), {"0", "1", "3"}),
    (Query(types=parse_types("(U;V)")), {"3"}),
    (Query(types=parse_types("(U;V),T")), {"0", "3"}),
    (Query(types=parse_types("X")), set()),
    (Query(types=TypeAny((TypeIs("*"), TypeIs("T")))), {"0", "1", "2", "3"}),
    (Query(types=TypeAll((TypeIs("*"), TypeIs("T")))), {"0"}),
    (Query(types=TypeAny(())), set()),
    (Query(attrs=("a", "b")), {"0", "1", "2"}),
    (Query(attrs=("a", "b"), types=parse_types("U")), {"1"}),
    (Query(ids=("urn:0", "urn:9", "urn:3")), {"0", "3"}),
    (Query(ids=("urn:0", "urn:3"), types=parse_types("V")), {"3"}),
    (Query(where=parse_q("!a")), {"1", "3"}),
    (Query(where=Never()), set()),
    (Query(where=Or((Never(), parse_q("b")))), {"1", "2"}),
    (Query(where=parse_q("createdAt>=1970-01-01T00:00:00Z")), {"0", "1", "2", "3"}),
    (Query(where=parse_q("createdAt<1970-01-01T00:00:00Z")), set()),
    (Query(where=parse_q("a;b")), {"2"}),
]


@pytest.mark.parametrize("join", [False, True])
@pytest.mark.parametrize(("query", "expected"), SELECTIONS)
def test_exact_selections(shelf: Shelf, query: Query, expected: set[str], join: bool) -> None:
    entities = [
        Candidate("urn:0", ("T",), {"a": prop(1)}),
        Candidate("urn:1", ("U",), {"b": prop(1)}),
        Candidate("urn:2", ("V", "W"), {"a": prop(1), "b": prop(2)}),
        Candidate("urn:3", ("V", "U"), {}),
    ]
    with shelf.holding(entities, INDEXED):
        found, exact = shelf.answers(query, join=join)
    assert exact
    assert {one.removeprefix("urn:") for one in found} == expected


# ---- the index


CELLS = {
    "text": ({"value": "x"}, {(3, "x")}),
    "number": ({"value": 1}, {(2, 1.0)}),
    "boolean": ({"value": True}, {(1, 1)}),
    "null": ({"value": None}, {(0, 0)}),
    "object": ({"value": {"x": 1}}, {(0, 0)}),
    "array": ({"value": ["x", 1, False, []]}, {(3, "x"), (2, 1.0), (1, 0), (0, 0)}),
    "empty array": ({"value": []}, {(0, 0)}),
    "typed": ({"value": {"@type": "Date", "@value": "2020-01-01"}}, {(3, "2020-01-01")}),
    "relationship": ({"object": ["urn:1", "urn:2"]}, {(3, "urn:1"), (3, "urn:2")}),
    "languages": ({"languageMap": {"en": "x", "ru": ["y", "z"]}}, {(3, "x"), (3, "y"), (3, "z")}),
    "list of uris": ({"objectList": [{"object": "urn:1"}]}, {(3, "urn:1")}),
    "beyond doubles": ({"value": [10**400, -(10**400)]}, {(2, math.inf), (2, -math.inf)}),
}


@pytest.mark.parametrize(("instance", "expected"), CELLS.values(), ids=CELLS.keys())
def test_cells(instance: dict[str, object], expected: set[object]) -> None:
    assert set(cells(instance)) == expected


def place(kind: str, coordinates: object) -> dict[str, object]:
    return {"type": "GeoProperty", "value": {"type": kind, "coordinates": coordinates}}


def test_box_holds_all_instances() -> None:
    line, point = place("LineString", [[1, 2], [3, 4]]), place("Point", [5, -6])
    assert box([line]) == (1, 2, 3, 4)
    assert box([line, {"value": "nowhere"}, point]) == (1, -6, 5, 4)
    assert box([{"value": None}]) is None
    assert box([]) is None


@pytest.mark.parametrize("position", [[190, 0], [-190, 0], [0, 95], [0, -95]])
def test_a_place_off_the_map_is_in_every_box(position: list[float]) -> None:
    west, south, east, north = box([place("Point", position)]) or (0, 0, 0, 0)
    assert west <= -180
    assert east >= 180
    assert south <= -90
    assert north >= 90


@given(
    st.floats(-180, 180),
    st.floats(-90, 90),
    st.floats(0.1, 5_000_000),
    st.floats(0, 2 * math.pi),
    st.floats(0, 1),
)
def test_everything_within_the_distance_is_within_the_box(
    x: float, y: float, metres: float, bearing: float, share: float
) -> None:
    found = around((x, y, x, y), metres)
    if found is None:
        return
    there = destination(x, y, metres * share, bearing)
    assert haversine((x, y), there) <= metres * 1.0001 + 0.01
    west, south, east, north = found
    assert west <= there[0] <= east
    assert south <= there[1] <= north


def destination(x: float, y: float, metres: float, bearing: float) -> tuple[float, float]:
    """Where one comes along a great circle (the direct problem on a sphere)."""
    angle, lat = metres / RADIUS, math.radians(y)
    sine = math.sin(lat) * math.cos(angle) + math.cos(lat) * math.sin(angle) * math.cos(bearing)
    there = math.asin(max(-1.0, min(1.0, sine)))
    east = math.atan2(
        math.sin(bearing) * math.sin(angle) * math.cos(lat),
        math.cos(angle) - math.sin(lat) * math.sin(there),
    )
    return x + math.degrees(east), math.degrees(there)


@pytest.mark.parametrize(
    ("bounds", "metres"),
    [((0, 89, 0, 89), 200_000), ((179.99, 0, 179.99, 0), 3000), ((-179.99, 0, -179, 0), 3000),
     ((0, -89.999, 0, 0), 2000), ((-180, -90, 180, 90), 1)],
    ids=["pole", "antimeridian", "antimeridian west", "south pole", "the Earth"],
)  # fmt: skip
def test_no_box_where_one_would_lie(
    bounds: tuple[float, float, float, float], metres: float
) -> None:
    assert around(bounds, metres) is None
    reference = {"type": "LineString", "coordinates": [list(bounds[:2]), list(bounds[2:])]}
    selection = compile_sql(Query(geo=Geo("near", reference, max_distance=metres)), INDEXED, 1)
    assert selection.params == (1,)


@pytest.mark.parametrize(
    "geo",
    [
        Geo("disjoint", {"type": "Point", "coordinates": [0, 0]}),
        Geo("near", {"type": "Point", "coordinates": [0, 0]}, min_distance=1),
        Geo("within", {"type": "Point", "coordinates": [0, 0]}, "site"),
    ],
    ids=["disjoint", "far", "another property"],
)
def test_no_box_for_what_lies_outside_or_elsewhere(geo: Geo) -> None:
    assert compile_sql(Query(geo=geo), INDEXED, 1).params == (1,)
