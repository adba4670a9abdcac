"""What is off at a house, or will be: for who takes a call, and the sentence to read out."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from hansa.base.times import format_instant
from hansa.context import City, Query, TypeIs, parse_q
from hansa.desk.organizations import ORGANIZATION
from hansa.desk.outages.finding import ANY
from hansa.desk.outages.gathering import Houses
from hansa.desk.outages.model import NETWORK, OPEN, WORK, Cut, CutState, cut_of
from hansa.desk.outages.sentence import sentence
from hansa.desk.outages.settings import OutageSettings
from hansa.desk.places import Point, metres
from hansa.guard import View

_AHEAD = timedelta(days=3)  # a work that comes later is no answer to a call of today
_ORDER = (CutState.CONFIRMED, CutState.RUNNING, CutState.PROPOSED, CutState.ANNOUNCED)


class Outages:
    """Answers about one city's outages, as a view sees them."""

    def __init__(self, city: City, settings: OutageSettings, houses: Houses) -> None:
        self._city = city
        self._houses = houses
        self.settings = settings

    async def known(
        self, view: View, building: str, resource: str | None = None, at: datetime | None = None
    ) -> tuple[Cut, ...]:
        """The open outages and the works near in time that concern a house: sure ones first."""
        zones = set(await self._houses.zones_at(building))
        moment, place = at or self._city.clock.now(), await self._houses.place_of(building)
        found = [
            cut
            for cut in await self._open(view, resource)
            if (
                building in cut.buildings or zones.intersection(cut.zones) or self._near(cut, place)
            )
            and (cut.starts is None or cut.starts <= moment + _AHEAD)
        ]
        return tuple(sorted(found, key=_rank))

    async def explaining(
        self, view: View, building: str, zones: Collection[str], resource: str, reported: datetime
    ) -> Cut | None:
        """What is off at a house, so that a call about it is about that; sure ones first."""
        if not resource or not (building or zones):
            return None
        place = await self._houses.place_of(building)
        found = [
            cut
            for cut in await self._open(view, resource)
            if cut.happening
            and (
                building in cut.buildings
                or not set(zones).isdisjoint(cut.zones)
                or self._near(cut, place)
            )
            and (cut.starts is None or cut.starts <= reported + self.settings.within)
        ]
        return min(found, key=_rank, default=None)

    def _near(self, cut: Cut, place: Point | None) -> bool:
        """Whether a house is near a fault of which only the place is known."""
        if place is None or cut.place is None or cut.zones or cut.buildings:
            return False
        return metres(place, cut.place) <= self.settings.near

    async def house_at(self, address: str, place: Point | None, within: float) -> str:
        """The house that an address names beyond doubt, else the nearest so near; "" for none."""
        return await self._houses.house_at(address, place, within)

    async def told(self, view: View, cut: Cut, language: str) -> str:
        """The sentence to read out, with the name of who is at work."""
        name: Mapping[str, str] | None = None
        if cut.organization:
            query = Query(ids=(cut.organization,), types=TypeIs(ORGANIZATION))
            page = await self._city.read(view, query)
            name = page.entities[0].value("name") if page.entities else None
        return self.sentence(cut, language, name)

    def sentence(
        self, cut: Cut, language: str, organization: Mapping[str, str] | None = None
    ) -> str:
        """The sentence to read out now."""
        now, zone = self._city.clock.now(), self._city.settings.zone
        return sentence(cut, self.settings, language, zone, now, organization)

    async def _open(self, view: View, resource: str | None) -> Sequence[Cut]:
        states = ",".join(f'"{one}"' for one in sorted(OPEN))
        also = f';resource=="{resource}"' if resource else ""
        query = Query(types=ANY, where=parse_q(f"state=={states}{also}"))
        return [cut_of(one) for one in (await self._city.read(view, query)).entities]


def _rank(cut: Cut) -> tuple[int, str]:
    order = _ORDER.index(cut.state) if cut.state in _ORDER else len(_ORDER)
    return order, cut.id


def plain(cut: Cut) -> dict[str, Any]:
    """A cut as answers over HTTP tell it."""
    return {
        "id": cut.id,
        "kind": cut.kind,
        "change": cut.change,
        "resource": cut.resource,
        "state": cut.state,
        "planned": cut.planned,
        "cause": cut.cause,
        "organization": cut.organization or None,
        "title": dict(cut.title) if cut.kind == WORK and cut.title else None,
        "startsAt": _text(cut.starts),
        "promisedEnd": _text(cut.promised),
        "firstPromisedEnd": _text(cut.first_promised),
        "promiseChanges": cut.promise_changes,
        "endedAt": _text(cut.ended),
        "zones": list(cut.zones),
        "buildings": list(cut.buildings),
        "houses": cut.houses,
        "housesFrom": NETWORK if cut.by_network else None,
        "faults": list(cut.faults),
        "place": None if cut.place is None else list(cut.place),
        "people": cut.people,
        "children": cut.children,
        "socialObjects": [{"category": kind, "name": name} for kind, name in cut.social],
        "calls": cut.calls,
        "nextReportAt": _text(cut.next_report),
        "reportOverdue": cut.overdue,
        "reportedAt": _text(cut.reported),
        "countedAt": _text(cut.counted),
        "notFound": list(cut.not_found),
        "refIncident": cut.incident or None,
    }


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else format_instant(moment)
