"""Which rows a view has: of some types only entities that meet a rule exist for it.

A rule is judged on the whole entity, also where the view hides the attribute that decides, and
before anything is counted, ordered or paged: a foreign entity is absent, not refused.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from hansa.context.query import Candidate, Match, Query, TypeIs, all_of, compile_matcher, parse_q
from hansa.guard import View


class Rows:
    """The row rules of a view, ready to be asked."""

    def __init__(self, view: View) -> None:
        self._rules: dict[str, list[Match]] = {}
        for rule in view.rows:
            self._rules.setdefault(rule.type_name, []).append(_compiled(rule.q))

    def __bool__(self) -> bool:
        return bool(self._rules)

    @property
    def types(self) -> tuple[str, ...]:
        """Types of which not every entity exists."""
        return tuple(self._rules)

    def concern(self, types: tuple[str, ...]) -> bool:
        """Whether an entity of these types must meet a rule."""
        return any(name in self._rules for name in types)

    def admit(self, entity_id: str, types: tuple[str, ...], document: Mapping[str, Any]) -> bool:
        """Whether the entity exists for the view; `document` is the whole of it."""
        judging = [match for name in types for match in self._rules.get(name, ())]
        candidate = Candidate(entity_id, types, document, {})
        return all(match(candidate) for match in judging)


def narrowed(query: Query, view: View) -> Query:
    """The query with the rules of its one type in it, so that stores look at less."""
    if not isinstance(query.types, TypeIs):
        return query
    name = query.types.name
    rules = [parse_q(rule.q) for rule in view.rows if rule.type_name == name]
    if not rules:
        return query
    own = () if query.where is None else (query.where,)
    return replace(query, where=all_of((*own, *rules)))


@lru_cache(maxsize=1024)
def _compiled(q: str) -> Match:
    return compile_matcher(Query(where=parse_q(q)))
