"""The plan of shifts and duties on the wall clock, across the days on which it is changed."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from hansa.desk.shifts.model import Duty, Hours, Post
from hansa.desk.shifts.plan import next_occurrence, next_planned, occurrences, planned

ZONES = st.sampled_from(
    ["America/New_York", "Europe/Moscow", "Europe/Kyiv", "Australia/Lord_Howe", "UTC"]
).map(ZoneInfo)
MOMENTS = st.integers(0, 13 * 365 * 24 * 60).map(
    lambda minutes: datetime(2015, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
WALL = st.times().map(lambda one: one.replace(second=0, microsecond=0))
EVERY = st.sampled_from([timedelta(minutes=15), timedelta(hours=1), timedelta(hours=5)])
BOSTON = ZoneInfo("America/New_York")
DAY_AND_NIGHT = Post(
    "duty", {}, ("duty-officer",), (Hours(time(8), time(20)), Hours(time(20), time(8)))
)


def _duty(*at: time, every: timedelta | None = None, days: frozenset[int] | None = None) -> Duty:
    return Duty("a", "duty", {}, timedelta(minutes=30), at, every, days or frozenset(range(7)))


@given(ZONES, MOMENTS, WALL)
def test_a_time_of_the_wall_clock_comes_once_a_day(
    zone: ZoneInfo, moment: datetime, wall: time
) -> None:
    begin = moment.astimezone(zone).date()
    found = occurrences(_duty(wall), moment - timedelta(days=3), moment + timedelta(days=9), zone)
    days = [one.astimezone(zone).date() for one in found]
    for number in range(1, 8):
        # skipped by the change of the clock at midnight it may fall into the next day, never out
        assert days.count(begin + timedelta(days=number)) == 1


@given(ZONES, MOMENTS, EVERY)
def test_what_comes_every_so_often_never_waits_longer(
    zone: ZoneInfo, moment: datetime, every: timedelta
) -> None:
    found = occurrences(_duty(every=every), moment, moment + timedelta(days=3), zone)
    gaps = [after - before for before, after in pairwise(found)]
    assert found
    assert all(timedelta() < gap <= every for gap in gaps)


@given(ZONES, MOMENTS, WALL, EVERY)
def test_the_next_time_is_the_first_of_all_that_come(
    zone: ZoneInfo, moment: datetime, wall: time, every: timedelta
) -> None:
    for duty in (_duty(wall), _duty(every=every), _duty(wall, days=frozenset({3}))):
        following = next_occurrence(duty, moment, zone)
        assert following > moment
        assert occurrences(duty, moment, following, zone) == (following,)


@given(ZONES, MOMENTS)
def test_shifts_follow_each_other_without_a_gap(zone: ZoneInfo, moment: datetime) -> None:
    now, following = planned(DAY_AND_NIGHT, moment, zone), next_planned(DAY_AND_NIGHT, moment, zone)
    assert now is not None
    assert following is not None
    assert now.begin <= moment < now.until == following.begin


def test_a_day_of_25_hours_has_25_hourly_checks_and_a_night_of_13() -> None:
    begin = datetime.combine(date(2015, 11, 1), time(), BOSTON)
    end = datetime.combine(date(2015, 11, 2), time(), BOSTON)
    before = begin.astimezone(UTC) - timedelta(microseconds=1)
    hourly = _duty(every=timedelta(hours=1))
    found = occurrences(hourly, before, end.astimezone(UTC) - timedelta(minutes=1), BOSTON)
    assert len(found) == 25
    night = planned(DAY_AND_NIGHT, begin.astimezone(UTC), BOSTON)
    assert night is not None
    assert night.until - night.begin == timedelta(hours=13)


def test_a_skipped_time_falls_on_the_hour_after_and_a_double_one_on_its_first() -> None:
    half_past_two = _duty(time(2, 30))
    spring = occurrences(
        half_past_two,
        datetime(2015, 3, 8, 5, tzinfo=UTC),
        datetime(2015, 3, 9, 4, tzinfo=UTC),
        BOSTON,
    )
    assert spring == (datetime(2015, 3, 8, 7, 30, tzinfo=UTC),)  # 03:30 of the summer
    autumn = occurrences(
        _duty(time(1, 30)),
        datetime(2015, 11, 1, 4, tzinfo=UTC),
        datetime(2015, 11, 2, 5, tzinfo=UTC),
        BOSTON,
    )
    assert autumn == (datetime(2015, 11, 1, 5, 30, tzinfo=UTC),)


def test_between_shifts_there_is_none() -> None:
    office = Post("office", {}, ("clerk",), (Hours(time(9), time(17)),))
    evening = datetime(2015, 7, 15, 22, tzinfo=UTC)
    assert planned(office, evening, BOSTON) is None
    following = next_planned(office, evening, BOSTON)
    assert following is not None
    assert following.begin == datetime(2015, 7, 16, 13, tzinfo=UTC)
