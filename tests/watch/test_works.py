"""Planned works quiet the alerts that they explain, while they run, and say so."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from hansa.base.clock import ManualClock
from hansa.base.times import format_instant
from hansa.context import Change, City, Entity, Op
from hansa.guard import Grant
from hansa.watch import Rule
from hansa.watch.suppression import Subject, fits
from hansa.watch.works import suppression_of_work
from tests.watch.conftest import watching
from tests.watch.making import OXYGEN, rules_of
from tests.watch.test_suppression import SQUARE, marks, oxygen

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
WORK = "urn:ngsi-ld:PlannedWork:valves"
HERE = {"type": "Point", "coordinates": [39.7, 54.6]}
NEXT_DOOR = {"type": "Point", "coordinates": [39.7015, 54.6]}  # some 97 m
ROUND_THE_CORNER = {"type": "Point", "coordinates": [39.705, 54.6]}  # some 320 m


@pytest.fixture
def rules(tmp_path: Path) -> tuple[Rule, ...]:
    return rules_of(tmp_path / "rules", OXYGEN, OXYGEN | {"id": "other", "sector": "heat"})


def prop(value: Any) -> dict[str, Any]:
    return {"type": "Property", "value": value}


def work(state: str = "running", hours: float = 2, area: Any = SQUARE, **more: Any) -> Change:
    body: dict[str, Any] = {
        "type": "PlannedWork",
        "state": prop(state),
        "sector": prop("water"),
        "startsAt": prop(format_instant(NOON)),
        "promisedEnd": prop(format_instant(NOON + timedelta(hours=hours))),
        **{name: prop(value) for name, value in more.items()},
    }
    if area is not None:
        body["location"] = {"type": "GeoProperty", "value": area}
    return Change(Op.UPSERT, WORK, body)


async def desk(city: City, *changes: Change) -> None:
    await city.write(city.guard.machine("outages", city.world), changes)


async def test_a_running_work_quiets_its_sector_until_it_ends(
    city: City, grant: Grant, rules: tuple[Rule, ...]
) -> None:
    async with watching(city, rules):
        await desk(city, work("announced"))
        await city.write(grant, [oxygen(city, 4)])
        await marks(city, grant, oxygen=False, other=False)
        await desk(city, work())
        found = await marks(city, grant, oxygen=True, other=False)
        assert found["oxygen"].value("suppressedBy") == WORK
        await desk(city, Change(Op.APPEND, WORK, {"state": prop("ended")}))
        await marks(city, grant, oxygen=False)


async def test_an_alert_that_opens_meanwhile_is_quiet_until_the_promised_end(
    city: City, grant: Grant, clock: ManualClock, rules: tuple[Rule, ...]
) -> None:
    async with watching(city, rules):
        await desk(city, work())
        await city.write(grant, [oxygen(city, 4)])
        await marks(city, grant, oxygen=True, other=False)
        later = format_instant(NOON + timedelta(hours=3))
        await desk(city, Change(Op.APPEND, WORK, {"promisedEnd": prop(later)}))
        await city.settled(["watch"])
        clock.advance(timedelta(hours=2, minutes=1))
        await city.write(grant, [oxygen(city, 3.9)])
        await city.settled(["watch"])
        await marks(city, grant, oxygen=True)
        clock.advance(timedelta(hours=1))
        await marks(city, grant, oxygen=False)


def _held(area: Any, **more: Any) -> Entity:
    """A work as the graph gives it."""
    change = work(area=area, **more)
    return Entity(WORK, ("PlannedWork",), orjson.dumps(change.body), 1, NOON, NOON)


@pytest.mark.parametrize(
    ("area", "more", "subject", "explained"),
    [
        (SQUARE, {}, Subject("r", "water", (), HERE), True),
        (SQUARE, {}, Subject("r", "heat", (), HERE), False),
        (SQUARE, {}, Subject("r", "water", ()), False),
        (HERE, {}, Subject("r", "water", (), NEXT_DOOR), True),
        (HERE, {}, Subject("r", "water", (), ROUND_THE_CORNER), False),
        (SQUARE, {"explains": ["pressure"]}, Subject("r", "heat", (), HERE, "pressure"), True),
        (SQUARE, {"explains": ["pressure"]}, Subject("r", "water", (), HERE, "smell"), False),
    ],
)
def test_what_a_work_explains(
    area: Any, more: dict[str, Any], subject: Subject, explained: bool
) -> None:
    found = suppression_of_work(_held(area, **more))
    assert found is not None
    assert fits(found.scope, subject) is explained


@pytest.mark.parametrize(
    ("area", "more"),
    [(None, {}), (SQUARE, {"sector": ""}), (SQUARE, {"state": "announced"})],
)
def test_a_work_without_place_or_sector_or_begin_explains_nothing(
    area: Any, more: dict[str, Any]
) -> None:
    assert suppression_of_work(_held(area, **more)) is None
