"""Short terms and IRIs under one @context, looked up in dicts.

A context is compiled once; a request then costs dict look-ups, about a hundred times cheaper
than JSON-LD expansion of every document. The rules kept are those of JSON-LD 1.1: IRI expansion
(5.2) and IRI compaction (6.2), relative to the vocabulary mapping.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class TermMap:
    """One compiled context.

    `terms`: term -> IRI with the core's terms on top. `prefixes`: those that may begin a
    compact IRI. `source`: the user's part of the @context as it is given back to clients; None
    where the client named none.
    """

    terms: Mapping[str, str]
    prefixes: Mapping[str, str]
    vocab: str
    source: Any = None
    inverse: Mapping[str, str] = field(default_factory=dict)

    def expand(self, term: str) -> str:
        """The IRI that a term, a compact IRI or an IRI stands for."""
        known = self.terms.get(term)
        if known is not None:
            return known
        prefix, colon, rest = term.partition(":")
        if not colon:
            return self.vocab + term
        if not rest.startswith("//") and prefix in self.prefixes:
            return self.prefixes[prefix] + rest
        return term

    def compact(self, iri: str) -> str:
        """The term, else the name relative to the vocabulary, else a compact IRI, else `iri`."""
        term = self.inverse.get(iri)
        if term is not None:
            return term
        if iri.startswith(self.vocab):
            relative = iri[len(self.vocab) :]
            if relative and ":" not in relative and relative not in self.terms:
                return relative
        return min(self._compact_iris(iri), key=lambda text: (len(text), text), default=iri)

    def _compact_iris(self, iri: str) -> Iterable[str]:
        for prefix, start in self.prefixes.items():
            if iri.startswith(start) and len(iri) > len(start):
                candidate = f"{prefix}:{iri[len(start) :]}"
                if candidate not in self.terms:
                    yield candidate


def layered(
    core: TermMap, terms: Mapping[str, str], prefixes: Mapping[str, str], source: Any = None
) -> TermMap:
    """A user's terms with the core applied last, so that nothing overrides it (4.4)."""
    inverse: dict[str, str] = {}
    for term, iri in terms.items():
        best = inverse.get(iri)
        if term not in core.terms and (best is None or (len(term), term) < (len(best), best)):
            inverse[iri] = term
    return TermMap(
        terms={**terms, **core.terms},
        prefixes={**prefixes, **core.prefixes},
        vocab=core.vocab,
        source=source,
        inverse={**inverse, **core.inverse},
    )
