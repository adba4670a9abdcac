"""One person: found exactly, shown, exported, set right, forgotten; and who looked."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import httpx
import pytest
from pypdf import PdfReader

from hansa.context import Change, City, Op, Query, Window
from hansa.guard import Kind
from tests.desk.privacy.conftest import REQUEST, prop, reader, request, write

PHONE = "+7 (910) 123-45-67"


@pytest.fixture(autouse=True)
async def two_requests(city: City) -> None:
    await write(
        city,
        request("1", phone=PHONE, first_name="Анна", last_name="Иванова", description="Нет воды"),
        request("2", phone="8 910 765-43-21", first_name="Пётр", last_name="Иванов"),
        request("3", phone="89101234567", email="Anna@Example.org", status="open"),
    )


async def found(client: httpx.AsyncClient, **by: str) -> list[str]:
    answer = await client.post("/privacy/person", json={"by": by})
    if answer.status_code == 404:
        return []
    assert answer.status_code == 200, answer.text
    return [one["id"].removeprefix(REQUEST) for one in answer.json()["records"]]


def values(record: dict[str, Any]) -> dict[str, list[str]]:
    return {v["attribute"]: [one["value"] for one in v["kept"]] for v in record["values"]}


@pytest.mark.parametrize(
    ("by", "ids"),
    [
        ({"telephone": "+7 910 1234567"}, ["1", "3"]),
        ({"telephone": "8-910-123-45-67"}, ["1", "3"]),
        ({"telephone": "910 123 45 68"}, []),
        ({"email": " anna@example.ORG "}, ["3"]),
        ({"name": "иванова  анна"}, ["1"]),
        ({"name": "Петр Иванов"}, ["2"]),
        ({"name": "Иванов"}, ["2"]),
        ({"name": "Анна Иванов"}, []),
        ({"entity": REQUEST + "2"}, ["2"]),
    ],
)
async def test_a_person_is_found_exactly_however_it_is_written(
    officer: httpx.AsyncClient, by: dict[str, str], ids: list[str]
) -> None:
    assert await found(officer, **by) == ids


@pytest.mark.parametrize(
    "by", [{}, {"telephone": "12"}, {"name": "--"}, {"name": "a", "email": "b@c.d"}, {"flat": "1"}]
)
async def test_what_nobody_is_known_by_is_refused(
    officer: httpx.AsyncClient, by: dict[str, str]
) -> None:
    answer = await officer.post("/privacy/person", json={"by": by})
    assert answer.status_code == 400
    assert answer.json()["where"] == "by"


async def test_only_who_answers_for_privacy_may(
    client_as: Callable[[str], httpx.AsyncClient],
) -> None:
    for role in ("duty-officer", "administrator", "mayor", "auditor", "press"):
        async with client_as(role) as client:
            for path in ("person", "person/export", "person/correct", "person/erase"):
                answer = await client.post(f"/privacy/{path}", content=b"not even JSON")
                assert answer.status_code == 403, (role, path)


async def test_persons_are_shown_for_the_purpose_of_answering_them_only(
    city: City, client_as: Callable[..., httpx.AsyncClient]
) -> None:
    async with client_as("privacy-officer", "operation") as client:
        for path in ("person", "person/export", "person/correct", "person/erase"):
            answer = await client.post(f"/privacy/{path}", json={"by": {"telephone": PHONE}})
            assert answer.status_code == 403, path
            assert "Hansa-Purpose" in answer.json()["remedy"]
        hold = {"reason": "case 2", "until": "2026-12-01T00:00:00Z", "rule": "requests"}
        assert (await client.post("/privacy/holds", json=hold)).status_code == 201
    assert await city.guard.journal.entries(Kind.PERSONAL_SEARCH) == ()


async def test_the_search_is_in_the_journal_and_the_telephone_is_not(
    city: City, officer: httpx.AsyncClient
) -> None:
    await found(officer, telephone=PHONE)
    (entry,) = await city.guard.journal.entries(Kind.PERSONAL_SEARCH)
    assert (entry["purpose"], entry["actor"]) == ("subject-request", "pavel")
    everything = await city.guard.journal.entries(*Kind, limit=1000)
    assert "1234567" not in str(everything)


async def test_who_looked_is_told_with_role_and_purpose(
    city: City, officer: httpx.AsyncClient
) -> None:
    view = city.guard.view(reader(city))
    await city.read(view, Query(ids=(REQUEST + "1",)))
    answer = await officer.post("/privacy/person", json={"by": {"telephone": PHONE}})
    looked = [(one["actor"], one["role"], one["purpose"]) for one in answer.json()["looked"]]
    assert ("ann", "duty-officer", "request-handling") in looked
    other = await officer.post("/privacy/person", json={"by": {"name": "Пётр Иванов"}})
    assert "ann" not in [one["actor"] for one in other.json()["looked"]]


async def test_notes_about_the_person_are_theirs(city: City, officer: httpx.AsyncClient) -> None:
    entry = {
        "type": "TimelineEntry",
        "refCall": {"type": "Relationship", "object": REQUEST + "1"},
        "note": prop("перезвонила, всё ещё нет воды"),
    }
    desk = city.guard.machine("desk", city.world)
    name = "urn:ngsi-ld:TimelineEntry:1"
    await city.write(desk, [Change(Op.CREATE, name, entry)])
    answer = await officer.post("/privacy/person", json={"by": {"name": "Анна Иванова"}})
    ids = [one["id"] for one in answer.json()["records"]]
    assert ids == [REQUEST + "1", name]
    wish = {"by": {"name": "Анна Иванова"}, "word": "erase"}
    gone = await officer.post("/privacy/person/erase", json=wish)
    assert gone.json()["values"] == 5
    later = {"note": prop("убрано")}
    await city.write(desk, [Change(Op.APPEND, name, {"type": "TimelineEntry", **later})])
    kept = await city.guard.vault.held([REQUEST + "1", name])
    assert kept == {name: 1}  # the words are gone, the line lives on


async def test_the_export_holds_all_of_it_and_is_journalled(
    city: City, officer: httpx.AsyncClient
) -> None:
    wish = {"by": {"telephone": PHONE}}
    answer = await officer.post("/privacy/person/export", json=wish)
    assert "exercise-testing-testing-person.json" in answer.headers["content-disposition"]
    told = answer.json()
    assert values(told["records"][0]) == {
        "phone": [PHONE],
        "first_name": ["Анна"],
        "last_name": ["Иванова"],
        "description": ["Нет воды"],
    }
    page = await officer.post(
        "/privacy/person/export", json=wish | {"format": "html", "language": "ru"}
    )
    assert "Иванова" in page.text
    assert "Что о вас хранится" in page.text
    assert "<script" not in page.text
    assert len(await city.guard.journal.entries(Kind.EXPORT)) == 2


async def test_a_value_is_set_right_and_the_wrong_one_is_gone(
    city: City, officer: httpx.AsyncClient
) -> None:
    name, view = REQUEST + "1", city.guard.view(reader(city))
    (before,) = (await city.read(view, Query(ids=(name,)))).entities
    wish = {"entity": name, "attribute": "last_name", "value": "Петрова", "expect": before.change}
    assert (await officer.post("/privacy/person/correct", json=wish)).status_code == 200
    (after,) = (await city.read(view, Query(ids=(name,)))).entities
    assert after.value("last_name") == "Петрова"
    assert after.value("first_name") == "Анна"
    assert await found(officer, name="Анна Иванова") == []
    assert await found(officer, name="Анна Петрова") == ["1"]
    (entry,) = await city.guard.journal.entries(Kind.CORRECTION)
    assert entry["facts"]["entities"] == [name]
    late = await officer.post("/privacy/person/correct", json=wish)
    assert late.status_code == 409
    again = wish | {"value": "Иванова", "expect": after.change}
    assert (await officer.post("/privacy/person/correct", json=again)).status_code == 200
    assert await found(officer, name="Анна Иванова") == ["1"]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"attribute": "status"}, 400),
        ({"attribute": "media_url"}, 404),
        ({"value": " "}, 400),
        ({"entity": REQUEST + "none"}, 404),
    ],
)
async def test_only_what_is_kept_and_personal_is_set_right(
    officer: httpx.AsyncClient, change: dict[str, str], status: int
) -> None:
    wish = {"entity": REQUEST + "1", "attribute": "phone", "value": "x", "expect": 1}
    answer = await officer.post("/privacy/person/correct", json=wish | change)
    assert answer.status_code == status


async def test_who_is_erased_is_gone_from_state_search_and_history(
    city: City, officer: httpx.AsyncClient
) -> None:
    await write(city, request("1", description="Воды всё нет"))
    wish = {"by": {"telephone": PHONE}, "word": "удалить"}
    answer = await officer.post("/privacy/person/erase", json=wish)
    assert answer.status_code == 200, answer.text
    assert answer.json()["values"] == 7
    assert await found(officer, telephone=PHONE) == []
    view = city.guard.view(reader(city))
    page = await city.read(view, Query())
    assert [one.value("phone") for one in page.entities] == [None, "8 910 765-43-21", None]
    past = await city.history(view, Query(ids=(REQUEST + "1",)), Window(timeproperty="modifiedAt"))
    assert "description" not in past[0].attributes
    listed = (await officer.get("/privacy/erasures")).json()["erasures"]
    assert [(one["ground"], one["records"], one["of"]) for one in listed] == [("request", 7, 2)]
    assert [one.removeprefix(REQUEST) for one in listed[0]["entities"]] == ["1", "3"]
    await write(city, request("1", first_name="Анна"))  # a source says it again
    assert await found(officer, name="Анна") == []


async def test_fewer_than_all_may_be_erased(city: City, officer: httpx.AsyncClient) -> None:
    wish = {"by": {"telephone": PHONE}, "word": "erase", "entities": [REQUEST + "3"]}
    assert (await officer.post("/privacy/person/erase", json=wish)).json()["values"] == 2
    assert await found(officer, telephone=PHONE) == ["1"]
    strange = wish | {"entities": [REQUEST + "2"]}
    assert (await officer.post("/privacy/person/erase", json=strange)).status_code == 400


async def test_erasing_wants_the_typed_word(officer: httpx.AsyncClient) -> None:
    for wish in ({"word": "yes"}, {"word": "erase", "ground": "whim"}):
        answer = await officer.post(
            "/privacy/person/erase", json={"by": {"telephone": PHONE}} | wish
        )
        assert answer.status_code == 400
    assert await found(officer, telephone=PHONE) == ["1", "3"]


async def test_what_is_held_is_not_erased_until_the_hold_is_lifted(
    city: City, officer: httpx.AsyncClient
) -> None:
    hold = {
        "reason": "case 2-14/2026",
        "until": "2026-12-01T00:00:00Z",
        "entities": [REQUEST + "1"],
    }
    name = (await officer.post("/privacy/holds", json=hold)).json()["id"]
    shown = await officer.post("/privacy/person", json={"by": {"telephone": PHONE}})
    assert shown.json()["held"] == [REQUEST + "1"]
    wish = {"by": {"telephone": PHONE}, "word": "erase"}
    refused = await officer.post("/privacy/person/erase", json=wish)
    assert refused.status_code == 409
    assert "case" not in refused.text
    (told,) = (await officer.get("/privacy/retention")).json()["holds"]
    assert (told["state"], told["reason"], told["by"]) == ("held", "case 2-14/2026", "pavel")
    lifted = await officer.post(f"/privacy/holds/{name}/lift", json={"expect": told["change"]})
    assert lifted.status_code == 200
    assert (await officer.post("/privacy/person/erase", json=wish)).status_code == 200


@pytest.mark.parametrize(
    ("language", "says"),
    [
        (
            "en",
            ["What is kept about you", "Who looked", "duty officer", "read · handling a request"],
        ),
        (
            "ru",
            ["Что о вас хранится", "Кто смотрел", "дежурный", "прочитано · работа с обращением"],
        ),
        (
            "uk",
            [
                "Що про вас зберігається",
                "Хто дивився",
                "черговий",
                "прочитано · робота зі зверненням",
            ],
        ),
    ],
)
async def test_the_person_is_given_a_paper_that_says_who_looked(
    city: City, officer: httpx.AsyncClient, language: str, says: list[str]
) -> None:
    await city.read(city.guard.view(reader(city)), Query(ids=(REQUEST + "1",)))
    wish = {"by": {"telephone": PHONE}, "format": "pdf", "language": language}
    answer = await officer.post("/privacy/person/export", json=wish)
    assert answer.status_code == 200, answer.text
    assert "person.pdf" in answer.headers["content-disposition"]
    pages = PdfReader(BytesIO(answer.content)).pages
    text = " ".join(" ".join(page.extract_text() for page in pages).split())
    for words in (*says, "Иванова", "Нет воды", PHONE, "ann"):
        assert words in text, words
    assert "Пётр" not in text
