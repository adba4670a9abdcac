"""Cases (requests, faults, …) as their times, and how many were open, late or closed at a moment.

One reading as of T tells every earlier day too: what was known at an earlier t is what had been
opened by t, and of that what had not been closed by t. So six weeks of a small multiple cost one
reading of the graph, and sorted times make each day a few searches. Moments are microseconds.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from operator import attrgetter
from typing import Any

from hansa.base.problems import BadRequestData
from hansa.base.times import parse_instant, to_micros
from hansa.desk.indicators.model import Life


@dataclass(frozen=True, slots=True)
class Case:
    """One case; `place` is its row.

    `closed` as its source says; `ended` when that could be known, so never before it was opened
    and never after the moment of the reading.
    """

    place: int
    opened: int
    closed: int | None
    ended: int | None
    due: int | None
    claimed: bool | None
    seconds: float = 0.0  # that it took; what was entered after the fact took no time

    def is_open(self, moment: int) -> bool:
        """Whether it was known and not known to be closed."""
        return self.opened <= moment and (self.ended is None or self.ended > moment)

    def is_late(self, moment: int) -> bool:
        """Whether it was open past its due time."""
        return self.due is not None and self.due < moment and self.is_open(moment)


class Cases:
    """Cases with their times sorted; each order is made when it is first asked for."""

    def __init__(self, all_: Iterable[Case]) -> None:
        self.all: Sequence[Case] = tuple(all_)
        self._times: dict[tuple[int, int], Sequence[float]] = {}

    @cached_property
    def with_due(self) -> "Cases":
        """Those that have a due time."""
        return Cases(one for one in self.all if one.due is not None)

    def newest_at(self, moment: int) -> int | None:
        """When the newest thing was that was known of them: an opening or an end."""
        told = (self._opened, self._ended[0])
        places = [bisect_right(moments, moment) for moments in told]
        known = [of[place - 1] for of, place in zip(told, places, strict=True) if place]
        return max(known, default=None)

    def open_at(self, moment: int) -> int:
        """How many were open."""
        return bisect_right(self._opened, moment) - bisect_right(self._ended[0], moment)

    def late_at(self, moment: int) -> int:
        """How many were open past their due time."""
        began, ended = self._late
        return bisect_right(began, moment) - bisect_right(ended, moment)

    def due_within(self, moment: int, until: int) -> int:
        """How many were open and fall due from the moment on, before `until`."""
        return sum(
            one.due is not None and moment <= one.due < until and one.is_open(moment)
            for one in self.with_due.all
        )

    def opened_in(self, after: int, until: int) -> int:
        """How many were opened after one moment, up to another."""
        return bisect_right(self._opened, until) - bisect_right(self._opened, after)

    def closed_in(self, after: int, until: int) -> Sequence[Case]:
        """Those closed after one moment, up to another, as known then."""
        moments, cases = self._ended
        found = cases[bisect_right(moments, after) : bisect_right(moments, until)]
        if bisect_right(self._odd, after) == bisect_right(self._odd, until):
            return found
        return [one for one in found if one.closed is not None and after < one.closed <= until]

    def times_to_close(self, after: int, until: int) -> Sequence[float]:
        """Seconds that those took, in order; kept, for several quantiles ask for the same."""
        if (after, until) not in self._times:
            self._times[after, until] = sorted(one.seconds for one in self.closed_in(after, until))
        return self._times[after, until]

    @cached_property
    def _opened(self) -> Sequence[int]:
        return sorted(one.opened for one in self.all)

    @cached_property
    def _ended(self) -> tuple[Sequence[int], Sequence[Case]]:
        ended = sorted((one for one in self.all if one.ended is not None), key=attrgetter("ended"))
        return [one.ended for one in ended if one.ended is not None], ended

    @cached_property
    def _odd(self) -> Sequence[int]:
        """When those ended that were not closed when that became known: a few."""
        return [
            one.ended for one in self._ended[1] if one.ended is not None and one.ended != one.closed
        ]

    @cached_property
    def _late(self) -> tuple[Sequence[int], Sequence[int]]:
        """When cases became late (a microsecond after the due time), and when they ended."""
        began: list[int] = []
        ended: list[int] = []
        for one in self.with_due.all:
            start = max(one.opened, (one.due or 0) + 1)
            if one.ended is None:
                began.append(start)
            elif one.ended > start:
                began.append(start)
                ended.append(one.ended)
        return sorted(began), sorted(ended)


def cases_of(columns: Sequence[str], rows: Sequence[Sequence[Any]], life: Life, at: int) -> Cases:
    """The cases of a table as known at `at`; rows without a time of opening are none."""
    place = {name: index for index, name in enumerate(columns)}
    picked = [place.get(name) for name in (life.opened, life.closed, life.due, life.claimed)]
    found = (_case(index, row, picked, at) for index, row in enumerate(rows))
    return Cases(one for one in found if one is not None)


def _case(place: int, row: Sequence[Any], picked: Sequence[int | None], at: int) -> Case | None:
    opened, closed, due, claimed = (None if one is None else row[one] for one in picked)
    began = micros(opened)
    if began is None:
        return None
    ended = micros(closed)
    return Case(
        place,
        began,
        ended,
        None if ended is None else max(began, min(ended, at)),
        micros(due),
        claimed if isinstance(claimed, bool) else None,
        0.0 if ended is None else max(ended - began, 0) / 1_000_000,
    )


def micros(text: Any) -> int | None:
    """The moment of a cell; None where it holds none."""
    if not isinstance(text, str):
        return None
    try:
        quick = len(text) == 20 and text.endswith("Z")
        return to_micros(datetime.fromisoformat(text) if quick else parse_instant(text))
    except (ValueError, BadRequestData):
        return None


def grouped(cases: Cases, rows: Sequence[Sequence[Any]], column: int) -> Mapping[str, Cases]:
    """Cases by the value of a column; "" is where none is given."""
    found: dict[str, list[Case]] = {}
    for one in cases.all:
        value = rows[one.place][column]
        found.setdefault("" if value is None else str(value), []).append(one)
    return {name: Cases(group) for name, group in found.items()}
