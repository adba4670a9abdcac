"""A request of a citizen's app as a card. Pure: the rooms meet in the graph, and only there.

The request stays what it is, with the number the citizen was given; the call has that number as
its foreign one. Requests that a file of another system brought are not calls of this desk.
"""

from typing import Any

from hansa.context import Entity
from hansa.desk.calls.card import Card
from hansa.desk.calls.model import Calling
from hansa.desk.places import point_of

REQUEST = "Open311ServiceRequest"
_CLOSED = "closed"
_LONGEST = 4000


def is_ours(request: Entity) -> bool:
    """Whether it came in here by Open311, and somebody still waits."""
    return (
        _text(request.value("channel")) == "open311" and _text(request.value("status")) != _CLOSED
    )


def card_of(request: Entity, calling: Calling) -> Card:
    """The card that somebody would have filled."""
    code = str(request.value("service_code") or "")
    theme = calling.settings.services.get(code, code if code in calling.themes.themes else "")
    names = [_text(request.value(part)) for part in ("first_name", "last_name")]
    # what a citizen writes as an address may hold a flat, so it stays with the words
    said = [_text(request.value(part)) for part in ("address_string", "description")]
    words = "\n".join(one for one in said if one) or code
    return Card(
        draft=request.id.rpartition(":")[2],
        place=point_of(request.value("location")),
        name=" ".join(one for one in names if one),
        telephone=_text(request.value("phone")),
        words=words[:_LONGEST],
        theme=theme,
        channel="open311",
        reported_at=_text(request.value("requested_datetime")),
        foreign_number=str(request.value("service_request_id") or ""),
    )


def _text(value: Any) -> str:
    """A value as plain text; a DateTime comes as a typed literal, words by language."""
    if isinstance(value, dict):
        value = value.get("@value") or next(iter(value.values()), "")
    return str(value or "")
