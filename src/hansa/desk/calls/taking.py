"""A call is taken: one write with its number, its due time, its first line, and what it opens.

The number is the year's next: a note says which was the last, and the number's key, which a call
holds for ever, refuses it to the slower of two. Sent twice with one `draft`, a card is kept once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hansa.base.ids import fresh, urn
from hansa.base.problems import AlreadyExists, Conflict
from hansa.base.times import parse_instant
from hansa.context import Change, City, Entity, Expect, NoneOpen, Note, Op, Timer
from hansa.desk.calls import incidents
from hansa.desk.calls.card import Card, times_of
from hansa.desk.calls.finding import building_of, incident_named, one_of, outage_of
from hansa.desk.calls.model import (
    BY,
    CALL,
    CONSUMER,
    Calling,
    due_timer,
    forward_timer,
    line,
    number_key,
    number_of,
    year_of,
)
from hansa.desk.calls.routing import NOTHING, place_of, sent_with
from hansa.desk.calls.states import KIND, CallState, CallVerb
from hansa.desk.entities import listed, prop, refers, said_by
from hansa.desk.outages import Cut
from hansa.desk.outages.gathering import zones_at
from hansa.desk.routing import forward_by_law
from hansa.desk.themes import CallKind
from hansa.guard import Grant, View

ROOM = "calls"  # of guard/roles.yaml: who works there takes calls
_ATTEMPTS = 40  # numbers that another process or an earlier calling may hold
_PERSONAL = {
    "words": "words",
    "name": "callerName",
    "telephone": "callerTelephone",
    "apartment": "apartment",
}


@dataclass(frozen=True, slots=True)
class Taken:
    """A call that was taken. `incident`: that it opened or joined; `again`: it was there before."""

    id: str
    number: str
    state: str
    change: int
    incident: str = ""
    again: bool = False
    outage: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """What one card comes to before it has a number."""

    id: str
    body: dict[str, Any]
    changes: tuple[Change, ...]
    timers: tuple[Timer, ...]
    incident: str


async def take(
    city: City, grant: Grant, calling: Calling, card: Card, by: str | Grant | None = None
) -> Taken:
    """Keep the call, as `grant`; BadRequestData, Forbidden. `by`: who says it, where another."""
    through = city.guard.through(grant, ROOM) if by is None else grant
    written = await write_up(city, grant, calling, card, by or grant)
    if card.draft and (there := await _there(city, grant, written.id)) is not None:
        return there
    return await numbered(city, through, calling, written)


async def numbered(
    city: City, through: Grant, calling: Calling, written: Written, *, expect: Sequence[Expect] = ()
) -> Taken:
    """Write it under the year's next number."""
    year = year_of(city.clock.now(), city.settings.zone)
    async with calling.turn:
        count = await _last(city, year)
        for _ in range(_ATTEMPTS):
            count += 1
            try:
                return await _write(city, through, written, year, count, expect)
            except AlreadyExists:
                if (there := await _there(city, through, written.id)) is None:
                    raise
                return there
            except Conflict as conflict:
                if conflict.where != number_key(number_of(year, count)):
                    raise
    raise Conflict("the desk is too busy to number a call", where="number", remedy="send it again")


async def _write(
    city: City,
    through: Grant,
    written: Written,
    year: str,
    count: int,
    expect: Sequence[Expect],
) -> Taken:
    number = number_of(year, count)
    key, body = number_key(number), {**written.body, "number": prop(number)}
    commit = await city.write(
        through,
        [*written.changes, Change(Op.CREATE, written.id, body, opens=key)],
        expect=[NoneOpen(key), *expect],
        timers=written.timers,
        notes=[Note(CONSUMER, year, count)],
    )
    state, change = str(body["state"]["value"]), commit.outcomes[-1].change
    outage = str(body.get("refOutage", {}).get("object", ""))
    return Taken(written.id, number, state, change, written.incident, outage=outage)


async def _last(city: City, year: str) -> int:
    found = [one.value for one in await city.notes(CONSUMER, year) if one.key == year]
    return int(found[0]) if found else 0


async def _there(city: City, grant: Grant, call: str) -> Taken | None:
    found = await one_of(city, city.guard.view(grant), call, CALL)
    if found is None:
        return None
    number, state = str(found.value("number")), str(found.value("state"))
    incident, outage = (str(found.value(one) or "") for one in ("refIncident", "refOutage"))
    return Taken(call, number, state, found.change, incident, True, outage)


async def write_up(
    city: City,
    grant: Grant,
    calling: Calling,
    card: Card,
    by: str | Grant,
    *,
    send: bool = True,
) -> Written:
    """The call as it will stand, its first line, its task, and the incident it opens or joins.

    `send` False: what became of another call goes on with it, its task too.
    """
    view, now = city.guard.view(grant), city.clock.now()
    name = urn(CALL, card.draft or fresh(now))
    building = await building_of(city, view, card.building)
    found = {} if building is None else await zones_at(city, view, building)
    zones = tuple(found)
    body = {**_body(card, calling, now), **_where(card, building, zones), **said_by(by)}
    if card.outage:
        await outage_of(city, view, card.outage)
        body |= {"refOutage": refers(card.outage), "state": prop(CallState.KNOWN.value)}
    held: tuple[Change, ...] = ()
    if send and not card.outage and (cut := await _off(calling, view, body)) is not None:
        body |= held_by(cut)
        held = (line(name, KIND[CallVerb.ATTACH], BY, now, more={"refOutage": refers(cut.id)}),)
    joined = incidents.NONE
    if card.incident:
        who = grant if isinstance(by, Grant) else by
        await incident_named(city, view, card.incident)
        joined = incidents.joining(name, card.incident, who, now)
    elif card.injured:
        joined = await incidents.hurt(city, view, calling, name, body, now)
    body |= incidents.named(joined)
    more = {"refOutage": body["refOutage"]} if card.outage else {}
    first = line(name, "call-taken", by, now, more=more)
    place = place_of(building, found)
    put = sent_with(calling, name, body, place, by, now) if send else NOTHING
    body |= put.attributes or {}
    due = due_timer(name, parse_instant(body["due"]["value"]))
    if isinstance(by, str) and card.theme and card.suggested:  # filed without a clerk
        sure = {"confidence": prop(card.suggested[0].confidence)}
        held = (line(name, "call-sent-alone", by, now, more=sure), *held)
    changes = (first, *held, *joined.changes, *put.changes)
    timers = (due, *_forwarding(name, body), *joined.timers, *put.timers)
    return Written(name, body, changes, timers, joined.incident)


def _forwarding(call: str, body: Mapping[str, Any]) -> tuple[Timer, ...]:
    limit = _value(body, "forwardBy")
    return (forward_timer(call, parse_instant(limit)),) if limit else ()


async def _off(calling: Calling, view: View, body: Mapping[str, Any]) -> Cut | None:
    """What is off at the house, so that the call is about that and is nobody's task of its own.

    The law wants a written request answered by itself, so it joins nothing.
    """
    theme = calling.themes.themes.get(_value(body, "theme"))
    if theme is None or _value(body, "callKind") == CallKind.REQUEST:
        return None
    building, zones = (body.get(name, {}).get("object", "") for name in ("refBuilding", "zones"))
    reported = parse_instant(_value(body, "reportedAt"))
    return await calling.outages.explaining(
        view, building, listed(zones or None), theme.resource, reported
    )


def held_by(cut: Cut) -> dict[str, Any]:
    """What a call says that waits with the others of an outage."""
    body: dict[str, Any] = {
        "refOutage": refers(cut.id),
        "state": prop(CallState.KNOWN.value),
    }
    if cut.incident:
        body["refIncident"] = refers(cut.incident)
    return body


def _value(body: Mapping[str, Any], name: str) -> Any:
    return body.get(name, {}).get("value", "")


def _body(card: Card, calling: Calling, now: datetime) -> dict[str, Any]:
    happened, reported = times_of(card, now)
    late = now - reported > calling.settings.late_after
    body: dict[str, Any] = {
        "type": CALL,
        "callKind": prop(kind_of(card, calling).value),
        "channel": prop(card.channel),
        "injured": prop(card.injured),
        "reportedAt": prop(reported),
        "enteredAt": prop(now),
        "late": prop(late),
        "state": prop(CallState.NEW.value),
        "reopened": prop(0),
        "due": prop(_due(card, calling, now)),
        "overdue": prop(False),
        **themed(card.theme, calling),
    }
    if happened is not None:
        body["happenedAt"] = prop(happened)
    if (forward := _forward(card, calling, reported)) is not None:
        body |= {"forwardBy": prop(forward), "forwardOverdue": prop(False)}
    if card.suggested:
        told = [{"theme": one.theme, "confidence": one.confidence} for one in card.suggested]
        body["suggested"] = {"type": "JsonProperty", "json": told}
    if card.foreign_number.strip():
        body["foreignNumber"] = prop(card.foreign_number.strip())
    for member, attribute in _PERSONAL.items():
        if text := getattr(card, member).strip():
            body[attribute] = prop(text)
    return body


def themed(theme: str, calling: Calling) -> dict[str, Any]:
    """What a call has from its theme."""
    found = calling.themes.themes.get(theme)
    return {} if found is None else {"theme": prop(theme), "sector": prop(found.sector)}


def kind_of(card: Card, calling: Calling) -> CallKind:
    """Repair or written request: as the card says, else as the theme does."""
    theme = calling.themes.themes.get(card.theme)
    return card.call_kind or (CallKind.REPAIR if theme is None else theme.kind)


def _forward(card: Card, calling: Calling, reported: datetime) -> datetime | None:
    """By when a written request must be with who is competent, where the law says so."""
    law = calling.work.law
    if law is None or kind_of(card, calling) is not CallKind.REQUEST:
        return None
    return forward_by_law(law, reported)


def _due(card: Card, calling: Calling, now: datetime) -> datetime:
    return times_of(card, now)[1] + service_of(card.theme, kind_of(card, calling), calling)


def service_of(theme: str, kind: CallKind, calling: Calling) -> timedelta:
    """How long the city gives itself: as the theme says, else by kind."""
    found = calling.themes.themes.get(theme)
    own = None if found is None else found.service
    return calling.settings.due[kind] if own is None else own


def _where(card: Card, building: Entity | None, zones: Sequence[str]) -> dict[str, Any]:
    """The house with its zones as of now, or what was said of the place."""
    where: dict[str, Any] = {}
    if building is not None:
        where["refBuilding"] = refers(building.id)
        if zones:
            where["zones"] = refers(zones)
        if (location := building.attribute("location")) is not None:
            where["location"] = location
    address = card.address.strip() or address_of(building)
    if address:
        where["address"] = prop(address)
    if "location" not in where and card.place is not None:
        point = {"type": "Point", "coordinates": [*card.place]}
        where["location"] = {"type": "GeoProperty", "value": point}
    return where


def address_of(building: Entity | None) -> str:
    """Street and house as the city writes them now; a name in several languages is its first."""
    if building is None:
        return ""
    parts = [building.value(name) for name in ("street", "houseNumber")]
    texts = [next(iter(one.values()), "") if isinstance(one, dict) else one for one in parts]
    return ", ".join(str(one) for one in texts if one)
