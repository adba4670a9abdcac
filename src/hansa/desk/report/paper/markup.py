"""HTML put together so that nothing can be forgotten to be escaped.

Every child and every attribute is text and is escaped, unless it is markup that was made here.
"""

from html import escape
from typing import TypeAlias

_VOID = frozenset({"meta", "br"})


class Markup(str):
    """Text that is HTML already; only `el` and `joined` make it."""

    __slots__ = ()


Child: TypeAlias = "str | Markup | None"


def el(name: str, /, *children: Child, **attributes: str | None) -> Markup:
    """An element. `_` in an attribute's name is `-`, at its end nothing; None leaves it out."""
    opened = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in _VOID:
        return Markup(f"<{name}{opened}>")
    return Markup(f"<{name}{opened}>{joined(*children)}</{name}>")


def joined(*children: Child) -> Markup:
    """Children one after the other; None is nothing."""
    return Markup("".join(_safe(child) for child in children if child is not None))


def raw(text: str) -> Markup:
    """A text of our own that is markup already: a style sheet, a path of a shape."""
    return Markup(text)


def _safe(child: str) -> str:
    return child if isinstance(child, Markup) else escape(child)
