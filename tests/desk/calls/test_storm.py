"""A storm of calls is one outage and one task of its organisation, and nothing of it is lost."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, TypeAlias

import httpx
import pytest

from hansa.base.settings import CitySettings
from hansa.base.web import Request, WebApp
from hansa.context import City, Entity
from hansa.desk import (
    Addresses,
    Calling,
    DeskSettings,
    Work,
    call_routes,
    follow_outages,
    follow_tasks,
    keep_calls,
    load_desk,
    office_of,
    outage_routes,
    task_routes,
)
from hansa.guard import Grant
from tests.desk.calls.calling import HOUSE, WATERWORKS, calling_of, held, house, machine, zone
from tests.desk.jobs import at_work
from tests.desk.tasks.working import work_of

ROUTING = "rows: [{themes: [no-water], by: zone}]\n"
DESK = "types: {gas: {words: {en: Gas}}, water: {words: {en: Water}}}\n"
OUTAGES = """
proposal: {calls: 3, within: 30 min}
resources: {coldWater: {incidentType: water}}
"""
Awake: TypeAlias = Callable[[], AbstractAsyncContextManager[None]]
ATTACHED = "call-attached"


@pytest.fixture
def outages() -> str:
    return OUTAGES


@pytest.fixture
def work(settings: CitySettings, outages: str) -> Work:
    return work_of(settings, **{"routing.yaml": ROUTING, "outages.yaml": outages})


@pytest.fixture
def desk(settings: CitySettings, city: City) -> DeskSettings:
    (settings.folder / "desk.yaml").write_text(DESK)
    return load_desk(settings.folder, city.vocabulary)


@pytest.fixture
async def calling(settings: CitySettings, city: City, desk: DeskSettings, work: Work) -> Calling:
    await city.write(city.guard.operator(), [zone(), house()])
    return calling_of(settings, city, desk, work)


@pytest.fixture
def http(city: City, calling: Calling) -> Callable[..., httpx.AsyncClient]:
    office = office_of(city, calling.outages.settings, calling.desk, calling.work, Addresses(city))

    async def grant(request: Request) -> Any:
        role, organization = request.headers["x-role"], request.headers["x-organization"]
        now = city.clock.now()
        return Grant("ann", role, "operation", now, city.world, organization=organization)

    routes = (
        *call_routes(city, calling),
        *outage_routes(office),
        *task_routes(city, calling.work),
    )
    app = WebApp(routes, grant, lambda _: city.world.name, view=city.guard.view)

    def make(role: str = "duty-officer", organization: str = "") -> httpx.AsyncClient:
        headers = {"X-Role": role, "X-Organization": organization}
        transport = httpx.ASGITransport(app=app)
        return httpx.AsyncClient(transport=transport, base_url="http://node", headers=headers)

    return make


@pytest.fixture
def awake(city: City, calling: Calling) -> Awake:
    """Whoever answers calls, outages and tasks, as they run in a node; may be begun again."""

    @asynccontextmanager
    async def run() -> AsyncIterator[None]:
        addresses = Addresses(city)
        office = office_of(city, calling.outages.settings, calling.desk, calling.work, addresses)
        async with at_work(
            addresses.run(),
            keep_calls(city, calling),
            follow_outages(office, calling.themes),
            follow_tasks(city, calling.work),
            city.run_timers(),
        ):
            yield

    return run


async def told(client: httpx.AsyncClient, **card: Any) -> dict[str, Any]:
    answer = await client.post("/desk/calls", json={"theme": "no-water", "building": HOUSE, **card})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def ordered(client: httpx.AsyncClient, path: str, verb: str, **more: Any) -> dict[str, Any]:
    """Look and order; where the desk itself was faster, look once more, as a person does."""
    for _ in range(3):
        shown = (await client.get(path)).json()
        (change,) = (shown[one]["change"] for one in ("call", "outage", "task") if one in shown)
        answer = await client.post(f"{path}/{verb}", json={"expect": change, **more})
        if answer.status_code != 409:
            break
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def settled(city: City, met: Callable[[dict[str, dict[str, Entity]]], bool]) -> None:
    """Wait until calls, tasks and outages are as wanted; the log tells when."""
    grant = machine(city, "outages")
    while True:
        number = city.last_change
        found = {kind: await held(city, grant, kind) for kind in ("Call", "Task", "Outage")}
        if met(found):
            return
        await city.news.beyond(number)


def states(found: dict[str, Entity]) -> Iterator[str]:
    return (str(one.value("state")) for one in found.values())


def undone(found: dict[str, Entity]) -> list[Entity]:
    return [one for one in found.values() if one.value("state") in ("sent", "accepted", "onSite")]


def all_known(found: dict[str, dict[str, Entity]]) -> bool:
    return bool(found["Outage"]) and {*states(found["Call"])} == {"known"}


async def lines(client: httpx.AsyncClient, call: str) -> list[str]:
    timeline = (await client.get(f"/desk/calls/{call}")).json()["timeline"]
    return [one["kind"] for one in timeline]


async def proposed(city: City, client: httpx.AsyncClient, calls: int = 3) -> tuple[str, list[str]]:
    """So many calls, and the outage that holds them."""
    ids = [(await told(client))["id"] for _ in range(calls)]
    await settled(city, all_known)
    (outage,) = await held(city, machine(city, "outages"), "Outage")
    return outage, ids


async def test_a_storm_is_one_outage_and_one_task(
    city: City, http: Callable[..., httpx.AsyncClient], awake: Awake
) -> None:
    async with awake(), http() as ann:
        outage, calls = await proposed(city, ann)
        await settled(city, lambda found: not undone(found["Task"]))
        later = await told(ann)
        assert (later["state"], later["outage"]) == ("known", outage)
        done = await ordered(
            ann, f"/desk/outages/{outage}", "confirm", promisedEnd="2026-06-01T18:00:00Z"
        )
        tasks = await held(city, machine(city, "tasks"), "Task")
        (task,) = undone(tasks)
        assert task.value("refOutage") == outage
        assert task.value("refIncident") == done["incident"]
        assert task.value("assignedTo") == WATERWORKS
        assert task.value("address") == "North"
        withdrawn = [one.value("reason") for one in tasks.values() if one.id != task.id]
        assert withdrawn == ["joined-outage"] * 3
        again = await told(ann)
        assert again["state"] == "known"
        assert len(undone(await held(city, machine(city, "tasks"), "Task"))) == 1
        assert await lines(ann, calls[0]) == [
            "call-taken", "task-sent", ATTACHED, "task-withdrawn", "outage-confirmed",
        ]  # fmt: skip
        assert await lines(ann, again["id"]) == ["call-taken", ATTACHED]


async def test_what_the_dispatcher_accepted_becomes_the_outage_s_task(
    city: City, http: Callable[..., httpx.AsyncClient], awake: Awake
) -> None:
    async with awake(), http() as ann, http("dispatcher", WATERWORKS) as bob:
        first = (await told(ann))["id"]
        (mine,) = await held(city, machine(city, "tasks"), "Task")
        await ordered(bob, f"/desk/tasks/{mine}", "accept")
        await told(ann)
        await told(ann)
        await settled(city, all_known)
        await settled(city, lambda found: len(undone(found["Task"])) == 1)
        (outage,) = await held(city, machine(city, "outages"), "Outage")
        await ordered(ann, f"/desk/outages/{outage}", "confirm")
        (task,) = undone(await held(city, machine(city, "tasks"), "Task"))
        assert (task.id, task.value("state"), task.value("refCall")) == (mine, "accepted", first)
        assert task.value("refOutage") == outage
        assert (await bob.get(f"/desk/calls/{first}")).status_code == 200  # whom they look after
        await ordered(ann, f"/desk/outages/{outage}", "end")
        await settled(city, lambda found: not undone(found["Task"]))
        ended = (await held(city, machine(city, "tasks"), "Task"))[mine]
        assert ended.value("state") == "done"


async def test_who_is_called_back_and_has_no_water_gets_a_task_of_their_own(
    city: City, http: Callable[..., httpx.AsyncClient], awake: Awake
) -> None:
    async with awake(), http() as ann:
        outage, calls = await proposed(city, ann)
        await ordered(ann, f"/desk/outages/{outage}", "confirm")
        await ordered(ann, f"/desk/outages/{outage}", "end")
        await settled(city, lambda found: {*states(found["Call"])} == {"done"})
        await settled(city, lambda found: not undone(found["Task"]))
        back = await ordered(ann, f"/desk/calls/{calls[0]}", "callback", result="notDone")
        assert back["state"] == "routed"
        (task,) = undone(await held(city, machine(city, "tasks"), "Task"))
        assert (task.value("refCall"), task.value("refOutage")) == (calls[0], None)
        assert "task-sent" in (await lines(ann, calls[0]))[-2:]


async def test_of_a_proposal_that_is_refused_each_call_is_sent_again(
    city: City, http: Callable[..., httpx.AsyncClient], awake: Awake
) -> None:
    async with awake(), http() as ann, http("dispatcher", WATERWORKS) as bob:
        first = (await told(ann))["id"]
        (mine,) = await held(city, machine(city, "tasks"), "Task")
        await ordered(bob, f"/desk/tasks/{mine}", "accept")
        outage, calls = await proposed(city, ann, 2)
        await settled(city, lambda found: len(undone(found["Task"])) == 1)
        await ordered(ann, f"/desk/outages/{outage}", "cancel")
        await settled(city, lambda found: {*states(found["Call"])} == {"routed"})
        tasks = undone(await held(city, machine(city, "tasks"), "Task"))
        assert {one.value("refCall") for one in tasks} == {first, *calls}
        assert {one.value("refOutage") for one in tasks} == {None}
        kept = next(one for one in tasks if one.value("refCall") == first)
        assert (kept.id, kept.value("state")) == (mine, "accepted")
        assert (await lines(ann, calls[0]))[-2:] == ["outage-cancelled", "task-sent"]


async def test_two_outages_of_one_incident_are_a_task_each(
    city: City, http: Callable[..., httpx.AsyncClient], awake: Awake
) -> None:
    south = zone()._replace(id="urn:ngsi-ld:SupplyZone:south")
    await city.write(city.guard.operator(), [south])
    async with awake(), http() as ann:
        outage, _ = await proposed(city, ann)
        incident = (await ordered(ann, f"/desk/outages/{outage}", "confirm"))["incident"]
        body = {"resource": "coldWater", "zones": [south.id], "organization": WATERWORKS}
        other = await ann.post("/desk/outages", json={**body, "incident": incident})
        assert (other.status_code, other.json()["incident"]) == (201, incident)
        tasks = undone(await held(city, machine(city, "tasks"), "Task"))
        of = {one.value("refOutage") for one in tasks if one.value("refOutage")}
        assert of == {outage, other.json()["id"]}


@pytest.mark.parametrize("outages", ["proposal: {calls: 3, within: 30 min}\n"])
async def test_an_outage_that_opens_no_incident_is_a_task_all_the_same(
    city: City, http: Callable[..., httpx.AsyncClient], awake: Awake
) -> None:
    async with awake(), http() as ann:
        outage, _ = await proposed(city, ann)
        await settled(city, lambda found: not undone(found["Task"]))
        done = await ordered(ann, f"/desk/outages/{outage}", "confirm")
        assert done["incident"] is None
        (task,) = undone(await held(city, machine(city, "tasks"), "Task"))
        assert (task.value("refOutage"), task.value("assignedTo")) == (outage, WATERWORKS)


async def test_who_says_that_a_call_is_of_no_outage_is_believed(
    city: City, http: Callable[..., httpx.AsyncClient], awake: Awake
) -> None:
    async with awake(), http() as ann:
        outage, calls = await proposed(city, ann)
        await settled(city, lambda found: not undone(found["Task"]))
        await ordered(ann, f"/desk/calls/{calls[0]}", "detach")
        sent = await ordered(ann, f"/desk/calls/{calls[0]}", "route")
        assert sent["state"] == "routed"
        await told(ann)  # whoever answers has answered this one too
        await settled(city, lambda found: found["Outage"][outage].value("calls") == 3)
        assert (await ann.get(f"/desk/calls/{calls[0]}")).json()["call"]["outage"] is None


async def test_a_storm_goes_on_where_the_node_stopped(
    city: City, http: Callable[..., httpx.AsyncClient], awake: Awake
) -> None:
    async with http() as ann:
        for _ in range(4):
            await told(ann)
        for _ in range(2):  # asleep while they rang, and woken twice
            async with awake():
                await settled(city, all_known)
                await settled(city, lambda found: not undone(found["Task"]))
        (outage,) = await held(city, machine(city, "outages"), "Outage")
        await ordered(ann, f"/desk/outages/{outage}", "confirm")
        await ordered(ann, f"/desk/outages/{outage}", "end")
        async with awake():
            await settled(city, lambda found: {*states(found["Call"])} == {"done"})
            await settled(city, lambda found: not undone(found["Task"]))
