"""Tree to text, so that a subscription or a rule can show the query it runs.

`parse_q(render_q(tree)) == tree` for every tree a parser makes.
"""

import re
from typing import Any

import orjson

from hansa.context.query.ast import (
    Absent,
    And,
    Compare,
    Exists,
    Expression,
    Instant,
    Never,
    Or,
    Path,
    Projection,
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
)

_QUOTE = re.compile(r'\\(.)|"', re.DOTALL)


def render_q(tree: Expression) -> str:
    """The `q` of a tree; ValueError for what the language cannot say (`Never`, empty terms)."""
    match tree:
        case Or(terms) if terms:
            return "|".join(render_q(term) for term in terms)
        case And(terms) if terms:
            return ";".join(_factor(term) for term in terms)
        case Exists(path):
            return render_path(path)
        case Absent(path):
            return f"!{render_path(path)}"
        case Compare(path, operator, value):
            shown = _pattern(value) if operator.endswith("~=") else _value(value)
            return f"{render_path(path)}{operator}{shown}"
        case Never() | Or() | And():
            raise ValueError(f"q has no words for {tree}")


def render_path(path: Path) -> str:
    """`rel{Type:attr.sub[trail]}`."""
    opening = "".join(f"{hop.relationship}{{{_hint(hop.types)}" for hop in path.links)
    trail = f"[{'.'.join(path.trail)}]" if path.trail else ""
    inner = ".".join((path.attribute, *path.subs))
    return f"{opening}{inner}{trail}{'}' * len(path.links)}"


def render_types(tree: TypeExpression) -> str:
    """The type selection of a tree."""
    match tree:
        case TypeIs(name):
            return name
        case TypeAny(terms):
            return "|".join(_type(term) for term in terms)
        case TypeAll(terms):
            return f"({';'.join(_type(term) for term in terms)})"


def render_scopes(tree: ScopeExpression) -> str:
    """The scope query of a tree."""
    match tree:
        case ScopeIs(pattern):
            return pattern
        case ScopeAny(terms):
            return "|".join(_scope(term) for term in terms)
        case ScopeAll(terms):
            return f"({';'.join(_scope(term) for term in terms)})"


def render_projection(tree: Projection) -> str:
    """The `pick` or `omit` of a tree."""
    return ",".join(
        name if inner is None else f"{name}{{{render_projection(inner)}}}"
        for name, inner in tree.members.items()
    )


def _type(term: TypeExpression) -> str:
    """An "and" brings its own parentheses."""
    text = render_types(term)
    return f"({text})" if isinstance(term, TypeAny) else text


def _scope(term: ScopeExpression) -> str:
    text = render_scopes(term)
    return f"({text})" if isinstance(term, ScopeAny) else text


def _factor(term: Expression) -> str:
    text = render_q(term)
    return f"({text})" if isinstance(term, Or | And) else text


def _hint(types: tuple[str, ...]) -> str:
    return f"{','.join(types)}:" if types else ""


def _pattern(value: str) -> str:
    return f'"{_QUOTE.sub(_escape, value)}"'


def _escape(found: re.Match[str]) -> str:
    return '\\"' if found.group() == '"' or found.group(1) == '"' else found.group()


def _value(value: Any) -> str:
    match value:
        case ValueList(members):
            return ",".join(map(_value, members))
        case Range(low, high):
            return f"{_value(low)}..{_value(high)}"
        case Instant(text):
            return text
        case int() if not isinstance(value, bool):
            return str(value)
        case _:
            return orjson.dumps(value).decode()
