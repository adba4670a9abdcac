"""Tasks over HTTP: sent, answered by the organisation, late, done; each a line on the incident."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from hansa.base.clock import ManualClock
from hansa.base.settings import CitySettings
from hansa.base.times import format_instant, parse_instant
from hansa.context import City
from hansa.desk import DeskSettings, Work
from hansa.guard import Grant
from tests.desk.conftest import alert, change_of, id_of, incidents, timeline, until, until_told
from tests.desk.tasks.working import FILES, ROADS, WATERWORKS, at_work, held, until_task, work_of

Client = Callable[..., httpx.AsyncClient]
TASKS = "/desk/tasks"
SHUT = "urn:ngsi-ld:Task:a:burst:shut"


@pytest.fixture
async def burst(city: City, desk: DeskSettings, work: Work, watch: Grant, officer: Grant) -> Any:
    """An incident of the playbook's type, with the desk at work on it."""
    async with at_work(city, desk, work):
        await city.write(watch, [alert("a")])
        await until(city, officer, "a", state="new")
        yield


async def order(http: httpx.AsyncClient, task: str, verb: str, **body: Any) -> httpx.Response:
    """An order on the newest state of the task."""
    if "expect" not in body:
        body["expect"] = (await http.get(f"{TASKS}/{task}")).json()["task"]["change"]
    return await http.post(f"{TASKS}/{task}/{verb}", json=body)


async def send(http: httpx.AsyncClient, **body: Any) -> httpx.Response:
    return await http.post(TASKS, json={"incident": id_of("a"), **body})


@pytest.mark.usefixtures("burst")
async def test_an_incident_opens_with_the_tasks_of_its_playbook(
    city: City, officer: Grant, clock: ManualClock
) -> None:
    (name, task), *others = (await held(city, officer)).items()
    incident = (await incidents(city, officer))["a"]

    assert (name, others) == ("shut", [])  # the others wait for a step, or for a person
    assert task.value("title") == {"en": "Shut the valve"}
    assert task.value("state") == "sent"
    assert task.value("location") == incident.value("location")
    assert parse_instant(task.value("due")) == clock.now() + timedelta(minutes=30)
    assert incident.value("organizations") == WATERWORKS == task.value("assignedTo")
    assert sorted(await timeline(city, officer, "a")) == ["opened", "task-sent"]


async def test_an_incident_of_another_type_opens_without(
    city: City, desk: DeskSettings, work: Work, watch: Grant, officer: Grant
) -> None:
    async with at_work(city, desk, work):
        await city.write(watch, [alert("a", category={"type": "Property", "value": "air"})])
        await until(city, officer, "a", state="new")

    assert await held(city, officer) == {}


@pytest.mark.usefixtures("burst")
async def test_a_dispatcher_answers_and_the_next_step_begins(
    city: City, officer: Grant, client: Client
) -> None:
    async with client("dispatcher", "bob", WATERWORKS) as http:
        for verb, state in (("accept", "accepted"), ("on-site", "onSite"), ("done", "done")):
            answer = await order(http, SHUT, verb)
            assert (answer.status_code, answer.json()["state"]) == (200, state)
        repair = await until_task(city, officer, "repair", state="sent")
        assert (await order(http, repair.id, "done")).status_code == 200

    told = await until_told(city, officer, "a", "tasks-done")
    assert told.count("task-done") == 2
    assert told.index("task-accepted") < told.index("task-on-site") < told.index("task-done")


@pytest.mark.usefixtures("burst")
async def test_a_dispatcher_sees_the_own_tasks_and_no_others(client: Client) -> None:
    async with client() as http:
        await send(http, organization="roads", text="Keep clear", within="2 h")
        everything = (await http.get(TASKS)).json()
    async with client("dispatcher", "bob", WATERWORKS) as http:
        own = (await http.get(TASKS)).json()
        incident = await http.get(f"/desk/incidents/{id_of('a')}")
        foreign = [one["id"] for one in everything["tasks"] if one["organization"] == ROADS]
        refused = await http.post(f"{TASKS}/{foreign[0]}/accept", json={"expect": 1})

    assert everything["count"] == 2
    assert [one["id"] for one in own["tasks"]] == [SHUT]
    assert set(own["incidents"]) == {id_of("a")}
    assert incident.status_code == 200
    assert refused.status_code == 404


@pytest.mark.usefixtures("burst")
async def test_an_organisation_neither_sends_tasks_nor_takes_them_back(client: Client) -> None:
    async with client("dispatcher", "bob", WATERWORKS) as http:
        sent = await send(http, organization="roads")
        withdrawn = await order(http, SHUT, "withdraw")
        closed = await http.post(
            f"/desk/incidents/{id_of('a')}/close", json={"expect": 1, "reason": "resolved"}
        )
    async with client("analyst") as http:
        analyst = await send(http, organization="roads")

    assert {one.status_code for one in (sent, withdrawn, closed, analyst)} == {403}


@pytest.mark.usefixtures("burst")
async def test_a_person_sends_a_task_with_words_of_their_own(
    city: City, officer: Grant, client: Client, clock: ManualClock
) -> None:
    async with client() as http:
        sent = await send(http, organization="roads", text="Call Mr Petrov", priority=1)
        assert sent.status_code == 201
        answer = (await http.get(f"{TASKS}/{sent.json()['id']}")).json()["task"]

    assert answer["title"] == {"en": "Trouble a"}  # what was typed is personal and no title
    assert (answer["note"], answer["priority"], answer["sentBy"]) == ("Call Mr Petrov", 1, "ann")
    # noon UTC is three in the afternoon in the city: three hours today, one tomorrow at nine
    assert parse_instant(answer["due"]) == clock.now() + timedelta(hours=19)
    incident = (await incidents(city, officer))["a"]
    assert incident.value("organizations") == [WATERWORKS, ROADS]


@pytest.mark.usefixtures("burst")
async def test_a_proposed_step_is_sent_by_a_person_and_once(client: Client) -> None:
    async with client() as http:
        before = (await http.get(TASKS, params={"incident": id_of("a")})).json()["steps"]
        first = await send(http, step="close-road")
        second = await send(http, step="close-road")
        after = (await http.get(TASKS, params={"incident": id_of("a")})).json()["steps"]

    assert [(one["step"], one["task"]) for one in before] == [
        ("shut", SHUT),
        ("close-road", None),
        ("repair", None),
    ]
    assert (first.status_code, second.status_code) == (201, 409)
    assert after[1]["task"] == first.json()["id"]


@pytest.mark.usefixtures("burst")
async def test_open_and_ended_tasks_are_lists_of_their_own(
    client: Client, clock: ManualClock
) -> None:
    async with client() as http:
        ids = [(await send(http, organization="roads")).json()["id"] for _ in range(3)]
        for one in ids[:2]:
            clock.advance(timedelta(minutes=1))
            await order(http, one, "done")
        going = (await http.get(TASKS, params={"state": "open", "limit": "1"})).json()
        ended = (await http.get(TASKS, params={"state": "done,returned,withdrawn"})).json()
        wrong = await http.get(TASKS, params={"state": "asleep"})

    assert (going["count"], [one["id"] for one in going["tasks"]]) == (2, [SHUT])
    assert [one["id"] for one in ended["tasks"]] == [ids[1], ids[0]]  # the latest end first
    assert wrong.status_code == 400


@pytest.mark.usefixtures("burst")
async def test_a_late_task_is_put_before_the_next_role(
    city: City, officer: Grant, client: Client, clock: ManualClock
) -> None:
    clock.advance(timedelta(minutes=31))
    late = await until_task(city, officer, "shut", overdue=True)
    assert late.value("escalatedTo") == "department-head"
    assert "task-overdue" in await timeline(city, officer, "a")

    async with client() as http:
        listed = (await http.get(TASKS, params={"overdue": "true"})).json()
        assert [one["id"] for one in listed["tasks"]] == [SHUT]
        await order(http, SHUT, "done")
        listed = (await http.get(TASKS, params={"overdue": "true"})).json()
        assert listed["tasks"] == []
        repair = await until_task(city, officer, "repair", state="sent")

    clock.advance(timedelta(hours=9))
    late = await until_task(city, officer, "repair", overdue=True)
    assert late.value("escalatedTo") == "mayor"  # as the step says
    assert repair.value("overdue") is False


@pytest.mark.usefixtures("burst")
async def test_a_pause_moves_the_due_time_and_needs_a_reason(
    city: City, officer: Grant, client: Client, clock: ManualClock
) -> None:
    before = (await held(city, officer))["shut"].value("due")
    async with client("dispatcher", "bob", WATERWORKS) as http:
        assert (await order(http, SHUT, "pause")).status_code == 400
        assert (await order(http, SHUT, "pause", reason="weather")).status_code == 200
        assert (await order(http, SHUT, "pause", reason="weather")).status_code == 409
        clock.advance(timedelta(hours=3))
        standing = (await http.get(f"{TASKS}/{SHUT}")).json()["task"]
        assert (standing["paused"], standing["pauseReason"]) == (True, "weather")
        assert (await order(http, SHUT, "resume")).status_code == 200

    after = (await held(city, officer))["shut"]
    assert parse_instant(after.value("due")) - parse_instant(before) == timedelta(hours=3)
    assert after.value("overdue") is False
    clock.advance(timedelta(minutes=31))
    await until_task(city, officer, "shut", overdue=True)


@pytest.mark.usefixtures("burst")
async def test_a_new_time_says_why_and_who_approved_it(
    city: City, officer: Grant, client: Client, clock: ManualClock
) -> None:
    promised = format_instant(clock.now() + timedelta(hours=2))
    async with client("dispatcher", "bob", WATERWORKS) as http:
        alone = await order(http, SHUT, "new-time", promised=promised, reason="crews")
        past = await order(
            http, SHUT, "new-time", promised=format_instant(clock.now()), reason="crews",
            approvedBy="Ann",
        )  # fmt: skip
        good = await order(
            http, SHUT, "new-time", promised=promised, reason="crews", approvedBy="Ann"
        )
    assert [one.status_code for one in (alone, past, good)] == [400, 400, 200]

    clock.advance(timedelta(minutes=40))  # the due time is over, the approved one is not
    async with client() as http:
        await order(http, SHUT, "note", text="still digging")
        assert (await held(city, officer))["shut"].value("overdue") is False
    clock.advance(timedelta(hours=2))
    await until_task(city, officer, "shut", overdue=True)


@pytest.mark.usefixtures("burst")
async def test_what_was_set_by_mistake_is_taken_back(client: Client) -> None:
    async with client("dispatcher", "bob", WATERWORKS) as http:
        states = [
            (await order(http, SHUT, verb, **body)).json()["state"]
            for verb, body in (
                ("accept", {}),
                ("reopen", {}),
                ("return", {"reason": "not-ours"}),
                ("reopen", {}),
                ("done", {}),
                ("reopen", {}),
            )
        ]

    assert states == ["accepted", "sent", "returned", "sent", "done", "accepted"]


@pytest.mark.usefixtures("burst")
async def test_who_was_slower_is_told_what_was_done(client: Client) -> None:
    async with client("dispatcher", "bob", WATERWORKS) as http:
        seen = (await http.get(f"{TASKS}/{SHUT}")).json()["task"]["change"]
        await order(http, SHUT, "accept", expect=seen)
    async with client() as http:
        slower = await order(http, SHUT, "withdraw", expect=seen)

    assert slower.status_code == 409
    assert [one["kind"] for one in slower.json()["changed"]] == ["task-accepted"]
    assert slower.json()["changed"][0]["by"] == "bob"


@pytest.mark.usefixtures("burst")
async def test_closing_an_incident_takes_back_what_is_open(
    city: City, officer: Grant, client: Client
) -> None:
    change = (await incidents(city, officer))["a"].change
    async with client() as http:
        closed = await http.post(
            f"/desk/incidents/{id_of('a')}/close", json={"expect": change, "reason": "resolved"}
        )
        assert closed.status_code == 200
        gone = await until_task(city, officer, "shut", state="withdrawn")
        again = await send(http, organization="roads")

    assert gone.value("reason") == "incident-closed"
    assert again.status_code == 409


@pytest.mark.usefixtures("burst")
async def test_notes_of_a_task_are_read_by_who_handles_it_only(client: Client) -> None:
    async with client() as http:
        sent = (await send(http, organization="roads", text="Call Mr Petrov")).json()["id"]
    async with client("dispatcher", "bob", ROADS) as http:
        (own,) = (await http.get(TASKS)).json()["tasks"]
    async with client("analyst") as http:
        found = (await http.get(f"{TASKS}/{sent}")).json()["task"]

    assert own["note"] == "Call Mr Petrov"
    assert found["note"] is None


async def test_organisations_reasons_and_playbooks_are_told(client: Client) -> None:
    async with client() as http:
        told = (await http.get("/desk/organizations")).json()
        (playbook,) = (await http.get("/desk/playbooks")).json()["playbooks"]

    assert [one["key"] for one in told["organizations"]] == ["waterworks", "roads"]
    assert set(told["reasons"]) == {"pause", "return", "newTime"}
    assert [one["step"] for one in playbook["steps"]] == ["shut", "close-road", "repair"]


async def test_an_incident_that_grows_goes_by_the_severer_playbook(
    city: City, desk: DeskSettings, settings: CitySettings, watch: Grant, officer: Grant
) -> None:
    severer = FILES["playbooks/water.yaml"].replace("severity: high", "severity: critical")
    severer = severer.replace("id: burst", "id: flood").replace("put: proposed", "escalate: mayor")
    work = work_of(settings, **{"playbooks/flood.yaml": severer})
    async with at_work(city, desk, work):
        await city.write(watch, [alert("a")])
        await until(city, officer, "a", playbook="burst")
        await city.write(watch, [change_of("a", severity="critical")])
        await until(city, officer, "a", playbook="flood")

    found = {name: one.value("playbook") for name, one in (await held(city, officer)).items()}
    assert found == {"shut": "burst", "close-road": "flood"}  # no step comes twice
    assert (await incidents(city, officer))["a"].value("organizations") == [WATERWORKS, ROADS]
