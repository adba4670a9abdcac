"""An outage as it is read out, printed, and told in the situation report; in three languages."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest

from hansa.base.clock import ManualClock
from hansa.base.vocabulary import load_vocabulary
from hansa.context import City
from hansa.desk import Office, Reporter, document, load_indicators, load_report
from hansa.desk.outages.model import Cut, CutState
from hansa.desk.outages.sentence import sentence
from hansa.desk.report.outages import outages_at
from hansa.desk.report.paper.layout import lay_out
from hansa.desk.report.paper.page import page
from hansa.desk.report.speaking import Speaker, load_texts
from tests.desk.outages.supplied import NORTH, OUTLINE, WATERWORKS

Client = Callable[..., httpx.AsyncClient]
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Moscow")


def cut(state: CutState = CutState.CONFIRMED, houses: int = 290, changes: int = 0) -> Cut:
    return Cut(
        id="urn:ngsi-ld:Outage:1",
        kind="Outage",
        change=1,
        resource="coldWater",
        state=state,
        planned=False,
        cause="accident",
        organization=WATERWORKS,
        starts=NOON - timedelta(minutes=43),
        promised=NOON + timedelta(hours=2),
        first_promised=NOON + timedelta(hours=1),
        promise_changes=changes,
        ended=None,
        zones=(NORTH,),
        buildings=(),
        houses=houses,
        people=1925,
        children=590,
        social=(("kindergarten", "43"), ("school", "21")),
        calls=0,
        next_report=None,
        overdue=False,
        incident="",
        reported=None,
        counted=None,
        not_found=(),
        title={},
    )


@pytest.mark.parametrize(
    ("language", "houses", "changes", "told"),
    [
        (
            "en",
            1,
            1,
            "There is no cold water. It began at 14:17: accident. 1 house is off. "
            "Promised back by 17:00. The promise was changed once. At work: Waterworks.",
        ),
        (
            "ru",
            21,
            3,
            "Нет холодной воды с 14:17: авария. Отключён 21 дом. Обещают включить к 17:00. "
            "Срок меняли 3 раза. Работает Водоканал.",
        ),
        (
            "uk",
            290,
            0,
            "Немає холодної води з 14:17: аварія. Відключено 290 будинків. "
            "Обіцяють увімкнути до 17:00. Працює Водоканал.",
        ),
    ],
)
def test_the_sentence_to_read_out(
    office: Office, language: str, houses: int, changes: int, told: str
) -> None:
    words = {"en": "Waterworks", "ru": "Водоканал", "uk": "Водоканал"}
    given = cut(houses=houses, changes=changes)
    assert sentence(given, office.settings, language, ZONE, NOON, words) == told


def test_a_proposal_promises_nothing(office: Office) -> None:
    told = sentence(cut(CutState.PROPOSED), office.settings, "en", ZONE, NOON)
    assert "Others near you" in told
    assert "Promised" not in told
    assert "houses" not in told


@pytest.mark.parametrize("language", ["en", "ru", "uk"])
async def test_the_card_is_printed_and_says_that_it_is_an_exercise(
    client: Client, language: str
) -> None:
    body = {"resource": "coldWater", "zones": [NORTH], "text": "a caller's words"}
    async with client() as ann:
        done = (await ann.post("/desk/outages", json=body)).json()
        query = {"format": "html", "language": language}
        answer = await ann.get(f"/desk/outages/{done['id']}/card", params=query)
        other = await ann.get(f"/desk/outages/{done['id']}/card", params={"format": "doc"})
    assert answer.status_code == 200
    assert "EXERCISE" in answer.headers["content-disposition"]
    assert "North side" in answer.text
    assert "a caller" not in answer.text
    assert re.search(r"<b>200</b>", answer.text)
    assert re.search(r"15:00</span><span>(told|внесено)", answer.text)
    assert other.status_code == 400


async def test_the_card_is_set_as_a_pdf(client: Client) -> None:
    async with client() as ann:
        body = {"resource": "coldWater", "zones": [NORTH]}
        done = (await ann.post("/desk/outages", json=body)).json()
        answer = await ann.get(f"/desk/outages/{done['id']}/card", params={"format": "pdf"})
    assert answer.content.startswith(b"%PDF")


async def test_the_report_says_what_is_off_and_since_when_as_known_then(
    city: City, office: Office, client: Client, clock: ManualClock
) -> None:
    view = city.guard.view(city.guard.machine("outages", city.world))
    speaker = Speaker(("en", "ru"), load_texts())
    before = clock.now()
    clock.advance(timedelta(minutes=1))
    async with client() as ann:
        body = {
            "resource": "coldWater",
            "zones": [NORTH, OUTLINE],
            "promisedEnd": "2026-06-01T14:00:00Z",
        }
        done = (await ann.post("/desk/outages", json=body)).json()
        order = {"expect": done["change"], "promisedEnd": "2026-06-01T15:00:00Z", "reason": "parts"}
        await ann.post(f"/desk/outages/{done['id']}/promise", json=order)
    assert await outages_at(city, view, speaker, before) == ()
    (line,) = await outages_at(city, view, speaker, clock.now())
    assert line.text["en"].startswith("cold water, off: North side")
    assert line.note["en"] == (
        "4 houses, 250 people, 45 children, 43, pump, 21; "
        "off 15:01, promised by 18:00, promise changed 1 time"
    )
    assert line.note["ru"].startswith("4 дома, 250 жителей, 45 детей")


async def test_a_report_with_an_outage_is_printed(
    city: City, office: Office, client: Client, clock: ManualClock
) -> None:
    folder, vocabulary = city.settings.folder, load_vocabulary()
    indicators = load_indicators(folder / "indicators", vocabulary, ("en",))
    reporter = Reporter(city, load_report(folder, vocabulary, ("en",), indicators))
    async with client() as ann:
        await ann.post("/desk/outages", json={"resource": "coldWater", "zones": [NORTH]})
    clock.advance(timedelta(minutes=5))
    view = city.guard.view(city.guard.machine("level", city.world))
    made = await reporter.make(view, reporter.moments("", "2026-06-01T12:05:00Z"))
    told = document(made)
    assert told["outages"][0]["hansaWorld"] == city.world.name
    assert "3 houses, 200 people" in page(lay_out(told, "en", ""))
