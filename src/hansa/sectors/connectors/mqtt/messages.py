"""A message as records (pure): what its payload says, and what is known of it beside.

Members of a JSON payload are columns. What the envelope says begins with `mqtt.`: topic, its
levels counted from 1, arrival, whether it was retained; a payload that is one bare value stands
in `mqtt.payload`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

import orjson

from hansa.base.times import format_instant
from hansa.sectors.connectors import documents
from hansa.sectors.connectors.plan import Record, Unreadable
from hansa.sectors.model import Json

LARGEST = 1 << 18  # bytes of a payload
_KEPT = 2000


class Message(NamedTuple):
    """What came. `mid` is the number under which it is acknowledged."""

    topic: str
    payload: bytes
    qos: int
    mid: int
    retained: bool
    again: bool
    arrived: datetime


def records(message: Message, columns: frozenset[str], pointer: str | None) -> tuple[Record, ...]:
    """The rows of a message; none where it only clears a retained one (3.3.1.3)."""
    if not message.payload:
        return ()
    if len(message.payload) > LARGEST:
        detail = f"the message of {message.topic} has more than {LARGEST} bytes"
        return (Unreadable("message-size", detail),)
    try:
        text = message.payload.decode()
    except UnicodeDecodeError as error:
        detail = f"the message of {message.topic} is not UTF-8 (byte {error.start})"
        return (Unreadable("encoding", detail),)
    document = _document(text)
    envelope = _envelope(message, text)
    if pointer is None:
        return (_record(document, envelope, columns),)
    found = documents.at(document, pointer)
    if not isinstance(found, list):
        detail = f"the message of {message.topic} has no list at {pointer or 'its top'!r}"
        return (Unreadable("json", detail, text[:_KEPT]),)
    return tuple(_item(one, envelope, columns) for one in found)


def _document(text: str) -> Json:
    """The payload as JSON where it is any, else the text itself."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text


def _envelope(message: Message, text: str) -> Mapping[str, Json]:
    levels = enumerate(message.topic.split("/"), 1)
    return {
        "mqtt.topic": message.topic,
        "mqtt.payload": text,
        "mqtt.retained": message.retained,
        "mqtt.arrived": format_instant(message.arrived),
        **{f"mqtt.level.{number}": level for number, level in levels},
    }


def _record(document: Json, envelope: Mapping[str, Json], columns: frozenset[str]) -> Record:
    return _item(document, envelope, columns) if isinstance(document, dict) else envelope


def _item(document: Json, envelope: Mapping[str, Json], columns: frozenset[str]) -> Record:
    found = documents.record(document, columns)
    bare = {name: cell for name, cell in envelope.items() if name != "mqtt.payload"}
    return found if isinstance(found, Unreadable) else {**found, **bare}
