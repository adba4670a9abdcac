"""Requests between Open311 and the graph: the entity that a form becomes, and what is read back.

Read back is what the role `public` sees: coordinates, addresses and words of a request appear
only where the city's privacy catalogue calls them public.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hansa.base.ids import urn
from hansa.base.problems import BadRequestData
from hansa.base.times import format_instant, parse_instant
from hansa.base.web import Params
from hansa.context import Change, Entity, Json, Op, Order, Path, Query, TypeIs, parse_q
from hansa.guard import World
from hansa.sectors.open311.asking import Asked

TYPE = "Open311ServiceRequest"
MOST = 1000  # requests of one answer (GeoReport v2)
_SPAN = timedelta(days=90)  # the longest span of one answer (GeoReport v2)
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: read out on a telephone
_PLAIN = ("service_request_id", "status", "status_notes", "service_name", "service_code",
          "description", "agency_responsible", "requested_datetime", "updated_datetime",
          "expected_datetime", "media_url")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """What GET requests asks for."""

    query: Query
    page: int
    size: int


def number(now: datetime) -> str:
    """A new service_request_id: the day, and six characters that do not tell how many there are."""
    drawn = int.from_bytes(os.urandom(4))
    marks = (_ALPHABET[(drawn >> shift) & 31] for shift in range(25, -1, -5))
    return f"{now:%y%m%d}-{''.join(marks)}"


def change_of(asked: Asked, name: str, now: datetime, language: str) -> Change:
    """The entity of a new request."""
    service = asked.service
    plain = {
        "service_request_id": name,
        "service_code": service.code,
        "service_name": service.name[language],
        "group": service.group,
        "agency_responsible": service.agency,
        "channel": "open311",
        "description": asked.description,
        "address_string": asked.address,
        "address_id": asked.address_id,
        **asked.personal,
    }
    body: dict[str, Any] = {"type": TYPE}
    body |= {key: _property(value) for key, value in plain.items() if value}
    body["status"] = _property("open") | {"observedAt": format_instant(now)}
    body |= {key: _property(_time(now)) for key in ("requested_datetime", "updated_datetime")}
    if asked.answers:
        body["answers"] = _property({code: [*values] for code, values in asked.answers.items()})
    if asked.position is not None:
        point = {"type": "Point", "coordinates": [*asked.position]}
        body["location"] = {"type": "GeoProperty", "value": point}
    return Change(Op.CREATE, urn(TYPE, name), body)


def wanted(query: Params, now: datetime) -> Wanted:
    """What a list of requests is to hold; BadRequestData names the parameter at fault."""
    size = query.whole("page_size", MOST, low=1, high=MOST) or MOST
    page = query.whole("page", 1, low=1, high=1_000_000) or 1
    ids = query.listed("service_request_id")
    terms = [_any("service_request_id", ids)] if ids else [*_span(query, now), *_filters(query)]
    return Wanted(
        Query(
            types=TypeIs(TYPE),
            where=parse_q(";".join(terms)) if terms else None,
            order=(Order(Path("requested_datetime"), descending=True),),
            limit=size,
            offset=(page - 1) * size,
            count=True,
        ),
        page,
        size,
    )


def by_number(name: str) -> Query:
    """The request of that service_request_id."""
    return Query(types=TypeIs(TYPE), where=parse_q(_any("service_request_id", [name])), limit=1)


def render(entity: Entity, world: World) -> dict[str, Any]:
    """A request as Open311 says it; an exercise says so in every one."""
    found: dict[str, Any] = {name: _said(entity.value(name)) for name in _PLAIN}
    found["address"] = _said(entity.value("address_string"))
    found["zipcode"] = _said(entity.value("postalCode"))
    place = entity.value("location")
    point = place["coordinates"] if place and place["type"] == "Point" else (None, None)
    found["long"], found["lat"] = point
    if found["updated_datetime"] is None:
        found["updated_datetime"] = format_instant(entity.modified_at)
    return found | ({"world": world.name} if world.exercise else {})


def _span(query: Params, now: datetime) -> list[str]:
    """`start_date` and `end_date`; the last 90 days where neither is named."""
    end = _moment(query, "end_date") or now
    begin = _moment(query, "start_date") or end - _SPAN
    if end < begin or end - begin > _SPAN:
        raise BadRequestData(
            "the span is longer than 90 days, or ends before it begins",
            where="start_date, end_date",
            rule="GeoReport v2, GET Service Requests",
        )
    attribute = "requested_datetime"
    return [f"{attribute}>={format_instant(begin)}", f"{attribute}<={format_instant(end)}"]


def _filters(query: Params) -> list[str]:
    terms = [_any(name, query.listed(name)) for name in ("service_code", "status") if name in query]
    for name, sign in (("updated_after", ">="), ("updated_before", "<=")):
        if (moment := _moment(query, name)) is not None:
            terms.append(f"updated_datetime{sign}{format_instant(moment)}")
    return terms


def _any(attribute: str, values: Sequence[str]) -> str:
    for value in values:
        if '"' in value or "\\" in value:
            raise BadRequestData(f"{value!r} cannot be looked for", where=attribute)
    return f"{attribute}==" + ",".join(f'"{value}"' for value in values)


def _moment(query: Params, name: str) -> datetime | None:
    text = query.get(name)
    try:
        return None if not text else parse_instant(text)
    except BadRequestData as problem:
        raise BadRequestData(problem.detail, where=name, rule="W3C date and time") from problem


def _time(moment: datetime) -> Json:
    return {"@type": "DateTime", "@value": format_instant(moment)}


def _property(value: Json) -> dict[str, Any]:
    return {"type": "Property", "value": value}


def _said(value: Json) -> Json:
    if isinstance(value, Mapping):
        return value.get("@value")
    return value
