"""The clock of a replay: never back, never past its end or what is held, early for no one."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.base.clock import ManualClock, SteadyClock
from hansa.base.replayclock import ReplayClock

BEGIN = datetime(2015, 7, 15, 4, tzinfo=UTC)
END = BEGIN + timedelta(days=1)
TODAY = datetime(2026, 6, 1, 12, tzinfo=UTC)

passes = st.integers(0, 90_000_000).map(lambda micros: timedelta(microseconds=micros))
deeds = st.lists(
    st.one_of(
        st.tuples(st.just("pass"), passes),
        st.tuples(st.just("hold"), st.integers(-3600, 90_000)),
        st.tuples(st.just("free"), st.none()),
        st.tuples(st.just("run"), st.none()),
        st.tuples(st.just("pause"), st.none()),
        st.tuples(st.just("speed"), st.integers(1, 3600)),
    ),
    max_size=40,
)


def _pair(speed: int = 600) -> tuple[ReplayClock, ManualClock]:
    outside = ManualClock(TODAY)
    return ReplayClock(BEGIN, END, speed, outside), outside


def _do(clock: ReplayClock, outside: ManualClock, deed: str, given: object) -> None:
    match deed, given:
        case "pass", timedelta() as by:
            outside.advance(by)
        case "hold", int(seconds):
            clock.hold(BEGIN + timedelta(seconds=seconds))
        case "free", _:
            clock.hold(None)
        case "run", _:
            clock.run()
        case "pause", _:
            clock.pause()
        case "speed", int(speed):
            clock.run_at(speed)


@given(deeds)
def test_whatever_is_done_to_it_time_runs_forward_and_stays_in_its_span(
    done: list[tuple[str, object]],
) -> None:
    clock, outside = _pair()
    before, held = clock.now(), END
    for deed, how in done:
        _do(clock, outside, deed, how)
        if deed == "hold" and isinstance(how, int):
            held = max(BEGIN + timedelta(seconds=how), before)
        elif deed == "free":
            held = END
        now = clock.now()
        assert before <= now <= min(END, held)
        before = now


@given(st.integers(1, 3600), st.lists(passes, max_size=20))
def test_undisturbed_it_passes_its_speed_times_what_passes_outside(
    speed: int, steps: list[timedelta]
) -> None:
    clock, outside = _pair(speed)
    clock.run()
    for step in steps:
        outside.advance(step)

    assert clock.now() == min(BEGIN + sum(steps, timedelta()) * speed, END)


@given(passes, passes)
def test_what_a_hold_cost_is_made_up_for(first: timedelta, second: timedelta) -> None:
    clock, outside = _pair()
    clock.run()
    clock.hold(BEGIN)
    outside.advance(first)
    assert clock.now() == BEGIN

    clock.hold(None)
    outside.advance(second)
    assert clock.now() == min(BEGIN + (first + second) * 600, END)


def test_it_stands_until_it_is_run_and_while_it_is_paused() -> None:
    clock, outside = _pair()
    outside.advance(timedelta(hours=1))
    assert clock.now() == BEGIN

    clock.run()
    outside.advance(timedelta(seconds=6))
    clock.pause()
    outside.advance(timedelta(hours=1))
    assert clock.now() == BEGIN + timedelta(hours=1)
    clock.run_at(1)
    clock.run()
    outside.advance(timedelta(seconds=5))
    assert clock.now() == BEGIN + timedelta(hours=1, seconds=5)


def test_it_goes_on_from_where_an_earlier_run_stood() -> None:
    clock, _ = _pair()
    clock.begin_at(BEGIN + timedelta(hours=3))
    assert (clock.begin, clock.now()) == (BEGIN, BEGIN + timedelta(hours=3))
    clock.begin_at(END + timedelta(hours=3))
    assert clock.over


@given(st.integers(1, 3600), st.integers(1, 10**9))
async def test_who_waits_is_woken_at_the_moment_and_not_before(speed: int, micros: int) -> None:
    clock, outside = _pair(speed)
    moment = BEGIN + timedelta(microseconds=micros)
    waiting = asyncio.ensure_future(clock.until(moment))
    clock.run()
    await _turns()
    wall = timedelta(microseconds=-(-micros // speed))
    outside.advance(wall - timedelta(microseconds=1))
    await _turns()
    assert not waiting.done()
    outside.advance(timedelta(microseconds=1))
    await asyncio.wait_for(waiting, 30)
    assert clock.now() >= moment


async def test_who_waits_sleeps_through_pauses_holds_and_other_speeds() -> None:
    clock, outside = _pair()
    waiting = asyncio.ensure_future(clock.until(BEGIN + timedelta(hours=1)))
    clock.run()
    clock.hold(BEGIN + timedelta(minutes=30))
    outside.advance(timedelta(seconds=60))
    await _turns()
    assert not waiting.done()

    clock.pause()
    clock.hold(None)
    outside.advance(timedelta(hours=1))
    await _turns()
    assert not waiting.done()

    clock.run_at(1800)
    clock.run()
    await _turns()
    outside.advance(timedelta(seconds=1))
    await asyncio.wait_for(waiting, 30)
    assert clock.now() == BEGIN + timedelta(hours=1)


async def test_whoever_shows_the_clock_hears_when_it_is_turned() -> None:
    clock, _ = _pair()
    for turn in (clock.run, clock.pause, lambda: clock.run_at(60)):
        heard = asyncio.ensure_future(clock.turned())
        await _turns()
        assert not heard.done()
        turn()
        await asyncio.wait_for(heard, 30)


def test_a_span_that_ends_before_it_begins_and_a_speed_of_nothing_are_refused() -> None:
    outside = ManualClock(TODAY)
    with pytest.raises(ValueError, match="no replay"):
        ReplayClock(END, BEGIN, 600, outside)
    with pytest.raises(ValueError, match="no replay"):
        ReplayClock(BEGIN, END, 0, outside)
    with pytest.raises(ValueError, match="no speed"):
        ReplayClock(BEGIN, END, 1, outside).run_at(0)


def test_people_live_by_the_clock_outside() -> None:
    clock, outside = _pair()
    assert clock.outside is outside
    assert outside.outside is outside


async def test_a_steady_clock_moves_forward() -> None:
    clock = SteadyClock()
    before = clock.now()
    await clock.until(before)
    assert clock.now() >= before
    assert clock.outside is clock


async def _turns() -> None:
    """Let everybody who can go on go on."""
    for _ in range(20):
        await asyncio.sleep(0)
