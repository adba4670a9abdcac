"""An entity and its past: since when it is known, by whom, and what was filled in later."""

from datetime import timedelta
from typing import Any

import httpx

from hansa.base.clock import ManualClock
from hansa.base.times import format_instant
from hansa.context import Change, City, Op
from tests.console.talking import Writer

POST = "urn:ngsi-ld:AirQualityObserved:1"
SOURCE = "urn:ngsi-ld:DataSource:air"


async def measure(city: City, value: float, *, days_ago: int = 0) -> None:
    """A reading of a source; from days ago, as an import writes it."""
    moment = city.clock.now() - timedelta(days=days_ago)
    reading = {"type": "Property", "value": value, "observedAt": format_instant(moment)}
    known = moment if days_ago else None
    body = {"type": "AirQualityObserved", "pm25": reading}
    change = Change(Op.UPDATE_OR_CREATE, POST, body, known, SOURCE, by_observation=True)
    await city.write(city.guard.machine("sectors", city.world), [change])


async def told(client: httpx.AsyncClient, path: str, **asked: str) -> dict[str, Any]:
    answer = await client.get(f"/console/entities/{path}", params=asked)
    assert answer.status_code == 200, answer.text
    document: dict[str, Any] = answer.json()
    return document


async def test_a_value_says_since_when_it_is_known_and_whose_it_is(
    officer: httpx.AsyncClient, city: City, write: Writer, clock: ManualClock
) -> None:
    title = {"type": "LanguageProperty", "languageMap": {"en": "Air posts"}}
    await write.put(SOURCE, "DataSource", title=title)
    await measure(city, 10, days_ago=3)
    await write.put(POST, "AirQualityObserved", name="Post")

    found = await told(officer, POST)

    assert found["known"]["pm25"] == {
        "recordedAt": format_instant(clock.now() - timedelta(days=3)),
        "backfilled": True,
        "owner": SOURCE,
    }
    assert found["known"]["name"]["backfilled"] is False
    assert found["sources"] == {SOURCE: {"en": "Air posts"}}
    assert (found["hansaWorld"], found["at"]) == ("exercise:testing", None)


async def test_the_past_has_both_times_and_marks(
    officer: httpx.AsyncClient, city: City, clock: ManualClock
) -> None:
    await measure(city, 10, days_ago=3)
    await measure(city, 20)

    found = await told(officer, f"{POST}/past", attribute="pm25")
    then = format_instant(clock.now() - timedelta(days=2))
    before = await told(officer, f"{POST}/past", attribute="pm25", at=then)

    assert [(one["value"], one["backfilled"]) for one in found["instances"]] == [
        (10, True),
        (20, False),
    ]
    assert all(one["observedAt"] == one["recordedAt"] for one in found["instances"])
    assert [one["value"] for one in before["instances"]] == [10]


async def test_an_entity_is_seen_as_it_was_known(
    officer: httpx.AsyncClient, city: City, clock: ManualClock
) -> None:
    await measure(city, 10)
    then = format_instant(clock.now())
    clock.advance(timedelta(hours=1))
    await measure(city, 20)

    found = await told(officer, POST, at=then)

    assert found["entity"]["pm25"]["value"] == 10
    assert found["known"]["pm25"]["owner"] == SOURCE
    early = format_instant(clock.now() - timedelta(days=1))
    answer = await officer.get(f"/console/entities/{POST}", params={"at": early})
    assert answer.status_code == 404


async def test_an_id_that_is_none_is_not_found(officer: httpx.AsyncClient) -> None:
    assert (await officer.get("/console/entities/urn:ngsi-ld:A:1")).status_code == 404


async def test_kinds_are_told_with_their_number(officer: httpx.AsyncClient, write: Writer) -> None:
    await write.put(POST, "AirQualityObserved", name="Post")
    await write.put(SOURCE, "DataSource", name="Air")

    answer = await officer.get("/console/kinds")

    assert answer.json()["kinds"].items() >= {"AirQualityObserved": 1, "DataSource": 1}.items()
