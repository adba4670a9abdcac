"""What people order about outages and works: the shape of a body, and what is refused at once."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from hansa.base.ids import check_uri
from hansa.base.problems import BadRequestData
from hansa.base.times import parse_instant
from hansa.desk.errors import ReasonRequired
from hansa.desk.outages.settings import OutageSettings
from hansa.desk.outages.states import CutVerb

LONGEST = 4000  # characters of a note
_MOST = 2000  # zones and houses named by hand
_TITLE = 300
T = TypeVar("T")


class _Wish(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="camel"):
    """What every body has in common."""


class Opening(_Wish, frozen=True):
    """An outage that happens, or a work that is announced. `incident`: one to join."""

    resource: str
    zones: tuple[str, ...] = ()
    buildings: tuple[str, ...] = ()
    cause: str = "unknown"
    organization: str = ""
    planned: bool = False
    starts_at: str = ""
    promised_end: str = ""
    title: str = ""
    text: str = ""
    incident: str = ""
    alone: bool = False


class CutOrder(_Wish, frozen=True):
    """The body of an order. `expect`: the change number the person looked at."""

    expect: int
    promised_end: str = ""
    reason: str = ""
    text: str = ""
    zones: tuple[str, ...] | None = None
    buildings: tuple[str, ...] | None = None
    ended_at: str = ""
    cause: str = ""
    organization: str = ""
    incident: str = ""


def parse_opening(body: Any, settings: OutageSettings, *, work: bool) -> Opening:
    """A checked opening; BadRequestData names the member at fault."""
    wish = _converted(body, Opening)
    _known("resource", wish.resource, settings.supplies)
    _known("cause", wish.cause, settings.causes)
    _check_area(wish.zones, wish.buildings)
    _check_text(wish.text)
    if len(wish.title) > _TITLE:
        raise BadRequestData(f"a title has at most {_TITLE} characters", where="title")
    for where, one in (("organization", wish.organization), ("incident", wish.incident)):
        if one:
            check_uri(one, where)
    if work and not (wish.starts_at and wish.promised_end):
        where = "promisedEnd" if wish.starts_at else "startsAt"
        raise BadRequestData("a work says from when to when", where=where)
    return wish


def parse_order(verb: CutVerb, body: Any, settings: OutageSettings) -> CutOrder:
    """A checked order; BadRequestData and ReasonRequired name the member at fault."""
    order = _converted(body, CutOrder)
    _check_text(order.text)
    if order.cause:
        _known("cause", order.cause, settings.causes)
    if order.organization:
        check_uri(order.organization, "organization")
    if order.reason and order.reason not in settings.reasons:
        raise _no_reason(order.reason, settings)
    if verb is CutVerb.PROMISE and not order.promised_end:
        raise BadRequestData("by when it will be back is missing", where="promisedEnd")
    if verb is CutVerb.AREA:
        _check_area(order.zones or (), order.buildings or ())
    return order


def check_reason(order: CutOrder, settings: OutageSettings) -> None:
    """ReasonRequired where a promise that stands is changed without one."""
    if not order.reason:
        raise _no_reason("", settings)


def moment(text: str, where: str, default: datetime | None = None) -> datetime | None:
    """A time of a body; BadRequestData names the member."""
    if not text:
        return default
    try:
        return parse_instant(text)
    except BadRequestData as problem:
        raise BadRequestData(problem.detail, where=where, rule=problem.rule) from problem


def _converted(body: Any, shape: type[T]) -> T:
    try:
        return msgspec.convert(body, shape)
    except msgspec.ValidationError as error:
        raise BadRequestData(str(error), where="body") from error


def _known(where: str, given: str, allowed: Collection[str]) -> None:
    if given not in allowed:
        raise BadRequestData(
            f"{given!r} is not known", where=where, remedy=f"one of {', '.join(allowed)}"
        )


def _check_area(zones: tuple[str, ...], buildings: tuple[str, ...]) -> None:
    if not zones and not buildings:
        raise BadRequestData("which zones or houses is missing", where="zones")
    if len(zones) + len(buildings) > _MOST:
        raise BadRequestData(f"at most {_MOST} zones and houses are named", where="buildings")
    for where, names in (("zones", zones), ("buildings", buildings)):
        for one in names:
            check_uri(one, where)


def _check_text(text: str) -> None:
    if len(text) > LONGEST:
        raise BadRequestData(f"a note has at most {LONGEST} characters", where="text")


def _no_reason(given: str, settings: OutageSettings) -> ReasonRequired:
    found = f"{given!r} is no reason" if given else "why the promise changes is missing"
    return ReasonRequired(found, where="reason", remedy=f"one of {', '.join(settings.reasons)}")
