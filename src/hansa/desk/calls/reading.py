"""Calls as the desk's routes answer them: plain values, callers only where one call is opened.

A list is looked at all day by everybody who takes calls, so no caller stands in it; who called is
told with the call itself, for the purpose of handling it, and that is journalled.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hansa.base.problems import BadRequestData
from hansa.base.times import format_instant
from hansa.base.web import Parameter, Params
from hansa.context import City, Entity, Order, Path, Query, TypeIs, parse_q, world_member
from hansa.desk.calls.finding import call_of, handling, lines_of
from hansa.desk.calls.model import CALL
from hansa.desk.calls.states import OPEN, CallState
from hansa.desk.entities import listed
from hansa.guard import View

_PLAIN = (
    "number", "callKind", "theme", "sector", "address", "location", "channel", "injured",
    "happenedAt", "reportedAt", "enteredAt", "late", "by", "onBehalf", "state", "callBack",
    "calledBackAt", "callBackTries", "reopened", "closedAt", "closeReason", "foreignNumber", "due",
    "overdue", "returnedAt", "returnReason", "forwardBy", "forwardOverdue",
)  # fmt: skip
_REFERENCES = {
    "building": "refBuilding",
    "outage": "refOutage",
    "incident": "refIncident",
    "task": "refTask",
    "returnedFrom": "returnedFrom",
    "corrects": "corrects",
    "correctedBy": "correctedBy",
}
_PERSONAL = ("words", "callerName", "callerTelephone", "apartment")
_LINE = ("kind", "by", "onBehalf", "machine", "at", "note", "reason", "text", "confidence")
_LINE_REFERENCES = {
    "outage": "refOutage",
    "incident": "refIncident",
    "task": "refTask",
    "other": "refOther",
}
_LARGEST_PAGE = 1000
_FILTERS = {  # parameter -> attribute
    "theme": "theme",
    "sector": "sector",
    "channel": "channel",
    "building": "refBuilding",
    "zone": "zones",
    "outage": "refOutage",
    "incident": "refIncident",
    "organization": "organizations",
    "by": "by",
    "number": "number",
    "foreignNumber": "foreignNumber",
}
PARAMETERS = (
    Parameter("state", "States, separated by commas, or open; absent: any"),
    *(Parameter(name, "This one") for name in _FILTERS),
    Parameter("overdue", "true: only late ones"),
    Parameter("late", "true: only those entered late"),
    Parameter("callBack", "true: only those whose caller is to be called back"),
    Parameter("order", "reportedAt, due or number; - the other way round"),
    Parameter("limit", "At most so many", schema={"type": "integer"}),
    Parameter("offset", "Leave out so many", schema={"type": "integer"}),
)
ORDERS = ("reportedAt", "due", "number")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which calls. `same`: attribute to value."""

    states: tuple[str, ...] = ()
    same: Mapping[str, str] = field(default_factory=dict)
    flags: tuple[str, ...] = ()
    call_back: bool = False
    order: str = "-reportedAt"
    limit: int = 200
    offset: int = 0


def asked_of(query: Params) -> Asked:
    """What the query string asks for; BadRequestData names the parameter."""
    same = {kept: _quoted(query.get(name) or "", name) for name, kept in _FILTERS.items()}
    order = query.get("order") or "-reportedAt"
    if order.removeprefix("-") not in ORDERS:
        raise BadRequestData(
            f"{order!r} is no order", where="order", remedy=f"one of {', '.join(ORDERS)}"
        )
    return Asked(
        states=_states(tuple(query.listed("state"))),
        same={name: one for name, one in same.items() if one},
        flags=tuple(name for name in ("overdue", "late") if query.flag(name)),
        call_back=bool(query.flag("callBack")),
        order=order,
        limit=query.whole("limit", 200, low=1, high=_LARGEST_PAGE) or 200,
        offset=query.whole("offset", 0) or 0,
    )


def _quoted(text: str, where: str) -> str:
    """It becomes part of a query, so it holds no quotes."""
    if any(one in text for one in '"\\'):
        raise BadRequestData("has no quotes", where=where)
    return text


def _states(given: tuple[str, ...]) -> tuple[str, ...]:
    if "open" in given:
        return (*OPEN,)
    for state in given:
        if state not in list(CallState):
            remedy = f"open, or of {', '.join(CallState)}"
            raise BadRequestData(f"{state!r} is no state", where="state", remedy=remedy)
    return given


async def calls(city: City, view: View, asked: Asked) -> dict[str, Any]:
    """Calls in order, without their callers; how many there are in each open state."""
    q = _where(asked)
    query = Query(
        types=TypeIs(CALL),
        where=parse_q(q) if q else None,
        order=(Order(Path(asked.order.removeprefix("-")), descending=asked.order[0] == "-"),),
        limit=asked.limit,
        offset=asked.offset,
        count=True,
    )
    page = await city.read(view, query)
    return {
        "now": format_instant(city.clock.now()),
        **world_member(city.world),
        "count": page.count,
        "calls": [row(one) for one in page.entities],
        "counts": await counts(city, view),
    }


async def counts(city: City, view: View) -> dict[str, int]:
    """How many calls are in each open state, and how many are late."""
    states = ",".join(f'"{one}"' for one in OPEN)
    table = await city.table(view, CALL, ("state", "overdue"), where=f"state=={states}")
    found = Counter(str(state) for state, _ in table.rows)
    late = sum(bool(overdue) for _, overdue in table.rows)
    return {**{one.value: found[one] for one in OPEN}, "overdue": late}


def _where(asked: Asked) -> str:
    parts = [f'{name}=="{one}"' for name, one in asked.same.items()]
    parts += [f"{name}==true" for name in asked.flags]
    if asked.call_back:
        parts.append(f'state=="{CallState.DONE}"')
    if asked.states:
        parts.append("state==" + ",".join(f'"{one}"' for one in asked.states))
    return ";".join(parts)


async def one_call(city: City, view: View, call: str) -> dict[str, Any]:
    """A call with its caller and its life; ResourceNotFound."""
    close = handling(city, view)
    found = await call_of(city, close, call)
    lines = await lines_of(city, close, call)
    return {
        "now": format_instant(city.clock.now()),
        **world_member(city.world),
        "call": row(found) | {name: found.value(name) for name in _PERSONAL},
        "suggested": found.value("suggested") or [],
        "timeline": [_line(one) for one in lines],
    }


def row(call: Entity) -> dict[str, Any]:
    """A call as plain values, without its caller."""
    return {
        "id": call.id,
        "change": call.change,
        "modifiedAt": format_instant(call.modified_at),
        **{name: call.value(name) for name in _PLAIN},
        **{name: call.value(kept) for name, kept in _REFERENCES.items()},
        "zones": list(listed(call.value("zones"))),
        "organizations": list(listed(call.value("organizations"))),
    }


def _line(one: Entity) -> dict[str, Any]:
    return {
        "id": one.id,
        **{name: one.value(name) for name in _LINE},
        **{name: one.value(kept) for name, kept in _LINE_REFERENCES.items()},
    }
