"""How tests talk to the console: an app over a city, a client, a writer, an event stream."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import httpx
import orjson

from hansa import console
from hansa.base.web import WebApp
from hansa.context import Change, City, Op
from hansa.guard import Grant

BASE = "map/base.pmtiles"


def make_app(city: City, host: str = "127.0.0.1", limits: Sequence[console.Limit] = ()) -> WebApp:
    sessions = console.Sessions(city, host=host)
    return WebApp(
        console.routes(city, sessions, lambda: limits, [city.settings.folder / BASE]),
        sessions.authenticate,
        lambda _: city.world.name,
        view=city.guard.view,
    )


def make_client(app: WebApp) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app, client=("127.0.0.1", 5000)),
        base_url="http://127.0.0.1:8080",
        headers={"Hansa-CSRF": "1"},
    )


async def pick(client: httpx.AsyncClient, role: str) -> dict[str, Any]:
    answer = await client.post("/console/session", json={"role": role})
    assert answer.status_code == 201, answer.text
    document: dict[str, Any] = answer.json()
    return document


class Writer:
    """Writes as the rooms would: entities by short names, in few words."""

    def __init__(self, city: City) -> None:
        self.city = city

    async def put(self, entity_id: str, entity_type: str, /, **attributes: Any) -> None:
        body = {name: _instance(value) for name, value in attributes.items()}
        change = Change(Op.UPDATE_OR_CREATE, entity_id, {"type": entity_type, **body})
        await self.city.write(self._room(entity_type), [change])

    async def several(self, entity_id: str, entity_type: str, /, **attributes: Any) -> None:
        """Attributes with instances of several datasets."""
        change = Change(Op.UPDATE_OR_CREATE, entity_id, {"type": entity_type, **attributes})
        await self.city.write(self._room(entity_type), [change])

    async def note(self, entity_id: str, incident: str, text: str) -> None:
        grant = Grant(
            "ann", "duty-officer", "incident-handling", self.city.clock.now(), self.city.world
        )
        body = {
            "type": "TimelineEntry",
            "refIncident": {"type": "Relationship", "object": incident},
            "kind": _instance("note"),
            "note": _instance(text),
        }
        through = self.city.guard.through(grant, "desk")
        await self.city.write(through, [Change(Op.CREATE, entity_id, body)])

    async def drop(self, entity_id: str) -> None:
        grant = self._room(entity_id.split(":")[2])
        await self.city.write(grant, [Change(Op.DELETE, entity_id)])

    def _room(self, entity_type: str) -> Grant:
        """Each type is written by its own room."""
        rooms = {"Alert": "watch", "Incident": "desk", "TimelineEntry": "desk"}
        return self.city.guard.machine(rooms.get(entity_type, "sectors"), self.city.world)


def _instance(value: Any) -> Mapping[str, Any]:
    """A number or text is a property; a dict stands as it is; a pair of floats is a place."""
    if isinstance(value, dict):
        return value
    if isinstance(value, tuple):
        return {"type": "GeoProperty", "value": {"type": "Point", "coordinates": list(value)}}
    return {"type": "Property", "value": value}


class Stream:
    """One open event stream over raw ASGI: httpx's transport would wait for its end."""

    def __init__(self, app: WebApp, cookie: str, path: str, headers: Mapping[str, str]) -> None:
        self._pieces: asyncio.Queue[bytes] = asyncio.Queue()
        self._gone = asyncio.Event()
        self.status = 0
        named = {"cookie": cookie, "host": "127.0.0.1:8080", **headers}
        bare, _, query = path.partition("?")
        scope = {
            "type": "http",
            "method": "GET",
            "path": bare,
            "raw_path": bare.encode(),
            "query_string": query.encode(),
            "headers": [(key.encode(), value.encode()) for key, value in named.items()],
            "client": ("127.0.0.1", 5000),
            "scheme": "http",
        }
        self._task = asyncio.ensure_future(app(scope, self._receive, self._send))
        self._rest = b""

    async def _receive(self) -> dict[str, Any]:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        else:
            self._pieces.put_nowait(message.get("body", b""))

    async def next(self) -> dict[str, Any]:
        """The next event: its `event`, `id` and parsed `data`; comments as `comment`."""
        while b"\n\n" not in self._rest:
            self._rest += await asyncio.wait_for(self._pieces.get(), 10)
        block, _, self._rest = self._rest.partition(b"\n\n")
        fields = dict(line.split(": ", 1) for line in block.decode().split("\n"))
        if "" in fields:
            return {"comment": fields[""]}
        if "data" not in fields:
            return await self.next()
        return {**fields, "data": orjson.loads(fields["data"])}

    async def close(self) -> None:
        self._gone.set()
        await self._task


def listen(
    app: WebApp, client: httpx.AsyncClient, path: str = "/console/stream", **headers: str
) -> Stream:
    cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    return Stream(app, cookie, path, {key.replace("_", "-"): one for key, one in headers.items()})
