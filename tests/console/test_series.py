"""Charts: few enough points, envelope and gaps, what is known when, a sector's measured things."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hansa.base.clock import ManualClock
from hansa.base.times import format_instant
from hansa.console import Limit
from hansa.console.spans import MOST, STEPS, begin_of, step_for
from hansa.context import Change, City, Op
from tests.console.talking import Writer, make_app, make_client, pick

BUOY = "urn:ngsi-ld:WaterQualityObserved:buoy"
SOURCE = "urn:ngsi-ld:DataSource:river"
BEGIN = datetime(2026, 4, 1, tzinfo=UTC)
QUARTER = timedelta(minutes=15)


def oxygen(value: float, at: datetime) -> dict[str, Any]:
    return {"type": "Property", "value": value, "unitCode": "M1", "observedAt": format_instant(at)}


async def readings(
    city: City, moments: Sequence[datetime], *, known: datetime | None = None, value: float = 7
) -> None:
    """Readings of a buoy that its source owns; the value swings by one to both sides."""
    grant = city.guard.machine("sectors", city.world)
    changes = [
        Change(
            Op.UPDATE_OR_CREATE,
            BUOY,
            {
                "type": "WaterQualityObserved",
                "O2": oxygen(value + (-1) ** index, moment),
                "name": {"type": "Property", "value": "Buoy"},
            },
            known_at=known or moment,
            owner=SOURCE,
            by_observation=True,
        )
        for index, moment in enumerate(moments)
    ]
    await city.write(grant, changes)


def every(step: timedelta, count: int, begin: datetime = BEGIN) -> list[datetime]:
    return [begin + step * number for number in range(count)]


async def told(client: httpx.AsyncClient, path: str = "series", **asked: str) -> dict[str, Any]:
    answer = await client.get(f"/console/{path}", params=asked)
    assert answer.status_code == 200, answer.text
    document: dict[str, Any] = answer.json()
    return document


async def test_a_few_readings_are_sent_as_they_are(officer: httpx.AsyncClient, city: City) -> None:
    await readings(city, every(QUARTER, 8))

    found = await told(officer, id=BUOY, **{"from": "2026-04-01T00:00:00Z"})

    (one,) = found["series"]
    assert (one["attribute"], one["unit"], one["period"]) == ("O2", "M1", None)
    assert one["points"]["mean"] == [8, 6] * 4
    assert one["points"]["low"] == one["points"]["high"] == []
    assert one["points"]["at"][0] == BEGIN.timestamp() * 1000
    assert one["newest"]["observedAt"] == "2026-04-01T01:45:00Z"
    now, newest = datetime(2026, 6, 1, 12, tzinfo=UTC), BEGIN + 7 * QUARTER
    assert one["newest"]["age"] == (now - newest).total_seconds()
    assert (one["count"], found["hansaWorld"]) == (8, "exercise:testing")


async def test_a_month_of_readings_is_hours_with_an_envelope(
    officer: httpx.AsyncClient, city: City
) -> None:
    await readings(city, every(QUARTER, 4 * 24 * 30))

    window = {"from": "2026-04-01T00:00:00Z", "to": "2026-05-01T00:00:00Z"}
    (one,) = (await told(officer, id=BUOY, **window))["series"]

    points = one["points"]
    assert (one["period"], len(points["at"])) == ("PT1H", 24 * 30)
    assert set(points["mean"]) == {7.0}
    assert (set(points["low"]), set(points["high"])) == ({6.0}, {8.0})
    assert sum(points["count"]) == one["count"] == 4 * 24 * 30
    assert points["at"][0] == (BEGIN.timestamp() + 1800) * 1000  # the middle of its hour


@pytest.mark.parametrize("step", [QUARTER, timedelta(minutes=2)])
async def test_a_time_without_readings_is_a_gap(
    officer: httpx.AsyncClient, city: City, step: timedelta
) -> None:
    later = BEGIN + timedelta(days=3)
    await readings(city, every(step, 600) + every(step, 200, later + timedelta(days=6)))

    window = {"from": "2026-04-01T00:00:00Z", "to": "2026-04-20T00:00:00Z"}
    (one,) = (await told(officer, id=BUOY, **window))["series"]

    points = one["points"]
    holes = [index for index, value in enumerate(points["mean"]) if value is None]
    assert len(holes) == 1
    assert points["at"] == sorted(points["at"])
    assert points["count"][holes[0]] == 0
    assert {len(column) for column in points.values()} <= {len(points["at"]), 0}


async def test_the_chart_shows_what_was_known_then(officer: httpx.AsyncClient, city: City) -> None:
    await readings(city, every(QUARTER, 4))
    late = BEGIN + timedelta(days=2)
    await readings(city, every(QUARTER, 4, BEGIN + timedelta(hours=1)), known=late)

    before = await told(officer, id=BUOY, at=format_instant(late - timedelta(hours=1)))
    after = await told(officer, id=BUOY, at=format_instant(late + timedelta(hours=1)))

    assert [each["series"][0]["count"] for each in (before, after)] == [4, 8]
    assert before["at"] == format_instant(late - timedelta(hours=1))


async def test_what_was_backfilled_is_told(
    officer: httpx.AsyncClient, city: City, write: Writer, clock: ManualClock
) -> None:
    await readings(city, every(QUARTER, 3))
    await write.put(BUOY, "WaterQualityObserved", pH=oxygen(7, clock.now()))
    clock.advance(timedelta(seconds=1))

    found = await told(officer, id=BUOY)

    shares = {one["attribute"]: one["backfilled"]["share"] for one in found["series"]}
    assert shares == {"O2": 1, "pH": 0}


async def test_values_without_a_time_of_their_own_lie_where_they_were_known(
    officer: httpx.AsyncClient, write: Writer, clock: ManualClock
) -> None:
    first = clock.now()
    for houses in (3, 4):
        await write.put("urn:ngsi-ld:NetworkFault:1", "NetworkFault", housesAffected=houses)
        clock.advance(timedelta(hours=1))

    (one,) = (await told(officer, id="urn:ngsi-ld:NetworkFault:1"))["series"]

    assert one["points"]["mean"] == [3, 4]
    assert one["points"]["at"][0] == first.timestamp() * 1000


async def test_thresholds_of_rules_are_lines(city: City) -> None:
    await readings(city, every(QUARTER, 3))
    lines = [
        Limit("WaterQualityObserved", "O2", "<", 5.5, "medium"),
        Limit("WaterQualityObserved", "pH", ">", 9, "low"),
    ]
    async with make_client(make_app(city, limits=lines)) as client:
        await pick(client, "analyst")
        (one,) = (await told(client, id=BUOY))["series"]

    assert one["limits"] == [{"value": 5.5, "operator": "<", "severity": "medium"}]


async def test_a_sector_is_what_its_sources_measure(
    officer: httpx.AsyncClient, city: City, write: Writer, clock: ManualClock
) -> None:
    await write.put(SOURCE, "DataSource", sector="river")
    await readings(city, every(QUARTER, 3))
    height = {"type": "Property", "value": 2, "observedAt": format_instant(clock.now())}
    await write.put("urn:ngsi-ld:WaterObserved:gauge", "WaterObserved", height=height)
    fault = {"sector": "heat", "supplyTemperature": 40}
    await write.put("urn:ngsi-ld:NetworkFault:1", "NetworkFault", **fault)
    await write.put("urn:ngsi-ld:WaterQualityObserved:silent", "WaterQualityObserved", name="S")

    found = {
        sector: [
            one["id"] for one in (await told(officer, "sector-series", sector=sector))["entities"]
        ]
        for sector in ("river", "heat", "air")
    }
    kind = city.vocabulary.types["WaterObserved"].sector
    of_type = await told(officer, "sector-series", sector=kind)

    assert found["river"] == [BUOY] + (
        ["urn:ngsi-ld:WaterObserved:gauge"] if kind == "river" else []
    )
    assert found["heat"] == ["urn:ngsi-ld:NetworkFault:1"]
    assert found["air"] == []
    assert "urn:ngsi-ld:WaterObserved:gauge" in [one["id"] for one in of_type["entities"]]


@pytest.mark.parametrize(
    ("path", "status", "where"),
    [
        ("series", 400, "id"),
        ("series?id=urn:ngsi-ld:WaterObserved:none", 404, "id"),
        (f"series?id={BUOY}&from=noon", 400, "from"),
        (f"series?id={BUOY}&from=2026-05-02T00:00:00Z&to=2026-05-01T00:00:00Z", 400, "from"),
        ("sector-series?sector=moon", 400, "sector"),
    ],
)
async def test_what_is_wrong_is_named(
    officer: httpx.AsyncClient, path: str, status: int, where: str
) -> None:
    answer = await officer.get(f"/console/{path}")

    assert (answer.status_code, answer.json()["where"]) == (status, where)


# ---- periods


@given(hours=st.integers(1, 24 * 365 * 40), most=st.integers(50, MOST))
def test_a_window_never_has_more_periods_than_asked(hours: int, most: int) -> None:
    span = timedelta(hours=hours)

    step = step_for(span, most)

    assert span <= step.length * most or step == STEPS[-1]
    shorter = STEPS[: STEPS.index(step)]
    assert all(span > one.length * most for one in shorter)


@given(minutes=st.integers(0, 60 * 24 * 800), index=st.integers(0, len(STEPS) - 1))
@example(minutes=972360, index=2)  # the hour that is there twice
def test_a_period_begins_before_its_moment_and_not_long_before(minutes: int, index: int) -> None:
    zone = ZoneInfo("America/New_York")
    moment = datetime(2015, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    step = STEPS[index]

    begin = begin_of(step, moment, zone)

    assert begin <= moment < begin + step.length + timedelta(days=1, hours=2)
    assert begin_of(step, begin, zone) == begin
    if step.length >= timedelta(days=1):
        assert begin.astimezone(zone).time() == datetime.min.time()


def test_steps_grow() -> None:
    assert all(one.length < other.length for one, other in pairwise(STEPS))
