"""Time on a service's own clock: hours, holidays, days on which the clocks change."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.base.problems import BadFile
from hansa.desk.clocks import ROUND_THE_CLOCK, WorkingCalendar, due, load_calendars, worked
from hansa.desk.clocks.counting import NeverOpen

ZONE = ZoneInfo("America/New_York")
SPRING, AUTUMN = date(2015, 3, 8), date(2015, 11, 1)  # the nights on which its clocks change

DAYS = st.lists(st.integers(0, 1440), min_size=2, max_size=6, unique=True).map(
    lambda given: tuple(zip(sorted(given)[::2], sorted(given)[1::2], strict=False))
)
CALENDARS = st.builds(
    WorkingCalendar,
    key=st.just("any"),
    zone=st.sampled_from([ZONE, ZoneInfo("Europe/Kyiv"), ZoneInfo("Australia/Lord_Howe")]),
    week=st.lists(DAYS, min_size=7, max_size=7).map(tuple),
    special=st.dictionaries(
        st.sampled_from([SPRING, AUTUMN, date(2015, 7, 3)]), DAYS | st.just(()), max_size=3
    ),
)
MOMENTS = st.integers(0, 270 * 86_400).map(
    lambda seconds: datetime(2015, 2, 20, tzinfo=UTC) + timedelta(seconds=seconds)
)
NEAR = st.sampled_from([SPRING, AUTUMN]).flatmap(
    lambda day: st.integers(0, 2 * 86_400).map(
        lambda seconds: (
            datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(seconds=seconds)
        )
    )
)
STRETCH = st.integers(0, 5 * 86_400).map(lambda seconds: timedelta(seconds=seconds))


def office(**special: tuple[tuple[int, int], ...]) -> WorkingCalendar:
    days = {
        date.fromisoformat(name.strip("_").replace("_", "-")): one for name, one in special.items()
    }
    return WorkingCalendar("office", ZONE, (((510, 1020),),) * 5 + ((),) * 2, days)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC)


def test_round_the_clock_is_the_clock() -> None:
    start = local("2015-03-07T22:00")

    assert due(ROUND_THE_CLOCK, start, timedelta(hours=9)) == start + timedelta(hours=9)
    assert worked(ROUND_THE_CLOCK, start, start + timedelta(hours=9)) == timedelta(hours=9)


def test_an_hour_before_closing_goes_on_in_the_next_working_hour() -> None:
    friday = local("2015-07-10T16:00")

    assert due(office(), friday, timedelta(hours=2)) == local("2015-07-13T09:30")


def test_a_holiday_and_an_exception_are_no_ordinary_days() -> None:
    calendar = office(_2015_07_03=(), _2015_07_06=((600, 660),))
    thursday = local("2015-07-02T16:00")

    assert due(calendar, thursday, timedelta(hours=2)) == local("2015-07-06T11:00")
    assert due(calendar, thursday, timedelta(hours=3)) == local("2015-07-07T09:30")


def test_the_night_the_clocks_leap_is_an_hour_shorter() -> None:
    night = WorkingCalendar("night", ZONE, (((0, 360),),) * 7)
    begin, end = local("2015-03-08T00:00"), local("2015-03-08T06:00")

    assert worked(night, begin, end) == timedelta(hours=5)
    assert worked(night, local("2015-11-01T00:00"), local("2015-11-01T06:00")) == timedelta(hours=7)


def test_a_stretch_that_begins_in_the_missing_hour_begins_after_it() -> None:
    early = WorkingCalendar("early", ZONE, (((150, 300),),) * 7)

    assert due(early, local("2015-03-08T00:00"), timedelta(hours=1)) == local("2015-03-08T04:00")


def test_what_nobody_works_by_is_refused() -> None:
    with pytest.raises(NeverOpen):
        due(WorkingCalendar("never", ZONE, ((),) * 7), local("2015-07-10T16:00"), timedelta(1))


@given(CALENDARS, MOMENTS | NEAR, STRETCH)
def test_what_is_due_has_been_worked_for(
    calendar: WorkingCalendar, start: datetime, service: timedelta
) -> None:
    assert worked(calendar, start, due(calendar, start, service)) == service


@given(CALENDARS, MOMENTS | NEAR, STRETCH, STRETCH)
def test_service_times_add_up(
    calendar: WorkingCalendar, start: datetime, first: timedelta, second: timedelta
) -> None:
    assert due(calendar, due(calendar, start, first), second) == due(
        calendar, start, first + second
    )


@given(CALENDARS, MOMENTS | NEAR, STRETCH, STRETCH, STRETCH)
def test_later_and_longer_are_never_due_sooner(
    calendar: WorkingCalendar,
    start: datetime,
    later: timedelta,
    service: timedelta,
    longer: timedelta,
) -> None:
    found = due(calendar, start, service)

    assert found >= start
    assert due(calendar, start + later, service) >= found
    assert due(calendar, start, service + longer) >= found


@given(CALENDARS, MOMENTS | NEAR, STRETCH, STRETCH)
def test_worked_time_of_two_stretches_is_that_of_both(
    calendar: WorkingCalendar, start: datetime, first: timedelta, second: timedelta
) -> None:
    middle, end = start + first, start + first + second

    assert worked(calendar, start, end) == worked(calendar, start, middle) + worked(
        calendar, middle, end
    )
    assert worked(calendar, start, end) <= end - start


GOOD = """
holidays: {2015-07-03: {en: observed}}
calendars:
  office: {hours: {mon-thu: [08:30-12:00, 13:00-17:00], fri: [08:30-12:00]}}
  market:
    hours: {sat: [06:00-24:00]}
    holidays: false
    exceptions: {2015-07-04: []}
"""


def test_calendars_come_from_the_city_folder(tmp_path: Path) -> None:
    (tmp_path / "calendar.yaml").write_text(GOOD)

    found = load_calendars(tmp_path, ZONE)

    assert set(found) == {"round-the-clock", "office", "market"}
    assert found["office"].hours(date(2015, 7, 2)) == ((510, 720), (780, 1020))
    assert found["office"].hours(date(2015, 7, 3)) == ()
    assert found["market"].hours(date(2015, 7, 4)) == ()


@pytest.mark.parametrize(
    ("line", "text", "said"),
    [
        (4, "[08:30-12:00, 13:00-17:00]", "[08:30-12:00, 11:00-17:00]"),
        (4, "[08:30-12:00, 13:00-17:00]", "[22:00-06:00]"),
        (4, "[08:30-12:00, 13:00-17:00]", "[half past eight]"),
        (4, "mon-thu", "fri-mon"),
        (4, "mon-thu", "monday"),
        (4, "mon-thu", "mon-fri"),
        (6, "[06:00-24:00]", "[]"),
        (3, "office", "round-the-clock"),
    ],
)
def test_a_wrong_calendar_is_refused_with_its_line(
    tmp_path: Path, line: int, text: str, said: str
) -> None:
    (tmp_path / "calendar.yaml").write_text(GOOD.replace(text, said))

    with pytest.raises(BadFile, match=r"calendar\.yaml:\d+ calendars") as refused:
        load_calendars(tmp_path, ZONE)
    assert int(refused.value.where.split(":")[1].split()[0]) >= line
