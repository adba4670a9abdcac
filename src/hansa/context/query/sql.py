"""A query as SQL over the store's indexes: it prunes, and says whether the matcher must judge.

Tables (see `context.store.schema`): `entity e`, `entity_type(part, type, eid)`,
`value(part, attr, kind, val, eid)` with the rows of `context.query.index.cells` for every
instance of an indexed attribute, and the R*Tree `geo` with the box of `location`.

`+e.part` keeps SQLite from walking a whole partition by its index on (part, id) when a list
of eids is at hand: the planner knows no statistics here.
"""

from dataclasses import dataclass
from typing import Any

import orjson

from hansa.context.query.ast import (
    Absent,
    And,
    Compare,
    Exists,
    Expression,
    Never,
    Or,
    Path,
    Query,
    TypeAll,
    TypeAny,
    TypeExpression,
    TypeIs,
)
from hansa.context.query.prune import ALL, NONE, UNKNOWN, Prune, both, either, inexact
from hansa.context.query.sql_geo import box
from hansa.context.query.sql_values import anchor_of, compare, exists

_MAX_PARAMS = 10_000
_MAX_TERMS = 200  # of one AND or OR: SQLite nests them, 1000 deep at most


@dataclass(frozen=True, slots=True)
class Selection:
    """`SELECT … FROM {sql_from} WHERE {sql_where} ORDER BY {sql_order}`, `params` in order.

    `exact` False: run the matcher over what it answers. `sql_from` is `entity e` and
    `sql_order` `e.eid` unless `compile_sql` was allowed to join: then the same number is
    named by the column that drives, or SQLite would sort the whole type for one page.
    """

    sql_where: str
    params: tuple[Any, ...]
    exact: bool
    sql_from: str = "entity e"
    sql_order: str = "e.eid"


def compile_sql(
    query: Query, indexed: frozenset[str], part: int, *, join: bool = False
) -> Selection:
    """The candidates of a query within a partition: every match is among them.

    `indexed`: attributes whose rows the store keeps. `join`: a selection by one type alone
    comes as a join, which answers a first page in eid order without walking the whole type.
    """
    rules = _Rules(part, indexed, some=bool(query.datasets))
    parts = [
        _ids(query),
        UNKNOWN if query.id_pattern is not None else ALL,
        _attrs(query, indexed, part),
        ALL if query.where is None else _where(query.where, rules),
        ALL if query.geo is None else box(query.geo),
        ALL if query.scope is None else UNKNOWN,
    ]
    if query.datasets and (query.attrs or query.where is not None):
        parts = [inexact(one) for one in parts]  # the index does not know data sets
    if _too_large(parts):
        parts = [UNKNOWN]
    driven = any(one.rows for one in parts) or bool(query.ids)
    if join and not driven and isinstance(query.types, TypeIs) and query.types.name != "*":
        return _joined(query.types.name, both(parts), part)
    whole = both([*parts, *_types(query.types, part, driven=driven)])
    column = "e.part" if query.ids else "+e.part"
    return Selection(f"{column}=? AND ({whole.condition})", (part, *whole.params), whole.exact)


def _too_large(parts: list[Prune]) -> bool:
    return sum(len(one.params) for one in parts) > _MAX_PARAMS


def _joined(name: str, rest: Prune, part: int) -> Selection:
    where = f"t.part=? AND t.type=? AND ({rest.condition})"
    source = "entity_type t CROSS JOIN entity e ON e.eid=t.eid"
    return Selection(where, (part, name, *rest.params), rest.exact, source, "t.eid")


def _ids(query: Query) -> Prune:
    if not query.ids:
        return ALL
    listed = orjson.dumps(query.ids).decode()
    return Prune("e.id IN (SELECT value FROM json_each(?))", (listed,), exact=True)


def _attrs(query: Query, indexed: frozenset[str], part: int) -> Prune:
    if not query.attrs:
        return ALL
    if not indexed.issuperset(query.attrs) or len(query.attrs) > _MAX_TERMS:
        return UNKNOWN
    return either([exists(part, name) for name in query.attrs])


# ---- types


def _types(tree: TypeExpression | None, part: int, *, driven: bool) -> list[Prune]:
    """The test of the types; where nothing else drives the plan, the type index does."""
    if tree is None:
        return [ALL]
    rows = None if driven else _type_rows(tree, part)
    return [_type_test(tree), *([rows] if rows else [])]


def _type_test(tree: TypeExpression) -> Prune:
    match tree:
        case TypeIs("*"):
            return ALL
        case TypeIs(name):
            return Prune("instr(e.types, ?) > 0", (f" {name} ",), exact=True)
        case TypeAll(terms):
            return both([_type_test(term) for term in terms])
        case TypeAny(terms):
            return either([_type_test(term) for term in terms])


def _type_rows(tree: TypeExpression, part: int) -> Prune | None:
    """Entities of one of the types that decide: for "all of them" the first."""
    match tree:
        case TypeIs("*"):
            return None
        case TypeIs(name):
            sql = "SELECT eid FROM entity_type WHERE part=? AND type=?"
            return Prune(sql, (part, name), exact=True, rows=True)
        case TypeAll(terms):
            found = (_type_rows(term, part) for term in terms)
            return next((one for one in found if one is not None), None)
        case TypeAny(terms):
            each = [_type_rows(term, part) for term in terms]
            known = [one for one in each if one is not None]
            return either(known) if len(known) == len(each) else None


# ---- q


@dataclass(frozen=True, slots=True)
class _Rules:
    """`some`: only instances of some data sets count, so a row says less than it seems to."""

    part: int
    indexed: frozenset[str]
    some: bool


def _where(tree: Expression, rules: _Rules) -> Prune:
    match tree:
        case And(terms):
            found = both([_where(term, rules) for term in terms[:_MAX_TERMS]])
            return found if len(terms) <= _MAX_TERMS else inexact(found)
        case Or(terms):
            if len(terms) > _MAX_TERMS:
                return UNKNOWN
            return either([_where(term, rules) for term in terms])
        case Never():
            return NONE
        case Compare():
            return compare(tree, rules.part, rules.indexed)
        case Exists(path):
            return _exists(path, rules)
        case Absent(path):
            return _absent(path, rules)


def _exists(path: Path, rules: _Rules) -> Prune:
    anchor = anchor_of(path)
    if anchor not in rules.indexed:
        return UNKNOWN
    found = exists(rules.part, anchor)
    return inexact(found) if path.links or path.subs or path.trail else found


def _absent(path: Path, rules: _Rules) -> Prune:
    if path.attribute not in rules.indexed or path.links or path.subs or path.trail or rules.some:
        return UNKNOWN
    found = exists(rules.part, path.attribute)
    return Prune(f"e.eid NOT IN ({found.sql})", found.params, exact=True)
