"""Written requests run on the law's days; repairs on the organisation's minutes."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.base.problems import BadFile
from hansa.desk.clocks import ROUND_THE_CLOCK, WorkingCalendar
from hansa.desk.routing import due_by_law, latest_by_law, load_law
from hansa.desk.routing.law import Law, Term, last_day

ZONE = ZoneInfo("Europe/Kyiv")
NEW_YEAR = {date(2026, 1, 1): ()}
OFFICE = WorkingCalendar("office", ZONE, (((540, 1080),),) * 5 + ((),) * 2, NEW_YEAR)
DAYS = st.integers(0, 2000).map(lambda number: date(2024, 1, 1) + timedelta(days=number))


def law(term: Term, **more: object) -> Law:
    return Law(term, OFFICE, ZONE, **more)  # type: ignore[arg-type]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC)


def test_thirty_days_end_with_the_thirtieth_day_after() -> None:
    assert due_by_law(law(Term(days=30)), "", at("2026-03-02T10:00")) == at("2026-04-02T00:00")


def test_a_month_ends_on_the_day_of_its_number_or_the_last() -> None:
    month = law(Term(months=1))

    assert due_by_law(month, "", at("2026-03-02T10:00")) == at("2026-04-03T00:00")
    assert due_by_law(month, "", at("2026-01-31T10:00")) == at("2026-03-01T00:00")


def test_a_free_last_day_moves_as_the_law_says() -> None:
    saturday = Term(days=5)  # from Monday, 2 March 2026

    assert last_day(law(saturday), saturday, date(2026, 3, 2)) == date(2026, 3, 7)
    before = law(saturday, on_day_off="before")
    assert last_day(before, saturday, date(2026, 3, 2)) == date(2026, 3, 6)
    after = law(saturday, on_day_off="after")
    assert last_day(after, saturday, date(2026, 3, 2)) == date(2026, 3, 9)


def test_working_days_leave_out_holidays() -> None:
    five = Term(days=3, counted="working")

    assert last_day(law(five), five, date(2025, 12, 30)) == date(2026, 1, 5)


def test_a_theme_may_have_a_term_of_its_own() -> None:
    both = law(Term(months=1), shorter={"charges": Term(days=15)})

    assert due_by_law(both, "charges", at("2026-03-02T10:00")) == at("2026-03-18T00:00")


def test_it_is_put_off_as_far_as_the_law_lets_it() -> None:
    received, due = at("2026-03-02T10:00"), at("2026-04-02T00:00")

    assert latest_by_law(law(Term(days=30)), received, due) == due
    more = law(Term(days=30), extension=Term(days=30))
    assert latest_by_law(more, received, due) == at("2026-05-02T00:00")
    whole = law(Term(months=1), at_most=Term(days=45))
    assert latest_by_law(whole, received, due) == at("2026-04-17T00:00")


@given(DAYS, st.integers(1, 60), st.sampled_from(["calendar", "working"]))
def test_a_term_is_never_over_on_the_day_it_begins(first: date, days: int, counted: str) -> None:
    term = Term(days=days, counted=counted)  # type: ignore[arg-type]
    found = last_day(law(term), term, first)

    assert found >= first + timedelta(days=days)
    if counted == "working":
        after = [first + timedelta(days=one + 1) for one in range((found - first).days)]
        assert sum(bool(OFFICE.hours(day)) for day in after) == days


GOOD = """
requests:
  term: {days: 30}
  calendar: office
  onDayOff: before
  extension: {days: 30}
  themes:
    charges: {days: 15}
"""
CALENDARS = {"office": OFFICE, ROUND_THE_CLOCK.key: ROUND_THE_CLOCK}


def test_the_law_is_data_of_the_city(tmp_path: Path) -> None:
    assert load_law(tmp_path, CALENDARS, ZONE) is None

    (tmp_path / "law.yaml").write_text(GOOD)
    found = load_law(tmp_path, CALENDARS, ZONE, {"charges"})
    assert found is not None
    assert (found.term, found.term_of("charges")) == (Term(days=30), Term(days=15))


@pytest.mark.parametrize(
    ("text", "wrong", "said"),
    [
        ("term: {days: 30}", "term: {}", r":3 requests\.term: a term has days or months"),
        ("term: {days: 30}", "term: {months: 1, counted: working}", r":3 .*not in working days"),
        ("calendar: office", "calendar: sleepy", r":4 requests\.calendar: there is no 'sleepy'"),
        ("charges:", "taxes:", r":8 requests\.themes\.taxes: there is no 'taxes'"),
        ("extension:", "atMost: {days: 45}\n  extension:", r":6 requests\.atMost: .*not both"),
        ("before", "sometimes", r":5 "),
    ],
)
def test_a_wrong_law_is_refused_with_its_line(
    tmp_path: Path, text: str, wrong: str, said: str
) -> None:
    (tmp_path / "law.yaml").write_text(GOOD.replace(text, wrong))
    with pytest.raises(BadFile, match=said):
        load_law(tmp_path, CALENDARS, ZONE, {"charges"})
