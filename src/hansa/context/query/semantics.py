"""The one table of comparison semantics (4.9), which the matcher runs and the SQL must equal.

| operator    | holds for a target when                               | Relationship |
|-------------|-------------------------------------------------------|--------------|
| `==`        | any member is the value, in the list or in the range  | yes          |
| `!=`        | no member is (another data type is unequal, so true)  | yes          |
| `> >= < <=` | any member of the value's data type is so             | never        |
| `~=`        | any text member has a match of the pattern            | never        |
| `!~=`       | there is a text member, and none has a match          | never        |

Without a target every comparison is false, `!=` too.

Members: those of an array (or language map, or list); a scalar is its own only member; a
typed value `{"@value": …}` is its value. Data types: boolean, number, text, and date-time,
date, time for values written bare; a bare instant takes a text member that reads as an
instant of its kind. Numbers compare by value (1 equals 1.0, and true is no number), texts by
code point, instants by time. With several instances (datasetId) one that holds is enough.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import eq, ge, gt, le, lt
from typing import Any, TypeAlias

from hansa.context.query.ast import Instant, Range, ValueList
from hansa.context.query.instants import moment
from hansa.context.query.patterns import search

Member: TypeAlias = Callable[[Any], bool]
"""A test of one member of a target."""

Holds: TypeAlias = Callable[[Sequence[Any]], bool]
"""A test of all members of a target."""

ON_RELATIONSHIPS = frozenset({"==", "!="})

_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "==": eq,
    "!=": eq,
    ">": gt,
    ">=": ge,
    "<": lt,
    "<=": le,
}


@dataclass(frozen=True, slots=True)
class Test:
    """A compiled comparison: `holds` over the members of a target.

    `single(one)` is `holds([one])` without the list: most targets are one scalar.
    """

    holds: Holds
    single: Member
    on_relationships: bool


def compile_test(operator: str, value: Any, *, temporal: bool = False) -> Test:
    """The row of the table for an operator and a value.

    `temporal`: the target is a temporal property (4.8), where a text in quotes that reads as
    a date-time is one. Raises BadRequestData for a pattern that is none.
    """
    given = as_temporal(value) if temporal else value
    if operator in ("~=", "!~="):
        return _pattern(operator, value)
    test = _member(operator, given)
    if operator == "!=":
        return Test(lambda members: not any(map(test, members)), lambda one: not test(one), True)
    return Test(lambda members: any(map(test, members)), test, operator in ON_RELATIONSHIPS)


def _pattern(operator: str, pattern: str) -> Test:
    find = search(pattern, "q")

    def some(members: Sequence[Any]) -> bool:
        return any(type(one) is str and find(one) for one in members)

    def none(members: Sequence[Any]) -> bool:
        texts = [one for one in members if type(one) is str]
        return bool(texts) and not any(map(find, texts))

    if operator == "~=":
        return Test(some, lambda one: type(one) is str and find(one), False)
    return Test(none, lambda one: type(one) is str and not find(one), False)


def _member(operator: str, value: Any) -> Member:
    match value:
        case ValueList(members):
            tests = [_member(operator, one) for one in members]
            return lambda one: any(test(one) for test in tests)
        case Range(low, high):
            above, below = _member(">=", low), _member("<=", high)
            return lambda one: above(one) and below(one)
        case Instant(text):
            return _instant(_ORDER[operator], text)
        case bool():
            return lambda one: one is value
        case int() | float():
            return _number(_ORDER[operator], value)
        case _:
            return _text(_ORDER[operator], value)


def _number(compare: Callable[[Any, Any], bool], value: float) -> Member:
    return lambda one: type(one) in (int, float) and compare(one, value)


def _text(compare: Callable[[Any, Any], bool], value: str) -> Member:
    return lambda one: type(one) is str and compare(one, value)


def _instant(compare: Callable[[Any, Any], bool], text: str) -> Member:
    wanted = moment(text)
    if wanted is None:
        return lambda one: False
    kind, key = wanted

    def test(one: Any) -> bool:
        found = moment(one) if type(one) is str else None
        return found is not None and found[0] == kind and compare(found[1], key)

    return test


def as_temporal(value: Any) -> Any:
    """A text, or the texts of a range or list, as an instant where it reads as a date-time."""
    match value:
        case str():
            found = moment(value)
            return Instant(value) if found and found[0] == "datetime" else value
        case Range(low, high):
            return Range(as_temporal(low), as_temporal(high))
        case ValueList(members):
            return ValueList(tuple(map(as_temporal, members)))
        case _:
            return value
