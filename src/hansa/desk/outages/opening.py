"""A person tells of an outage, or announces a work: counted, tied to an incident, on its timers.

One write: the entity with its counts, a line, the open keys of its zones, the incident that opens
with it or the tie to one that is open, the timers of the next report and of the begin.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hansa.base.ids import fresh, urn
from hansa.base.problems import BadRequestData, Forbidden
from hansa.base.times import format_instant
from hansa.context import Change, City, NoneOpen, Note, Op, Timer
from hansa.desk.addresses import Addresses
from hansa.desk.entities import on_behalf, prop, refers
from hansa.desk.outages import incidents
from hansa.desk.outages.counting import Extent
from hansa.desk.outages.entities import TOLD, begin_timer, counted, holding, line, report_timer
from hansa.desk.outages.errors import OpenAlready
from hansa.desk.outages.finding import check_places, holders, their_tasks
from hansa.desk.outages.gathering import Houses
from hansa.desk.outages.incidents import Desk, Tied
from hansa.desk.outages.model import CONSUMER, OUTAGE, WORK, CutState, keys_of
from hansa.desk.outages.settings import OutageSettings
from hansa.desk.outages.states import ANNOUNCED, OPENED, first_state
from hansa.desk.outages.tasking import Wanted, with_task
from hansa.desk.outages.wishes import Opening, moment
from hansa.desk.settings import DeskSettings
from hansa.desk.tasks import Work
from hansa.guard import Grant

LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class CutDone:
    """An outage or work after an order, and the change number it stands at."""

    id: str
    state: str
    change: int
    incident: str = ""


@dataclass(frozen=True, slots=True)
class Office:
    """One city with all that orders about outages need."""

    city: City
    settings: OutageSettings
    desk: Desk
    houses: Houses


def office_of(
    city: City, settings: OutageSettings, desk: DeskSettings, work: Work, addresses: Addresses
) -> Office:
    """The office of a city, over its addresses."""
    return Office(city, settings, Desk(desk, work), Houses(addresses))


@dataclass(frozen=True, slots=True)
class _New:
    """A cut that is about to be written."""

    id: str
    kind: str
    state: CutState
    starts: datetime
    promised: datetime | None
    wish: Opening
    now: datetime

    @property
    def happening(self) -> bool:
        return self.state is not CutState.ANNOUNCED


async def open_cut(office: Office, grant: Grant, kind: str, wish: Opening) -> CutDone:
    """Write it, as `grant`.

    Raises BadRequestData, Forbidden, OpenAlready where one is open for a zone and the resource.
    """
    city = office.city
    through, view = city.guard.through(grant, CONSUMER), city.guard.view(grant)
    check_own(city, grant, wish.organization)
    await check_places(city, view, wish.resource, wish.zones, wish.buildings)
    new = _new(kind, wish, city.clock.now())
    extent = await office.houses.extent(wish.zones, wish.buildings)
    keys = keys_of(wish.resource, wish.zones) if new.happening else ()
    await check_free(office, grant, keys)
    tied = await _tied(office, grant, new, extent)
    commit = await city.write(
        through,
        [
            _line(new, grant, tied),
            Change(Op.CREATE, new.id, _body(office, new, grant, extent, tied)),
            *holding(new.id, take=keys),
            *tied.changes,
        ],
        expect=[*(NoneOpen(key) for key in keys), *tied.expect],
        timers=[*_timers(office, new), *tied.timers],
        notes=_notes(new),
    )
    change = max(one.change for one in commit.outcomes if one.id == new.id)
    return CutDone(new.id, new.state.value, change, tied.incident)


def check_own(city: City, grant: Grant, organization: str) -> None:
    """Forbidden where one who answers for an organisation speaks for another."""
    role = city.guard.policy.role(grant.role)
    if role.organization and organization != grant.organization:
        raise Forbidden(
            "an organisation tells of its own outages", rule="guard/roles.yaml: organization"
        )


async def check_free(office: Office, grant: Grant, keys: tuple[str, ...]) -> None:
    """OpenAlready names the outage that is open for a zone and its resource."""
    for key, holder in (await holders(office.city, grant, keys)).items():
        if holder is not None:
            raise OpenAlready(
                f"{holder} is open there",
                where="zones",
                rule=f"one open outage for {key.removeprefix('outage:')}",
                remedy="confirm or change that one",
            )


def _new(kind: str, wish: Opening, now: datetime) -> _New:
    starts = moment(wish.starts_at, "startsAt", now) or now
    promised = moment(wish.promised_end, "promisedEnd")
    if promised is not None and not starts < promised <= starts + LONGEST:
        raise BadRequestData("it ends after it begins, and within a year", where="promisedEnd")
    if kind == OUTAGE and starts > now:
        raise BadRequestData(
            "what will be is announced as a planned work", where="startsAt", remedy="/desk/works"
        )
    if kind == WORK and promised is not None and promised <= now:
        raise BadRequestData("a work that is over is not announced", where="promisedEnd")
    state = first_state(kind, begun=starts <= now)
    return _New(urn(kind, fresh(now)), kind, state, starts, promised, wish, now)


async def _tied(office: Office, grant: Grant, new: _New, extent: Extent) -> Tied:
    """An outage's incident; a planned work opens none, for it is expected."""
    if new.kind == WORK or new.wish.alone:
        return Tied()
    view = office.city.guard.view(grant)
    wish = new.wish
    return await tie(
        office, grant, new.id, wish.resource, extent, wish.organization,
        await office.houses.told(wish.zones, wish.buildings),
        await incidents.named(office.city, view, wish.incident) if wish.incident else None,
    )  # fmt: skip


async def tie(
    office: Office,
    grant: Grant,
    cut: str,
    resource: str,
    extent: Extent,
    organization: str,
    address: str,
    wanted: Any = None,
) -> Tied:
    """The incident of a cut (the one wanted, one of the same trouble, or one that opens now), and
    the task of its organisation.
    """
    city, settings = office.city, office.settings
    view = city.guard.view(grant)
    found = wanted or await incidents.joinable(city, view, settings, resource, extent)
    now = city.clock.now()
    if found is not None:
        tied = incidents.joined(found, organization)
    else:
        desk = office.desk
        tied = incidents.opened(cut, resource, extent, organization, grant, now, settings, desk)
    return await _with_task(office, grant, cut, resource, extent, organization, address, tied)


async def _with_task(
    office: Office,
    grant: Grant,
    cut: str,
    resource: str,
    extent: Extent,
    organization: str,
    address: str,
    tied: Tied,
) -> Tied:
    """The one task of the organisation, where the city has it among those that take tasks."""
    work, city = office.desk.work, office.city
    who = work.organization(organization) if organization else None
    if who is None:
        return tied
    settings = office.settings
    wanted = Wanted(
        cut=cut,
        organization=who,
        title={one: str(text) for one, text in settings.texts[f"off-{resource}"].items()},
        severity=settings.severity(resource, len(extent.houses)),
        place=incidents.middle_of(extent.points),
        address=address,
        by=grant,
        now=city.clock.now(),
    )
    view = city.guard.view(city.guard.through(grant, CONSUMER))
    there = await their_tasks(city, view, cut, tied.incident, who.id)
    return with_task(tied, wanted, there, work)


def _body(office: Office, new: _New, grant: Grant, extent: Extent, tied: Tied) -> dict[str, Any]:
    wish, now = new.wish, new.now
    supply = office.settings.supplies[wish.resource]
    body: dict[str, Any] = {
        "type": new.kind,
        "resource": prop(wish.resource),
        "planned": prop(wish.planned or new.kind == WORK),
        "cause": prop(wish.cause),
        "startsAt": prop(new.starts),
        "state": prop(new.state.value),
        "promiseChanges": prop(0),
        **area_of(wish.zones, wish.buildings),
        **counted(extent, now),
        **_by(new, grant),
    }
    if supply.resource.sector:
        body["sector"] = prop(supply.resource.sector)
    if new.kind == WORK and supply.categories:
        body["explains"] = prop(sorted(supply.categories))
    if wish.organization:
        body["organization"] = refers(wish.organization)
    body["title"] = titled(office, wish.resource, wish.title.strip())
    if new.promised is not None:
        body |= {"promisedEnd": prop(new.promised), "firstPromisedEnd": prop(new.promised)}
    if new.happening:
        due = next_report(office.settings, new.promised, now)
        body |= {"calls": prop(0), "nextReportAt": prop(due), "reportOverdue": prop(False)}
    if tied.incident:
        body["refIncident"] = refers(tied.incident)
    return body


def titled(office: Office, resource: str, given: str = "") -> dict[str, Any]:
    """What it is called: as somebody has put it, else by the resource's name."""
    words = office.settings.supplies[resource].resource.words
    languages = office.city.settings.languages
    told = {one: given or words.get(one) or resource for one in languages}
    return {"type": "LanguageProperty", "languageMap": told}


def _by(new: _New, grant: Grant) -> dict[str, Any]:
    if new.kind == WORK:
        return {"announcedBy": prop(grant.actor), "announcedAt": prop(new.now)}
    return {"confirmedBy": prop(grant.actor), "confirmedAt": prop(new.now), **on_behalf(grant)}


def area_of(zones: tuple[str, ...], buildings: tuple[str, ...]) -> dict[str, Any]:
    """The zones and houses that are named; what is not named is absent."""
    body: dict[str, Any] = {}
    if zones:
        body["zones"] = refers(tuple(dict.fromkeys(zones)))
    if buildings:
        body["buildings"] = refers(tuple(dict.fromkeys(buildings)))
    return body


def next_report(settings: OutageSettings, promised: datetime | None, now: datetime) -> datetime:
    """When the organisation must say how it stands: by its turn, at the latest when it promised."""
    regular = now + settings.every
    return regular if promised is None or promised <= now else min(regular, promised)


def _timers(office: Office, new: _New) -> list[Timer]:
    if new.happening:
        return [report_timer(new.id, next_report(office.settings, new.promised, new.now))]
    return [begin_timer(new.id, new.starts)]


def _line(new: _New, grant: Grant, tied: Tied) -> Change:
    more: dict[str, Any] = {}
    if new.promised is not None:
        more["promisedEnd"] = prop(new.promised)
    if new.wish.text.strip():
        more["note"] = prop(new.wish.text.strip())
    kind = ANNOUNCED if new.kind == WORK else OPENED
    return line(
        fresh(new.now), kind, new.id, grant, new.now,
        incident=tied.incident, organization=new.wish.organization, more=more,
    )  # fmt: skip


def _notes(new: _New) -> list[Note]:
    if new.promised is None:
        return []
    return [Note(TOLD, new.id, format_instant(new.promised))]
