"""Between a client's terms and canonical names.

Documents in the graph carry canonical names: the city's own short term (or the core's) where
there is one, else the full IRI. A request's terms become IRIs under its context and those become
canonical; answers go the other way. Both ways are cached per context.
"""

import re
from collections.abc import Mapping

from hansa.base.problems import BadRequestData
from hansa.context.jsonld.terms import TermMap

_NAME = re.compile(r"[^\W\d_]\w*")
_IRI = re.compile(r"[A-Za-z][\w+.-]*:[^\s<>\"{}|\\^`()]+")
_MOST_CACHED = 10_000


class Canon:
    """IRI -> canonical name and back, by the city's vocabulary and the core."""

    def __init__(self, default: TermMap) -> None:
        self._names: Mapping[str, str] = default.inverse
        self._iris: Mapping[str, str] = default.terms

    def name(self, iri: str) -> str:
        return self._names.get(iri, iri)

    def iri(self, name: str) -> str:
        return self._iris.get(name, name)


class Names:
    """One context seen from the graph. `native`: the default context, where names coincide."""

    def __init__(self, terms: TermMap, canon: Canon, native: bool) -> None:
        self.terms = terms
        self.native = native
        self._canon = canon
        self._inward: dict[str, str] = {}
        self._outward: dict[str, str] = {}

    def inward(self, term: object, where: str = "") -> str:
        """The canonical name of a client's term, compact IRI or IRI (4.6.2 checked)."""
        known = self._inward.get(term) if isinstance(term, str) else None
        if known is not None:
            return known
        name = self._canon.name(self.terms.expand(check_name(term, where)))
        _keep(self._inward, str(term), name)
        return name

    def vocab_inward(self, term: str) -> str:
        """The canonical name of a vocab value (4.5.20): any text, no grammar of names."""
        return self._canon.name(self.terms.expand(term))

    def outward(self, name: str) -> str:
        """What the client calls the canonical name."""
        known = self._outward.get(name)
        if known is None:
            known = self.terms.compact(self._canon.iri(name))
            _keep(self._outward, name, known)
        return known

    def iri(self, name: str) -> str:
        """The full IRI of a canonical name: for errors and 207 answers (6.3.6)."""
        return self._canon.iri(name)


def _keep(cache: dict[str, str], key: str, value: str) -> None:
    """Remember, and forget all when a client floods the cache with made-up names."""
    if len(cache) >= _MOST_CACHED:
        cache.clear()
    cache[key] = value


def check_name(term: object, where: str = "") -> str:
    """A name by the grammar of 4.6.2, a compact IRI or an IRI; BadRequestData otherwise."""
    if isinstance(term, str) and (_NAME.fullmatch(term) or _IRI.fullmatch(term)):
        return term
    raise BadRequestData(
        f"{term!r} is not a valid name", where=where, rule="GS CIM 009 v1.9.1, 4.6.2"
    )
