"""Two people in one record are two: one is forgotten, the other stays."""

from typing import Any

import httpx
import pytest

from hansa.context import Change, City, Op, Query
from tests.desk.privacy.conftest import REQUEST, prop, reader, request, write

ANNA, BORIS = "+7 (910) 123-45-67", "+7 (910) 765-43-21"
NOTE = "urn:ngsi-ld:TimelineEntry:"


async def person(client: httpx.AsyncClient, **by: str) -> list[tuple[str, list[str]]]:
    """What is kept of somebody: record and texts."""
    answer = await client.post("/privacy/person", json={"by": by})
    if answer.status_code == 404:
        return []
    return [(one["id"], texts(one)) for one in answer.json()["records"]]


def texts(record: dict[str, Any]) -> list[str]:
    return [str(one["value"]) for value in record["values"] for one in value["kept"]]


async def erase(client: httpx.AsyncClient, **more: Any) -> int:
    answer = await client.post("/privacy/person/erase", json={"word": "erase", **more})
    assert answer.status_code == 200, answer.text
    return int(answer.json()["values"])


async def note(city: City, name: str, text: str, **more: Any) -> None:
    body = {
        "type": "TimelineEntry",
        "refCall": {"type": "Relationship", "object": REQUEST + "1"},
        "note": prop(text),
    }
    desk = city.guard.machine("desk", city.world)
    await city.write(desk, [Change(Op.UPDATE_OR_CREATE, NOTE + name, body | more)])


@pytest.fixture
async def shared(city: City) -> None:
    """A record of Anna which Boris took over: with what each said, and what was noted of each."""
    await write(city, request("1", phone=ANNA, first_name="Анна", description="Нет воды"))
    await note(city, "a", "Анна ждёт")
    await write(city, request("1", phone=BORIS, first_name="Борис", description="Течёт"))
    await note(city, "b", "Борис ждёт")


@pytest.mark.usefixtures("shared")
async def test_each_is_shown_alone_and_that_another_is_there(officer: httpx.AsyncClient) -> None:
    anna = await person(officer, telephone=ANNA)
    assert anna == [(REQUEST + "1", ["Нет воды", "Анна", ANNA]), (NOTE + "a", ["Анна ждёт"])]
    boris = await person(officer, name="Борис")
    assert boris == [(REQUEST + "1", ["Течёт", "Борис", BORIS]), (NOTE + "b", ["Борис ждёт"])]
    answer = await officer.post("/privacy/person", json={"by": {"telephone": ANNA}})
    assert [one["beside"] for one in answer.json()["records"]] == [3, 0]
    assert len(await person(officer, entity=REQUEST + "1")) == 3, "the record is of both"


@pytest.mark.usefixtures("shared")
async def test_who_is_erased_takes_nothing_of_the_other_along(
    city: City, officer: httpx.AsyncClient
) -> None:
    assert await erase(officer, by={"telephone": ANNA}) == 4
    assert await person(officer, telephone=ANNA) == []
    assert await person(officer, telephone=BORIS) == [
        (REQUEST + "1", ["Течёт", "Борис", BORIS]),
        (NOTE + "b", ["Борис ждёт"]),
    ]
    view = city.guard.view(reader(city))
    (now,) = (await city.read(view, Query(ids=(REQUEST + "1",)))).entities
    assert now.value("description") == "Течёт"
    await write(city, request("1", phone=ANNA, first_name="Анна"))  # a source says it again
    assert await person(officer, name="Анна") == []
    await write(city, request("1", phone=BORIS, last_name="Ильин"))
    assert (await person(officer, name="Ильин"))[0][0] == REQUEST + "1"


@pytest.mark.usefixtures("shared")
async def test_the_whole_record_is_forgotten_with_both(
    city: City, officer: httpx.AsyncClient
) -> None:
    assert await erase(officer, by={"entity": REQUEST + "1"}) == 8
    assert await person(officer, telephone=BORIS) == []
    await write(city, request("1", phone="8 910 000-00-00", first_name="Вера"))
    assert await person(officer, name="Вера") == [], "the record stays barred"


async def test_who_was_forgotten_may_call_again(city: City, officer: httpx.AsyncClient) -> None:
    await write(city, request("1", phone=ANNA, first_name="Анна"))
    await erase(officer, by={"telephone": ANNA})
    await write(city, request("2", phone=ANNA, first_name="Анна"))
    assert [name for name, _ in await person(officer, telephone=ANNA)] == [REQUEST + "2"]


async def test_a_telephone_told_later_is_of_who_was_there(
    city: City, officer: httpx.AsyncClient
) -> None:
    await write(city, request("1", first_name="Анна"))
    await note(city, "a", "не назвала номер")
    await write(city, request("1", phone=ANNA))
    assert await erase(officer, by={"telephone": ANNA}) == 3
    assert await person(officer, name="Анна") == []


async def test_the_same_words_of_two_are_two_values(city: City, officer: httpx.AsyncClient) -> None:
    for phone in (ANNA, BORIS):
        await write(city, request("1", phone=phone, description="Нет воды"))
    await erase(officer, by={"telephone": ANNA})
    assert await person(officer, telephone=BORIS) == [(REQUEST + "1", ["Нет воды", BORIS])]


async def test_a_telephone_set_right_is_still_theirs(
    city: City, officer: httpx.AsyncClient
) -> None:
    await write(city, request("1", phone="8 910 000-00-00", first_name="Анна"))
    view = city.guard.view(reader(city))
    (before,) = (await city.read(view, Query(ids=(REQUEST + "1",)))).entities
    wish = {
        "entity": REQUEST + "1", "attribute": "phone", "value": ANNA, "expect": before.change
    }  # fmt: skip
    assert (await officer.post("/privacy/person/correct", json=wish)).status_code == 200
    await write(city, request("1", phone=ANNA, last_name="Иванова"))
    assert await person(officer, telephone=ANNA) == [(REQUEST + "1", ["Анна", "Иванова", ANNA])]
    assert await erase(officer, by={"telephone": ANNA}) == 3


@pytest.mark.usefixtures("shared")
async def test_a_note_that_is_held_stays_and_the_rest_goes(
    city: City, officer: httpx.AsyncClient
) -> None:
    hold = {"reason": "case 2-14", "until": "2026-12-01T00:00:00Z", "entities": [NOTE + "a"]}
    assert (await officer.post("/privacy/holds", json=hold)).status_code == 201
    refused = await officer.post(
        "/privacy/person/erase", json={"by": {"telephone": ANNA}, "word": "erase"}
    )
    assert refused.status_code == 409
    assert len(await person(officer, telephone=ANNA)) == 2
