"""A query as a function of one candidate: the arbiter that every index only prunes for."""

from collections.abc import Callable, Sequence, Set
from typing import Any, TypeAlias

from hansa.base.problems import OperationNotSupported
from hansa.context.model import RESERVED
from hansa.context.query.ast import (
    Absent,
    And,
    Compare,
    Exists,
    Expression,
    Geo,
    Never,
    Or,
    Path,
    Query,
    ScopeAll,
    ScopeAny,
    ScopeExpression,
    ScopeIs,
    TypeAll,
    TypeAny,
    TypeExpression,
    TypeIs,
)
from hansa.context.query.geometry import compile_geo
from hansa.context.query.instants import TEMPORAL
from hansa.context.query.patterns import search
from hansa.context.query.semantics import compile_test
from hansa.context.query.targets import Candidate, Linked, finder, instances

Match: TypeAlias = Callable[[Candidate], bool]


def compile_matcher(query: Query, linked: Linked | None = None) -> Match:
    """Whether a candidate meets all that selects in the query, cheap tests first.

    `datasets`, where given, are the only instances that attributes are judged by (5.7.2.4).
    `linked` finds the entities that `attr{…}` leads to; without it such a query is refused
    with OperationNotSupported. Raises BadRequestData for a pattern that is none.
    """
    tests: list[Match] = []
    datasets = frozenset(query.datasets)
    if query.ids:
        tests.append(_ids(frozenset(query.ids)))
    if query.id_pattern is not None:
        tests.append(_id_pattern(query.id_pattern))
    if query.types is not None:
        tests.append(_types(query.types))
    if query.scope is not None:
        tests.append(_scope(query.scope))
    if query.attrs:
        tests.append(_attrs(query.attrs, datasets))
    if query.where is not None:
        tests.append(compile_where(query.where, datasets, linked))
    if query.geo is not None:
        tests.append(_geo(query.geo, datasets))
    return _all(tests)


def _all(tests: Sequence[Match]) -> Match:
    if len(tests) == 1:
        return tests[0]

    def match(candidate: Candidate) -> bool:
        for test in tests:  # noqa: SIM110 - `all()` over a generator takes twice as long
            if not test(candidate):
                return False
        return True

    return match


def _any(tests: Sequence[Match]) -> Match:
    def match(candidate: Candidate) -> bool:
        for test in tests:  # noqa: SIM110 - as above
            if test(candidate):
                return True
        return False

    return match


def _ids(ids: Set[str]) -> Match:
    return lambda candidate: candidate.id in ids


def _id_pattern(pattern: str) -> Match:
    find = search(pattern, "idPattern")
    return lambda candidate: find(candidate.id)


def _types(tree: TypeExpression) -> Match:
    match tree:
        case TypeIs("*"):
            return lambda candidate: True
        case TypeIs(name):
            return lambda candidate: name in candidate.types
        case TypeAll(terms):
            return _all([_types(term) for term in terms])
        case TypeAny(terms):
            return _any([_types(term) for term in terms])


def _attrs(names: Sequence[str], datasets: Set[str]) -> Match:
    def match(candidate: Candidate) -> bool:
        return any(instances(candidate.document, name, datasets) for name in names)

    return match


def _geo(geo: Geo, datasets: Set[str]) -> Match:
    test = compile_geo(geo)

    def match(candidate: Candidate) -> bool:
        found = instances(candidate.document, geo.geoproperty, datasets)
        return any(test(instance.get("value")) for instance in found)

    return match


# ---- scope


def _scope(tree: ScopeExpression) -> Match:
    test = scope_test(tree)

    def match(candidate: Candidate) -> bool:
        given = candidate.document.get("scope")
        listed = given if isinstance(given, list) else [given]
        return test([_levels(one) for one in listed if isinstance(one, str) and one])

    return match


def scope_test(tree: ScopeExpression) -> Callable[[Sequence[Sequence[str]]], bool]:
    """A test over the scopes of an entity, each as its levels; an "and" may take several."""
    match tree:
        case ScopeAll(terms):
            every = [scope_test(term) for term in terms]
            return lambda scopes: all(test(scopes) for test in every)
        case ScopeAny(terms):
            some = [scope_test(term) for term in terms]
            return lambda scopes: any(test(scopes) for test in some)
        case ScopeIs(pattern):
            wanted = _levels(pattern)
            return lambda scopes: any(_under(wanted, one) for one in scopes)


def _levels(scope: str) -> list[str]:
    return scope.removeprefix("/").split("/")


def _under(wanted: Sequence[str], found: Sequence[str]) -> bool:
    """`+` is any one level; a last `#` is the place itself and all below it."""
    if wanted[-1] == "#":
        wanted = wanted[:-1]
        found = found[: len(wanted)]
    return len(wanted) == len(found) and all(
        one in ("+", other) for one, other in zip(wanted, found, strict=True)
    )


# ---- q


def compile_where(
    tree: Expression, datasets: Set[str] = frozenset(), linked: Linked | None = None
) -> Match:
    """The test of a `q` by the table of `context.query.semantics`."""
    match tree:
        case And(terms):
            return _all([compile_where(term, datasets, linked) for term in terms])
        case Or(terms):
            return _any([compile_where(term, datasets, linked) for term in terms])
        case Never():
            return lambda candidate: False
        case Exists(path):
            find = finder(_followable(path, linked), datasets, linked)
            return lambda candidate: bool(find(candidate))
        case Absent(path):
            find = finder(_followable(path, linked), datasets, linked)
            return lambda candidate: not find(candidate)
        case Compare():
            return _compare(tree, datasets, linked)


def _compare(tree: Compare, datasets: Set[str], linked: Linked | None) -> Match:
    path = _followable(tree.path, linked)
    last = path.subs[-1] if path.subs else path.attribute
    test = compile_test(tree.operator, tree.value, temporal=last in TEMPORAL)
    find, holds, on_relationships = (
        finder(path, datasets, linked),
        test.holds,
        test.on_relationships,
    )

    def match(candidate: Candidate) -> bool:
        for members, relationship, _ in find(candidate):
            if (on_relationships or not relationship) and holds(members):
                return True
        return False

    plain = path == Path(path.attribute) and path.attribute not in RESERVED | TEMPORAL
    return _shortcut(path.attribute, test.single, match) if plain and not datasets else match


def _shortcut(attribute: str, single: Callable[[Any], bool], match: Match) -> Match:
    """The same for the most frequent shape of all: one Property with a scalar value."""

    def quick(candidate: Candidate) -> bool:
        found = candidate.document.get(attribute)
        if type(found) is dict and "value" in found:
            value = found["value"]
            if type(value) is not list and type(value) is not dict:
                return single(value)
        return match(candidate)

    return quick


def _followable(path: Path, linked: Linked | None) -> Path:
    if path.links and linked is None:
        raise OperationNotSupported(
            f"q follows {path.links[0].relationship!r} to linked entities, which this reading "
            "does not do",
            where="q",
            rule="GS CIM 009, 5.7.2.4",
        )
    return path
