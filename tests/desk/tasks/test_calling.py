"""A task of a call: sent with it, answered, and what each answer means for the call."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from hansa.base.clock import ManualClock
from hansa.base.settings import CitySettings
from hansa.base.times import format_instant, parse_instant
from hansa.context import Change, City, Op, Query, TypeIs, parse_q
from hansa.desk import DeskSettings, Work
from hansa.desk.tasks.calling import reopen_call, send_call, withdraw_call
from hansa.guard import Grant
from tests.desk.tasks.calling import LAW, ROUTING, call_id, called, take, the_call
from tests.desk.tasks.working import ROADS, WATERWORKS, at_work, held, until_task, work_of


@pytest.fixture
def work(settings: CitySettings) -> Work:
    return work_of(settings, **{"routing.yaml": ROUTING, "law.yaml": LAW})


async def kinds(city: City, grant: Grant, name: str = "one") -> list[str]:
    query = Query(types=TypeIs("TimelineEntry"), where=parse_q(f'refCall=="{call_id(name)}"'))
    page = await city.read(city.guard.view(grant), query)
    return [str(one.value("kind")) for one in sorted(page.entities, key=lambda one: one.change)]


def _text(at: datetime) -> str:
    return format_instant(at)


def _moment(text: Any) -> datetime:
    return parse_instant(str(text))


async def _resend(city: City, work: Work, grant: Grant) -> None:
    """The desk sends the call to the roads, by hand."""
    now, call = city.clock.now(), await the_call(city, grant)
    roads = work.organizations["roads"]
    put = send_call(work, called("one", now), roads, None, grant, now)
    said = Change(Op.APPEND, call.id, put.attributes or {})
    through = city.guard.through(grant, "calls")
    await city.write(through, [*put.changes, said], timers=put.timers)


async def answer(client: httpx.AsyncClient, task: str, verb: str, **order: Any) -> httpx.Response:
    seen = (await client.get(f"/desk/tasks/{task}")).json()["task"]
    return await client.post(f"/desk/tasks/{task}/{verb}", json={"expect": seen["change"], **order})


async def test_a_call_and_its_task_are_one_commit(city: City, work: Work, officer: Grant) -> None:
    before = city.last_change
    name = await take(city, work, officer)

    call, task = await the_call(city, officer), (await held(city, officer)).popitem()[1]
    assert city.last_change == before + 3  # the line, the task, the call
    assert (call.value("state"), call.value("refTask")) == ("routed", name)
    assert call.value("organizations") == WATERWORKS
    assert (task.value("refCall"), task.value("refIncident")) == (call.id, None)
    assert task.value("because") == {"line": "routing.yaml:3", "trade": "no-water"}
    assert await kinds(city, officer) == ["task-sent"]


async def test_a_repair_runs_in_minutes_and_a_request_in_the_laws_days(
    city: City, work: Work, officer: Grant, clock: ManualClock
) -> None:
    await take(city, work, officer)
    await take(city, work, officer, "two", theme="charges", kind="request")

    repair, request = await the_call(city, officer), await the_call(city, officer, "two")
    assert repair.value("due") == _text(clock.now() + timedelta(hours=2))
    days = _moment(request.value("due")) - clock.now()
    assert timedelta(days=30) <= days < timedelta(days=31)


async def test_done_waits_for_the_call_back(
    city: City, work: Work, officer: Grant, client: Callable[..., httpx.AsyncClient]
) -> None:
    name = await take(city, work, officer)
    dispatcher = client("dispatcher", "bob", WATERWORKS)
    for verb in ("accept", "on-site", "done"):
        assert (await answer(dispatcher, name, verb)).status_code == 200

    assert (await the_call(city, officer)).value("state") == "done"
    assert await kinds(city, officer) == ["task-sent", "task-accepted", "task-on-site", "task-done"]


async def test_not_ours_brings_the_call_back_to_the_desk(
    city: City, work: Work, officer: Grant, client: Callable[..., httpx.AsyncClient]
) -> None:
    name = await take(city, work, officer)
    dispatcher = client("dispatcher", "bob", WATERWORKS)
    assert (await answer(dispatcher, name, "return", reason="not-ours")).status_code == 200

    call = await the_call(city, officer)
    assert (call.value("state"), call.value("returnReason")) == ("new", "not-ours")
    assert call.value("returnedFrom") == WATERWORKS
    assert call.value("organizations") is None  # who called is none of theirs any more
    assert call.value("refTask") is None

    again = await answer(dispatcher, name, "reopen")  # it was theirs after all
    assert again.status_code == 200
    call = await the_call(city, officer)
    assert (call.value("state"), call.value("refTask")) == ("routed", name)
    assert call.value("returnReason") is None


async def test_an_answer_moves_no_call_that_went_another_way(
    city: City, work: Work, officer: Grant, client: Callable[..., httpx.AsyncClient]
) -> None:
    first = await take(city, work, officer)
    dispatcher = client("dispatcher", "bob", WATERWORKS)
    await answer(dispatcher, first, "return", reason="not-ours")
    await _resend(city, work, officer)

    assert (await answer(dispatcher, first, "reopen")).status_code == 409
    assert (await the_call(city, officer)).value("organizations") == ROADS


async def test_a_new_time_is_the_calls_due_time(
    city: City,
    work: Work,
    officer: Grant,
    clock: ManualClock,
    client: Callable[..., httpx.AsyncClient],
) -> None:
    name = await take(city, work, officer)
    later = _text(clock.now() + timedelta(hours=9))
    given = {"reason": "parts", "promised": later, "approvedBy": "chief engineer"}
    told = await answer(client("dispatcher", "bob", WATERWORKS), name, "new-time", **given)

    assert told.status_code == 200
    assert (await the_call(city, officer)).value("due") == later
    assert len((await held(city, officer)).popitem()[1].value("extendedAt")) == 1


async def test_the_law_does_not_stand_still_and_is_put_off_no_further_than_it_says(
    city: City,
    work: Work,
    officer: Grant,
    clock: ManualClock,
    client: Callable[..., httpx.AsyncClient],
) -> None:
    name = await take(city, work, officer, theme="charges", kind="request")
    dispatcher = client("dispatcher", "bob", ROADS)

    assert (await answer(dispatcher, name, "pause", reason="parts")).status_code == 409
    given = {"reason": "parts", "approvedBy": "head"}
    far = _text(clock.now() + timedelta(days=60))
    refused = await answer(dispatcher, name, "new-time", promised=far, **given)
    assert (refused.status_code, refused.json()["where"]) == (400, "promised")
    near = _text(clock.now() + timedelta(days=40))
    assert (await answer(dispatcher, name, "new-time", promised=near, **given)).status_code == 200


async def test_a_late_task_makes_its_call_late(
    city: City, desk: DeskSettings, work: Work, officer: Grant, clock: ManualClock
) -> None:
    async with at_work(city, desk, work):
        name = (await take(city, work, officer)).rsplit(":", 1)[1]
        clock.advance(timedelta(hours=2, minutes=1))
        await until_task(city, officer, name, overdue=True)

    assert (await the_call(city, officer)).value("overdue") is True
    assert await kinds(city, officer) == ["task-sent", "task-overdue"]


async def test_who_called_says_not_done_and_it_goes_on(
    city: City, work: Work, officer: Grant, client: Callable[..., httpx.AsyncClient]
) -> None:
    name = await take(city, work, officer)
    await answer(client("dispatcher", "bob", WATERWORKS), name, "done")
    task = (await held(city, officer)).popitem()[1]

    put = reopen_call(task, officer, city.clock.now())
    await city.write(city.guard.through(officer, "calls"), put.changes, timers=put.timers)

    task = (await held(city, officer)).popitem()[1]
    assert (task.value("state"), len(task.value("reopenedAt"))) == ("accepted", 1)
    assert (put.attributes or {})["state"]["value"] == "routed"


async def test_a_call_that_is_struck_takes_its_task_back(
    city: City, work: Work, officer: Grant
) -> None:
    await take(city, work, officer)
    task = (await held(city, officer)).popitem()[1]

    put = withdraw_call(task, officer, city.clock.now(), "call-struck")
    await city.write(city.guard.through(officer, "calls"), put.changes, timers=put.timers)

    task = (await held(city, officer)).popitem()[1]
    assert (task.value("state"), task.value("reason")) == ("withdrawn", "call-struck")
    assert withdraw_call(task, officer, city.clock.now(), "call-struck").changes == ()


async def test_a_dispatcher_sees_of_the_caller_what_the_task_needs_while_it_is_open(
    city: City, work: Work, officer: Grant, client: Callable[..., httpx.AsyncClient]
) -> None:
    name = await take(city, work, officer)
    dispatcher = client("dispatcher", "bob", WATERWORKS)

    told = (await dispatcher.get(f"/desk/tasks/{name}")).json()
    assert told["caller"] == {"name": "Maria Example", "telephone": "+7 000", "apartment": "12"}
    (call,) = told["calls"].values()
    assert (call["theme"], call["state"]) == ("no-water", "routed")
    listed = (await dispatcher.get("/desk/tasks")).text
    assert "Maria" not in listed
    assert "nothing comes out" not in listed + str(told)  # the words are the desk's

    await answer(dispatcher, name, "done")
    assert (await dispatcher.get(f"/desk/tasks/{name}")).json()["caller"] is None
    other = client("dispatcher", "eve", ROADS)
    assert (await other.get(f"/desk/tasks/{name}")).status_code == 404


PHOTO = b"\x89PNG\r\n\x1a\n" + bytes(16)


async def test_it_is_done_with_a_photograph(
    city: City, work: Work, officer: Grant, client: Callable[..., httpx.AsyncClient]
) -> None:
    name = await take(city, work, officer)
    dispatcher = client("dispatcher", "bob", WATERWORKS)
    headers = {"Content-Type": "image/png", "Slug": "after.png"}
    path = f"/desk/tasks/{name}/attachments"

    brought = await dispatcher.post(path, content=PHOTO, headers=headers)
    assert brought.status_code == 201, brought.text
    (kept,) = (await dispatcher.get(f"/desk/tasks/{name}")).json()["attachments"]
    assert (kept["id"], kept["mediaType"]) == (brought.json()["id"], "image/png")
    assert "attached" in await kinds(city, officer)

    stranger = client("dispatcher", "eve", ROADS)
    assert (await stranger.post(path, content=PHOTO, headers=headers)).status_code == 404
    other = await stranger.get(f"{path}/{kept['id']}", headers={"Hansa-Purpose": "call-handling"})
    assert other.status_code in (403, 404)
