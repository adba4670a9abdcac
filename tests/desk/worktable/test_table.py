"""The table of organisations: its sums agree with a count made by hand, task by task."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hansa.desk.worktable.model import COLUMNS, Counts, Facts, Window, counted, tabulate, total

START = datetime(2026, 3, 2, tzinfo=UTC)
NAMES = ("heat", "water", "roads")


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


MOMENTS = st.integers(0, 400).map(at)
SOME = st.lists(MOMENTS, max_size=3).map(tuple)
ENDS = ("done", "returned", "withdrawn")


@st.composite
def facts(draw: st.DrawFn) -> Facts:
    state = draw(st.sampled_from(("sent", "accepted", "onSite", *ENDS)))
    sent = draw(MOMENTS)
    after = st.integers(0, 200).map(lambda hours: sent + timedelta(hours=hours))
    return Facts(
        organization=draw(st.sampled_from(NAMES)),
        state=state,
        sent=sent,
        due=draw(after | st.none()),
        ended=draw(after) if state in ENDS else None,
        paused=None if state in ENDS else draw(after | st.none()),
        extended=draw(SOME),
        returned=draw(SOME),
        reopened=draw(SOME),
    )


WINDOWS = st.builds(
    lambda begins, length, known: Window(begins, begins + timedelta(hours=length), known),
    MOMENTS,
    st.integers(1, 300),
    MOMENTS,
)


def naive(tasks: list[Facts], window: Window, name: str) -> tuple[int, ...]:
    """By the hour, as somebody would with a pencil: every moment here is a full hour."""
    last = min(window.ends, window.known)
    hours = [at(one) for one in range(-1, 1000)]
    within = [one for one in hours if window.begins <= one < last]

    def inside(moments: tuple[datetime, ...]) -> int:
        return sum(
            1 for one in moments if window.begins <= one < window.ends and not one > window.known
        )

    def late(task: Facts, hour: datetime) -> bool:
        """Late through the hour that begins then."""
        if task.due is None or hour < task.due:
            return False
        stands_still = task.paused is not None and not task.paused > task.due
        return not stands_still and (task.ended is None or hour < task.ended)

    own = [one for one in tasks if one.organization == name]
    counting = [one for one in own if one.state != "withdrawn"]
    going = [one for one in counting if one.state not in ENDS and one.sent <= last]
    return (
        sum(inside((one.sent,)) for one in own),
        sum(inside((one.ended,)) for one in counting if one.state == "done" and one.ended),
        sum(any(late(one, hour) for hour in within) for one in counting),
        sum(inside(one.extended) for one in own),
        sum(inside(one.returned) for one in own),
        sum(inside(one.reopened) for one in own),
        len(going),
        sum(late(one, last - timedelta(hours=1)) for one in going),
    )


@given(st.lists(facts(), max_size=8), WINDOWS)
def test_sums_agree_with_a_naive_count(tasks: list[Facts], window: Window) -> None:
    table = tabulate(tasks, window, NAMES)

    for name in NAMES:
        counts = tuple(getattr(table[name], column) for column in COLUMNS)
        assert counts == naive(tasks, window, name), name


@given(st.lists(facts(), max_size=8), WINDOWS)
def test_the_total_is_the_sum_and_no_task_counts_twice(tasks: list[Facts], window: Window) -> None:
    whole = total(tabulate(tasks, window, NAMES))

    assert whole == total(tabulate(tasks[::-1], window, ()))
    assert whole.openOverdue <= whole.open <= len(tasks)
    assert whole.received <= len(tasks)


@given(st.lists(facts(), max_size=8), MOMENTS, st.integers(1, 100), st.integers(1, 100))
def test_two_weeks_together_are_both_weeks(
    tasks: list[Facts], begins: datetime, first: int, second: int
) -> None:
    """What happens at one moment is in one of two windows that touch."""
    known, middle = at(1000), begins + timedelta(hours=first)
    ends = middle + timedelta(hours=second)

    def happened(window: Window) -> Counts:
        found = total(tabulate(tasks, window, ()))
        return Counts(found.received, found.done, 0, found.extended, found.returned, found.reopened)

    both = happened(Window(begins, middle, known)).plus(happened(Window(middle, ends, known)))
    assert both == happened(Window(begins, ends, known))


def test_what_was_done_late_was_overdue_and_owes_nothing() -> None:
    late = Facts("heat", "done", at(0), due=at(2), ended=at(5))
    week = Window(at(0), at(168), at(168))

    assert counted(late, week) == Counts(received=1, done=1, overdue=1)
    assert counted(late, Window(at(3), at(4), at(168))) == Counts(overdue=1)
    assert counted(late, Window(at(5), at(168), at(168))) == Counts(done=1)


def test_a_pause_stops_the_clock() -> None:
    paused = Facts("heat", "accepted", at(0), due=at(4), paused=at(3))

    assert counted(paused, Window(at(0), at(168), at(168))) == Counts(received=1, open=1)
