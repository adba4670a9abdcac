"""A request of a citizen's app as a card. Pure: the rooms meet in the graph, and only there.

The request stays what it is, with the number the citizen was given; the call has that number as
its foreign one. What the service's code says, or the words beyond the city's stated precision, goes
on without a clerk. Requests that a file of another system brought are not calls of this desk.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hansa.base.ids import urn
from hansa.base.times import parse_instant
from hansa.context import Entity
from hansa.desk.calls.card import Card, Suggested
from hansa.desk.calls.finding import BUILDING
from hansa.desk.calls.model import Calling
from hansa.desk.places import Point, point_of
from hansa.desk.themes import Suggestion

REQUEST = "Open311ServiceRequest"
_CLOSED = "closed"
_LONGEST = 4000


def is_ours(request: Entity, within: timedelta, now: datetime) -> bool:
    """Whether it came in here by Open311, lately, and somebody still waits."""
    asked = _text(request.value("requested_datetime"))
    return (
        _text(request.value("channel")) == "open311"
        and _text(request.value("status")) != _CLOSED
        and (not asked or parse_instant(asked) >= now - within)
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """What a citizen asks. `theme` "": the service says nothing of it; `address`: as written."""

    theme: str
    words: str
    address: str
    place: Point | None


def house_of(request: Entity) -> str:
    """The id of the house that it names as the city's table does (GeoReport v2, address_id)."""
    known = _text(request.value("address_id"))
    return urn(BUILDING, known) if known and not known.startswith("urn:") else known


def asked_of(request: Entity, calling: Calling) -> Asked:
    """What of a request decides by itself, or helps to."""
    code = str(request.value("service_code") or "")
    theme = calling.settings.services.get(code, code if code in calling.themes.themes else "")
    address = _text(request.value("address_string"))
    # what a citizen writes as an address may hold a flat, so it stays with the words
    said = [address, _text(request.value("description"))]
    words = "\n".join(one for one in said if one) or code
    return Asked(theme, words[:_LONGEST], address, point_of(request.value("location")))


def card_of(
    request: Entity, asked: Asked, building: str, found: Sequence[Suggestion], *, alone: bool
) -> Card:
    """The card that somebody would have filled.

    `found`: what was suggested where the service does not say the theme; only where it may stand
    without a clerk (`alone`) is it taken.
    """
    names = [_text(request.value(part)) for part in ("first_name", "last_name")]
    taken = found[0].theme if alone else ""
    return Card(
        draft=request.id.rpartition(":")[2],
        building=building,
        place=asked.place,
        name=" ".join(one for one in names if one),
        telephone=_text(request.value("phone")),
        words=asked.words,
        theme=asked.theme or taken,
        suggested=tuple(Suggested(theme=one.theme, confidence=one.confidence) for one in found),
        channel="open311",
        reported_at=_text(request.value("requested_datetime")),
        foreign_number=str(request.value("service_request_id") or ""),
    )


def _text(value: Any) -> str:
    """A value as plain text; a DateTime comes as a typed literal, words by language."""
    if isinstance(value, dict):
        value = value.get("@value") or next(iter(value.values()), "")
    return str(value or "")
