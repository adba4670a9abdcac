"""Faults that networks report, beside the outages of the desk: one trouble is one outage.

Where the zone of a fault has an open outage already, the fault feeds that one; else it is an outage
of its own, which calls of its zone, or near it, join.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from hansa.context import City, Entity, Query, Record, TypeIs, parse_q
from hansa.desk.entities import INCIDENT
from hansa.desk.outages.announcing import Tending
from hansa.desk.outages.entities import TOLD
from hansa.desk.outages.faultfile import FaultRule
from hansa.desk.outages.faults import (
    Around,
    Fault,
    fault_of,
    fed,
    followed,
    named,
    opened,
    together,
)
from hansa.desk.outages.finding import holders, open_ones
from hansa.desk.outages.model import OUTAGE, Cut, cut_of, zone_key
from hansa.desk.outages.opening import Office
from hansa.desk.places import point_of
from hansa.guard import Grant, View


class Networks:
    """One city's networks, as far as their faults are outages."""

    def __init__(self, office: Office, grant: Grant, view: View) -> None:
        self._office = office
        self._city: City = office.city
        self._grant = grant
        self._view = view
        self._rules = {one.type: one for one in office.settings.faults}

    def tells(self, record: Record) -> bool:
        """Whether a record is of a fault."""
        return not self._rules.keys().isdisjoint(record.types)

    async def standing(self) -> AsyncIterator[Entity]:
        """Faults that are open now, whether or not the log will tell of them again."""
        for rule in self._rules.values():
            over = ",".join(f'"{one}"' for one in sorted(rule.restored_values))
            where = parse_q(f"{rule.restored}!={over}")
            page = await self._city.read(self._view, Query(types=TypeIs(rule.type), where=where))
            for one in page.entities:
                yield one

    async def answer(self, entity: Entity, number: int, now: datetime) -> Tending:
        """What a fault as it stands means for outages."""
        rule = next((self._rules[one] for one in entity.types if one in self._rules), None)
        fault = None if rule is None else fault_of(entity, rule)
        if rule is None or fault is None or fault.resource not in self._office.settings.supplies:
            return Tending()
        mine = await self._by_fault(fault.id)
        if mine:
            around = Around(told=await self._told(mine[0].id))
            whole = together([fault, *await self._beside(mine[0], fault)])
            return followed(whole, around, mine[0], number, now)
        if fault.over or not fault.houses:
            return Tending()
        return await self._begins(fault, rule, number, now)

    async def _begins(self, fault: Fault, rule: FaultRule, number: int, now: datetime) -> Tending:
        zone, holder = await self._zone(fault)
        around = Around(zone, self._organization(fault), await self._incident(fault.id))
        if holder is not None:
            return fed(fault, rule, around, holder, number, now)
        return opened(fault, rule, around, self._office.settings, number, now)

    async def _zone(self, fault: Fault) -> tuple[str, Cut | None]:
        """The zone that a fault cuts off, and the outage that is open there.

        A zone is not off by a fault of a few of its houses, unless it is known to be off anyway.
        """
        place = point_of(fault.location)
        if place is None:
            return "", None
        houses, near = self._office.houses, self._office.settings.near
        for zone in await houses.zones_near(fault.resource, place, near):
            key = zone_key(fault.resource, zone)
            held = (await holders(self._city, self._grant, (key,)))[key]
            page = await self._city.read(
                self._view, Query(ids=(held or "urn:none:none",), types=TypeIs(OUTAGE))
            )
            if page.entities:
                return zone, cut_of(page.entities[0])
            extent = await houses.extent((zone,), ())
            if held is None and 2 * fault.houses >= len(extent.houses):
                return zone, None
        return "", None

    def _organization(self, fault: Fault) -> str:
        found = self._office.desk.work.organization(fault.organization)
        return "" if found is None else found.id

    async def _incident(self, fault: str) -> str:
        """The open incident that the fault's alert has opened or joined."""
        where = parse_q(f'state!="closed";alertSource=="{fault}"')
        page = await self._city.read(self._view, Query(types=TypeIs(INCIDENT), where=where))
        found = sorted(page.entities, key=lambda one: str(one.value("openedAt")))
        return found[-1].id if found else ""

    async def _beside(self, cut: Cut, fault: Fault) -> Sequence[Fault]:
        """The other faults by which an outage is known."""
        ids = tuple(one for one in cut.faults if one != fault.id)
        if not ids:
            return ()
        page = await self._city.read(self._view, Query(ids=ids))
        told = [
            fault_of(one, self._rules[kind])
            for one in page.entities
            for kind in one.types
            if kind in self._rules
        ]
        return [one for one in told if one is not None]

    async def _by_fault(self, fault: str) -> Sequence[Cut]:
        cuts = (cut_of(one) for one in await open_ones(self._city, self._view))
        return [one for one in cuts if fault in one.faults]

    async def _told(self, cut: str) -> str:
        notes = await self._city.notes(TOLD, cut)
        return next((str(one.value) for one in notes if one.key == cut), "")

    async def of_incident(self, incident: Entity) -> Sequence[tuple[Cut, dict[str, object]]]:
        """The outages whose incident this is, since the alert of their fault opened it."""
        if incident.value("state") == "closed" or incident.value("alertSource") is None:
            return ()
        cuts = [cut_of(one) for one in await open_ones(self._city, self._view)]
        return [(cut, body) for cut in cuts if (body := named(incident, cut))]
