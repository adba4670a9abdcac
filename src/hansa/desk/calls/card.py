"""The card as it is filled while somebody speaks: what comes in, and what of it cannot be."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec

from hansa.base.ids import check_uri
from hansa.base.problems import BadRequestData
from hansa.base.times import parse_instant
from hansa.desk.calls.model import CHANNELS, Calling
from hansa.desk.orders import LONGEST
from hansa.desk.themes import CallKind

_SHORT = 200
_CLOCKS = timedelta(minutes=2)  # that a clock of a browser or of another system may run ahead


class Suggested(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A theme that was suggested, as it was shown."""

    theme: str
    confidence: float


class Card(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="camel"):
    """What is known of a call. `draft`: the client's own key, so that sending twice is once.

    `outage`, `incident`: what it is attached to at once. Times "": now.
    """

    draft: str = ""
    building: str = ""
    address: str = ""
    place: tuple[float, float] | None = None
    name: str = ""
    telephone: str = ""
    apartment: str = ""
    words: str = ""
    theme: str = ""
    call_kind: CallKind | None = None
    suggested: tuple[Suggested, ...] = ()
    channel: str = "telephone"
    injured: bool = False
    happened_at: str = ""
    reported_at: str = ""
    foreign_number: str = ""
    outage: str = ""
    incident: str = ""


_TEXT: Mapping[str, Any] = {"type": "string"}
_PERSONAL: Mapping[str, Any] = {"type": "string", "description": "Kept as personal"}
SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "draft": {"type": "string", "description": "A key of yours: sent twice, kept once"},
        "building": {"type": "string", "format": "uri"},
        "address": {
            "type": "string",
            "description": "Street and house, where no building is known",
        },
        "place": {"type": "array", "items": {"type": "number"}},
        "name": _PERSONAL,
        "telephone": _PERSONAL,
        "apartment": _PERSONAL,
        "words": {**_PERSONAL, "maxLength": LONGEST},
        "theme": {"type": "string", "description": "One of GET /desk/themes"},
        "callKind": {"enum": [one.value for one in CallKind], "description": "Else the theme's"},
        "suggested": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["theme", "confidence"],
                "properties": {"theme": _TEXT, "confidence": {"type": "number"}},
            },
        },
        "channel": {"enum": [*CHANNELS]},
        "injured": {"type": "boolean", "description": "Opens an incident at once"},
        "happenedAt": {"type": "string", "format": "date-time"},
        "reportedAt": {"type": "string", "format": "date-time", "description": "Absent: now"},
        "foreignNumber": {"type": "string", "description": "Of 112 or another system"},
        "outage": {"type": "string", "format": "uri", "description": "Known: attach at once"},
        "incident": {"type": "string", "format": "uri", "description": "Join it"},
    },
}


def parse_card(body: Any, calling: Calling, now: datetime) -> Card:
    """A checked card; BadRequestData names the member at fault."""
    try:
        card = msgspec.convert(body, Card)
    except msgspec.ValidationError as error:
        raise BadRequestData(str(error), where="body") from error
    if not card.theme and not card.words.strip():
        raise BadRequestData(
            "what it is about is missing", where="theme", remedy="say a theme, or the words"
        )
    _check_lengths(card)
    _check_known(card, calling)
    _check_times(card, now)
    for where in ("building", "outage", "incident"):
        if given := getattr(card, where):
            check_uri(given, where)
    if card.place is not None and not (abs(card.place[0]) <= 180 and abs(card.place[1]) <= 90):
        raise BadRequestData(f"{card.place} is no place on the Earth", where="place")
    if card.draft and not (card.draft.replace("-", "").isalnum() and card.draft.isascii()):
        raise BadRequestData("a key has letters, digits and hyphens", where="draft")
    return card


def _check_lengths(card: Card) -> None:
    longest = {"words": LONGEST}
    short = ("draft", "address", "name", "telephone", "apartment", "foreignNumber")
    given = {"foreignNumber": card.foreign_number}
    for where, most in {**longest, **dict.fromkeys(short, _SHORT)}.items():
        if len(given.get(where, getattr(card, where, ""))) > most:
            raise BadRequestData(f"has at most {most} characters", where=where)


def _check_known(card: Card, calling: Calling) -> None:
    if card.channel not in CHANNELS:
        remedy = f"one of {', '.join(CHANNELS)}"
        raise BadRequestData(f"{card.channel!r} is not known", where="channel", remedy=remedy)
    check_theme(card.theme, calling)


def check_theme(theme: str, calling: Calling) -> None:
    """BadRequestData where the city's catalogue has no such theme; "" is none."""
    if theme and theme not in calling.themes.themes:
        raise BadRequestData(
            f"{theme!r} is not known",
            where="theme",
            remedy=f"one of {', '.join(calling.themes.themes)}",
        )


def _check_times(card: Card, now: datetime) -> None:
    happened, reported = times_of(card, now)
    if reported > now + _CLOCKS:
        raise BadRequestData("nobody can have said it yet", where="reportedAt")
    if happened is not None and happened > reported:
        raise BadRequestData("it happened before it was reported", where="happenedAt")


def times_of(card: Card, now: datetime) -> tuple[datetime | None, datetime]:
    """When it happened (None: not said) and when it was reported."""
    happened = parse_instant(card.happened_at) if card.happened_at else None
    return happened, parse_instant(card.reported_at) if card.reported_at else now
