"""Type names and ids of a query as SQL, until the compiler of context.query lands."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from hansa.context.model import Entity
from hansa.context.query import Order, Query, TypeAll, TypeAny, TypeExpression, TypeIs

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Selection:
    where: str
    params: tuple[Any, ...]
    exact: bool


def compile_sql(query: Query, indexed: frozenset[str], part: int) -> Selection:
    where, params = "e.part=?", [part]
    given: list[Any] = list(params)
    if query.ids:
        where += f" AND e.id IN ({','.join('?' * len(query.ids))})"
        given += query.ids
    names = [name for name in type_names(query.types) if name != "*"]
    if names:
        marks = ",".join("?" * len(names))
        where += f" AND e.eid IN (SELECT eid FROM entity_type WHERE part=? AND type IN ({marks}))"
        given += [part, *names]
    return Selection(where, tuple(given), False)


def type_names(expression: TypeExpression | None) -> tuple[str, ...]:
    if expression is None:
        return ()
    if isinstance(expression, TypeIs):
        return (expression.name,)
    return tuple(name for term in expression.terms for name in type_names(term))


def order_entities(
    found: Sequence[T], order: Sequence[Order], entity: Callable[[T], Entity]
) -> Iterable[T]:
    return found
