"""Outages that explain an alert, so that a sensor, calls and the outage are one incident. Pure.

An alert is of an outage that has an incident where its sector and category fit what is off, where
it lies in the zones or near the houses that are off (or rests on one of them, or on the fault by
which the outage is known), and where it begins within the outage's hours.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hansa.base.times import parse_instant
from hansa.context import Entity
from hansa.desk.addresses.zones import holds
from hansa.desk.entities import listed
from hansa.desk.model import AlertNews, Known
from hansa.desk.outages.model import Cut, cut_of
from hansa.desk.outages.settings import OutageSettings
from hansa.desk.places import Point, corners, metres
from hansa.desk.states import State

OUTAGE = "outage"  # what an alert has in common with the incident it joins


@dataclass(frozen=True, slots=True)
class Cause:
    """A confirmed outage. `entities`: zones, houses and faults that an alert may rest on."""

    cut: Cut
    location: Any
    entities: frozenset[str]


def cause_of(outage: Entity) -> Cause:
    """What an alert is compared with."""
    cut = cut_of(outage)
    faults = listed(outage.value("refFault"))
    entities = frozenset((*cut.zones, *cut.buildings, *faults))
    return Cause(cut, outage.value("location"), entities)


def of_outage(
    news: AlertNews,
    causes: Iterable[Cause],
    incidents: Mapping[str, Known],
    settings: OutageSettings,
) -> tuple[Known, str] | None:
    """The open incident of the outage that explains an alert, and the outage."""
    for one in causes:
        known = incidents.get(one.cut.incident)
        if known is None or known.state == State.CLOSED or not one.cut.happening:
            continue
        if _fits(news, one, settings):
            return known, one.cut.id
    return None


def _fits(news: AlertNews, cause: Cause, settings: OutageSettings) -> bool:
    if not cause.entities.isdisjoint(news.sources):
        return True
    if cause.cut.by_network and not cause.cut.zones and settings.is_fault(news.sources):
        return False  # another fault, and of neither is known which houses are off
    sector, category = str(news.value("sector") or ""), str(news.value("category") or "")
    if not settings.explains(cause.cut.resource, sector, category):
        return False
    return _in_time(news, cause.cut, settings.within) and lies_in(
        news.place, cause.location, settings.near
    )


def _in_time(news: AlertNews, cut: Cut, before: timedelta) -> bool:
    detected = _moment(news.value("dateDetected"))
    return detected is None or cut.starts is None or detected >= cut.starts - before


def _moment(value: Any) -> datetime | None:
    text = value.get("@value") if isinstance(value, dict) else value
    return None if text is None else parse_instant(str(text))


def lies_in(place: Point | None, location: Any, near: float) -> bool:
    """Whether a place is within an outline, or near one of the places."""
    if place is None:
        return False
    return holds(location, place) or any(metres(place, one) <= near for one in corners(location))
