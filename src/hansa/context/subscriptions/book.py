"""All live subscriptions of a city, indexed so that a change finds its own in a look-up.

The notes are the truth; the book is rebuilt from them at start and kept in step by the handlers
that change them. One process owns a city, so there is one book.
"""

from collections.abc import Iterable, Iterator

import structlog

from hansa.base.problems import Problem
from hansa.context.city import City
from hansa.context.model import Note
from hansa.context.subscriptions.compiling import Naming, compile_subscription
from hansa.context.subscriptions.model import SPACE, Kept, Live, from_note, to_note

_log = structlog.get_logger("hansa.subscriptions")


class Book:
    """Subscriptions by key, and by tenant, type and watched attribute."""

    def __init__(self, naming: Naming) -> None:
        self._naming = naming
        self._live: dict[str, Live] = {}
        self._index: dict[str, dict[str, dict[str, dict[str, Live]]]] = {}

    async def load(self, city: City) -> None:
        """Read every subscription of the city; one that no longer compiles is told and left out."""
        for note in await city.notes(SPACE):
            try:
                self.put(from_note(note.value))
            except Problem as problem:
                _log.error("subscription rests", key=note.key, problem=str(problem))

    def put(self, kept: Kept) -> Live:
        """Take a subscription in, in place of the one with its key."""
        live = compile_subscription(kept, self._naming)
        self.drop(kept.key)
        self._live[kept.key] = live
        for place in self._places(live):
            place[kept.key] = live
        return live

    def check(self, kept: Kept) -> None:
        """Raise what `put` would raise."""
        compile_subscription(kept, self._naming)

    def drop(self, key: str) -> None:
        """Let a subscription go."""
        live = self._live.pop(key, None)
        if live is not None:
            for place in self._places(live):
                place.pop(key, None)

    def get(self, key: str) -> Live | None:
        return self._live.get(key)

    def tenants(self) -> frozenset[str]:
        """Tenants that have subscriptions."""
        return frozenset(live.kept.grant.tenant for live in self._live.values())

    def with_prefix(self, prefix: str) -> list[Live]:
        """Subscriptions of a world and tenant, by id."""
        return [self._live[key] for key in sorted(self._live) if key.startswith(prefix)]

    def watching(
        self, tenant: str, types: Iterable[str], names: Iterable[str] | None
    ) -> Iterable[Live]:
        """Subscriptions that a change of these attributes may concern; each once.

        `names` None: whatever they watch, as when an entity goes.
        """
        found: dict[str, Live] = {}
        by_type = self._index.get(tenant, {})
        for kind in (*types, "*"):
            by_name = by_type.get(kind)
            if by_name is not None:
                for name in by_name if names is None else ("*", *names):
                    found.update(by_name.get(name, {}))
        return found.values()

    def _places(self, live: Live) -> Iterator[dict[str, Live]]:
        by_type = self._index.setdefault(live.kept.grant.tenant, {})
        for kind in live.types:
            by_name = by_type.setdefault(kind, {})
            for name in live.watched or ("*",):
                yield by_name.setdefault(name, {})


def note_of(kept: Kept) -> Note:
    """The note that keeps a subscription."""
    return Note(SPACE, kept.key, to_note(kept))
