"""The core context: known by its URL in every version, and always our own 1.9 in effect.

Core contexts are protected and their versions contradict each other, so a JSON-LD library
refuses two of them in one document. They are recognised, dropped, and the node's own is applied
last, which is what GS CIM 009 v1.9.1, 4.4 asks for.
"""

import re
from collections.abc import Mapping
from pathlib import Path

import msgspec

from hansa.base import yamlfile
from hansa.context.jsonld.terms import TermMap

CORE_URL = "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.9.jsonld"
_ANY_CORE = re.compile(
    r"https?://uri\.etsi\.org/ngsi-ld/v1/ngsi-ld-core-context(-v\d+\.\d+(\.\d+)?)?\.jsonld"
)


class _CoreFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    vocab: str
    prefixes: dict[str, str]
    same: str
    other: dict[str, str]


def is_core(url: object) -> bool:
    """Whether the URL names any version of the core context."""
    return isinstance(url, str) and _ANY_CORE.fullmatch(url) is not None


def load_core() -> TermMap:
    """The core's terms from the data file beside this module."""
    file = yamlfile.load(Path(__file__).with_name("core.yaml"), _CoreFile)
    terms = {name: file.prefixes["ngsi-ld"] + name for name in file.same.split()}
    terms |= {name: _full(text, file.prefixes) for name, text in file.other.items()}
    return TermMap(
        terms=terms,
        prefixes=file.prefixes,
        vocab=file.vocab,
        inverse={iri: term for term, iri in terms.items()},
    )


def _full(text: str, prefixes: Mapping[str, str]) -> str:
    prefix, _, rest = text.partition(":")
    return prefixes[prefix] + rest if prefix in prefixes else text
