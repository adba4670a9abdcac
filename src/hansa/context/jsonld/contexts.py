"""From an @context value to a compiled `TermMap`, with a folder in place of the network.

The node must run without Internet, so a remote context is a file that `contexts/index.json`
names; what is not there cannot be had (LdContextNotAvailable, 504). Each distinct context is
compiled once.
"""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson

from hansa.base.problems import BadFile, BadRequestData, LdContextNotAvailable
from hansa.context.jsonld.compiler import compile_terms
from hansa.context.jsonld.core import is_core, load_core
from hansa.context.jsonld.terms import TermMap, layered

OWN_PATH = "/contexts/hansa.jsonld"
HOSTED_PATH = "/ngsi-ld/v1/jsonldContexts/"
_MOST_COMPILED = 256
_DEEPEST = 10


class Contexts:
    """The contexts of one city: `folders` hold `index.json` (URL -> file); later ones win.

    `vocabulary` (term -> IRI) is the default context of requests that name none.
    """

    def __init__(self, vocabulary: Mapping[str, str], folders: Sequence[Path] = ()) -> None:
        self.core = load_core()
        self.vocabulary = {
            term: iri for term, iri in vocabulary.items() if term not in self.core.terms
        }
        self.default = layered(self.core, self.vocabulary, {})
        self._files = _indexes(folders)
        self._compiled: dict[bytes, TermMap] = {}
        self._hosted: dict[str, Any] = {}

    def resolve(self, value: Any) -> TermMap:
        """The compiled context of an `@context` value: URL, object, or list of both.

        Raises LdContextNotAvailable and, for what is no context, BadRequestData.
        """
        key = orjson.dumps(value)
        found = self._compiled.get(key)
        if found is None:
            found = self._compile(value)
            if len(self._compiled) >= _MOST_COMPILED:
                self._compiled.pop(next(iter(self._compiled)))
            self._compiled[key] = found
        return found

    def own_document(self) -> dict[str, Any]:
        """What the node serves at `OWN_PATH`."""
        return {"@context": dict(self.vocabulary)}

    def host(self, value: Any) -> str:
        """The path under which an inline context can be fetched: for Link headers."""
        digest = hashlib.sha256(orjson.dumps(value)).hexdigest()[:32]
        if len(self._hosted) >= _MOST_COMPILED:
            self._hosted.pop(next(iter(self._hosted)))
        self._hosted[digest] = value
        return HOSTED_PATH + digest

    def hosted(self, digest: str) -> Any:
        """The inline context hosted under `digest`, or None."""
        return self._hosted.get(digest)

    def _compile(self, value: Any) -> TermMap:
        parts = list(self._flat(value, _DEEPEST))
        source = _without_core(value)
        if not parts and source is None:
            return self.default
        terms, prefixes = compile_terms(parts, self._document)
        return layered(self.core, terms, prefixes, source)

    def _flat(self, value: Any, levels: int) -> "list[Mapping[str, Any]]":
        """The objects of a context in order, URLs followed, cores left out."""
        if value is None or is_core(value):
            return []
        if levels == 0:
            raise BadRequestData("the contexts nest too deep", where="@context")
        if isinstance(value, str):
            return self._flat(self._document(value).get("@context"), levels - 1)
        if isinstance(value, Mapping):
            return [value]
        if isinstance(value, list):
            return [part for one in value for part in self._flat(one, levels - 1)]
        raise BadRequestData(f"{value!r} is no context", where="@context")

    def _document(self, url: str) -> Mapping[str, Any]:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.netloc or " " in url:
            raise BadRequestData(f"{url!r} is not the URL of a context", where="@context")
        if parts.path == OWN_PATH:
            return self.own_document()
        if (digest := parts.path.removeprefix(HOSTED_PATH)) in self._hosted:
            return {"@context": self._hosted[digest]}
        if (file := self._files.get(url)) is None:
            raise LdContextNotAvailable(
                f"{url} is not among the contexts of this node",
                where="@context",
                remedy="put the file into the city's folder contexts/ and name it in index.json",
            )
        return _read(file, url)


def _indexes(folders: Sequence[Path]) -> dict[str, Path]:
    files: dict[str, Path] = {}
    for folder in folders:
        index = folder / "index.json"
        if not index.is_file():
            continue
        try:
            listed = orjson.loads(index.read_bytes())
        except orjson.JSONDecodeError as error:
            raise BadFile(f"is not JSON: {error.msg}", where=f"{index}:{error.lineno}") from error
        if not isinstance(listed, dict):
            raise BadFile("must map URLs to file names", where=str(index))
        files |= {url: folder / str(name) for url, name in listed.items()}
    return files


def _read(file: Path, url: str) -> Mapping[str, Any]:
    try:
        document = orjson.loads(file.read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        raise LdContextNotAvailable(f"{url}: {error}", where=str(file)) from error
    if not isinstance(document, dict) or "@context" not in document:
        raise BadRequestData(f"{url} holds no @context", where=str(file))
    return document


def _without_core(value: Any) -> Any:
    """The user's part of a context as answers carry it: never with the core beside it."""
    if not isinstance(value, list):
        return None if is_core(value) else value
    kept = [one for one in value if not is_core(one)]
    return kept[0] if len(kept) == 1 else (kept or None)
