"""Term definitions of a user's context, read by a JSON-LD processor.

Only the terms, their IRIs and which may serve as prefixes are kept: NGSI-LD gives types and
containers a meaning of its own. Scoped contexts are refused, as 5.5.7 asks.
"""

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

from hansa.base.problems import BadRequestData

Loader = Callable[[str], Mapping[str, Any]]


def compile_terms(
    parts: Sequence[Mapping[str, Any]], load: Loader
) -> tuple[dict[str, str], dict[str, str]]:
    """(terms, prefixes) of context objects applied one after the other."""
    # The processor costs 30 MB and 0.3 s, and most nodes never meet a foreign context.
    jsonld = import_module("pyld.jsonld")

    for part in parts:
        _refuse_scoped(part)
    processor = jsonld.JsonLdProcessor()
    options = {
        "base": "",
        "processingMode": "json-ld-1.1",
        "documentLoader": lambda url, _: {
            "contentType": "application/ld+json",
            "contextUrl": None,
            "documentUrl": url,
            "document": load(url),
        },
    }
    initial = processor._get_initial_context(options)
    try:
        active = processor.process_context(initial, list(parts), options)
    except (jsonld.JsonLdError, ValueError) as error:
        raise _refused(error) from error
    return _kept(active["mappings"])


def _kept(mappings: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
    terms: dict[str, str] = {}
    prefixes: dict[str, str] = {}
    for term, mapping in mappings.items():
        iri = mapping.get("@id") if mapping else None
        if not iri or iri.startswith("@") or mapping.get("reverse"):
            continue
        terms[term] = iri
        if mapping.get("_prefix"):
            prefixes[term] = iri
    return terms, prefixes


def _refuse_scoped(part: Mapping[str, Any]) -> None:
    for term, definition in part.items():
        if isinstance(definition, Mapping) and "@context" in definition:
            raise BadRequestData(
                "a user's context must not hold scoped contexts",
                where=f"@context.{term}",
                rule="GS CIM 009 v1.9.1, 5.5.7",
            )


def _refused(error: Exception) -> BadRequestData:
    code = getattr(error, "code", "") or "not a context"
    return BadRequestData(
        f"the context cannot be used: {code}", where="@context", rule="JSON-LD 1.1, 4.1"
    )
