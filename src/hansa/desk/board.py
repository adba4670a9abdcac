"""The board of incidents: those of several states, filtered, in order, with a count per state.

A board is of today: of the closed ones it holds what was closed lately, because a city closes
thousands in a month and nobody looks through them on a board (the explorer and the report do).
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from hansa.base.problems import BadRequestData
from hansa.base.times import format_instant, parse_instant
from hansa.base.web import Parameter, Params
from hansa.context import City, Entity, Query, TypeIs, parse_q
from hansa.desk.entities import INCIDENT, listed
from hansa.desk.reading import held
from hansa.desk.settings import DeskSettings
from hansa.desk.states import State
from hansa.guard import View

_LARGEST_PAGE = 1000
_FILTERS = {  # parameter -> attribute
    "owner": "owner",
    "organization": "organizations",
    "priority": "priority",
    "type": "incidentType",
    "severity": "severity",
    "sector": "sector",
    "escalatedTo": "escalatedTo",
}
PARAMETERS = (
    Parameter("state", "States, separated by commas; absent: any"),
    *(Parameter(name, "Any of these, separated by commas") for name in _FILTERS),
    Parameter("overdue", "true: only what is overdue"),
    Parameter("text", "A part of title, description, owner or id"),
    Parameter("order", "openedAt, due, priority, severity, title or state; - the other way round"),
    Parameter("closedSince", "Closed ones from then on (RFC 3339); absent: of seven days"),
    Parameter("limit", "At most so many", schema={"type": "integer"}),
    Parameter("offset", "Leave out so many", schema={"type": "integer"}),
)
LATELY = timedelta(days=7)
ORDERS = ("openedAt", "due", "priority", "severity", "title", "state")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the board is looked at. `same`: attribute -> allowed values; `text`: in any word.

    `order`: one of ORDERS, with `-` for the other way round.
    """

    states: Sequence[str] = ()
    same: Mapping[str, Sequence[str]] = field(default_factory=dict)
    overdue: bool = False
    text: str = ""
    order: str = "-openedAt"
    limit: int = 100
    offset: int = 0
    closed_since: datetime | None = None


def wanted_of(query: Params) -> Wanted:
    """What the query string asks for; InvalidRequest and BadRequestData name the parameter."""
    since = query.get("closedSince")
    return Wanted(
        states=query.listed("state"),
        same={kept: query.listed(name) for name, kept in _FILTERS.items() if name in query},
        overdue=query.get("overdue") == "true",
        text=(query.get("text") or "").strip(),
        order=query.get("order") or "-openedAt",
        limit=query.whole("limit", 100, low=1, high=_LARGEST_PAGE) or 100,
        offset=query.whole("offset", 0) or 0,
        closed_since=None if since is None else parse_instant(since),
    )


async def board(city: City, view: View, settings: DeskSettings, wanted: Wanted) -> dict[str, Any]:
    """The page of incidents asked for, how many there are, and how many in each state."""
    _check(wanted)
    now = city.clock.now()
    since = wanted.closed_since or now - LATELY
    page = await city.read(view, Query(types=TypeIs(INCIDENT), where=parse_q(_q(since))))
    found = [one for one in page.entities if _matches(one, wanted)]
    counts = Counter(str(one.value("state")) for one in found)
    kept = [one for one in found if not wanted.states or one.value("state") in wanted.states]
    kept.sort(key=lambda one: one.id)
    kept.sort(key=_key(wanted, settings, now), reverse=wanted.order.startswith("-"))
    shown = kept[wanted.offset : wanted.offset + wanted.limit]
    return {
        "now": format_instant(now),
        "closedSince": format_instant(since),
        "count": len(kept),
        "counts": {state.value: counts[state.value] for state in State},
        "incidents": [held(city, one, now) for one in shown],
    }


def _check(wanted: Wanted) -> None:
    for state in wanted.states:
        if state not in list(State):
            raise BadRequestData(
                f"{state!r} is no state", where="state", remedy=f"one of {', '.join(State)}"
            )
    if wanted.order.removeprefix("-") not in ORDERS:
        raise BadRequestData(
            f"{wanted.order!r} is no order", where="order", remedy=f"one of {', '.join(ORDERS)}"
        )


def _q(since: datetime) -> str:
    return f'state!="{State.CLOSED}"|closedAt>="{format_instant(since)}"'


def _matches(one: Entity, wanted: Wanted) -> bool:
    if wanted.overdue and not one.value("overdue"):
        return False
    for name, allowed in wanted.same.items():
        value = one.value(name)
        values = listed(value) if isinstance(value, str | list) or value is None else (str(value),)
        if not set(map(str, values)) & set(allowed):
            return False
    return not wanted.text or wanted.text.casefold() in _words(one)


def _words(one: Entity) -> str:
    """Everything of an incident that a person may look for."""
    texts = [one.value(name) for name in ("title", "description")]
    said = [word for text in texts if isinstance(text, dict) for word in text.values()]
    return " ".join([*map(str, said), str(one.value("owner", "")), one.id]).casefold()


def _key(wanted: Wanted, settings: DeskSettings, now: datetime) -> Callable[[Entity], Any]:
    """By what the board is put in order; what has no due time comes after all that has."""
    name = wanted.order.removeprefix("-")
    last = format_instant(now + timedelta(days=36500))
    states = list(State)

    def key(one: Entity) -> Any:
        match name:
            case "severity":
                return settings.rank(str(one.value("severity", "")))
            case "priority":
                return int(one.value("priority", 4))
            case "state":
                return states.index(State(str(one.value("state"))))
            case "title":
                words = one.value("title")
                return str(next(iter(words.values()), "") if isinstance(words, dict) else words)
            case "due":
                return str(one.value("due") or last)
            case _:
                return str(one.value(name, ""))

    return key
