"""Which rows a rule, a state or a field is about: a column holds a word, or matches a pattern."""

from collections.abc import Callable

import re2

from hansa.sectors.mapping.refuse import is_missing
from hansa.sectors.mapping.schema import Where
from hansa.sectors.mapping.values import Fields, as_text

Choice = Callable[[Fields], bool]


def compile_where(where: Where, missing: frozenset[str]) -> Choice:
    """A function that says whether the row is one of those meant; an empty cell is no word."""
    column, values, unless = where.column, frozenset(where.values), where.unless
    pattern = None if where.pattern is None else re2.compile(where.pattern)

    def meant(fields: Fields) -> bool:
        raw = fields.get(column)
        if is_missing(raw, missing):
            return unless
        text = as_text(raw, column)
        found = text in values or (pattern is not None and bool(pattern.fullmatch(text)))
        return found != unless

    return meant
