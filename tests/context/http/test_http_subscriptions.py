"""Subscriptions: from a change to a notification at a real receiver."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import orjson
import pytest
from aiohttp import web

from hansa.base.clock import ManualClock
from hansa.context import Change, Op
from hansa.context.outbox import Courier
from hansa.context.subscriptions import PARCEL
from hansa.guard import Grant

B = "/ngsi-ld/v1"
WORLD = "exercise:bell"


class Receiver:
    """An HTTP server on loopback that keeps what it is told."""

    def __init__(self) -> None:
        self.told: asyncio.Queue[tuple[dict[str, str], Any]] = asyncio.Queue()
        self.answers: list[int] = []
        self.url = ""

    async def take(self) -> Any:
        """The next notification's body."""
        return (await asyncio.wait_for(self.told.get(), 20))[1]

    async def handle(self, request: web.Request) -> web.Response:
        body = orjson.loads(await request.read())
        self.told.put_nowait((dict(request.headers), body))
        return web.Response(status=self.answers.pop(0) if self.answers else 200)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    found = Receiver()
    app = web.Application()
    app.router.add_post("/notify", found.handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    found.url = f"http://127.0.0.1:{port}/notify"
    yield found
    await runner.cleanup()


@asynccontextmanager
async def _awake(probe: Any) -> AsyncIterator[None]:
    """The rooms' tasks: notifier, courier, timers."""
    city = probe.city
    courier = Courier(city.database, city.news, city.clock, {PARCEL: probe.hub.deliver})
    tasks = [asyncio.create_task(one()) for one in (probe.hub.run, courier.run, city.run_timers)]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@pytest.fixture
async def bell(open_probe: Any, receiver: Receiver) -> AsyncIterator[Any]:
    async with AsyncExitStack() as stack:
        probe = await open_probe(WORLD, [receiver.url.removesuffix("/notify")])
        await stack.enter_async_context(_awake(probe))
        yield probe


def _subscription(receiver: Receiver, **more: Any) -> dict[str, Any]:
    endpoint = {"uri": receiver.url, **more.pop("endpoint", {})}
    notification = {"endpoint": endpoint, **more.pop("notification", {})}
    return {
        "id": "urn:s:1",
        "type": "Subscription",
        "entities": [{"type": "Lamp"}],
        "notification": notification,
        **more,
    }


def _lamp(number: int, **members: Any) -> dict[str, Any]:
    return {"id": f"urn:x:{number}", "type": "Lamp", "shine": number, **members}


async def test_a_change_is_notified_once(bell: Any, receiver: Receiver) -> None:
    async with bell.client() as client:
        made = await client.post(f"{B}/subscriptions", json=_subscription(receiver, q="shine>2"))
        assert (made.status_code, made.content) == (201, b"")
        assert made.headers["location"] == f"{B}/subscriptions/urn:s:1"
        await client.post(f"{B}/entities", json=_lamp(1))
        await client.post(f"{B}/entities", json=_lamp(3))
        headers, body = await asyncio.wait_for(receiver.told.get(), 20)
        assert body["type"] == "Notification"
        assert body["subscriptionId"] == "urn:s:1"
        assert body["hansaWorld"] == WORLD
        shine = {"type": "Property", "value": 3}
        expected = {"id": "urn:x:3", "type": "Lamp", "shine": shine, "hansaWorld": WORLD}
        assert body["data"] == [expected]
        assert headers["Hansa-World"] == WORLD
        assert "<http://node/contexts/hansa.jsonld>" in headers["Link"]
        await client.patch(f"{B}/entities/urn:x:3/attrs", json={"shine": 4})
        assert (await receiver.take())["data"][0]["shine"]["value"] == 4
        assert receiver.told.empty()


async def test_counters_and_status_are_shown(bell: Any, receiver: Receiver) -> None:
    async with bell.client() as client:
        body = _subscription(receiver, watchedAttributes=["shine"])
        await client.post(f"{B}/subscriptions", json=body)
        path = f"{B}/subscriptions/urn:s:1"
        fresh = (await client.get(path)).json()
        assert fresh["status"] == "active"
        assert fresh["watchedAttributes"] == ["shine"]
        assert fresh["entities"] == [{"type": "Lamp"}]
        await client.post(f"{B}/entities", json=_lamp(1))
        await receiver.take()
        while "lastSuccess" not in (told := (await client.get(path)).json()["notification"]):
            pass
        assert (told["timesSent"], told["status"]) == (1, "ok")
        listed = await client.get(f"{B}/subscriptions/?limit=1&count=true")
        assert listed.headers["ngsild-results-count"] == "1"
        assert (await client.delete(path)).status_code == 204
        assert (await client.get(path)).status_code == 404
        await client.patch(f"{B}/entities/urn:x:1/attrs", json={"shine": 2})
        await client.post(f"{B}/subscriptions", json=body | {"id": "urn:s:2"})
        await client.patch(f"{B}/entities/urn:x:1/attrs", json={"shine": 3})
        assert (await receiver.take())["subscriptionId"] == "urn:s:2"


async def test_an_attempt_that_fails_is_repeated(
    bell: Any, receiver: Receiver, clock: ManualClock
) -> None:
    receiver.answers = [500]
    async with bell.client() as client:
        await client.post(f"{B}/subscriptions", json=_subscription(receiver))
        await client.post(f"{B}/entities", json=_lamp(1))
        first = await receiver.take()
        path = f"{B}/subscriptions/urn:s:1"
        while "lastFailure" not in (told := (await client.get(path)).json()["notification"]):
            pass
        assert (told["timesFailed"], told["status"]) == (1, "failed")
        while receiver.told.empty():
            clock.advance(timedelta(seconds=1))
            await client.get(path)
        assert (await receiver.take())["id"] == first["id"]


async def test_throttled_changes_are_told_together(
    bell: Any, receiver: Receiver, clock: ManualClock
) -> None:
    async with bell.client() as client:
        await client.post(f"{B}/subscriptions", json=_subscription(receiver, throttling=60))
        await client.post(f"{B}/entities", json=_lamp(1))
        await receiver.take()
        await client.post(f"{B}/entities", json=_lamp(2))
        await client.post(f"{B}/entities", json=_lamp(3))
        while not await _waits(bell, "urn:x:3"):
            pass
        clock.advance(timedelta(seconds=61))
        assert [one["id"] for one in (await receiver.take())["data"]] == ["urn:x:2", "urn:x:3"]


async def _waits(bell: Any, entity_id: str) -> bool:
    notes = await bell.city.notes("subscription-sent")
    return any(entity_id in note.value.get("waiting", ()) for note in notes)


async def test_intervals_tell_what_stands(
    bell: Any, receiver: Receiver, clock: ManualClock
) -> None:
    async with bell.client() as client:
        await client.post(f"{B}/entities", json=_lamp(1))
        body = _subscription(receiver, timeInterval=10, q="shine>0")
        assert (await client.post(f"{B}/subscriptions", json=body)).status_code == 201
        for _ in range(2):
            clock.advance(timedelta(seconds=11))
            assert [one["id"] for one in (await receiver.take())["data"]] == ["urn:x:1"]


async def test_what_goes_is_told_to_who_asked(bell: Any, receiver: Receiver) -> None:
    triggers = ["entityDeleted", "attributeDeleted"]
    async with bell.client() as client:
        body = _subscription(receiver, notificationTrigger=triggers)
        await client.post(f"{B}/subscriptions", json=body)
        await client.post(f"{B}/entities", json=_lamp(1, colour="red"))
        await client.delete(f"{B}/entities/urn:x:1/attrs/colour")
        told = (await receiver.take())["data"][0]
        assert told["colour"] == {"type": "Property", "value": "urn:ngsi-ld:null"}


async def test_a_deleted_entity_leaves_its_time(
    bell: Any, receiver: Receiver, clock: ManualClock
) -> None:
    async with bell.client() as client:
        body = _subscription(receiver, notificationTrigger=["entityDeleted"], q="shine==1")
        await client.post(f"{B}/subscriptions", json=body)
        await client.post(f"{B}/entities", json=_lamp(1))
        clock.advance(timedelta(seconds=1))
        await client.delete(f"{B}/entities/urn:x:1")
        assert (await receiver.take())["data"] == [
            {
                "id": "urn:x:1",
                "type": "Lamp",
                "deletedAt": "2026-06-01T12:00:01Z",
                "hansaWorld": WORLD,
            }
        ]


async def test_forms_media_and_headers(bell: Any, receiver: Receiver) -> None:
    async with bell.client() as client:
        body = _subscription(
            receiver,
            endpoint={
                "accept": "application/ld+json",
                "receiverInfo": [{"key": "X-Key", "value": "secret"}],
            },
            notification={"format": "keyValues", "attributes": ["shine"]},
        )
        terms = {"glow": "https://uri.etsi.org/ngsi-ld/default-context/shine"}
        body["notification"]["attributes"] = ["glow"]
        await client.post(
            f"{B}/subscriptions",
            headers={"Content-Type": "application/ld+json"},
            json=body | {"@context": terms, "q": "glow>0"},
        )
        await client.post(f"{B}/entities", json=_lamp(1, colour="red"))
        headers, told = await asyncio.wait_for(receiver.told.get(), 20)
        assert headers["X-Key"] == "secret"
        assert not any(name.startswith(":") for name in headers)
        assert told["@context"] == terms
        shown = {"id": "urn:x:1", "type": "Lamp", "glow": 1, "hansaWorld": WORLD}
        assert told["data"] == [shown | {"@context": terms}]
        shown = (await client.get(f"{B}/subscriptions/urn:s:1")).json()
        assert shown["notification"]["attributes"] == ["shine"]
        assert shown["q"] == "glow>0"
        geo = _subscription(receiver, id="urn:s:2", endpoint={"accept": "application/geo+json"})
        await client.delete(f"{B}/subscriptions/urn:s:1")
        await client.post(f"{B}/subscriptions", json=geo)
        await client.patch(f"{B}/entities/urn:x:1/attrs", json={"shine": 2})
        data = (await receiver.take())["data"]
        assert data["features"][0]["properties"]["shine"]["value"] == 2


async def test_pausing_and_changing(bell: Any, receiver: Receiver) -> None:
    async with bell.client() as client:
        await client.post(f"{B}/subscriptions", json=_subscription(receiver))
        path = f"{B}/subscriptions/urn:s:1"
        assert (await client.patch(path, json={"isActive": False})).status_code == 204
        assert (await client.get(path)).json()["status"] == "paused"
        await client.post(f"{B}/entities", json=_lamp(1))
        changed = {"isActive": True, "q": "shine>5", "description": "bright ones"}
        assert (await client.patch(path, json=changed)).status_code == 204
        await client.post(f"{B}/entities", json=_lamp(2))
        await client.post(f"{B}/entities", json=_lamp(6))
        assert [one["id"] for one in (await receiver.take())["data"]] == ["urn:x:6"]
        assert receiver.told.empty()


async def test_a_batch_is_one_notification(bell: Any, receiver: Receiver) -> None:
    async with bell.client() as client:
        await client.post(f"{B}/subscriptions", json=_subscription(receiver))
        await client.post(f"{B}/entityOperations/create", json=[_lamp(1), _lamp(2)])
        assert [one["id"] for one in (await receiver.take())["data"]] == ["urn:x:1", "urn:x:2"]


async def test_subscriptions_outlive_the_process(open_probe: Any, receiver: Receiver) -> None:
    allow = [receiver.url.removesuffix("/notify")]
    probe = await open_probe(WORLD, allow)
    async with probe.client() as client:
        await client.post(f"{B}/subscriptions", json=_subscription(receiver))
        await client.post(f"{B}/entities", json=_lamp(1))
    await probe.city.close()
    again = await open_probe(WORLD, allow)
    async with _awake(again):
        assert (await receiver.take())["data"][0]["id"] == "urn:x:1"


async def test_tenants_are_notified_apart(bell: Any, receiver: Receiver) -> None:
    async with bell.client(**{"NGSILD-Tenant": "harbour"}) as client:
        await client.post(f"{B}/subscriptions", json=_subscription(receiver))
        await client.post(f"{B}/entities", json=_lamp(1))
        headers, _ = await asyncio.wait_for(receiver.told.get(), 20)
        assert headers["NGSILD-Tenant"] == "harbour"
    async with bell.client() as other:
        assert (await other.get(f"{B}/subscriptions")).json() == []


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"type": "Other"}, 400),
        ({"entities": None}, 400),
        ({"entities": []}, 400),
        ({"entities": [{"id": "urn:a:b"}]}, 400),
        ({"watchedAttributes": []}, 400),
        ({"notification": {}}, 400),
        ({"notification": {"endpoint": {"uri": "ftp://x"}}}, 400),
        ({"notification": {"endpoint": {"uri": "http://10.1.2.3/"}}}, 403),
        ({"notification": {"endpoint": {"uri": "mqtt://x/y"}}}, 422),
        ({"q": "="}, 400),
        ({"geoQ": {"georel": "near"}}, 400),
        ({"throttling": 0}, 400),
        ({"timeInterval": 5, "throttling": 5}, 400),
        ({"timeInterval": 5, "watchedAttributes": ["a"]}, 400),
        ({"expiresAt": "2020-01-01T00:00:00Z"}, 400),
        ({"isActive": "yes"}, 400),
        ({"notificationTrigger": ["never"]}, 400),
        ({"nonsense": 1}, 400),
        ({"id": "no uri"}, 400),
        ({"jsonldContext": "https://no.example/c.jsonld"}, 504),
    ],
)
async def test_refused_subscriptions(
    bell: Any, receiver: Receiver, change: dict[str, Any], status: int
) -> None:
    given = _subscription(receiver) | change
    body = {name: value for name, value in given.items() if value is not None}
    async with bell.client() as client:
        answer = await client.post(f"{B}/subscriptions", json=body)
        assert answer.status_code == status, answer.text


async def test_who_may_subscribe(bell: Any, receiver: Receiver) -> None:
    async with bell.client("analyst") as client:
        answer = await client.post(f"{B}/subscriptions", json=_subscription(receiver))
        assert answer.status_code == 403
    async with bell.client() as client:
        for status in (201, 409):
            answer = await client.post(f"{B}/subscriptions", json=_subscription(receiver))
            assert answer.status_code == status


async def test_a_subscription_is_its_makers_own(bell: Any, receiver: Receiver) -> None:
    names = {"X-Actor": "token:other"}
    async with bell.client() as client, bell.client(**names) as other:
        await client.post(f"{B}/subscriptions", json=_subscription(receiver))
        assert (await other.get(f"{B}/subscriptions")).json() == []
        for verb in (other.get, other.delete):
            assert (await verb(f"{B}/subscriptions/urn:s:1")).status_code == 404
    async with bell.client("administrator") as keeper:
        assert len((await keeper.get(f"{B}/subscriptions")).json()) == 1


async def test_a_dispatcher_hears_and_finds_own_incidents_only(
    bell: Any, receiver: Receiver
) -> None:
    city, ours = bell.city, "urn:ngsi-ld:Organization:water"
    desk = city.guard.machine("desk", city.world)

    async def put(name: str, whose: str, number: int) -> None:
        body = {
            "type": "Incident",
            "organizations": {"type": "Relationship", "object": [whose]},
            "severity": {"type": "Property", "value": number},
        }
        await city.write(desk, [Change(Op.UPDATE_OR_CREATE, name, body)])

    async with bell.client("dispatcher", **{"X-Organization": ours}) as client:
        body = _subscription(receiver, entities=[{"type": "Incident"}])
        assert (await client.post(f"{B}/subscriptions", json=body)).status_code == 403
        grant = Grant("vera", "dispatcher", "operation", city.clock.now(), city.world)
        own = replace(grant, organization=ours)  # as a token that is given this role would
        await bell.hub.create(own, body, bell.service.names(None), None, "http://node")
        await put("urn:x:foreign", "urn:ngsi-ld:Organization:heat", 1)
        await put("urn:x:mine", ours, 2)
        assert [one["id"] for one in (await receiver.take())["data"]] == ["urn:x:mine"]
        await put("urn:x:mine", "urn:ngsi-ld:Organization:heat", 3)  # leaves: nothing is told
        await put("urn:x:late", ours, 4)
        assert [one["id"] for one in (await receiver.take())["data"]] == ["urn:x:late"]
        for path in ("entities/urn:x:mine", "temporal/entities/urn:x:mine", "types/Alert"):
            assert (await client.get(f"{B}/{path}")).status_code == 404, path
        listed = await client.get(f"{B}/entities?type=Incident&count=true")
        assert listed.headers["ngsild-results-count"] == "1"


async def test_a_subscription_ends_with_its_maker(bell: Any, receiver: Receiver) -> None:
    """What was sent off before, and not yet delivered, is not delivered either."""
    async with bell.client() as gone, bell.client(**{"X-Actor": "another"}) as left:
        for number, client in enumerate((gone, left)):
            wish = _subscription(receiver) | {"id": f"urn:x:{number}"}
            assert (await client.post(f"{B}/subscriptions", json=wish)).status_code == 201
        bell.gone.add("test-api")
        await left.post(f"{B}/entities", json=_lamp(1))
        assert (await receiver.take())["subscriptionId"] == "urn:x:1"
        await left.patch(f"{B}/entities/urn:x:1/attrs", json={"shine": 4})
        assert (await receiver.take())["subscriptionId"] == "urn:x:1"
        assert receiver.told.empty()
        assert (await gone.get(f"{B}/subscriptions/urn:x:0")).status_code == 404
        assert (await left.get(f"{B}/subscriptions/urn:x:1")).status_code == 200
