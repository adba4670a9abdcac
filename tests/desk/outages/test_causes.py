"""A sensor and an outage of one trouble are one incident, whichever comes first."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from typing import Any, TypeAlias

import httpx
import pytest

from hansa.base.clock import ManualClock
from hansa.base.times import format_instant
from hansa.context import Change, City, Entity
from hansa.desk import NO_WORK, Office, follow_outages, run
from tests.desk.conftest import alert
from tests.desk.jobs import at_work
from tests.desk.outages.conftest import THEMES
from tests.desk.outages.supplied import NORTH, OUTLINE, all_of, one_of, place, refers, value

Client: TypeAlias = Callable[..., httpx.AsyncClient]
Desk: TypeAlias = Callable[[], AbstractAsyncContextManager[None]]
SENSOR = "urn:ngsi-ld:Device:hand-made"


@pytest.fixture
def at_desk(office: Office) -> Desk:
    """Whoever answers alerts and outages; may be begun again."""

    @asynccontextmanager
    async def work() -> AsyncIterator[None]:
        city = office.city
        async with at_work(
            run(city, office.desk.settings, NO_WORK, office.settings),
            follow_outages(office, THEMES),
            city.run_timers(),
        ):
            yield

    return work


def sensor(name: str, at: tuple[float, float] = (39.71, 54.61), **more: Any) -> Change:
    """An alert of a sensor in the middle of the outline, where house d stands."""
    given = {
        "category": value("pressure"),
        "location": place("Point", [*at]),
        "alertSource": refers(SENSOR),
        **more,
    }
    return alert(name, key=name, **given)


async def seen(city: City, *changes: Change) -> None:
    await city.write(city.guard.machine("watch", city.world), changes)


async def opened(http: httpx.AsyncClient, zone: str = OUTLINE) -> str:
    answer = await http.post("/desk/outages", json={"resource": "coldWater", "zones": [zone]})
    assert answer.status_code == 201, answer.text
    incident: str = answer.json()["incident"]
    return incident


async def until_held(city: City, name: str, incident: str = "") -> Entity:
    """The incident that holds an alert."""
    while True:
        number = city.last_change
        for one in (await all_of(city, "Incident")).values():
            held = one.value("alerts") or ()
            if f"urn:ngsi-ld:Alert:{name}" in ((held,) if isinstance(held, str) else held):
                return one
        await city.news.beyond(number)


async def test_a_sensor_joins_the_incident_of_the_outage_that_was_confirmed_before(
    city: City, client: Client, at_desk: Desk
) -> None:
    async with at_desk(), client() as ann:
        incident = await opened(ann)
        await seen(city, sensor("drop", title=_words("No pressure")))
        held = await until_held(city, "drop")
        assert held.id == incident
        outage = await one_of(city, "Outage")
        lines = (await ann.get(f"/desk/outages/{outage.id}")).json()["lines"]
    assert [one["kind"] for one in lines][:1] == ["grouped"]
    assert held.value("title")["en"] == "There is no cold water"
    assert len(await all_of(city, "Incident")) == 1


async def test_an_outage_joins_the_incident_that_a_sensor_has_opened(
    city: City, client: Client, at_desk: Desk
) -> None:
    async with at_desk(), client() as ann:
        await seen(city, sensor("drop"))
        held = await until_held(city, "drop")
        assert await opened(ann) == held.id
    assert len(await all_of(city, "Incident")) == 1


def _words(text: str) -> dict[str, Any]:
    return {"type": "LanguageProperty", "languageMap": {"en": text}}


@pytest.mark.parametrize(
    "other",
    [
        sensor("far", at=(39.9, 54.9)),
        sensor("heating", sector=value("heat")),
        sensor("long-ago", dateDetected=value("2026-06-01T09:00:00Z")),
    ],
    ids=["elsewhere", "of another sector", "before it"],
)
async def test_what_the_outage_does_not_explain_is_a_trouble_of_its_own(
    city: City, client: Client, at_desk: Desk, other: Change
) -> None:
    async with at_desk(), client() as ann:
        incident = await opened(ann)
        await seen(city, other)
        held = await until_held(city, other.id.rpartition(":")[2])
    assert held.id != incident


async def test_near_a_house_of_a_zone_that_is_a_list_is_within(
    city: City, client: Client, at_desk: Desk
) -> None:
    async with at_desk(), client() as ann:
        incident = await opened(ann, NORTH)
        await seen(city, sensor("near", at=(39.6001, 54.7001)))
        assert (await until_held(city, "near")).id == incident


async def test_after_the_outage_a_sensor_opens_its_own(
    city: City, client: Client, at_desk: Desk, clock: ManualClock
) -> None:
    async with at_desk(), client() as ann:
        incident = await opened(ann)
        outage = await one_of(city, "Outage")
        ended = await ann.post(f"/desk/outages/{outage.id}/end", json={"expect": outage.change})
        assert ended.status_code == 200, ended.text
        clock.advance(timedelta(hours=1))
        now = format_instant(clock.now())
        await seen(city, sensor("later", dateDetected=value(now)))
        assert (await until_held(city, "later")).id != incident


async def test_it_joins_after_a_restart_too(city: City, client: Client, at_desk: Desk) -> None:
    async with at_desk(), client() as ann:
        incident = await opened(ann)
    await seen(city, sensor("asleep"))
    async with at_desk():
        assert (await until_held(city, "asleep")).id == incident
