"""The task of the outages: calls, works of sources, changed houses and timers in, answers out.

One record at a time, each in one write with the cursor, so that a crash at any point proposes
nothing twice. People work on the same outages and calls; where one was faster it answers anew.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog

from hansa.base.problems import AlreadyExists, Conflict, ResourceNotFound, ViewEnded
from hansa.base.times import format_instant, parse_instant
from hansa.context import (
    Change,
    ChangeKind,
    City,
    Cursor,
    Entity,
    NoneOpen,
    Op,
    Query,
    Record,
    TypeIs,
    Unchanged,
    parse_q,
)
from hansa.desk.entities import INCIDENT, NULL, listed, prop, refers
from hansa.desk.outages import announcing
from hansa.desk.outages.announcing import Tending
from hansa.desk.outages.asking import asked, over
from hansa.desk.outages.entities import REFUSED, TOLD, counted, holding, of_calls, released
from hansa.desk.outages.finding import holders, open_ones, open_tasks
from hansa.desk.outages.following import for_calls
from hansa.desk.outages.gathering import PLACES, ZONE
from hansa.desk.outages.known import Outages
from hansa.desk.outages.model import CONSUMER, KINDS, OVER, WORK, Cut, cut_of, keys_of, zone_key
from hansa.desk.outages.networks import Networks
from hansa.desk.outages.opening import Office
from hansa.desk.outages.proposing import (
    Answer,
    Heard,
    explained,
    gathering,
    heard,
    joining,
    proposal,
    together,
)
from hansa.desk.themes import Catalogue
from hansa.guard import Grant, View

CALL = "Call"
AREA = frozenset({"zones", "buildings"})
_CURSOR_EVERY = 1000
_ATTEMPTS = 8
_log = structlog.get_logger("hansa.desk.outages")


async def follow_outages(office: Office, catalogue: Catalogue) -> None:
    """Follow for ever. Cancel to stop; nothing is lost and nothing is done twice."""
    city = office.city
    themes = {key: one.resource for key, one in catalogue.themes.items()}
    while True:
        grant = city.guard.machine(CONSUMER, city.world)
        view = city.guard.view(grant)
        follower = Follower(office, themes, grant, view, await city.cursor(CONSUMER))
        try:
            await follower.begin()
            async for batch in city.changes(view, CONSUMER):
                await follower.handle(batch)
        except ViewEnded:
            _log.info("the view ended; outages are followed with a new one")


class Follower:
    """One city's outages, as far as the machine answers."""

    def __init__(
        self, office: Office, themes: Mapping[str, str], grant: Grant, view: View, cursor: int
    ) -> None:
        self._office = office
        self._city: City = office.city
        self._settings = office.settings
        self._networks = Networks(office, grant, view)
        self._outages = Outages(office.city, office.settings, office.houses)
        self._themes = themes
        self._grant = grant
        self._view = view
        self._cursor = cursor

    async def begin(self) -> None:
        """Faults that stood before the city's file told of them, or before the node began."""
        async for entity in self._networks.standing():
            try:
                found = await self._networks.answer(
                    entity, self._city.last_change, self._city.clock.now()
                )
                if found.changes:
                    await self._write(found, None)
            except (AlreadyExists, Conflict, ResourceNotFound) as problem:
                _log.info(
                    "an outage changed meanwhile; it tells of the fault", problem=str(problem)
                )

    async def handle(self, batch: Sequence[Record]) -> None:
        """Count anew where houses changed, then answer each record with the cursor."""
        moved = [one.number for one in batch if PLACES.intersection(one.types)]
        if moved:
            await self._office.houses.heard(moved[-1])
            await self._recount()
        for record in batch:
            await self._answer(record)
        if batch[-1].number - self._cursor >= _CURSOR_EVERY:
            await self._write(Tending(), batch[-1].number)

    async def _answer(self, record: Record) -> None:
        for attempt in range(1, _ATTEMPTS + 1):
            found = await self._answers(record)
            if not (found.changes or found.timers):
                return
            try:
                await self._write(found, record.number)
            except (AlreadyExists, Conflict, ResourceNotFound) as problem:
                if attempt == _ATTEMPTS:
                    raise
                _log.info("an outage changed meanwhile; answering anew", problem=str(problem))
            else:
                return

    async def _write(self, found: Tending, number: int | None) -> None:
        await self._city.write(
            self._grant,
            found.changes,
            expect=found.expect,
            cursor=None if number is None else Cursor(CONSUMER, number),
            timers=found.timers,
            notes=found.notes,
        )
        self._cursor = self._cursor if number is None else number

    async def _answers(self, record: Record) -> Tending:
        now = self._city.clock.now()
        if record.timer is not None:
            return await self._rung(record, now)
        if record.kind is ChangeKind.DELETED:
            return Tending()
        if CALL in record.types:
            return await self._of_call(record, now)
        if INCIDENT in record.types:
            return await self._of_incident(record, now)
        if self._networks.tells(record):
            found = await self._one(record.entity_id)
            return (
                Tending()
                if found is None
                else await self._networks.answer(found, record.number, now)
            )
        if not set(KINDS).isdisjoint(record.types):
            return await self._of_cut(record, now)
        return Tending()

    # ---- timers

    async def _rung(self, record: Record, now: datetime) -> Tending:
        payload: Mapping[str, Any] = {} if record.timer is None else record.timer[2]
        name = str(next((payload[one] for one in ("begin", "report", "end") if one in payload), ""))
        found = await self._one(name)
        if found is None:
            return Tending()
        cut = cut_of(found)
        if "report" in payload:
            return await self._unreported(cut, record.number, now)
        if "end" in payload:
            return announcing.ends(cut, record.number, now)
        begun = announcing.begins(cut, self._settings, record.number, now)
        return await self._taking(cut, begun) if begun.changes else begun

    async def _unreported(self, cut: Cut, number: int, now: datetime) -> Tending:
        late = announcing.unreported(cut, self._settings, number, now)
        if not late.changes:
            return late
        incident = await self._one(cut.incident) if cut.incident else None
        if incident is not None and INCIDENT not in incident.types:
            incident = None
        task = asked(cut, incident, self._settings, self._office.desk.work, number)
        return _both(late, task)

    async def _taking(self, work: Cut, begun: Tending) -> Tending:
        """The open keys of a work that begins, but for those that an outage holds already."""
        keys = keys_of(work.resource, work.zones)
        held = await holders(self._city, self._grant, keys)
        free = [key for key in keys if held[key] is None]
        return Tending(
            (*begun.changes, *holding(work.id, take=free)),
            (*begun.expect, *(NoneOpen(key) for key in free)),
            begun.timers,
            begun.notes,
        )

    # ---- calls

    async def _of_call(self, record: Record, now: datetime) -> Tending:
        if record.actor == self._grant.actor:  # what was joined here is counted already
            return Tending()
        found = await self._one(record.entity_id)
        if found is None:
            return Tending()
        call = heard(found)
        if call.outage:
            return await self._held(record, call, now)
        resource = self._themes.get(call.theme, "")
        if not resource or not call.free:
            return await self._tallied(record)
        cut = await self._outages.explaining(
            self._view, call.building, call.zones, resource, call.reported
        )
        if cut is not None:
            return _tending(joining(call, cut, cut.calls + 1, record.number, now))
        for zone in await self._zones(call, resource):
            answer = await self._heard_in(zone, resource, call, record.number, now)
            if answer.changes:
                return _tending(answer)
        return await self._tallied(record)

    async def _held(self, record: Record, call: Heard, now: datetime) -> Tending:
        """A call that names an outage itself: that one may be over since, or have an incident."""
        entity = await self._one(call.outage)
        tallied = await self._tallied(record)
        if entity is None or call.state != "known":
            return tallied
        cut = cut_of(entity)
        if cut.state in OVER:
            return _both(tallied, _tending(for_calls(cut, [call], record.number, now)))
        if not (more := explained(call, cut)):
            return tallied
        named = Tending(
            (Change(Op.APPEND, call.id, dict(more)),), (Unchanged(call.id, call.change),)
        )
        return _both(tallied, named)

    async def _heard_in(
        self, zone: Entity, resource: str, call: Heard, number: int, now: datetime
    ) -> Answer:
        """The call proposes an outage with others of its zone, unless one is open there."""
        key = zone_key(resource, zone.id)
        if (await holders(self._city, self._grant, (key,)))[key] is not None:
            return Answer()
        themes = frozenset(name for name, of in self._themes.items() if of == resource)
        calls = await self._calls_of(zone.id, call.reported)
        refused = await self._refused(key)
        found = together(calls, themes, self._settings.within, refused)
        if len(found) < self._settings.calls:
            return Answer()
        extent = await self._office.houses.extent((zone.id,), ())
        return proposal(number, resource, zone, found, extent, self._settings, now)

    async def _calls_of(self, zone: str, until: datetime) -> list[Heard]:
        """The calls of a zone around a time, either side of it."""
        within = self._settings.within
        since, to = (format_instant(until + sign * within) for sign in (-1, 1))
        where = f'zones=="{zone}";reportedAt>="{since}";reportedAt<="{to}"'
        page = await self._city.read(self._view, Query(types=TypeIs(CALL), where=parse_q(where)))
        return [heard(one) for one in page.entities]

    async def _zones(self, call: Heard, resource: str) -> list[Entity]:
        if not call.zones:
            return []
        page = await self._city.read(self._view, Query(ids=call.zones, types=TypeIs(ZONE)))
        return [one for one in page.entities if one.value("resource") == resource]

    async def _refused(self, key: str) -> datetime | None:
        notes = await self._city.notes(REFUSED, key)
        return next((parse_instant(one.value) for one in notes if one.key == key), None)

    async def _number_of_calls(self, cut: str) -> int:
        """Counted in the store, for in a storm this is asked with every call."""
        here = of_calls([cut])
        return await self._count(here) - await self._count(f'{here};state=="struck"')

    async def _count(self, where: str) -> int:
        query = Query(types=TypeIs(CALL), where=parse_q(where), limit=0, count=True)
        return (await self._city.read(self._view, query)).count or 0

    async def _attached(self, cut: str) -> list[Heard]:
        query = Query(types=TypeIs(CALL), where=parse_q(of_calls([cut])))
        page = await self._city.read(self._view, query)
        return [found for one in page.entities if (found := heard(one)).state != "struck"]

    async def _tallied(self, record: Record) -> Tending:
        """How many calls each open outage has, where a call was attached, let go or struck."""
        if not {"refOutage", "state"}.intersection(record.fragment):
            return Tending()
        changes: list[Change] = []
        for entity in await open_ones(self._city, self._view):
            cut = cut_of(entity)
            if cut.happening and (number := await self._number_of_calls(cut.id)) != cut.calls:
                changes.append(Change(Op.APPEND, cut.id, {"calls": prop(number)}))
        return Tending(tuple(changes))

    # ---- incidents, outages and works

    async def _of_incident(self, record: Record, now: datetime) -> Tending:
        """An alert of a network's fault has opened it: it is the incident of the fault's outage."""
        if "alertSource" not in record.fragment:
            return Tending()
        incident = await self._one(record.entity_id)
        if incident is None:
            return Tending()
        changes: list[Change] = []
        expect: list[Unchanged] = []
        for cut, body in await self._networks.of_incident(incident):
            changes.append(Change(Op.APPEND, cut.id, body))
            expect.append(Unchanged(cut.id, cut.change))
            after = replace(cut, incident=incident.id)
            held = for_calls(after, await self._attached(cut.id), record.number, now)
            changes += held.changes
            expect += [one for one in held.expect if isinstance(one, Unchanged)]
        return Tending(tuple(changes), tuple(expect))

    async def _of_cut(self, record: Record, now: datetime) -> Tending:
        if not (announcing.WATCHED | {"state"}).intersection(record.fragment):
            return Tending()
        found = await self._one(record.entity_id)
        if found is None or set(KINDS).isdisjoint(found.types):
            return Tending()
        cut = cut_of(found)
        timers = Tending()
        if cut.kind == WORK and announcing.WATCHED.intersection(record.fragment):
            timers = await self._tended(found, cut, record.number, now)
            if timers.changes:
                return timers
        return _both(timers, await self._moved(cut, record, now))

    async def _moved(self, cut: Cut, record: Record, now: datetime) -> Tending:
        """What another state or area of a cut means for calls, tasks and open keys."""
        if cut.happening and not AREA.isdisjoint(record.fragment):
            gathered = await self._gathered(cut, record.number, now)
            if gathered.changes:
                return gathered
        if "state" not in record.fragment:
            return Tending()
        calls = await self._attached(cut.id)
        answer = _tending(for_calls(cut, calls, record.number, now))
        if cut.state in OVER:
            held = await holders(self._city, self._grant, keys_of(cut.resource, cut.zones))
            answer = Tending((*answer.changes, *released(cut, held)), answer.expect)
            tasks = await open_tasks(self._city, self._view, cut.id)
            return _both(answer, over(tasks, cut, record.number, now))
        return answer

    async def _gathered(self, cut: Cut, number: int, now: datetime) -> Tending:
        """Calls that came shortly before the outage was told of are about it too."""
        themes = frozenset(name for name, of in self._themes.items() if of == cut.resource)
        since = format_instant((cut.starts or now) - self._settings.within)
        found: dict[str, Heard] = {}
        for name, places in (("zones", cut.zones), ("refBuilding", cut.buildings)):
            if not places:
                continue
            named = ",".join(f'"{one}"' for one in places)
            where = parse_q(f'{name}=={named};reportedAt>="{since}"')
            page = await self._city.read(self._view, Query(types=TypeIs(CALL), where=where))
            found |= {one.id: heard(one) for one in page.entities}
        mine = [one for _, one in sorted(found.items()) if one.free and one.theme in themes]
        return _tending(gathering(mine, cut, number, now))

    async def _tended(self, entity: Entity, cut: Cut, number: int, now: datetime) -> Tending:
        cut, area = await self._placed(entity, cut)
        extent = await self._office.houses.extent(cut.zones, cut.buildings)
        notes = await self._city.notes(TOLD, cut.id)
        told = next((str(one.value) for one in notes if one.key == cut.id), "")
        work = announcing.Work(entity, cut, told, extent, number, area)
        found = announcing.tended(work, self._settings, now)
        if cut.ended is None or cut.ended > now or not found.changes:
            return found
        held = await holders(self._city, self._grant, keys_of(cut.resource, cut.zones))
        return replace(found, changes=(*found.changes, *released(cut, held)))

    async def _placed(self, entity: Entity, cut: Cut) -> tuple[Cut, dict[str, Any]]:
        """The work with the zones and houses that its source called by name, and what is new."""
        zones, houses = (listed(entity.value(name)) for name in ("zoneNames", "houseNames"))
        if not (zones or houses):
            return cut, {}
        called = await self._office.houses.named(cut.resource, zones, houses)
        placed = replace(cut, zones=called[0], buildings=called[1])
        wanted = {"zones": called[0], "buildings": called[1]}
        body: dict[str, Any] = {
            name: refers(ids) if ids else NULL
            for name, ids in wanted.items()
            if ids != listed(entity.value(name))
        }
        if called[2] != listed(entity.value("notFound")):
            body["notFound"] = prop(list(called[2])) if called[2] else NULL
        return placed, body

    async def _recount(self) -> None:
        """Houses or zones are others than before: what is open concerns others too."""
        now = self._city.clock.now()
        for attempt in range(1, _ATTEMPTS + 1):
            changes, expect = [], []
            for entity in await open_ones(self._city, self._view):
                cut = cut_of(entity)
                if cut.by_network:
                    continue
                extent = await self._office.houses.extent(cut.zones, cut.buildings)
                if body := counted(extent, now, entity):
                    changes.append(Change(Op.APPEND, cut.id, body))
                    expect.append(Unchanged(cut.id, cut.change))
            if not changes:
                return
            try:
                await self._city.write(self._grant, changes, expect=expect)
            except (Conflict, ResourceNotFound):
                if attempt == _ATTEMPTS:
                    raise
            else:
                return

    async def _one(self, name: str) -> Entity | None:
        if not name:
            return None
        page = await self._city.read(self._view, Query(ids=(name,)))
        return page.entities[0] if page.entities else None


def _tending(answer: Answer) -> Tending:
    return Tending(answer.changes, answer.expect, answer.timers)


def _both(one: Tending, other: Tending) -> Tending:
    return Tending(
        (*one.changes, *other.changes),
        (*one.expect, *other.expect),
        (*one.timers, *other.timers),
        (*one.notes, *other.notes),
    )
