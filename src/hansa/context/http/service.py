"""What every handler of the NGSI-LD API leans on: the city, its contexts, the limits."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hansa.context.city import City
from hansa.context.jsonld import CORE_URL, Canon, Contexts, Names

BASE = "/ngsi-ld/v1"


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes and numbers of elements; `page` where a client names no limit."""

    body: int = 16 << 20
    page: int = 20
    largest_page: int = 1000
    instances: int = 10_000


@dataclass(frozen=True, slots=True)
class Service:
    """One city's NGSI-LD API. `default_url`: what the node names as the context of requests
    that name none; None for the node's own document at `OWN_PATH`.
    """

    city: City
    contexts: Contexts
    canon: Canon
    limits: Limits = Limits()
    default_url: str | None = None
    _names: dict[int, Names] = field(default_factory=dict)

    def names(self, value: Any) -> Names:
        """Names under an `@context` value; None is the default context."""
        terms = self.contexts.default if value is None else self.contexts.resolve(value)
        if (found := self._names.get(id(terms))) is not None and found.terms is terms:
            return found
        if len(self._names) > 512:
            self._names.clear()
        names = Names(terms, self.canon, native=terms is self.contexts.default)
        self._names[id(terms)] = names
        return names


def make_service(city: City, limits: Limits | None = None) -> Service:
    """The API over a city: contexts of its folder, the vocabulary as default context."""
    vocabulary = city.vocabulary.terms
    contexts = Contexts(vocabulary, [Path(city.settings.folder) / "contexts"])
    default = None if contexts.vocabulary else CORE_URL
    return Service(city, contexts, Canon(contexts.default), limits or Limits(), default)
