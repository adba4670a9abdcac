"""The smaller languages: types, scopes, geo-queries, projections, order, windows."""

from datetime import UTC, datetime

import pytest

from hansa.base.problems import BadRequestData, TooComplexQuery
from hansa.context.model import Aggregation, Method, Period, Window
from hansa.context.query import (
    Geo,
    Order,
    Path,
    Projection,
    ScopeAll,
    ScopeAny,
    ScopeIs,
    TypeAll,
    TypeAny,
    TypeIs,
    parse_aggregation,
    parse_attrs,
    parse_geo,
    parse_order,
    parse_projection,
    parse_scopes,
    parse_types,
    parse_window,
)

A, B, C = TypeIs("A"), TypeIs("B"), TypeIs("C")

TYPES = {
    "one": ("A", A),
    "any": ("*", TypeIs("*")),
    "bar": ("A|B", TypeAny((A, B))),
    "comma": ("A,B,C", TypeAny((A, B, C))),
    "and": ("(A;B)", TypeAll((A, B))),
    "and, bare": ("A;B", TypeAll((A, B))),
    "and or": ("(A;B)|C", TypeAny((TypeAll((A, B)), C))),
    "or in and": ("(A|B);C", TypeAll((TypeAny((A, B)), C))),
    "uri": ("https://example.org/A#b,B", TypeAny((TypeIs("https://example.org/A#b"), B))),
}


@pytest.mark.parametrize(("text", "tree"), TYPES.values(), ids=TYPES.keys())
def test_types(text: str, tree: object) -> None:
    assert parse_types(text) == tree


def test_types_are_mapped() -> None:
    assert parse_types("A|B", str.lower) == TypeAny((TypeIs("a"), TypeIs("b")))


@pytest.mark.parametrize("text", ["", "A|", ",A", "(A;B", "A)", "A B", "1A", "A-B", "A,*", "()"])
def test_types_refused(text: str) -> None:
    with pytest.raises(BadRequestData, match="at character") as caught:
        parse_types(text)
    assert caught.value.where == "type"


def test_types_nested_too_deep() -> None:
    with pytest.raises(TooComplexQuery):
        parse_types("(" * 50 + "A" + ")" * 50)


X, Y = ScopeIs("/x"), ScopeIs("/y")

SCOPES = {
    "one": ("/x", X),
    "no slash": ("x", X),
    "levels": ("/x/y/z1_", ScopeIs("/x/y/z1_")),
    "plus": ("/x/+/z", ScopeIs("/x/+/z")),
    "below": ("/x/#", ScopeIs("/x/#")),
    "everything": ("/#", ScopeIs("/#")),
    "or": ("/x|/y", ScopeAny((X, Y))),
    "comma": ("/x,/y", ScopeAny((X, Y))),
    "and": ("(/x;/y)", ScopeAll((X, Y))),
    "example 5": ("(/x;/y)|C", ScopeAny((ScopeAll((X, Y)), ScopeIs("/C")))),
}


@pytest.mark.parametrize(("text", "tree"), SCOPES.values(), ids=SCOPES.keys())
def test_scopes(text: str, tree: object) -> None:
    assert parse_scopes(text) == tree


@pytest.mark.parametrize("text", ["", "/", "//x", "/x/", "/#/x", "/x#", "/1x", "/x;", "#"])
def test_scopes_refused(text: str) -> None:
    with pytest.raises(BadRequestData, match="scopeQ"):
        parse_scopes(text)


POINT = {"type": "Point", "coordinates": [8, 40]}


def test_near() -> None:
    assert parse_geo("near;maxDistance==2000", "Point", "[8,40]") == Geo(
        "near", POINT, max_distance=2000.0
    )
    assert parse_geo("near;minDistance==1.5", "Point", [8, 40], "site", str.upper) == Geo(
        "near", POINT, "SITE", min_distance=1.5
    )


@pytest.mark.parametrize(
    "relation", ["within", "contains", "intersects", "equals", "disjoint", "overlaps"]
)
def test_relations(relation: str) -> None:
    ring = [[[0, 0], [1, 0], [1, 1], [0, 0]]]
    found = parse_geo(relation, "Polygon", str(ring))
    assert found == Geo(relation, {"type": "Polygon", "coordinates": ring})


GEO_WRONG = {
    "unknown": ("touches", "Point", "[8,40]", "georel"),
    "near alone": ("near", "Point", "[8,40]", "georel"),
    "zero": ("near;maxDistance==0", "Point", "[8,40]", "georel"),
    "negative": ("near;maxDistance==-1", "Point", "[8,40]", "georel"),
    "infinite": ("near;maxDistance==inf", "Point", "[8,40]", "georel"),
    "overflow": ("near;maxDistance==1e400", "Point", "[8,40]", "georel"),
    "two distances": ("near;maxDistance==5;minDistance==1", "Point", "[8,40]", "georel"),
    "distance of within": ("within;maxDistance==5", "Point", "[8,40]", "georel"),
    "no geometry": ("within", None, "[8,40]", "georel"),
    "no coordinates": ("within", "Point", "", "georel"),
    "collection": ("within", "GeometryCollection", "[]", "geometry"),
    "no json": ("within", "Point", "8,40", "coordinates"),
    "one number": ("within", "Point", "[8]", "coordinates"),
    "text": ("within", "Point", '["8",40]', "coordinates"),
    "boolean": ("within", "Point", "[true,40]", "coordinates"),
    "latitude first": ("within", "Point", "[40,128]", "coordinates"),
    "too far east": ("within", "Point", "[180.5,40]", "coordinates"),
    "nested too deep": ("within", "Point", "[[8,40]]", "coordinates"),
    "line of one": ("within", "LineString", "[[8,40]]", "coordinates"),
    "open ring": ("within", "Polygon", "[[[0,0],[1,0],[1,1],[0,1]]]", "coordinates"),
    "short ring": ("within", "Polygon", "[[[0,0],[1,0],[0,0]]]", "coordinates"),
}


@pytest.mark.parametrize(
    ("georel", "geometry", "coordinates", "where"), GEO_WRONG.values(), ids=GEO_WRONG.keys()
)
def test_geo_refused(georel: str, geometry: str | None, coordinates: str, where: str) -> None:
    with pytest.raises(BadRequestData) as caught:
        parse_geo(georel, geometry, coordinates)
    assert caught.value.where == where


def test_the_corners_of_the_map_are_on_it() -> None:
    corners = [[-180, -90], [180, 90]]
    assert parse_geo("intersects", "LineString", corners).geometry["coordinates"] == corners


def test_projection() -> None:
    assert parse_projection("a,b{c|d{e}},f") == Projection(
        {
            "a": None,
            "b": Projection({"c": None, "d": Projection({"e": None})}),
            "f": None,
        }
    )
    mapped = parse_projection("id,a{type}", "omit", str.upper)
    assert mapped == Projection({"id": None, "A": Projection({"type": None})})


@pytest.mark.parametrize("text", ["", "a,", ",a", "a{", "a{}", "a}", "a,a", "a b", "a..b", "-a"])
def test_projection_refused(text: str) -> None:
    with pytest.raises(BadRequestData, match="of pick"):
        parse_projection(text)


def test_projection_nested_too_deep() -> None:
    with pytest.raises(TooComplexQuery):
        parse_projection("a{" * 30 + "b" + "}" * 30)


def test_attrs() -> None:
    assert parse_attrs("b, a,b", str.upper) == ("B", "A")
    with pytest.raises(BadRequestData, match="character 3 of attrs"):
        parse_attrs("a,;")


def test_order() -> None:
    terms = parse_order("type;asc,name.sub[x];desc,a", str.upper)
    assert terms == (
        Order(Path("type")),
        Order(Path("NAME", ("SUB",), ("x",)), descending=True),
        Order(Path("A")),
    )


def test_order_by_distance() -> None:
    assert parse_order("location;dist-desc,a", order_from="[8,40]") == (
        Order(Path("location"), descending=True, origin=POINT),
        Order(Path("a")),
    )
    (term,) = parse_order("p;dist-asc", order_from="[[8,40],[9,42]]", order_geometry="LineString")
    assert term.origin == {"type": "LineString", "coordinates": [[8, 40], [9, 42]]}


@pytest.mark.parametrize("text", ["", "a,", "a;up", "a;", "a;asc;desc", "location;dist-asc"])
def test_order_refused(text: str) -> None:
    with pytest.raises(BadRequestData) as caught:
        parse_order(text)
    assert caught.value.where == "orderBy"


def test_order_from_must_be_a_geometry() -> None:
    with pytest.raises(BadRequestData) as caught:
        parse_order("location;dist-asc", order_from="[8")
    assert caught.value.where == "orderFrom"


NOON = datetime(2020, 8, 1, 12, tzinfo=UTC)
ONE = datetime(2020, 8, 1, 13, tzinfo=UTC)
NOON_TEXT, ONE_TEXT = "2020-08-01T12:00:00Z", "2020-08-01T13:00:00.000Z"

WINDOWS = {
    "open": ((), Window()),
    "before": (("before", NOON_TEXT), Window(before=NOON)),
    "after": (("after", NOON_TEXT), Window(after=NOON)),
    "between": (("between", NOON_TEXT, ONE_TEXT), Window(after=NOON, before=ONE)),
    "property": (("after", NOON_TEXT, "", "modifiedAt"), Window(NOON, None, "modifiedAt")),
    "last": ((None, None, None, None, "3"), Window(last=3)),
    "last, number": ((None, None, None, None, 3), Window(last=3)),
}


@pytest.mark.parametrize(("given", "window"), WINDOWS.values(), ids=WINDOWS.keys())
def test_window(given: tuple[str, ...], window: Window) -> None:
    assert parse_window(*given) == window


WINDOWS_WRONG = {
    "unknown": (("during", NOON_TEXT), "timerel"),
    "no timerel": ((None, NOON_TEXT), "timerel"),
    "no timeAt": (("after",), "timeAt"),
    "no end": (("between", NOON_TEXT), "endTimeAt"),
    "a date": (("after", "2020-08-01"), "timeAt"),
    "no such day": (("after", "2020-02-30T00:00:00Z"), ""),
    "property": (("after", NOON_TEXT, None, "expiresAt"), "timeproperty"),
    "last 0": ((None, None, None, None, "0"), "lastN"),
    "last -1": ((None, None, None, None, -1), "lastN"),
    "last 1.5": ((None, None, None, None, 1.5), "lastN"),
    "last word": ((None, None, None, None, "x"), "lastN"),
    "last true": ((None, None, None, None, True), "lastN"),
}


@pytest.mark.parametrize(("given", "where"), WINDOWS_WRONG.values(), ids=WINDOWS_WRONG.keys())
def test_window_refused(given: tuple[str, ...], where: str) -> None:
    with pytest.raises(BadRequestData) as caught:
        parse_window(*given)
    assert caught.value.where == where


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("PT1H", Period(micros=3_600_000_000)),
        ("P1D", Period(days=1)),
        ("P2W", Period(days=14)),
        ("P1Y2M", Period(months=14)),
        ("P1DT0.5S", Period(days=1, micros=500_000)),
        ("PT0S", None),
    ],
)
def test_a_duration_is_a_period_of_the_calendar(text: str, period: Period | None) -> None:
    assert parse_aggregation("avg,max,avg", text) == Aggregation((Method.AVG, Method.MAX), period)
