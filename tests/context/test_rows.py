"""A foreign entity does not exist: by every path that a view reads, what row rules leave out is
not there, not counted and not told."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from hansa.base.clock import ManualClock
from hansa.context import (
    Aggregation,
    Change,
    ChangeKind,
    City,
    Method,
    Op,
    Order,
    Path,
    Period,
    Query,
    Record,
    TypeIs,
    Window,
    parse_q,
)
from hansa.guard import Grant, View

OURS, THEIRS = "urn:ngsi-ld:Organization:water", "urn:ngsi-ld:Organization:heat"
MINE, FOREIGN = "urn:ngsi-ld:Incident:mine", "urn:ngsi-ld:Incident:foreign"
EVERY = Window(timeproperty="modifiedAt")
INCIDENTS = Query(types=TypeIs("Incident"))
NOW = timedelta(0)


def incident(name: str, *organizations: str, **more: object) -> Change:
    body = {
        "type": "Incident",
        "organizations": {"type": "Relationship", "object": list(organizations)},
        **{key: {"type": "Property", "value": value} for key, value in more.items()},
    }
    return Change(Op.UPDATE_OR_CREATE, name, body)


@pytest.fixture
def desk(city: City) -> Grant:
    return city.guard.machine("desk", city.world)


@pytest.fixture
def dispatcher(city: City) -> View:
    grant = Grant("vera", "dispatcher", "operation", city.clock.now(), city.world)
    return city.guard.view(replace(grant, organization=OURS))


@pytest.fixture
async def two(city: City, desk: Grant, clock: ManualClock) -> City:
    """An incident of ours, with another organisation beside, and one of theirs."""
    clock.advance(timedelta(hours=1))
    await city.write(desk, [incident(MINE, THEIRS, OURS, severity="high", load=2)])
    await city.write(desk, [incident(FOREIGN, THEIRS, severity="high", load=5, secretly="x")])
    clock.advance(timedelta(hours=1))
    return city


def ids(found: object) -> list[str]:
    return [one.id for one in found]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "query",
    [
        INCIDENTS,
        Query(),
        Query(ids=(FOREIGN, MINE)),
        Query(id_pattern=".*Incident.*"),
        Query(attrs=("severity",)),
        Query(where=parse_q('severity=="high"')),
        Query(where=parse_q("load>1"), types=TypeIs("Incident")),
        Query(order=(Order(Path("load"), descending=True),)),
    ],
)
@pytest.mark.parametrize("sealed", [False, True])
async def test_no_query_finds_or_counts_it(
    two: City, dispatcher: View, query: Query, sealed: bool
) -> None:
    if sealed:
        await two.sealer.round(hot_for=NOW, few=1)
    counted = replace(query, count=True)
    for at in (None, two.clock.now()):
        page = await two.read(dispatcher, counted, at)
        assert (ids(page.entities), page.count) == ([MINE], 1)
    for at in (None, two.clock.now()):
        first = await two.read(dispatcher, replace(counted, limit=1, offset=1), at)
        assert (ids(first.entities), first.count) == ([], 1)


@pytest.mark.parametrize("sealed", [False, True])
async def test_no_history_table_or_sum_has_it(two: City, dispatcher: View, sealed: bool) -> None:
    if sealed:
        await two.sealer.round(hot_for=NOW, few=1)
    wish = Aggregation((Method.SUM,), Period(days=1), two.settings.zone)
    for at in (None, two.clock.now()):
        for query in (INCIDENTS, Query(ids=(FOREIGN, MINE))):
            assert ids(await two.history(dispatcher, query, EVERY, at)) == [MINE]
            summed = await two.aggregates(dispatcher, query, EVERY, wish, at)
            assert ids(summed) == [MINE]
        table = await two.table(dispatcher, "Incident", ["load"], at=at)
        assert (table.ids, table.rows) == ((MINE,), ((2,),))
        chosen = await two.table(dispatcher, "Incident", ["load"], where="load>1", at=at)
        assert chosen.ids == (MINE,)


async def test_a_foreign_entity_that_was_deleted_has_no_history(
    two: City, dispatcher: View, desk: Grant
) -> None:
    await two.write(desk, [Change(Op.DELETE, FOREIGN)])
    assert await two.history(dispatcher, Query(ids=(FOREIGN,)), EVERY) == ()


async def test_discovery_tells_of_what_is_visible_only(
    two: City, dispatcher: View, desk: Grant
) -> None:
    await two.write(desk, [Change(Op.CREATE, "urn:ngsi-ld:Task:1", {"type": "Task"})])
    assert await two.types(dispatcher) == {"Incident": 1}
    found = await two.attributes(dispatcher)
    assert set(found) == {"Incident"}
    assert set(found["Incident"]) == {"organizations", "severity", "load"}


async def test_of_two_types_the_stricter_decides(city: City, dispatcher: View) -> None:
    admin = city.guard.operator()
    body = {"type": ["Organization", "Secret"], "name": {"type": "Property", "value": "x"}}
    await city.write(admin, [Change(Op.CREATE, "urn:x:1", body)])
    assert not dispatcher.admits(("Organization", "Secret"))
    assert await city.types(dispatcher) == {}
    assert (await city.read(dispatcher, Query())).entities == ()


async def test_the_rule_holds_where_the_attribute_itself_is_hidden(city: City, desk: Grant) -> None:
    """A head of department does not see classes that nobody gave; the rule looks all the same."""
    for name, whose in (("1", OURS), ("2", THEIRS)):
        body = {
            "type": "Task",
            "assignedTo": {"type": "Relationship", "object": whose},
            "unheardOf": {"type": "Property", "value": 1},
        }
        await city.write(desk, [Change(Op.CREATE, f"urn:ngsi-ld:Task:{name}", body)])
    grant = Grant("ivan", "department-head", "operation", city.clock.now(), city.world)
    view = city.guard.view(replace(grant, organization=OURS))
    for at in (None, city.clock.now()):
        page = await city.read(view, Query(types=TypeIs("Task")), at)
        assert ids(page.entities) == ["urn:ngsi-ld:Task:1"]
        assert "unheardOf" not in page.entities[0].document


async def test_as_known_then_the_rows_of_then_are_seen(
    two: City, dispatcher: View, desk: Grant, clock: ManualClock
) -> None:
    then = clock.now()
    clock.advance(timedelta(hours=1))
    await two.write(desk, [incident(MINE, THEIRS)])
    assert ids((await two.read(dispatcher, Query(), then)).entities) == [MINE]
    assert (await two.read(dispatcher, Query())).entities == ()
    assert await two.history(dispatcher, Query(ids=(MINE,)), EVERY) == ()


# ---- the change log


async def told(stream: AsyncIterator[tuple[Record, ...]]) -> list[tuple[ChangeKind, str]]:
    batch = await asyncio.wait_for(anext(stream), 20)
    return [(one.kind, one.entity_id) for one in batch]


async def test_the_log_tells_of_own_entities_as_they_come_and_go(
    two: City, dispatcher: View, desk: Grant
) -> None:
    log = two.changes(dispatcher, None, two.last_change)
    waiting = asyncio.ensure_future(told(log))
    await asyncio.sleep(0)
    await two.write(desk, [incident(FOREIGN, THEIRS, load=6)])  # never told
    await two.write(desk, [incident(MINE, THEIRS, OURS, load=3)])
    assert await waiting == [(ChangeKind.UPDATED, MINE)]

    await two.write(desk, [incident(FOREIGN, OURS)])
    batch = await asyncio.wait_for(anext(log), 20)
    assert [(one.kind, one.entity_id) for one in batch] == [(ChangeKind.CREATED, FOREIGN)]
    assert batch[0].fragment["load"]["value"] == 6  # told whole: the reader never heard of it

    await two.write(desk, [incident(MINE, THEIRS, load=9)])
    batch = await asyncio.wait_for(anext(log), 20)
    assert [(one.kind, one.entity_id) for one in batch] == [(ChangeKind.DELETED, MINE)]
    assert dict(batch[0].fragment) == {}

    await two.write(desk, [incident(MINE, THEIRS, load=10), Change(Op.DELETE, FOREIGN)])
    assert await told(log) == [(ChangeKind.DELETED, FOREIGN)]


async def test_who_comes_back_hears_what_left_meanwhile(
    two: City, dispatcher: View, desk: Grant, clock: ManualClock
) -> None:
    before = two.last_change
    clock.advance(timedelta(minutes=1))
    await two.write(desk, [incident(MINE, THEIRS)])
    await two.write(desk, [incident(FOREIGN, THEIRS, load=7)])
    log = two.changes(dispatcher, None, before)
    assert await told(log) == [(ChangeKind.DELETED, MINE)]


async def test_from_the_beginning_nothing_foreign_is_told(two: City, dispatcher: View) -> None:
    log = two.changes(dispatcher, None, 0)
    assert await told(log) == [(ChangeKind.CREATED, MINE)]
