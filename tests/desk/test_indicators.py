"""Indicators of cases against counting by hand, and one table against forty-two readings."""

import asyncio
from datetime import date, time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hansa.base.clock import ManualClock
from hansa.base.settings import load_city
from hansa.base.times import to_micros
from hansa.base.vocabulary import load_vocabulary
from hansa.context import City, Query, Table, TypeIs, parse_q
from hansa.desk.indicators.cases import Cases, cases_of
from hansa.desk.indicators.computed import Computing
from hansa.desk.indicators.facts import Facts, gather
from hansa.desk.indicators.measure import measure, members
from hansa.desk.indicators.model import Indicator, Kind
from hansa.desk.indicators.moments import Moments
from tests.conftest import CITY_YAML
from tests.desk.requesting import (
    COLUMNS,
    LIFE,
    TYPE,
    Asked,
    changes,
    indicator,
    moment,
    row,
)

HOURS = st.integers(0, 24 * 50).map(float)
REQUESTS = st.lists(
    st.builds(
        Asked,
        opened=HOURS,
        closed=st.none() | HOURS,
        due=st.none() | HOURS,
        office=st.sampled_from(["Works", 'Parks "North"', None]),
    ),
    max_size=30,
)
EVERY = [
    indicator(Kind.BACKLOG),
    indicator(Kind.OVERDUE),
    indicator(Kind.OVERDUE_SHARE),
    indicator(Kind.DUE),
    indicator(Kind.ON_TIME_SHARE),
    indicator(Kind.DURATION),
    indicator(Kind.DURATION, id="ninety", quantile=0.9),
    indicator(Kind.RATE),
    indicator(Kind.RATE, id="closed", event="closed"),
]


def cases(requests: list[Asked], at: float) -> Cases:
    rows = [one for request in requests if (one := row(request, at)) is not None]
    return cases_of(COLUMNS, rows, LIFE, to_micros(moment(at)))


def by_hand(kind: Kind, requests: list[Asked], at: float) -> float | None:
    """The plainest way to count, from all that is true."""
    there = [one for one in requests if one.opened <= at and (one.ended is None or one.ended > at)]
    late = [one for one in there if one.due is not None and one.due < at]
    closed = [
        one
        for one in requests
        if one.closed is not None and one.ended is not None and one.ended <= at
        if at - 72 < one.closed <= at
    ]
    due = [one for one in closed if one.due is not None]
    with_due = [one for one in there if one.due is not None]
    match kind:
        case Kind.BACKLOG:
            return len(there)
        case Kind.OVERDUE:
            return len(late)
        case Kind.DUE:
            return sum(one.due is not None and at <= one.due < at + 5 for one in there)
        case Kind.OVERDUE_SHARE:
            return 100 * len(late) / len(with_due) if len(with_due) >= 2 else None
        case Kind.ON_TIME_SHARE:
            good = [one for one in due if (one.closed or 0) <= (one.due or 0)]
            return 100 * len(good) / len(due) if len(due) >= 2 else None
        case _:
            spent = [max((one.closed or 0) - one.opened, 0) for one in closed]
            return median(spent) if len(spent) >= 2 else None


@settings(max_examples=40)
@given(REQUESTS, HOURS)
@pytest.mark.parametrize("one", EVERY[:6], ids=lambda one: one.id)
def test_an_indicator_is_what_counting_by_hand_gives(
    one: Indicator, requests: list[Asked], at: float
) -> None:
    until = to_micros(moment(at + 5))
    found = measure(one, cases(requests, at), to_micros(moment(at)), until, bound=True)
    assert found.value == pytest.approx(by_hand(one.kind, requests, at))
    if found.bounds is not None and found.value is not None:
        low, high = found.bounds.low, found.bounds.high
        assert low is None or low <= found.value + 1e-9
        assert high is None or found.value <= high + 1e-9


@settings(max_examples=40)
@given(REQUESTS, HOURS, HOURS)
@pytest.mark.parametrize("one", EVERY, ids=lambda one: one.id)
def test_what_was_known_later_tells_every_earlier_moment(
    one: Indicator, requests: list[Asked], first: float, second: float
) -> None:
    then, now = sorted((first, second))
    at, until = to_micros(moment(then)), to_micros(moment(then + 5))
    from_later = measure(one, cases(requests, now), at, until, bound=False)
    assert from_later == measure(one, cases(requests, then), at, until, bound=False)


@settings(max_examples=40)
@given(REQUESTS, HOURS)
@pytest.mark.parametrize("one", EVERY, ids=lambda one: one.id)
def test_members_are_as_many_as_were_counted(
    one: Indicator, requests: list[Asked], at: float
) -> None:
    known, now, until = cases(requests, at), to_micros(moment(at)), to_micros(moment(at + 5))
    counted = measure(one, known, now, until, bound=False)
    assert len(members(one, known, now, until)) == counted.n


MOMENTS = Moments(date(2026, 4, 15), time(6), ZoneInfo("Europe/Moscow"), days=42, back=7)


async def one_reading_and_many(requests: list[Asked]) -> None:
    with TemporaryDirectory() as home:
        folder = Path(home) / "city"
        folder.mkdir()
        (folder / "city.yaml").write_text(CITY_YAML)
        city = await City.open(
            load_city(folder), load_vocabulary(), Path(home) / "home", ManualClock(MOMENTS.until)
        )
        try:
            await compare(city, requests)
        finally:
            await city.close()


async def compare(city: City, requests: list[Asked]) -> None:
    grant = city.guard.machine("sectors", city.world)
    for number, request in enumerate(requests):
        for change in changes(number, request):
            await city.write(grant, [change], quiet=True)
    view = city.guard.view(city.guard.machine("desk", city.world))
    computing = Computing(await gather(city, view, EVERY, MOMENTS, "agency_responsible"), MOMENTS)
    found = {one.id: computing.compute(one, "agency_responsible") for one in EVERY}
    for number, point in enumerate(MOMENTS.points):
        alone = Moments(
            point.astimezone(MOMENTS.zone).date(), MOMENTS.hour, MOMENTS.zone, days=2, back=1
        )
        then = Computing(await gather(city, view, EVERY, alone), alone)
        for one in EVERY:
            told = then.compute(one, trend=False)
            # before anything was known of requests, a day gone by is unknown and not 0
            known = told.observed_at is not None
            value = told.measure.value if known else None
            assert found[one.id].trend[number] == value, (one.id, point)
    for computed in found.values():
        for rests, n in [
            (computed.rests, computed.measure.n),
            *((group.rests, group.measure.n) for group in computed.groups),
        ]:
            query = Query(types=TypeIs(TYPE), where=parse_q(rests.q), count=True)
            page = await city.read(view, query, MOMENTS.at)
            assert page.count == rests.count == n, rests.q
            assert set(rests.ids) <= {entity.id for entity in page.entities}


@settings(max_examples=4)
@given(REQUESTS)
def test_one_table_tells_what_forty_two_readings_of_the_past_tell(requests: list[Asked]) -> None:
    asyncio.run(one_reading_and_many(requests))


def test_a_window_in_which_nothing_was_heard_is_unknown_and_what_was_open_is_old() -> None:
    at, told = MOMENTS.at, row(Asked(0, None, 5), 0)
    assert told is not None
    table = Table(COLUMNS, ("a",), (tuple(told),))
    computing = Computing(Facts({(TYPE, ""): table}), MOMENTS)

    received = computing.compute(indicator(Kind.RATE, fresh=7200))
    open_now = computing.compute(indicator(Kind.BACKLOG, fresh=7200))

    assert (received.measure.value, received.stale_at(at)) == (None, True)
    assert (open_now.measure.value, open_now.stale_at(at)) == (1, True)
    assert open_now.observed_at == moment(0)
    assert not computing.compute(indicator(Kind.BACKLOG)).stale_at(at)
