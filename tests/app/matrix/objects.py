"""What requests are about, made anew for each: one's own, another's, or none.

Each maker gives the words that `authorisation.yaml` may use behind a `$`.
"""

import itertools
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import httpx

from hansa.app.node import Node
from hansa.base.times import format_instant
from hansa.context import Change, Op, Query
from hansa.desk.entities import entry, prop, refers

OURS = "urn:ngsi-ld:Organization:heat-networks"
THEIRS = "urn:ngsi-ld:Organization:waterworks"
AIR = "urn:ngsi-ld:DataSource:air"
ENDPOINT = "http://127.0.0.1:9"
Words = dict[str, Any]
TITLE = {"type": "LanguageProperty", "languageMap": {"en": "t", "ru": "т", "uk": "т"}}


@dataclass(frozen=True, slots=True)
class Asking:
    """For whom an object is made: `own` or another's; `made`: what differs from the usual one."""

    actor: str
    role: str
    session: str
    client: httpx.AsyncClient
    own: bool
    made: Mapping[str, Any]

    @property
    def organization(self) -> str:
        return OURS if self.own else THEIRS

    @property
    def person(self) -> str:
        return self.actor if self.own else "somebody"


class Objects:
    """Makes what requests are about, as a duty officer and a program that is nobody's."""

    def __init__(self, node: Node, duty: httpx.AsyncClient, program: httpx.AsyncClient) -> None:
        self._node, self._duty, self._program = node, duty, program
        self._numbers = itertools.count(1)
        self._kept: dict[tuple[str, str, bool, str], Words] = {}
        city = node.city
        self._desk = city.guard.machine("desk", city.world)
        self._makers: dict[str, Callable[[Asking], Awaitable[Words]]] = {
            "incident": self._incident,
            "line": self._line,
            "merged": self._merged,
            "task": self._task,
            "attachment": self._attachment,
            "photograph": self._photograph,
            "call": self._call,
            "contact": self._contact,
            "outage": self._outage,
            "area": self._area,
            "level": self._level,
            "post": self._post,
            "shift": self._shift,
            "handed": self._handed,
            "duty": self._a_duty,
            "principal": self._principal,
            "appointment": self._appointment,
            "rule": self._rule,
            "suppression": self._suppression,
            "source": self._source,
            "followed": self._followed,
            "account": self._account,
            "token": self._token,
            "session": self._session,
            "thing": self._thing,
            "batched-thing": self._thing,
            "batched-incident": self._incident,
            "new-incident": self._nothing,
            "subscription": self._subscription,
        }

    async def make(self, kind: str, asking: Asking, *, kept: bool) -> Words:
        """The words of an object of this kind; where none is `kept` for such askers, a new one."""
        key = (kind, asking.actor, asking.own, repr(asking.made))
        if not kept or key not in self._kept:
            self._kept[key] = await self._make(kind, asking)
        return self._kept[key]

    async def _make(self, kind: str, asking: Asking) -> Words:
        maker = self._makers.get(kind)
        if maker is None:
            return {**self._common(), **await self._file(kind)}
        return {**self._common(), **await maker(asking)}

    async def nothing(self) -> Words:
        """The words of a request about nothing."""
        return self._common()

    # ---- inside

    def _common(self) -> Words:
        number, now = next(self._numbers), self._node.clock.now()
        settings = self._node.work.settings
        return {
            "fresh": f"new-{number}",
            "urn": f"urn:ngsi-ld:AirQualityObserved:new-{number}",
            "now": format_instant(now),
            "earlier": format_instant(now - timedelta(hours=1)),
            "later": format_instant(now + timedelta(days=1)),
            "latest": format_instant(now + timedelta(days=2)),
            "paused": next(iter(settings.pause)),
            "returned": next(iter(settings.return_)),
            "newTime": next(iter(settings.new_time)),
        }

    def _urn(self, kind: str) -> str:
        return f"urn:ngsi-ld:{kind}:made-{next(self._numbers)}"

    def _at(self) -> datetime:
        """A moment of its own, so that the last made is the last."""
        return self._node.clock.now() + timedelta(milliseconds=next(self._numbers))

    def _past(self) -> datetime:
        return self._node.clock.now() - timedelta(hours=1)

    async def _create(
        self, kind: str, body: Mapping[str, Any], room: str = "desk", owner: str | None = None
    ) -> Words:
        city, name = self._node.city, self._urn(kind)
        grant = city.guard.machine(room, city.world)
        await city.write(grant, [Change(Op.CREATE, name, {"type": kind, **body}, owner=owner)])
        return {"id": name, "change": await self._change(name)}

    async def _change(self, name: str) -> int:
        city = self._node.city
        page = await city.read(city.guard.view(self._desk), Query(ids=(name,)))
        return page.entities[0].change

    async def _incident(self, asking: Asking) -> Words:
        first, second = [
            await self._create("Incident", self._open(asking, made)) for made in (asking.made, {})
        ]
        return {**first, "other": second["id"], "otherChange": second["change"]}

    def _open(self, asking: Asking, made: Mapping[str, Any]) -> Words:
        plain = {"state": "new", "severity": "high", "incidentType": "heating", "priority": 3}
        told = {name: prop(one) for name, one in (plain | dict(made)).items()}
        held = {"organizations": refers([asking.organization])}
        sector = {"sector": prop("heat"), "openedAt": prop(self._at()), "title": TITLE}
        return {**told, **sector, **held}

    async def _line(self, asking: Asking) -> Words:
        incident = await self._incident(asking)
        told = {"organizations": refers([asking.organization])}
        local, now = f"made-{next(self._numbers)}", self._at()
        line = entry(local, incident["id"], "note", asking.person, now, machine=False, more=told)
        await self._node.city.write(self._desk, [line])
        return {**incident, "line": line.id}

    async def _merged(self, asking: Asking) -> Words:
        one = await self._incident(asking)
        body = {"expect": one["change"], "expectInto": one["otherChange"], "into": one["other"]}
        answer = await self._duty.post(f"/desk/incidents/{one['id']}/merge", json=body)
        assert answer.status_code == 200, answer.text
        changes = {"change": one["id"], "otherChange": one["other"]}
        return {**one, **{word: await self._change(name) for word, name in changes.items()}}

    async def _task(self, asking: Asking) -> Words:
        incident, now = await self._incident(asking), self._node.clock.now()
        plain = {"state": "sent", "sentAt": now, "sentBy": "duty", "serviceTime": 60}
        due = {"due": now + timedelta(days=2), "overdue": False, "paused": False, "pausedAt": now}
        body = {name: prop(one) for name, one in {**plain, **due, **asking.made}.items()}
        ends = {"refIncident": refers(incident["id"]), "assignedTo": refers(asking.organization)}
        return await self._create("Task", {**body, **ends, "title": TITLE}, "tasks")

    async def _attachment(self, asking: Asking) -> Words:
        incident = await self._incident(asking)
        headers = {"Content-Type": "text/plain", "Slug": "a.txt"}
        path = f"/desk/incidents/{incident['id']}/attachments"
        answer = await self._duty.post(path, content=b"words", headers=headers)
        assert answer.status_code == 201, answer.text
        return {**incident, "attachment": answer.json()["id"]}

    async def _photograph(self, asking: Asking) -> Words:
        task = await self._task(asking)
        headers = {"Content-Type": "text/plain", "Slug": "a.txt"}
        path = f"/desk/tasks/{task['id']}/attachments"
        answer = await self._duty.post(path, content=b"words", headers=headers)
        assert answer.status_code == 201, answer.text
        return {**task, "attachment": answer.json()["id"]}

    async def _call(self, asking: Asking) -> Words:
        bare = replace(asking, made={})
        incident, outage = await self._incident(bare), await self._outage(bare)
        plain = {"state": "new", "callKind": "repair", "theme": "no-cold-water", "overdue": False}
        named = {"number": f"2026-{next(self._numbers)}", "reportedAt": self._past()}
        told = {name: prop(one) for name, one in {**plain, **named, **asking.made}.items()}
        held = {"organizations": refers([asking.organization])}
        made = await self._create("Call", {**told, **held}, "calls")
        return {**made, "incident": incident["id"], "outage": outage["id"]}

    async def _contact(self, asking: Asking) -> Words:
        told = {"telephone": prop("1"), "post": prop("head"), "dutyFrom": prop(self._past())}
        ends = {"organization": refers(asking.organization)}
        found = await self._create("DutyContact", {**told, **ends}, "contacts")
        return {**found, "organization": asking.organization}

    async def _outage(self, asking: Asking) -> Words:
        zone, house = (await self._area(asking))["id"], (await self._area(asking))["id"]
        plain = {
            "resource": "heat",
            "planned": False,
            "startsAt": self._past(),
            "state": "confirmed",
            **asking.made,
        }
        told = {name: prop(one) for name, one in plain.items()}
        ends = {"organization": refers(asking.organization), "zones": refers([zone])}
        return {**await self._create("Outage", {**told, **ends}, "outages"), "zone": house}

    async def _area(self, asking: Asking) -> Words:
        """A zone that nothing else lies in, and who repairs there."""
        body = {"name": prop("zone"), "resource": prop("heat")}
        found = await self._create("SupplyZone", body)
        return {**found, "organization": asking.organization}

    async def _level(self, _: Asking) -> Words:
        return {"change": (await self._duty.get("/desk/status")).json()["change"]}

    async def _shift(self, asking: Asking) -> Words:
        body = {"post": "duty", "onDuty": asking.person, "state": "running", "takenAt": self._at()}
        return await self._create("Shift", {name: prop(one) for name, one in body.items()})

    async def _handed(self, asking: Asking) -> Words:
        body = {"post": "duty", "onDuty": asking.person, "state": "handedOver", "digest": "abc"}
        told = {name: prop(one) for name, one in {**body, "takenAt": self._at()}.items()}
        return {**await self._create("Shift", told), "digest": "abc"}

    async def _post(self, asking: Asking) -> Words:
        """The post, with a shift that runs."""
        return {**await self._shift(asking), "id": "duty"}

    async def _a_duty(self, _: Asking) -> Words:
        body = {"duty": "level-check", "post": "duty", "due": self._at(), "state": "due"}
        told = {name: prop(one) for name, one in body.items()}
        return await self._create("Duty", {**told, "title": TITLE})

    async def _principal(self, asking: Asking) -> Words:
        own = {"id": asking.actor, "role": asking.role}
        return own if asking.own else {"id": "chief", "role": "mayor"}

    async def _appointment(self, asking: Asking) -> Words:
        now = self._node.clock.now()
        body = {
            "principal": asking.actor if asking.own else "chief",
            "acting": "deputy",
            "role": asking.role if asking.own else "mayor",
            "actingFrom": now,
            "actingUntil": now + timedelta(days=1),
            "ground": "No. 1",
            "state": "inForce",
        }
        told = {name: prop(one) for name, one in body.items()}
        return await self._create("ActingAppointment", told, "acting")

    async def _rule(self, _: Asking) -> Words:
        return {"id": "fine-dust"}

    async def _suppression(self, _: Asking) -> Words:
        now = self._node.clock.now()
        until = format_instant(now + timedelta(days=1))
        body = {"rule": "fine-dust", "reason": "test", "until": until}
        answer = await self._duty.post("/watch/suppressions", json=body)
        assert answer.status_code == 201, answer.text
        return {"id": answer.json()["id"]}

    async def _source(self, asking: Asking) -> Words:
        """The one that the program of a source speaks for; another one."""
        return {"source": "air" if asking.own else "river", "file": "none.csv"}

    async def _followed(self, asking: Asking) -> Words:
        """One that is asked over the network; no program here speaks for it."""
        return {"source": "weather-station" if asking.own else "air-sensors"}

    async def _account(self, _: Asking) -> Words:
        """One for all: a password takes long to hash."""
        row = await self._node.city.guard.accounts.one("ann")
        return {"name": row.name, "change": row.version}

    async def _token(self, _: Asking) -> Words:
        guard, name = self._node.city.guard, f"box-{next(self._numbers)}"
        await guard.tokens.issue(guard.operator(), name, "api")
        return {"name": name, "change": 1}

    async def _session(self, asking: Asking) -> Words:
        if asking.own:
            return {"id": asking.session}
        sessions, world = self._node.city.guard.sessions, ("127.0.0.1", "127.0.0.1")
        return {"id": (await sessions.pick("auditor", *world)).grant.session}

    async def _nothing(self, _: Asking) -> Words:
        return {}

    async def _thing(self, asking: Asking) -> Words:
        """No room's; of the program of a source it is what its source owns."""
        given = {"pm25": prop(5), "pm10": prop(5)}
        owner = AIR if asking.own and asking.role == "source" else None
        made = await self._create("AirQualityObserved", given, "sectors", owner)
        return {**made, "attrId": "pm25", "instanceId": "urn:hansa:instance:999999"}

    async def _subscription(self, asking: Asking) -> Words:
        """Its maker's alone; of who may make none, the other program's."""
        document = {
            "type": "Subscription",
            "entities": [{"type": "AirQualityObserved"}],
            "notification": {"endpoint": {"uri": ENDPOINT}},
        }
        makes = asking.own and asking.role in ("administrator", "api", "source")
        maker = asking.client if makes else self._program
        answer = await maker.post("/ngsi-ld/v1/subscriptions", json=document)
        assert answer.status_code == 201, answer.text
        return {"id": answer.headers["location"].rpartition("/")[2]}

    async def _file(self, kind: str) -> Words:
        paths = {
            "rules-file": "rules/air.yaml",
            "sources-file": "sources/river.yaml",
            "playbooks-file": "playbooks/networks.yaml",
            "settings-file": "desk.yaml",
        }
        path = paths[kind]
        pair = await self._node.folder.pair(path)
        assert pair.setting is not None
        return {"path": path, "change": pair.setting.change, "text": pair.setting.text}
