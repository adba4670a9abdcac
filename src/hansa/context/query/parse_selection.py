"""Type selection (4.17) and scope queries (4.19): the same lists of "and" groups.

Both grammars know one level of parentheses; these parsers take any, with `;` binding tighter
than `|` and its older spelling `,`. Types may be URIs, yet without the signs of the language.
"""

import re
from collections.abc import Callable
from typing import TypeVar

from hansa.base.problems import TooComplexQuery
from hansa.context.query.ast import (
    ScopeAll,
    ScopeAny,
    ScopeExpression,
    ScopeIs,
    TypeAll,
    TypeAny,
    TypeExpression,
    TypeIs,
)
from hansa.context.query.scan import PREFIXED, Names, Scanner, unchanged

MAX_DEPTH = 40

_TYPE = re.compile(r"[^\s,;|()]+")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
_SCOPE = re.compile(r"/?(?:\+|[^\W\d_]\w*)(?:/(?:\+|[^\W\d_]\w*))*(?:/#)?|/#")

Tree = TypeVar("Tree")
Join = Callable[[list[Tree]], Tree]


def parse_types(text: str, name: Names = unchanged) -> TypeExpression:
    """The tree of a type selection; `*` alone is any type. Raises BadRequestData."""
    scan = Scanner(text, "type", "4.17")

    def one() -> TypeExpression:
        start = scan.at
        found = scan.need(_TYPE, "a type")
        if not PREFIXED.fullmatch(found) and not _URI.fullmatch(found):
            raise scan.fail("a type: a letter, then letters, digits and _, or a URI", start)
        return TypeIs(name(found))

    if text.strip() == "*":
        return TypeIs("*")
    return _whole(scan, one, _type_all, _type_any)


def parse_scopes(text: str) -> ScopeExpression:
    """The tree of a scope query; a scope gets its leading slash. Raises BadRequestData."""
    scan = Scanner(text, "scopeQ", "4.19")

    def one() -> ScopeExpression:
        found = scan.need(_SCOPE, "a scope such as /a/b, /a/+/c or /a/#")
        return ScopeIs(found if found.startswith("/") else f"/{found}")

    return _whole(scan, one, _scope_all, _scope_any)


def _whole(scan: Scanner, one: Callable[[], Tree], both: Join[Tree], either: Join[Tree]) -> Tree:
    def disjunction(depth: int) -> Tree:
        found = [conjunction(depth)]
        while scan.accept("|") or scan.accept(","):
            found.append(conjunction(depth))
        return either(found)

    def conjunction(depth: int) -> Tree:
        found = [factor(depth)]
        while scan.accept(";"):
            found.append(factor(depth))
        return both(found)

    def factor(depth: int) -> Tree:
        if depth > MAX_DEPTH:
            raise TooComplexQuery(f"{scan.member} nests deeper than {MAX_DEPTH}")
        if not scan.accept("("):
            return one()
        inner = disjunction(depth + 1)
        scan.expect(")", "or ';', '|' or ','")
        return inner

    tree = disjunction(0)
    scan.finish("';', '|', ',' or the end")
    return tree


def _type_all(terms: list[TypeExpression]) -> TypeExpression:
    return terms[0] if len(terms) == 1 else TypeAll(tuple(terms))


def _type_any(terms: list[TypeExpression]) -> TypeExpression:
    return terms[0] if len(terms) == 1 else TypeAny(tuple(terms))


def _scope_all(terms: list[ScopeExpression]) -> ScopeExpression:
    return terms[0] if len(terms) == 1 else ScopeAll(tuple(terms))


def _scope_any(terms: list[ScopeExpression]) -> ScopeExpression:
    return terms[0] if len(terms) == 1 else ScopeAny(tuple(terms))
