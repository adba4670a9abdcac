"""JSON documents as records (pure).

A column is a dotted path (`properties.level`), as in JSON Lines, or a JSON Pointer (RFC 6901:
`/results/0/value`), which reaches into arrays too.
"""

from collections.abc import Iterable

import orjson

from hansa.sectors.connectors.files.parse import columns as dotted
from hansa.sectors.connectors.plan import Bad, Record, Unreadable
from hansa.sectors.model import Json

_KEPT = 2000
_ABSENT = object()


def parse(body: bytes, what: str) -> Json:
    """The document; Bad where it is none."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Bad(f"{what} answers with what is no JSON: {error}") from error


def at(document: Json, pointer: str, default: Json = None) -> Json:
    """What the pointer leads to; `default` where there is nothing."""
    found = _follow(document, pointer)
    return default if found is _ABSENT else found


def _follow(document: Json, pointer: str) -> Json:
    if pointer == "":
        return document
    found = document
    for part in pointer[1:].split("/"):
        step = part.replace("~1", "/").replace("~0", "~")
        if isinstance(found, dict) and step in found:
            found = found[step]
        elif isinstance(found, list) and step.isdigit() and int(step) < len(found):
            found = found[int(step)]
        else:
            return _ABSENT
    return found


def is_pointer(text: str) -> bool:
    """Whether the text is a JSON Pointer."""
    return text == "" or text.startswith("/")


def record(document: Json, columns: frozenset[str]) -> Record:
    """An object as a record; what the mapping's pointers lead to are columns too."""
    if not isinstance(document, dict):
        raw = orjson.dumps(document).decode()[:_KEPT]
        return Unreadable("json", "the record is no JSON object", raw)
    fields = dict(dotted(document))
    for column in columns:
        if column.startswith("/"):
            found = _follow(document, column)
            if found is not _ABSENT:
                fields[column] = found
    return fields


def records(found: Iterable[Json], columns: frozenset[str]) -> tuple[Record, ...]:
    """Every object of a list as a record."""
    return tuple(record(one, columns) for one in found)
