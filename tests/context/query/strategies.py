"""Generated queries and documents over a small world, so that they often meet."""

from typing import Any

from hypothesis import strategies as st

from hansa.context.query import (
    Absent,
    Compare,
    Exists,
    Expression,
    Geo,
    Instant,
    Path,
    Query,
    Range,
    ScopeAll,
    ScopeAny,
    ScopeExpression,
    ScopeIs,
    TypeAll,
    TypeAny,
    TypeExpression,
    TypeIs,
    ValueList,
    all_of,
    any_of,
)

ATTRIBUTES = ["a", "b", "c", "d"]
SUBS = ["s", "observedAt"]
DATASETS = ["urn:d:1", "urn:d:2"]
TYPES = ["T", "U", "V"]
TEXTS = ["", "red", "redder", "Blue", "ä", "я", "\U0001f525", "urn:x:1", "urn:x:2", "x\x00y"]
MOMENTS = [
    *("2020-01-01T00:00:00Z", "2020-01-01T00:00:00.5Z", "2019-12-31T23:30:00-01:00"),
    *("2020-01-01T02:00:00+02:00", "2020-01-01", "2020-01-02", "12:00:00Z", "12:00:01Z"),
]
NUMBERS = [0, 1, 1.0, -1, 2.5, 10, 2**53, 2**53 + 1, 1e300]

texts = st.sampled_from([*TEXTS, *MOMENTS])
numbers = st.sampled_from(NUMBERS)
scalars = st.one_of(texts, numbers, st.booleans())

# ---- documents

objects: st.SearchStrategy[Any] = st.fixed_dictionaries(
    {}, optional={"m": scalars, "n": st.fixed_dictionaries({"m": scalars})}
)
typed = texts.map(lambda text: {"@type": "DateTime", "@value": text})
values = st.one_of(
    scalars, st.none(), objects, typed, st.lists(st.one_of(scalars, objects, typed), max_size=3)
)
uris = st.sampled_from(["urn:x:1", "urn:x:2", "urn:x:3"])
languages = st.dictionaries(
    st.sampled_from(["en", "ru"]), st.one_of(texts, st.lists(texts, max_size=2)), max_size=2
)
cores: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.builds(lambda v: {"type": "Property", "value": v}, values),
    st.builds(lambda v: {"type": "Property", "value": v}, scalars),
    st.builds(
        lambda v: {"type": "Relationship", "object": v}, st.one_of(uris, st.lists(uris, max_size=2))
    ),
    st.builds(lambda v: {"type": "LanguageProperty", "languageMap": v}, languages),
    st.builds(lambda v: {"type": "VocabProperty", "vocab": v}, texts),
    st.builds(lambda v: {"type": "JsonProperty", "json": v}, values),
    st.builds(lambda v: {"type": "ListProperty", "valueList": v}, st.lists(scalars, max_size=2)),
    st.builds(
        lambda v: {"type": "ListRelationship", "objectList": [{"object": one} for one in v]},
        st.lists(uris, max_size=2),
    ),
)
extras = st.fixed_dictionaries(
    {}, optional={"s": cores, "observedAt": st.sampled_from(MOMENTS[:4])}
)
instances = st.builds(lambda core, extra: {**core, **extra}, cores, extras)


@st.composite
def attributes(draw: st.DrawFn) -> Any:
    """One default instance, or several told apart by their data set."""
    first = draw(instances)
    chosen = draw(st.lists(st.sampled_from(DATASETS), unique=True, max_size=2))
    if not chosen:
        return first
    with_ids = [{**draw(instances), "datasetId": name} for name in chosen]
    return with_ids if draw(st.booleans()) else [first, *with_ids]


coordinates = st.tuples(
    st.sampled_from([-180, -179.99, -0.01, 0, 0.005, 0.01, 1, 179.99, 180]),
    st.sampled_from([-90, -89.99, -0.01, 0, 0.005, 0.01, 1, 60, 89.99, 90]),
).map(list)


def square(corner: list[float]) -> dict[str, Any]:
    x, y = max(min(corner[0], 179), -180), max(min(corner[1], 89), -90)
    ring = [[x, y], [x + 1, y], [x + 1, y + 1], [x, y + 1], [x, y]]
    return {"type": "Polygon", "coordinates": [ring]}


geometries: st.SearchStrategy[dict[str, Any]] = st.one_of(
    coordinates.map(lambda c: {"type": "Point", "coordinates": c}),
    coordinates.map(square),
    st.lists(coordinates, min_size=2, max_size=2, unique_by=tuple).map(
        lambda c: {"type": "LineString", "coordinates": c}
    ),
)
locations = st.builds(lambda v: {"type": "GeoProperty", "value": v}, geometries)
scopes = st.sampled_from(["/x", "/x/y", "/x/y/z", "/w", "x/y"])

documents: st.SearchStrategy[dict[str, Any]] = st.builds(
    lambda one, other: {**one, **other},
    st.dictionaries(st.sampled_from(ATTRIBUTES), attributes(), max_size=3),
    st.fixed_dictionaries(
        {},
        optional={
            "location": st.one_of(
                locations,
                st.tuples(locations, locations).map(
                    lambda two: [two[0], {**two[1], "datasetId": DATASETS[0]}]
                ),
            ),
            "scope": st.one_of(scopes, st.lists(scopes, min_size=1, max_size=2)),
        },
    ),
)

# ---- queries

instants = st.sampled_from(MOMENTS).map(Instant)
ranges = st.one_of(
    st.builds(Range, numbers, numbers),
    st.builds(Range, st.sampled_from(TEXTS), st.sampled_from(TEXTS)),
    st.builds(
        Range, st.sampled_from(MOMENTS[:4]).map(Instant), st.sampled_from(MOMENTS[:4]).map(Instant)
    ),
)
single = st.one_of(scalars, instants)
listed = st.lists(st.one_of(single, ranges), min_size=2, max_size=3).map(
    lambda members: ValueList(tuple(members))
)
paths = st.one_of(
    st.builds(Path, st.sampled_from(ATTRIBUTES)),
    st.builds(
        Path,
        st.sampled_from(ATTRIBUTES),
        st.sampled_from([(), ("s",), ("observedAt",)]),
        st.sampled_from([(), ("m",), ("n", "m"), ("en",), ("*",)]),
    ),
)
comparisons = st.one_of(
    st.builds(
        Compare,
        paths,
        st.sampled_from(["==", "!="]),
        st.one_of(single, single, ranges, listed),
    ),
    st.builds(
        Compare,
        paths,
        st.sampled_from([">", ">=", "<", "<="]),
        st.one_of(st.sampled_from(TEXTS), numbers, instants),
    ),
    st.builds(
        Compare,
        paths,
        st.sampled_from(["~=", "!~="]),
        st.sampled_from(["^r", "e$", "ä|u", "", 'r"|d', r"\.|\w"]),
    ),
)
expressions: st.SearchStrategy[Expression] = st.recursive(
    st.one_of(comparisons, comparisons, st.builds(Exists, paths), st.builds(Absent, paths)),
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(all_of),
        st.lists(inner, min_size=2, max_size=3).map(any_of),
    ),
    max_leaves=5,
)

type_trees: st.SearchStrategy[TypeExpression] = st.one_of(
    st.just(TypeIs("*")),
    st.recursive(
        st.sampled_from(TYPES).map(TypeIs),
        lambda inner: st.lists(inner, min_size=2, max_size=3).flatmap(
            lambda terms: st.sampled_from([TypeAll(tuple(terms)), TypeAny(tuple(terms))])
        ),
        max_leaves=5,
    ),
)
scope_trees: st.SearchStrategy[ScopeExpression] = st.recursive(
    st.sampled_from(["/x", "/x/#", "/+/y", "/#", "/x/+"]).map(ScopeIs),
    lambda inner: st.lists(inner, min_size=2, max_size=3).flatmap(
        lambda terms: st.sampled_from([ScopeAll(tuple(terms)), ScopeAny(tuple(terms))])
    ),
    max_leaves=5,
)
geos = st.one_of(
    st.builds(
        Geo,
        st.sampled_from(["within", "contains", "intersects", "equals", "disjoint", "overlaps"]),
        geometries,
    ),
    st.builds(
        Geo,
        st.just("near"),
        geometries,
        max_distance=st.sampled_from([1.0, 600.0, 1500.0, 200_000.0, 9_000_000.0]),
    ),
    st.builds(Geo, st.just("near"), geometries, min_distance=st.sampled_from([600.0, 200_000.0])),
)
ids = [f"urn:e:{number}" for number in range(6)]
queries: st.SearchStrategy[Query] = st.builds(
    Query,
    ids=st.one_of(st.just(()), st.just(()), st.lists(st.sampled_from(ids), max_size=3).map(tuple)),
    id_pattern=st.one_of(st.none(), st.none(), st.just("[0-3]$")),
    types=st.one_of(st.none(), type_trees),
    attrs=st.one_of(
        st.just(()), st.just(()), st.lists(st.sampled_from(ATTRIBUTES), max_size=2).map(tuple)
    ),
    where=st.one_of(st.none(), expressions, expressions, expressions),
    geo=st.one_of(st.none(), st.none(), geos),
    scope=st.one_of(st.none(), st.none(), scope_trees),
    datasets=st.one_of(
        st.just(()),
        st.just(()),
        st.lists(st.sampled_from([*DATASETS, "@none"]), max_size=2).map(tuple),
    ),
)
