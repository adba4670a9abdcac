"""The door's half of a query: what the view hides is treated as absent before it runs.

So a filter, an order or a projection can never tell a hidden value from none (architecture,
"The door").
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

from hansa.context.query.ast import (
    Absent,
    And,
    Compare,
    Exists,
    Expression,
    Never,
    Or,
    Path,
    Projection,
    Query,
    all_of,
    any_of,
)
from hansa.context.query.scan import MEMBERS

Sees = Callable[[str], bool]


def restrict(query: Query, sees: Sees) -> Query:
    """The query as it stands for one who `sees` only some attributes.

    Terms on hidden attributes fail (`!attr` holds), hidden `attrs` and `orderBy` terms drop
    out, projections lose hidden members; where only hidden ones were asked for, or the
    geo-query is on a hidden one, nothing matches.
    """
    attrs = tuple(name for name in query.attrs if _seen(name, sees))
    conditions = [] if query.where is None else [visible(query.where, sees)]
    if query.attrs and not attrs:
        conditions.append(Never())
    geo = query.geo
    if geo is not None and not _seen(geo.geoproperty, sees):
        geo = None
        conditions.append(Never())
    return replace(
        query,
        attrs=attrs,
        where=all_of(conditions) if conditions else None,
        geo=geo,
        pick=None if query.pick is None else _projection(query.pick, sees),
        omit=None if query.omit is None else _projection(query.omit, sees),
        order=tuple(order for order in query.order if _path_seen(order.path, sees)),
    )


def visible(tree: Expression, sees: Sees) -> Expression:
    """The expression with `Never` for every test on something hidden, made simple."""
    match tree:
        case And(terms):
            every = [visible(term, sees) for term in terms]
            return Never() if Never() in every else all_of(every)
        case Or(terms):
            some = [term for term in (visible(term, sees) for term in terms) if term != Never()]
            return any_of(some) if some else Never()
        case Exists(path) | Compare(path):
            return tree if _path_seen(path, sees) else Never()
        case Absent(path):
            return tree if _path_seen(path, sees) else And(())
        case Never():
            return tree


def needs(query: Query) -> frozenset[str]:
    """Attributes that decide whether, or in which order, an entity is answered."""
    found = {*query.attrs, *(_paths_of(query.where) if query.where is not None else ())}
    if query.geo is not None:
        found.add(query.geo.geoproperty)
    for order in query.order:
        found.update(_names(order.path))
    return frozenset(found - MEMBERS)


def follows(query: Query) -> int:
    """How many relationships deep `q` looks (to be held against `joinLevel`); 0: none."""
    return max((len(path.links) for path in _all_paths(query.where)), default=0)


def _paths_of(tree: Expression) -> Iterator[str]:
    for path in _all_paths(tree):
        yield from _names(path)


def _all_paths(tree: Expression | None) -> Iterator[Path]:
    match tree:
        case And(terms) | Or(terms):
            for term in terms:
                yield from _all_paths(term)
        case Exists(path) | Compare(path) | Absent(path):
            yield path


def _names(path: Path) -> Iterator[str]:
    yield from (hop.relationship for hop in path.links)
    yield path.attribute


def _seen(name: str, sees: Sees) -> bool:
    return name in MEMBERS or sees(name)


def _path_seen(path: Path, sees: Sees) -> bool:
    return all(_seen(name, sees) for name in _names(path))


def _projection(tree: Projection, sees: Sees) -> Projection:
    return Projection(
        {
            name: None if inner is None else _projection(inner, sees)
            for name, inner in tree.members.items()
            if _seen(name, sees)
        }
    )
