"""A call as the graph holds it: its number, its timer, its lines. Pure."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from hansa.base.ids import fresh, urn
from hansa.base.times import format_instant
from hansa.context import Change, Entity, Op, Timer
from hansa.desk.calls.settings import CallSettings
from hansa.desk.entities import ENTRY, prop, refers, said_by
from hansa.desk.outages import Outages
from hansa.desk.settings import DeskSettings
from hansa.desk.tasks import Work
from hansa.desk.themes import Catalogue, Suggester
from hansa.guard import Grant

CALL = "Call"
CONSUMER = "calls"  # of the change log, and the role in which calls are written
BY = "machine:calls"
HANDLING = "call-handling"  # the purpose for which callers are read
CHANNELS = ("telephone", "112", "e-mail", "messenger", "rounds", "open311")
_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Calling:
    """What the city's folder says of calls, and of all that follows from one.

    `suggester`: None where nothing is suggested. `turn`: numbers are given one after the other, so
    that two need not contend for one.
    """

    settings: CallSettings
    desk: DeskSettings
    work: Work
    themes: Catalogue
    outages: Outages
    suggester: Suggester | None = None
    turn: asyncio.Lock = field(default_factory=asyncio.Lock, compare=False)


def year_of(at: datetime, zone: ZoneInfo) -> str:
    """The year a call is numbered in, by the city's clock."""
    return f"{at.astimezone(zone):%Y}"


def number_of(year: str, count: int) -> str:
    """The number people speak of; numbers of one year are in order as text too."""
    return f"{year}-{count:0{_DIGITS}}"


def number_key(number: str) -> str:
    """Held by the call of that number, for ever."""
    return f"call:{number}"


def due_timer(call: str, at: datetime | None) -> Timer:
    """Tells that a call is late; None takes it back."""
    payload = None if at is None else {"call": call, "due": format_instant(at)}
    return Timer(CONSUMER, f"due {call}", at, payload)


def forward_timer(call: str, at: datetime) -> Timer:
    """Tells that a request must be with who is competent by now."""
    payload = {"call": call, "forward": format_instant(at)}
    return Timer(CONSUMER, f"forward {call}", at, payload)


def line(
    call: str,
    kind: str,
    by: str | Grant,
    now: datetime,
    *,
    body: Mapping[str, Any] | None = None,
    more: Mapping[str, Any] | None = None,
    local: str = "",
) -> Change:
    """A line in the life of a call. One of the machine says its own id: the log is reread.

    `body`: of the call; whoever has a task of it sees its lines too.
    """
    seen = (body or {}).get("organizations")
    told = {
        "type": ENTRY,
        "refCall": refers(call),
        "kind": prop(kind),
        **said_by(by),
        "machine": prop(isinstance(by, str)),
        "at": prop(now),
        **({} if seen is None else {"organizations": seen}),
        **(more or {}),
    }
    return Change(Op.UPSERT, urn(ENTRY, local or fresh(now)), told)


def local_of(call: str) -> str:
    """The part of a call's id that is its own."""
    return call.rpartition(":Call:")[2]


def times_reopened(call: Entity) -> int:
    """How often it began again."""
    return int(call.value("reopened") or 0)
