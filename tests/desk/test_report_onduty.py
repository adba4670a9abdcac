"""The report of a day and the sheets of its shifts tell the same; a day without shifts, nothing."""

from datetime import timedelta

import msgspec
import orjson
import pytest

from hansa.base.clock import ManualClock
from hansa.context import City, Entity, Query, TypeIs
from hansa.desk import (
    APPOINTMENT,
    DeskSettings,
    Reporter,
    Sheets,
    ShiftSettings,
    delegation_of,
    document,
    load_report,
)
from hansa.desk.acting.orders import Appointment, appoint
from hansa.desk.orders import Order, give
from hansa.desk.report import paper
from hansa.desk.shifts.entities import SHIFT
from hansa.desk.shifts.orders import HandOver, Orders, Take
from hansa.desk.states import Verb
from hansa.guard import Grant
from tests.desk.conftest import alert, id_of, on_duty, until
from tests.desk.shifting import settings_of


@pytest.fixture
def shifts(city: City) -> ShiftSettings:
    return settings_of(city)


@pytest.fixture
def reporter(city: City, shifts: ShiftSettings) -> Reporter:
    given = load_report(city.settings.folder, city.vocabulary, city.settings.languages, ())
    return Reporter(city, given, Sheets(city, shifts))


async def _told(reporter: Reporter, hour: str = "") -> dict[str, object]:
    view = reporter.city.guard.view(reporter.city.guard.machine("level", reporter.city.world))
    day = "" if not hour else reporter.city.clock.now().date().isoformat()
    return document(await reporter.make(view, reporter.moments(day, hour)))


async def test_the_report_agrees_with_the_sheets(
    city: City,
    reporter: Reporter,
    shifts: ShiftSettings,
    desk: DeskSettings,
    watch: Grant,
    officer: Grant,
    clock: ManualClock,
) -> None:
    sheets = Sheets(city, shifts)
    orders = Orders(city, shifts, sheets)
    relief = Grant("bob", "duty-officer", "operation", clock.now(), city.world)
    async with on_duty(city, desk):
        first = await orders.take(officer, Take(post="duty", expect=0))
        await city.write(watch, [alert("a"), alert("b", key="b")])
        found = await until(city, officer, "a", state="new")
        await until(city, officer, "b", state="new")
        order = Order(expect=found.change, reason="resolved")
        await give(city, officer, desk, id_of("a"), Verb.CLOSE, order)
        clock.advance(timedelta(hours=1))
        await orders.hand_over(officer, HandOver(shift=first, expect=await _change(city, first)))
        sheet = (await _entity(city, first)).value("sheet")
        wish = {"digest": (await _entity(city, first)).value("digest"), "confirm": True}
        take = {"post": "duty", "expect": await _change(city, first), "sign": wish}
        second = await orders.take(relief, msgspec.convert(take, Take))
        city.guard.governs(APPOINTMENT, delegation_of)
        await city.guard.accounts.create(
            city.guard.operator(), "deputy", "correct horse battery", ["analyst"]
        )
        mayor = Grant("max", "mayor", "operation", clock.now(), city.world)
        wish_acting = Appointment(
            principal="max",
            role="mayor",
            acting="deputy",
            begin="2026-06-01T12:00:00Z",
            until="2026-06-03T12:00:00Z",
            ground="Order 17",
        )
        await appoint(city, mayor, wish_acting)
        clock.advance(timedelta(hours=1))
    local = clock.now().astimezone(city.settings.zone)
    told = await _told(reporter, f"{local:%H:%M}")
    duty = told["duty"]
    assert isinstance(duty, dict)
    shown = duty["shifts"]
    assert [(one["onDuty"], one["handedOverAt"] is None) for one in shown] == [
        ("ann", False),
        ("bob", True),
    ]
    assert shown[0]["counts"] == sheet["counts"]
    assert (shown[0]["counts"]["opened"], shown[0]["counts"]["worked"]) == (2, 1)
    running = await sheets.make(
        city.guard.view(relief), await _entity(city, second), clock.now(), "bob"
    )
    assert shown[1]["counts"]["open"] == len(running.still_open) == 1
    assert [(one["acting"], one["principal"]) for one in duty["acting"]] == [("deputy", "max")]
    # as it was known then, also when it is asked for later
    clock.advance(timedelta(hours=3))
    assert orjson.dumps(await _told(reporter, f"{local:%H:%M}")) == orjson.dumps(told)
    page = paper.render(told, "en")
    assert "deputy for max" in page
    assert "opened 2, worked on 1, closed 1" in page


async def test_a_day_without_shifts_says_nothing_of_them(city: City, reporter: Reporter) -> None:
    without = Reporter(city, reporter.settings)
    assert orjson.dumps(await _told(reporter)) == orjson.dumps(await _told(without))


async def _entity(city: City, name: str) -> Entity:
    view = city.guard.view(city.guard.machine("desk", city.world))
    return (await city.read(view, Query(ids=(name,), types=TypeIs(SHIFT)))).entities[0]


async def _change(city: City, name: str) -> int:
    return int((await _entity(city, name)).change)
