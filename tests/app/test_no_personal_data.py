"""A node in the profile `no-personal-data`: every door refuses, says why and what to do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from hansa import sectors
from hansa.base.clock import ManualClock
from tests.app.test_erasure_leaves_nothing import Trial, trial_in
from tests.beside.searching import Search

CARD = {"words": "нет воды с 14:05", "address": "Лесная улица, 5", "channel": "telephone"}
RULE = "city.yaml: profile: no-personal-data"
TEXTS = (
    "холодно в подъезде",
    "звонить +7 (4912) 770-31-95",
    "ответ на zoryana@birds.example",
)
COLUMNS = (
    *("Номер", "Поступило", "Срок", "Закрыто", "Код темы", "Тема", "Группа", "Исполнитель"),
    *("Способ", "Район", "Долгота", "Широта", "Адрес", "Текст", "Состояние"),
)
SAID = ("Канарейкина Зоряна", "+7 (4912) 770-31-95", "кв. 8317", "zoryana@birds.example")


@asynccontextmanager
async def cautious(root: Path, place: Path, clock: ManualClock) -> AsyncIterator[Trial]:
    async with trial_in(root, place, clock, profile="no-personal-data") as trial:
        yield trial


async def refused(trial: Trial, path: str, body: Any, where: str) -> None:
    answer = await (await trial.be("duty-officer")).post(path, json=body)
    told = answer.json()
    assert (answer.status_code, told.get("where")) == (400, where), answer.text
    assert "no-personal-data" in told["rule"]
    assert told["remedy"]


async def test_every_door_refuses_and_says_why(
    root: Path, tmp_path: Path, clock: ManualClock
) -> None:
    name, phone, flat, email = SAID
    async with cautious(root, tmp_path, clock) as trial:
        await refused(trial, "/desk/calls", CARD | {"name": name}, "callerName")
        await refused(trial, "/desk/calls", CARD | {"telephone": phone}, "callerTelephone")
        await refused(trial, "/desk/calls", CARD | {"words": f"звонить {phone}"}, "words")
        await refused(trial, "/desk/calls", CARD | {"words": f"писать {email}"}, "words")
        await refused(trial, "/desk/calls", CARD | {"apartment": "12"}, "apartment")
        taken = await trial.post("duty-officer", "/desk/calls", CARD)
        note = {"expect": taken["change"], "text": f"перезвонить {phone}"}
        await refused(trial, f"/desk/calls/{taken['id']}/note", note, "note")
        wish = {"incidentType": "other", "severity": "high", "text": f"живёт в {flat}"}
        await refused(trial, "/desk/incidents", wish, "note")
        await open311(trial)
        client = await trial.be("duty-officer")
        ready = (await client.get("/health/ready")).json()
        assert ready["failing"] == []
        frame = (await client.get("/console/frame")).json()
        assert frame["profile"] == "no-personal-data"
        told = (await client.get("/privacy/profile")).json()
        assert told["refuses"]["Call"] == ["callerName", "callerTelephone", "apartment"]
        search, home = Search([*SAID, "4912770", "770-31-95", "zoryana"]), trial.node.home.path
        assert search.folder(home) == []
        assert search.content("log", trial.log.getvalue().encode()) == []


async def open311(trial: Trial) -> None:
    guard = trial.node.city.guard
    issued = await guard.tokens.issue(guard.operator(), "app", "api")
    form = {"api_key": issued.token, "service_code": "heat", "lat": "54.6", "long": "39.7"}
    client = await trial.be("duty-officer")
    for more in (
        {"phone": SAID[1]},
        {"email": SAID[3]},
        {"last_name": "Канарейкина"},
        {"description": f"мой телефон {SAID[1]}"},
        {"address_string": f"Лесная 5, {SAID[2]}"},
    ):
        answer = await client.post("/open311/v2/requests.json", data=form | more)
        assert answer.status_code == 400, answer.text
        assert "personal" in answer.text or "seems to hold" in answer.text
    kept = form | {"description": "холодно с утра", "address_string": "Лесная 5"}
    assert (await client.post("/open311/v2/requests.json", data=kept)).status_code == 201


async def test_a_source_with_people_in_it_is_refused_row_by_row(
    root: Path, tmp_path: Path, clock: ManualClock
) -> None:
    rows = [";".join(COLUMNS), *(_row(number, text) for number, text in enumerate(TEXTS))]
    async with cautious(root, tmp_path, clock) as trial:
        node = trial.node
        (tmp_path / "data" / "requests").mkdir(parents=True)
        file = tmp_path / "data" / "requests" / "one.csv"
        file.write_text("\n".join([*rows, ""]), encoding="utf-8")
        report = await sectors.import_folder(
            *(node.city, node.sources, tmp_path / "data"), only=["requests"]
        )
        (told,) = report.files
        assert (told.accepted, told.refused) == (1, 2), told.trouble
        source = next(one for one in node.sources if one.name == "requests")
        kept = await sectors.quarantine(node.city, source)
        assert {(one.field, one.rule) for one in kept} == {("description", RULE)}
        assert Search(["770-31-95", "birds.example"]).folder(node.home.path) == []


def _row(number: int, text: str) -> str:
    """A line of the call centre's export with this text."""
    cells = {
        "Номер": f"R-{number}",
        "Поступило": f"2026-06-01 14:0{number}:00",
        "Код темы": "heat",
        "Адрес": "Лесная 5",
        "Текст": text,
        "Состояние": "в работе",
        "Долгота": "39.7",
        "Широта": "54.6",
    }
    return ";".join(cells.get(name, "") for name in COLUMNS)
