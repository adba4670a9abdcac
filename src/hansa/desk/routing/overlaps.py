"""Rows that answer the same call otherwise: refused, since neither is more special. Pure."""

from collections.abc import Sequence
from itertools import combinations

from hansa.desk.clocks.model import Hours, WorkingCalendar
from hansa.desk.routing.model import Row


def contradiction(rows: Sequence[Row]) -> tuple[Row, Row] | None:
    """The first two that contradict each other; None where none do.

    Two zones may share a house without anybody knowing here: of their rows, the first one counts.
    """
    return next((pair for pair in combinations(rows, 2) if _contradict(*pair)), None)


def _contradict(one: Row, other: Row) -> bool:
    return (
        one.rank == other.rank
        and one.answer != other.answer
        and (one.trade == "any" or not one.trades.isdisjoint(other.trades))
        and (one.ground == "any" or not one.grounds.isdisjoint(other.grounds))
        and _together(one.calendar, other.calendar)
    )


def _together(one: WorkingCalendar | None, other: WorkingCalendar | None) -> bool:
    """Whether both are ever open at once: in a week, or on a day that is like no other."""
    if one is None or other is None or one.week is None or other.week is None:
        return True
    if any(_meet(a, b) for a, b in zip(one.week, other.week, strict=True)):
        return True
    days = {*one.special, *other.special}
    return any(_meet(one.hours(day), other.hours(day)) for day in days)


def _meet(one: Hours, other: Hours) -> bool:
    return any(a < d and c < b for a, b in one for c, d in other)
