"""A call is sent to whom the city's table names, with the call; and what becomes of it."""

from typing import Any

import httpx
import pytest

from hansa.base.settings import CitySettings
from hansa.context import Change, City, Op, Query, TypeIs
from hansa.desk import Calling, Work
from hansa.guard import Grant
from tests.desk.calls.calling import HOUSE, WATERWORKS, value
from tests.desk.calls.conftest import Client
from tests.desk.tasks.working import ROADS, work_of

ROUTING = """
rows:
  - {themes: [no-water], by: zone}
  - {themes: [gas], by: house}
"""


@pytest.fixture
def work(settings: CitySettings) -> Work:
    return work_of(settings, **{"routing.yaml": ROUTING})


async def taken(client: httpx.AsyncClient, **card: Any) -> dict[str, Any]:
    given = {"theme": "no-water", "building": HOUSE, "name": "Maria", **card}
    answer = await client.post("/desk/calls", json=given)
    assert answer.status_code == 201, answer.text
    call: dict[str, Any] = (await client.get(f"/desk/calls/{answer.json()['id']}")).json()["call"]
    return call


async def order(client: httpx.AsyncClient, call: str, verb: str, **given: Any) -> httpx.Response:
    seen = (await client.get(f"/desk/calls/{call}")).json()["call"]
    return await client.post(f"/desk/calls/{call}/{verb}", json={"expect": seen["change"], **given})


async def tasks(city: City, grant: Grant) -> list[tuple[str, str]]:
    page = await city.read(city.guard.view(grant), Query(types=TypeIs("Task")))
    found = sorted(page.entities, key=lambda one: one.change)
    return [(str(one.value("assignedTo")), str(one.value("state"))) for one in found]


async def test_a_call_is_sent_with_itself(city: City, client: Client, officer: Grant) -> None:
    call = await taken(client())

    assert (call["state"], call["organizations"]) == ("routed", [WATERWORKS])
    assert await tasks(city, officer) == [(WATERWORKS, "sent")]


async def test_whom_the_table_does_not_name_a_person_names(
    city: City, client: Client, officer: Grant
) -> None:
    call = await taken(client(), theme="road")
    assert call["state"] == "new"

    refused = await order(client(), call["id"], "route")
    assert (refused.status_code, refused.json()["where"]) == (400, "organization")
    unknown = await order(client(), call["id"], "route", organization="nobody")
    assert unknown.status_code == 400
    sent = await order(client(), call["id"], "route", organization="roads")
    assert (sent.status_code, sent.json()["state"]) == (200, "routed")
    assert await tasks(city, officer) == [(ROADS, "sent")]


async def test_sent_to_others_it_is_the_first_ones_no_more(
    city: City, client: Client, officer: Grant
) -> None:
    call = await taken(client())
    assert (await order(client(), call["id"], "route", organization="roads")).status_code == 200

    assert sorted(await tasks(city, officer)) == [(ROADS, "sent"), (WATERWORKS, "withdrawn")]
    dispatcher = client("dispatcher", "bob", WATERWORKS)
    assert (await dispatcher.get(f"/desk/calls/{call['id']}")).status_code == 404


async def test_not_done_is_the_same_tasks_again(
    city: City, client: Client, calling: Calling, officer: Grant
) -> None:
    call = await taken(client())
    assert (await order(client(), call["id"], "done")).status_code == 200
    await _end(city, officer, "done")

    back = await order(client(), call["id"], "callback", result="notDone")
    assert (back.status_code, back.json()["state"]) == (200, "routed")
    assert await tasks(city, officer) == [(WATERWORKS, "accepted")]
    again = (await client().get(f"/desk/calls/{call['id']}")).json()["call"]
    assert again["reopened"] == 1


async def _end(city: City, grant: Grant, state: str) -> None:
    page = await city.read(city.guard.view(grant), Query(types=TypeIs("Task")))
    change = Change(Op.APPEND, page.entities[0].id, {"state": value(state)})
    await city.write(city.guard.machine("tasks", city.world), [change])


async def test_a_corrected_call_keeps_its_task(city: City, client: Client, officer: Grant) -> None:
    call = await taken(client())
    given = {"expect": call["change"], "theme": "no-water", "building": HOUSE, "name": "Mary"}
    right = await client().post(f"/desk/calls/{call['id']}/correct", json=given)

    assert right.status_code == 201, right.text
    found = (await client().get(f"/desk/calls/{right.json()['id']}")).json()["call"]
    page = await city.read(city.guard.view(officer), Query(types=TypeIs("Task")))
    going = [one for one in page.entities if one.value("state") == "sent"]
    assert [(one.value("refCall"), one.id) for one in going] == [(found["id"], found["task"])]


async def test_corrected_to_another_theme_it_is_sent_anew(
    city: City, client: Client, officer: Grant
) -> None:
    call = await taken(client())
    given = {"expect": call["change"], "theme": "gas", "building": HOUSE, "name": "Mary"}
    right = (await client().post(f"/desk/calls/{call['id']}/correct", json=given)).json()

    found = (await client().get(f"/desk/calls/{right['id']}")).json()["call"]
    assert (found["state"], found["corrects"]) == ("routed", call["id"])
    page = await city.read(city.guard.view(officer), Query(types=TypeIs("Task")))
    mine = [one.id for one in page.entities if one.value("refCall") == right["id"]]
    assert mine == [found["task"]]
