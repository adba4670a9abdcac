"""What is worth one of the three lines: what is unusual on its worse side, and beyond chance."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from hansa.desk.report import criteria
from hansa.desk.report.model import Basis, Comparison, Criterion, Figure, Interval, Point
from hansa.desk.report.speaking import Speaker, load_texts
from hansa.desk.report.things import strangeness, three_things, worsening
from tests.desk.sample_figures import AT, OPEN

UTC = ZoneInfo("UTC")
VALUES = st.floats(0, 1000)


def figure(value: float, before: list[float | None], good: str = "down") -> Figure:
    points = [*before, value]
    trend = tuple(
        Point(AT - timedelta(days=len(points) - 1 - day), one) for day, one in enumerate(points)
    )
    return replace(OPEN, value=value, good=good, trend=trend)


STEADY: list[float | None] = [100.0, 102.0, 98.0, 101.0, 99.0] * 6


def test_a_figure_far_out_on_its_worse_side_is_strange() -> None:
    assert strangeness(figure(150, STEADY)) > 10
    assert strangeness(figure(101, STEADY)) < 2
    assert strangeness(figure(50, STEADY)) == 0
    assert strangeness(figure(50, STEADY, "up")) > 10
    assert strangeness(figure(150, STEADY, "")) == 0


def test_few_known_days_or_a_stale_reading_say_nothing() -> None:
    assert strangeness(figure(150, [100.0] * 13)) == 0
    assert strangeness(figure(150, [None] * 40)) == 0
    old = replace(figure(150, STEADY), observed_at=AT - timedelta(hours=9), fresh=7200)
    assert strangeness(old) == 0


@given(VALUES, VALUES, VALUES)
def test_what_chance_may_have_done_is_not_worse(value: float, low: float, high: float) -> None:
    low, high = sorted((low, high))
    inside = Comparison((low + high) / 2, AT - timedelta(days=7), "P7D")
    told = replace(OPEN, value=value, interval=Interval(low, high, "poisson"), compare=inside)
    assert worsening(told) == 0
    assert worsening(replace(told, good="up")) == 0


def test_a_rise_beyond_chance_is_told_by_its_part() -> None:
    told = replace(
        OPEN,
        value=150.0,
        interval=Interval(126.0, 176.0, "poisson"),
        compare=Comparison(100.0, AT - timedelta(days=7), "P7D"),
    )
    assert worsening(told) == 0.5
    assert worsening(replace(told, good="up")) == 0


def test_what_raised_the_level_is_told_where_nothing_else_is() -> None:
    basis = Basis("Open311ServiceRequest", AT, 'status=="open"', (), 7)
    high = Criterion("late", {"en": "late: 5 % or more"}, 3, True, 7.0, 5.0, "P1", basis)
    calm = Criterion("many", {"en": "many"}, 2, False, 1.0, 5.0, "C62", basis)

    told = criteria.met([high, calm])

    assert [(one.title["en"], one.basis) for one in told] == [("late: 5 % or more", basis)]


def test_a_fact_that_passes_two_limits_is_told_once_by_its_worst() -> None:
    basis = Basis("Open311ServiceRequest", AT, 'status=="open"', (), 7)
    worst = Criterion("late", {"en": "late: 66 % or more"}, 3, True, 74.0, 66.0, "P1", basis)
    milder = Criterion("slow", {"en": "late: 50 % or more"}, 2, True, 74.0, 50.0, "P1", basis)
    other = replace(milder, id="dry", text={"en": "dry"}, basis=replace(basis, attribute="O2"))

    told = criteria.met([worst, milder, other])

    assert [one.title["en"] for one in told] == ["late: 66 % or more", "dry"]


def test_a_stale_figure_is_not_told_as_worse() -> None:
    told = replace(
        OPEN,
        value=150.0,
        interval=Interval(126.0, 176.0, "poisson"),
        compare=Comparison(100.0, AT - timedelta(days=7), "P7D"),
    )
    assert worsening(replace(told, observed_at=AT - timedelta(days=9), fresh=7200)) == 0


def test_old_figures_are_a_thing_to_know_where_no_source_says_so() -> None:
    speaker = Speaker(("en", "uk"), load_texts())
    old = replace(OPEN, trend=(), observed_at=AT - timedelta(days=9), fresh=7200)
    figures = [("requests", old), ("requests", replace(OPEN, trend=()))]
    nothing = Basis("DataSource", AT)

    told = three_things(speaker, (), figures, {}, nothing, UTC)
    silent = three_things(speaker, (), figures, {}, replace(nothing, count=2), UTC)

    assert [one.title["en"] for one in told] == [
        "1 of 2 figures is old: nothing newer than 1\N{NO-BREAK SPACE}March, 03:00 is known of it"
    ]
    assert [one.title["en"] for one in silent] == ["2 sources of data fail or are late"]
