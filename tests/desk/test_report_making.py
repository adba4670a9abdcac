"""The report of a small city: from what was known then, the same on every later day."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from hansa.base.clock import ManualClock
from hansa.base.problems import BadRequestData
from hansa.base.settings import CitySettings
from hansa.base.web import Request, WebApp
from hansa.context import Change, City, Op
from hansa.desk import Format, Reporter, document, load_indicators, load_report, report_routes
from hansa.guard import Grant
from tests.desk.conftest import alert, value, words
from tests.desk.requesting import Asked, changes

INDICATORS = """\
type: Open311ServiceRequest
life: {opened: requested_datetime, closed: closedAt, due: expected_datetime, claimed: onTime}
by: [agency_responsible]
indicators:
  - {id: open, title: {en: open requests}, kind: backlog, good: down}
  - id: overdue
    title: {en: overdue requests}
    kind: overdue
    good: down
    breakdown: agency_responsible
  - {id: on-time, title: {en: on time}, kind: on-time-share, good: up}
  - {id: due, title: {en: due today}, kind: due}
  - {id: late, title: {en: late}, kind: overdue-share, report: false, fresh: 72 h}
  - id: oxygen
    title: {en: oxygen}
    type: WaterQualityObserved
    kind: latest
    attribute: O2
    fresh: 2 h
    by: []
"""
CRITERIA = """\
criteria:
  - {id: air, level: 4, text: {en: "oxygen {limit} or less"}, indicator: {id: oxygen, atMost: 9}}
  - {id: slow, level: 3, text: {en: "late {limit}"}, indicator: {id: late, atLeast: 50}}
  - {id: blind, level: 2, text: {en: "sources {limit}"}, sources: {health: [late], atLeast: 1}}
"""


@pytest.fixture
def reporter(settings: CitySettings, city: City) -> Reporter:
    folder = settings.folder / "indicators"
    folder.mkdir()
    (folder / "all.yaml").write_text(INDICATORS)
    indicators = load_indicators(folder, city.vocabulary, settings.languages)
    given = load_report(settings.folder, city.vocabulary, settings.languages, indicators)
    return Reporter(city, given)


async def told(reporter: Reporter, grant: Grant, day: str = "", hour: str = "") -> dict[str, Any]:
    view = reporter.city.guard.view(grant)
    return document(await reporter.make(view, reporter.moments(day, hour)))


NOTHING = "Nothing was known at that time: the level and the figures say nothing about the city"


def figure(report: dict[str, Any], name: str) -> dict[str, Any]:
    return next(
        one for sector in report["sectors"] for one in sector["figures"] if one["id"] == name
    )


async def bring_in(city: City, *requests: Asked) -> None:
    grant = city.guard.machine("sectors", city.world)
    for number, one in enumerate(requests):
        for change in changes(number, one):
            await city.write(grant, [change])


async def test_a_past_day_knows_nothing_of_what_came_later(
    city: City, reporter: Reporter, officer: Grant
) -> None:
    # START is 6 o'clock of the city's 1 March; hours count from there
    await bring_in(city, Asked(0, 100, 30), Asked(1, 10, 5), Asked(60, None, 90), Asked(20, None))

    report = await told(reporter, officer, "2026-03-03")  # 48 hours later

    assert report["at"] == "2026-03-03T03:00:00Z"
    assert figure(report, "open")["value"] == 2
    assert figure(report, "overdue")["value"] == 1
    assert figure(report, "overdue")["breakdown"]["rows"][0]["name"] == "Works"
    assert figure(report, "overdue")["basis"]["ids"] == ["urn:ngsi-ld:Open311ServiceRequest:0000"]
    assert figure(report, "on-time")["value"] is None
    assert figure(report, "on-time")["why"]["en"] == "too few to say: 1 of at least 5"
    assert figure(report, "open")["trend"][-4:] == [
        {"at": "2026-02-28T03:00:00Z", "value": None},
        {"at": "2026-03-01T03:00:00Z", "value": 1.0},
        {"at": "2026-03-02T03:00:00Z", "value": 2.0},
        {"at": "2026-03-03T03:00:00Z", "value": 2.0},
    ]


async def test_the_same_day_gives_the_same_bytes_on_every_later_day(
    city: City, reporter: Reporter, officer: Grant, clock: ManualClock
) -> None:
    await bring_in(city, Asked(0, 100, 30), Asked(60, None, 90))
    first = orjson.dumps(await told(reporter, officer, "2026-03-03"))

    clock.advance(timedelta(days=3))
    await bring_in(city, Asked(2000, 2010, 30), Asked(2001, None, 90))

    assert orjson.dumps(await told(reporter, officer, "2026-03-03")) == first


async def test_an_open_incident_is_told_first_and_raises_the_level(
    city: City, reporter: Reporter, officer: Grant, watch: Grant
) -> None:
    machine = city.guard.machine("desk", city.world)
    await city.write(watch, [alert("a", "medium"), alert("answered", "medium")])
    body = {
        "type": "Incident",
        "title": words("Water main"),
        "severity": value("high"),
        "state": value("new"),
        "sector": value("water"),
        "openedAt": value("2026-06-01T12:00:00Z"),
        "due": value("2026-06-01T12:15:00Z"),
        "alerts": {"type": "Relationship", "object": "urn:ngsi-ld:Alert:answered"},
    }
    await city.write(machine, [Change(Op.CREATE, "urn:ngsi-ld:Incident:a", body)])

    report = await told(reporter, officer, "2026-06-01", "15:00")  # noon in UTC

    assert [one["title"]["en"] for one in report["three"]] == ["Water main", "Trouble a"]
    assert report["status"]["proposed"] == 2
    assert report["status"]["word"]["en"] == "attention"
    assert [one["id"] for one in report["status"]["criteria"] if one["met"]] == ["high"]
    assert [one["what"]["en"] for one in report["due"]] == ["Water main"]
    water = next(one for one in report["sectors"] if one["name"] == "water")
    assert [one["id"] for one in water["alerts"]] == ["urn:ngsi-ld:Alert:a"]
    assert water["summary"]["en"] == "1 open incident, 1 alert without an incident"
    before = await told(reporter, officer, "2026-06-01", "14:59")
    assert [one["title"]["en"] for one in before["three"]] == [NOTHING]
    assert before["notes"][0]["text"]["en"].startswith(
        "Up to this time no rule has raised an alert"
    )
    assert not any("no rule" in one["text"]["en"] for one in report["notes"])


async def test_a_reading_has_its_age_and_an_old_one_is_stale(
    city: City, reporter: Reporter, officer: Grant
) -> None:
    grant = city.guard.machine("sectors", city.world)
    body = {
        "type": "WaterQualityObserved",
        "O2": {"type": "Property", "value": 7.25, "observedAt": "2026-06-01T08:00:00Z"},
    }
    await city.write(grant, [Change(Op.CREATE, "urn:ngsi-ld:WaterQualityObserved:b", body)])

    oxygen = figure(await told(reporter, officer, "2026-06-01", "15:00"), "oxygen")

    assert (oxygen["value"], oxygen["unit"], oxygen["stale"]) == (7.2, "M1", True)
    assert oxygen["observedAt"] == "2026-06-01T08:00:00Z"
    assert oxygen["trend"][-1]["value"] == 7.2
    assert oxygen["trend"][-2]["value"] is None
    early = figure(await told(reporter, officer, "2026-06-01", "10:00"), "oxygen")
    assert early["value"] is None
    assert early["why"] == {"en": "no reading"}


def stating(reporter: Reporter) -> Reporter:
    """The same city with criteria of its own."""
    folder, city = reporter.city.settings.folder, reporter.city
    (folder / "report.yaml").write_text(CRITERIA)
    indicators = load_indicators(folder / "indicators", city.vocabulary, ["en"])
    return Reporter(city, load_report(folder, city.vocabulary, ["en"], indicators))


async def test_what_is_too_old_gives_no_level_and_says_when_it_was_known_last(
    city: City, reporter: Reporter, officer: Grant
) -> None:
    grant = city.guard.machine("sectors", city.world)
    body = {
        "type": "WaterQualityObserved",
        "O2": {"type": "Property", "value": 2.5, "observedAt": "2026-06-01T08:00:00Z"},
    }
    await city.write(grant, [Change(Op.CREATE, "urn:ngsi-ld:WaterQualityObserved:b", body)])
    quiet = {"type": "DataSource", "title": words("Buoy")}
    await city.write(grant, [Change(Op.CREATE, "urn:ngsi-ld:DataSource:b", quiet)])
    await bring_in(city, *(Asked(0, None, 5) for _ in range(5)), Asked(48, None))
    own = stating(reporter)

    fresh = (await told(own, officer, "2026-03-05"))["status"]
    old = (await told(own, officer, "2026-06-01", "15:00"))["status"]

    slow = fresh["criteria"][1]
    assert (fresh["proposed"], slow["met"], slow["value"], slow["n"]) == (3, True, 100, 5)
    assert old["proposed"] == 1
    assert [(one["id"], one["value"], one["stale"]) for one in old["criteria"]] == [
        ("air", None, True),
        ("slow", None, True),
        ("blind", None, False),
    ]
    assert old["criteria"][0]["observedAt"] == "2026-06-01T08:00:00Z"
    assert old["criteria"][1]["observedAt"] == "2026-03-03T03:00:00Z"


@pytest.mark.parametrize(
    ("day", "hour"),
    [("2026-06-02", ""), ("2026-06-01", "16:00"), ("1 June", ""), ("2026-06-31", ""), ("", "6")],
)
async def test_what_is_no_past_moment_is_refused(reporter: Reporter, day: str, hour: str) -> None:
    with pytest.raises(BadRequestData):
        reporter.moments(day, hour)


async def test_without_a_day_it_is_the_last_one_whose_hour_has_come(
    reporter: Reporter, clock: ManualClock
) -> None:
    assert reporter.moments().at == datetime(2026, 6, 1, 3, tzinfo=UTC)
    assert reporter.moments("", "15:01").at == datetime(2026, 5, 31, 12, 1, tzinfo=UTC)
    assert reporter.moments("", "2026-05-30T12:00:00Z").at == datetime(2026, 5, 30, 12, tzinfo=UTC)


async def test_a_group_is_told_by_the_name_that_each_language_has_for_it(
    settings: CitySettings, city: City, reporter: Reporter, officer: Grant
) -> None:
    folder = settings.folder / "words"
    folder.mkdir(exist_ok=True)
    (folder / "en.yaml").write_text("company.works: City works\n")
    (folder / "ru.yaml").write_text("company.works: Works\n")
    await bring_in(city, Asked(0, None, 30), Asked(0, None, 30, "Nobody"))

    report = await told(Reporter(city, reporter.settings), officer, "2026-03-03")

    rows = figure(report, "overdue")["breakdown"]["rows"]
    assert [(one["name"], one["words"] and one["words"]["en"]) for one in rows] == [
        ("Nobody", None),
        ("Works", "City works"),
    ]


@pytest.fixture
def ask(city: City, reporter: Reporter) -> Callable[..., httpx.AsyncClient]:
    async def grant(request: Request) -> Any:
        role = request.headers.get("x-role")
        return role and Grant("ann", role, "operation", city.clock.now(), city.world)

    async def render(told: Any, language: str, origin: str) -> bytes:
        return f"{told['day']} in {language} at {origin}".encode()

    routes = report_routes(reporter, {"html": Format("text/html", render)})
    app = WebApp(routes, grant, lambda _: city.world.name, view=city.guard.view)

    def make(role: str = "analyst") -> httpx.AsyncClient:
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app),
            base_url="http://node",
            headers={"X-Role": role} if role else {},
        )

    return make


async def test_report_and_indicators_over_http(
    city: City, ask: Callable[..., httpx.AsyncClient]
) -> None:
    await bring_in(city, Asked(0, 100, 30), Asked(1, None, 5, None))
    async with ask() as client:
        report = await client.get("/desk/report", params={"day": "2026-03-03"})
        page = await client.get("/desk/report", params={"day": "2026-03-03", "format": "html"})
        grouped = await client.get(
            "/desk/indicators", params={"day": "2026-03-03", "by": "agency_responsible"}
        )
        wrong = [
            (await client.get("/desk/report", params=given)).status_code
            for given in ({"format": "doc"}, {"language": "de"}, {"day": "soon"}, {"dey": "1"})
        ]
        nothing = await client.get("/desk/indicators", params={"by": "address_string"})
    assert report.status_code == 200
    assert report.json()["world"] == "exercise:testing"
    assert figure(report.json(), "open")["hansaWorld"] == "exercise:testing"
    assert page.text == "2026-03-03 in en at http://node"
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "EXERCISE-testing-report-2026-03-03.html" in page.headers["content-disposition"]
    rows = grouped.json()["indicators"][0]["breakdown"]["rows"]
    assert [(row["name"], row["value"]) for row in rows] == [("", 1.0), ("Works", 1.0)]
    assert wrong == [400, 400, 400, 400]
    assert nothing.status_code == 400
    async with ask("") as stranger:
        assert (await stranger.get("/desk/report")).status_code == 401


async def test_nothing_personal_is_in_a_report(
    city: City, ask: Callable[..., httpx.AsyncClient], tmp_path: Path
) -> None:
    await bring_in(city, Asked(0, None, 30))
    name = "urn:ngsi-ld:Open311ServiceRequest:0000"
    body = {"description": value("my neighbour Olga"), "address_string": value("Lenina 5")}
    grant = city.guard.machine("sectors", city.world)
    await city.write(grant, [Change(Op.APPEND, name, body)])
    async with ask("duty-officer") as client:
        answer = await client.get("/desk/report", headers={"Hansa-Purpose": "request-handling"})
    assert answer.status_code == 200
    assert "Olga" not in answer.text
    assert "Lenina" not in answer.text
