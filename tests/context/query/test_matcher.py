"""The matcher against the examples of the clauses: 4.9, 4.10, 4.17, 4.19 and 5.7.2.4."""

from typing import Any

import pytest

from hansa.base.problems import BadRequestData, OperationNotSupported
from hansa.context.query import (
    And,
    Candidate,
    Never,
    Or,
    Query,
    ScopeAny,
    TypeAny,
    compile_matcher,
    parse_geo,
    parse_q,
    parse_scopes,
    parse_types,
)
from tests.context.query.examples import CAR, NO, YES, candidate, link, prop


def matches(query: Query, one: Candidate) -> bool:
    return compile_matcher(query)(one)


@pytest.mark.parametrize("q", YES)
def test_holds(q: str) -> None:
    assert matches(Query(where=parse_q(q)), CAR)


@pytest.mark.parametrize("q", NO)
def test_fails(q: str) -> None:
    assert not matches(Query(where=parse_q(q)), CAR)


@pytest.mark.parametrize(
    ("q", "holds"),
    [
        ("speed==10", False),
        ("speed==60", True),
        ("speed!=60", False),
        ("!color", True),
        ("color", False),
    ],
)
def test_only_the_data_sets_asked_for_count(q: str, holds: bool) -> None:
    assert matches(Query(where=parse_q(q), datasets=("urn:d:gps",)), CAR) is holds


def test_default_instance_is_named_none() -> None:
    query = Query(where=parse_q("speed==10"), datasets=("@none",))
    assert matches(query, CAR)
    assert not matches(Query(where=parse_q("speed==60"), datasets=("@none",)), CAR)


def test_an_empty_query_matches_all_and_empty_terms_are_what_logic_says() -> None:
    assert matches(Query(), CAR)
    assert matches(Query(where=And(())), CAR)
    assert not matches(Query(where=Or(())), CAR)
    assert not matches(Query(where=Never()), CAR)
    assert not matches(Query(types=TypeAny(())), CAR)
    assert not matches(Query(scope=ScopeAny(())), CAR)


def test_system_times_come_from_beside_the_document() -> None:
    system = {
        "createdAt": "2020-01-01T00:00:00Z",
        "a": {
            "": {"modifiedAt": "2020-01-02T00:00:00Z"},
            "d": {"modifiedAt": "2020-01-03T00:00:00Z"},
        },
    }
    document = {"a": [prop(1), prop(2, datasetId="d")], "b": prop(1)}
    one = Candidate("urn:e:1", ("T",), document, system)
    assert matches(Query(where=parse_q('createdAt=="2020-01-01T00:00:00.0Z"')), one)
    assert not matches(Query(where=parse_q("createdAt>2020-01-01T00:00:00Z")), one)
    assert matches(Query(where=parse_q("a.modifiedAt==2020-01-02T00:00:00Z")), one)
    assert matches(Query(where=parse_q("a.modifiedAt==2020-01-03T00:00:00Z")), one)
    assert not matches(Query(where=parse_q("a.createdAt|b.modifiedAt")), one)


def test_ids_types_and_attributes_select() -> None:
    one = Candidate("urn:e:1", ("T", "U"), {"a": prop(1)})
    cases = [
        (Query(ids=("urn:e:0", "urn:e:1")), True),
        (Query(ids=("urn:e:0",)), False),
        (Query(id_pattern="e:1$"), True),
        (Query(id_pattern="^e"), False),
        (Query(types=parse_types("*")), True),
        (Query(types=parse_types("V|U")), True),
        (Query(types=parse_types("(T;V)")), False),
        (Query(types=parse_types("(T;V),(T;U)")), True),
        (Query(attrs=("b", "a")), True),
        (Query(attrs=("b",)), False),
        (Query(ids=("urn:e:1",), types=parse_types("V")), False),
    ]
    assert [matches(query, one) for query, _ in cases] == [expected for _, expected in cases]


def test_wrong_id_pattern_is_refused_by_name() -> None:
    with pytest.raises(BadRequestData) as caught:
        compile_matcher(Query(id_pattern="("))
    assert caught.value.where == "idPattern"


SCOPES = [
    ("/Madrid", ["/Madrid"], True),
    ("/Madrid", ["Madrid"], True),
    ("/Madrid", ["/Madrid/Gardens"], False),
    ("/Madrid/Gardens/#", ["/Madrid/Gardens"], True),
    ("/Madrid/Gardens/#", ["/Madrid/Gardens/Norte/Parterre1"], True),
    ("/Madrid/Gardens/#", ["/Madrid/GardensX"], False),
    ("/Madrid/Gardens/#", ["/Madrid"], False),
    ("/Madrid/+/Norte", ["/Madrid/Sights/Norte"], True),
    ("/Madrid/+/Norte", ["/Madrid/Norte"], False),
    ("/+/#", ["/Madrid"], True),
    ("/#", ["/x"], True),
    ("/#", [], False),
    ("(/a;/b)", ["/b", "/a"], True),
    ("(/a;/b)", ["/a"], False),
    ("(/a;/b)|/c", ["/c"], True),
]


@pytest.mark.parametrize(("scope_q", "scopes", "holds"), SCOPES)
def test_scope(scope_q: str, scopes: list[str], holds: bool) -> None:
    one = candidate(scope=scopes)
    assert matches(Query(scope=parse_scopes(scope_q)), one) is holds
    if len(scopes) == 1:
        assert matches(Query(scope=parse_scopes(scope_q)), candidate(scope=scopes[0])) is holds


def test_no_scope_meets_no_scope_query() -> None:
    assert not matches(Query(scope=parse_scopes("/#")), candidate())


# ---- linked entities

STATION = Candidate(
    "urn:w:1",
    ("Station",),
    {"sensor": {"type": "Relationship", "object": ["urn:d:1", "urn:d:2", "urn:gone"]}},
)
DEVICES = {
    "urn:d:1": Candidate("urn:d:1", ("Device",), {"humidity": prop(40)}),
    "urn:d:2": Candidate(
        "urn:d:2", ("Pump",), {"humidity": prop(50), "of": link("urn:d:1")}
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("q", "holds"),
    [
        ("sensor{humidity}==40", True),
        ("sensor{humidity}==60", False),
        ("sensor{Device:humidity}==50", False),
        ("sensor{Device,Pump:humidity}==50", True),
        ("sensor{of{humidity}}==40", True),
        ("sensor{of{Pump:humidity}}", False),
        ("!sensor{missing}", True),
        ("humidity{humidity}", False),
    ],
)
def test_linked(q: str, holds: bool) -> None:
    match = compile_matcher(Query(where=parse_q(q)), DEVICES.get)
    assert match(STATION) is holds


def test_linked_without_a_way_to_follow_is_refused() -> None:
    with pytest.raises(OperationNotSupported, match="sensor"):
        compile_matcher(Query(where=parse_q("a;sensor{humidity}==40")))


# ---- geography

SHELL = [[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]]
HOLE = [[4, 4], [6, 4], [6, 6], [4, 6], [4, 4]]
BOW = [[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]  # crosses itself


def place(kind: str, coordinates: Any, **more: Any) -> dict[str, Any]:
    value = {"type": kind, "coordinates": coordinates}
    return {"type": "GeoProperty", "value": value, **more}


GEO = {
    "in the shell": ("within", "Polygon", [SHELL, HOLE], place("Point", [2, 2]), True),
    "in the hole": ("within", "Polygon", [SHELL, HOLE], place("Point", [5, 5]), False),
    "on the rim is not within": ("within", "Polygon", [SHELL], place("Point", [0, 5]), False),
    "on the rim intersects": ("intersects", "Polygon", [SHELL], place("Point", [0, 5]), True),
    "target contains": ("contains", "Point", [5, 5], place("Polygon", [SHELL]), True),
    "target lacks": ("contains", "Point", [5, 5], place("Polygon", [SHELL, HOLE]), False),
    "within turned round": ("within", "Point", [5, 5], place("Polygon", [SHELL]), False),
    "disjoint": ("disjoint", "Polygon", [SHELL], place("Point", [11, 5]), True),
    "not disjoint": ("disjoint", "Polygon", [SHELL], place("Point", [5, 5]), False),
    "equals, other start": (
        *("equals", "LineString", [[0, 0], [1, 1]], place("LineString", [[1, 1], [0, 0]])), True
    ),
    "overlaps": (
        *("overlaps", "Polygon", [SHELL]),
        *(place("Polygon", [[[5, 5], [15, 5], [15, 15], [5, 5]]]), True),
    ),
    "contained does not overlap": ("overlaps", "Polygon", [SHELL], place("Polygon", [HOLE]), False),
    "crossed ring as reference": ("intersects", "Polygon", [BOW], place("Point", [1.9, 1]), True),
    "crossed ring as target": ("intersects", "Point", [1.9, 1], place("Polygon", [BOW]), True),
    "third dimension": ("within", "Polygon", [SHELL], place("Point", [2, 2, 100]), True),
    "near": ("near;maxDistance==1200", "Point", [8, 40], place("Point", [8.01, 40.005]), True),
    "not near": ("near;maxDistance==900", "Point", [8, 40], place("Point", [8.01, 40.005]), False),
    "far": ("near;minDistance==900", "Point", [8, 40], place("Point", [8.01, 40.005]), True),
    "not far": ("near;minDistance==1200", "Point", [8, 40], place("Point", [8.01, 40.005]), False),
    "line, nearest point": (
        *("near;maxDistance==2000", "LineString", [[0, 60], [10, 60]]),
        *(place("Point", [10, 60.009]), True),
    ),
    "line, far": (
        *("near;maxDistance==2000", "LineString", [[0, 61], [10, 61]]),
        *(place("Point", [10, 60.009]), False),
    ),
    "high latitude": (
        *("near;maxDistance==20000", "Point", [0, 85]),
        *(place("LineString", [[1, 85], [0, 85.6]]), True),
    ),
    "high latitude, far": (
        *("near;maxDistance==5000", "Point", [0, 85]),
        *(place("LineString", [[1, 85], [0, 85.6]]), False),
    ),
    "inside is no distance": (
        *("near;maxDistance==1", "Point", [5, 5], place("Polygon", [SHELL]), True),
    ),
    "over the antimeridian": (
        *("near;maxDistance==3000", "Point", [179.99, 0], place("Point", [-179.99, 0]), True),
    ),
    "line over the antimeridian": (
        *("near;maxDistance==3000", "Point", [179.99, 0]),
        *(place("LineString", [[-179.99, 0], [-179, 0]]), True),
    ),
    "no geometry": ("disjoint", "Point", [5, 5], prop("here"), False),
    "broken geometry": ("disjoint", "Point", [5, 5], place("Polygon", [[["x"]]]), False),
    "empty geometry": ("disjoint", "Point", [5, 5], place("LineString", []), False),
    "any instance": (
        *("within", "Polygon", [SHELL]),
        *([place("Point", [50, 50]), place("Point", [5, 5], datasetId="urn:d")], True),
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("georel", "geometry", "coordinates", "location", "holds"), GEO.values(), ids=GEO.keys()
)
def test_geo(georel: str, geometry: str, coordinates: Any, location: Any, holds: bool) -> None:
    query = Query(geo=parse_geo(georel, geometry, coordinates))
    assert matches(query, candidate(location=location)) is holds


def test_geo_on_another_property_and_without_one() -> None:
    query = Query(geo=parse_geo("disjoint", "Point", [5, 5], "site"))
    assert matches(query, candidate(site=place("Point", [1, 1])))
    assert not matches(query, candidate(location=place("Point", [1, 1])))
