"""Tables of plain values say what entities say, now and as known at T, through the same view."""

from datetime import timedelta
from typing import Any

import pytest

from hansa.base.clock import ManualClock
from hansa.base.problems import BadRequestData
from hansa.base.times import format_instant
from hansa.context import Change, City, Op, Query, TypeIs, parse_q
from hansa.guard import Grant, View

KIND = "Open311ServiceRequest"
COLUMNS = ["status", "status.observedAt", "expected_datetime", "location", "address_string"]
DUE = {"@type": "DateTime", "@value": "2026-06-02T12:00:00Z"}


@pytest.fixture
async def view(city: City, clock: ManualClock) -> View:
    machine = city.guard.machine("sectors", city.world)
    for number, status in ((1, "open"), (2, "open"), (3, "closed")):
        body: dict[str, Any] = {
            "type": KIND,
            "status": {"type": "Property", "value": status, "observedAt": "2026-06-01T11:00:00Z"},
            "address_string": {"type": "Property", "value": "1 Hand-made Street"},
        }
        if number == 1:
            body["expected_datetime"] = {"type": "Property", "value": DUE}
        await city.write(machine, (Change(Op.CREATE, f"urn:x:{number}", body),))
    clock.advance(timedelta(hours=1))
    closed = {"status": {"type": "Property", "value": "closed"}}
    await city.write(machine, (Change(Op.UPDATE_OR_CREATE, "urn:x:2", closed | {"type": KIND}),))
    clock.advance(timedelta(hours=1))
    return city.guard.view(Grant("ann", "analyst", "operation", clock.now(), city.world))


async def test_a_row_holds_plain_values_and_what_is_not_known_is_none(
    city: City, view: View
) -> None:
    told = await city.table(view, KIND, COLUMNS, where='status=="open"')

    assert told.columns == tuple(COLUMNS)
    assert told.ids == ("urn:x:1",)
    assert told.rows == (("open", "2026-06-01T11:00:00Z", DUE["@value"], None, None),)


async def test_it_may_be_of_some_entities_only(city: City, view: View) -> None:
    for at in (None, city.clock.now()):
        told = await city.table(view, KIND, ["status"], ids=["urn:x:3", "urn:x:none"], at=at)
        assert (told.ids, told.rows) == (("urn:x:3",), (("closed",),))
        told = await city.table(view, KIND, [], where='status=="open"', ids=["urn:x:3"], at=at)
        assert told.ids == ()


@pytest.mark.parametrize("sealed", [False, True])
async def test_as_known_at_a_time_it_says_what_the_entities_said(
    city: City, view: View, clock: ManualClock, sealed: bool
) -> None:
    if sealed:
        await city.sealer.round(hot_for=timedelta(0), few=1)
    for back in (timedelta(hours=1, minutes=30), timedelta(0)):
        at = clock.now() - back
        for q in ("", 'status=="open"', "expected_datetime"):
            query = Query(types=TypeIs(KIND), where=parse_q(q) if q else None)
            page = await city.read(view, query, at)
            told = await city.table(view, KIND, COLUMNS, where=q, at=at)
            assert list(told.ids) == [one.id for one in page.entities]
            assert [row[0] for row in told.rows] == [one.value("status") for one in page.entities]
    before = await city.table(view, KIND, ["status"], at=clock.now() - timedelta(hours=1.5))
    assert before.rows == (("open",), ("open",), ("closed",))


async def test_a_column_that_is_none_is_refused(city: City, view: View) -> None:
    for at in (None, city.clock.now()):
        for column in ("status.value", "id", "type"):
            with pytest.raises(BadRequestData, match="no column"):
                await city.table(view, KIND, [column], at=at)


async def test_without_columns_it_says_who_was_there(city: City, view: View) -> None:
    told = await city.table(view, KIND, [], where='status=="open"', at=city.clock.now())

    assert (told.ids, told.rows) == (("urn:x:1",), ((),))


@pytest.mark.parametrize("sealed", [False, True])
@pytest.mark.parametrize("newer", [False, True])
async def test_what_was_known_sooner_than_history_has_it_is_kept_once(
    city: City, grant: Grant, clock: ManualClock, newer: bool, sealed: bool
) -> None:
    view = city.guard.view(grant)

    async def say(observed: int, known: int) -> tuple[str, ...]:
        hour = clock.now() - timedelta(hours=observed)
        level = {"type": "Property", "value": observed, "observedAt": format_instant(hour)}
        body = {"type": "Lamp", "level": level}
        known_at = clock.now() - timedelta(hours=known)
        change = Change(Op.UPDATE_OR_CREATE, "urn:x:l", body, known_at, by_observation=True)
        return (await city.write(grant, (change,))).outcomes[0].changed

    if newer:  # so that what follows is late
        await say(1, 1)
    await say(30, 10)
    if sealed:
        await city.sealer.round(hot_for=timedelta(0), few=1)

    assert await say(30, 20) == ("level",)
    if sealed:
        await city.sealer.round(hot_for=timedelta(0), few=1)
    assert await say(30, 20) == ()
    assert await say(30, 10) == ()
    between = await city.table(view, "Lamp", ["level"], at=clock.now() - timedelta(hours=15))
    assert between.rows == ((30,),)
