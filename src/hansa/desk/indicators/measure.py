"""What an indicator of cases comes to at a moment, and the query that finds the same cases. Pure.

`members` and `query` say the same set twice, once for cases and once for a reader of the graph:
so a number in a report opens exactly the entities that it counted.
"""

from collections.abc import Callable, Mapping, Sequence

import orjson

from hansa.base.times import format_instant, from_micros
from hansa.desk.indicators import intervals
from hansa.desk.indicators.cases import Case, Cases
from hansa.desk.indicators.model import SHARES, Bounds, Indicator, Kind, Measure

DAY = 86_400_000_000
_SECONDS: Mapping[str, int] = {"SEC": 1, "MIN": 60, "HUR": 3600, "DAY": 86_400}


def measure(one: Indicator, cases: Cases, moment: int, until: int, *, bound: bool) -> Measure:
    """The indicator at a moment; `until` is the end of that day. `bound`: with its interval."""
    if one.kind in SHARES:
        hits, n = share(one, cases, moment)
        return _share(one, hits, n, bound=bound)
    if one.kind is Kind.DURATION:
        return _duration(one, cases.times_to_close(moment - one.window, moment), bound=bound)
    count = _count(one, cases, moment, until)
    factor = DAY / one.window if one.kind is Kind.RATE else 1.0
    limits = _scaled(intervals.poisson(count), factor) if bound else None
    return Measure(count * factor, count, limits)


def _count(one: Indicator, cases: Cases, moment: int, until: int) -> int:
    match one.kind:
        case Kind.BACKLOG:
            return cases.open_at(moment)
        case Kind.OVERDUE:
            return cases.late_at(moment)
        case Kind.DUE:
            return cases.due_within(moment, until)
        case _ if one.event == "closed":
            return len(cases.closed_in(moment - one.window, moment))
        case _:
            return cases.opened_in(moment - one.window, moment)


def share(one: Indicator, cases: Cases, moment: int) -> tuple[int, int]:
    """Hits and number of a share."""
    if one.kind is Kind.OVERDUE_SHARE:
        return cases.late_at(moment), cases.with_due.open_at(moment)
    closed = cases.with_due.closed_in(moment - one.window, moment)
    return sum(_on_time(case) for case in closed), len(closed)


def claimed_share(one: Indicator, cases: Cases, moment: int) -> float | None:
    """The share in time as the source itself says it, in percent; None where it does not."""
    closed = cases.with_due.closed_in(moment - one.window, moment)
    claims = [case.claimed for case in closed if case.claimed is not None]
    return 100 * sum(claims) / len(claims) if len(claims) >= max(one.at_least, 1) else None


def _on_time(case: Case) -> bool:
    return case.closed is not None and case.due is not None and case.closed <= case.due


def _share(one: Indicator, hits: int, n: int, *, bound: bool) -> Measure:
    if n < max(one.at_least, 1):
        return Measure(None, n)
    return Measure(100 * hits / n, n, _scaled(intervals.wilson(hits, n), 100) if bound else None)


def _duration(one: Indicator, ordered: Sequence[float], *, bound: bool) -> Measure:
    if len(ordered) < max(one.at_least, 1):
        return Measure(None, len(ordered))
    factor = 1 / _SECONDS[one.unit]
    limits = intervals.quantile_bounds(ordered, one.quantile) if bound else None
    value = intervals.quantile(ordered, one.quantile) * factor
    return Measure(value, len(ordered), None if limits is None else _scaled(limits, factor))


def _scaled(bounds: Bounds, factor: float) -> Bounds:
    low, high = bounds.low, bounds.high
    return Bounds(
        None if low is None else low * factor,
        None if high is None else high * factor,
        bounds.method,
    )


# ---- which cases those are


def members(one: Indicator, cases: Cases, moment: int, until: int) -> Sequence[Case]:
    """The cases that the indicator counts (a share's whole, not its hits)."""
    if one.kind in (Kind.ON_TIME_SHARE, Kind.DURATION):
        return _of(one, cases).closed_in(moment - one.window, moment)
    if one.kind is Kind.RATE:
        if one.event == "closed":
            return cases.closed_in(moment - one.window, moment)
        return [case for case in cases.all if moment - one.window < case.opened <= moment]
    test = _TESTS[one.kind]
    return [case for case in cases.all if test(case, moment, until)]


def _of(one: Indicator, cases: Cases) -> Cases:
    return cases.with_due if one.kind is Kind.ON_TIME_SHARE else cases


_TESTS: Mapping[Kind, Callable[[Case, int, int], bool]] = {
    Kind.BACKLOG: lambda case, moment, _: case.is_open(moment),
    Kind.OVERDUE: lambda case, moment, _: case.is_late(moment),
    Kind.OVERDUE_SHARE: lambda case, moment, _: case.due is not None and case.is_open(moment),
    Kind.DUE: lambda case, moment, until: (
        case.due is not None and moment <= case.due < until and case.is_open(moment)
    ),
}


def query(one: Indicator, moment: int, until: int) -> str:
    """The `q` that finds the members among entities as known at the moment."""
    life = one.life
    if life is None:
        return one.where
    since, now = _text(moment - one.window), _text(moment)
    closed = (life.opened, f"{life.closed}>{since}", f"{life.closed}<={now}")
    still = (f"{life.opened}<={now}", f"!{life.closed}")
    terms: Mapping[Kind, Sequence[str]] = {
        Kind.BACKLOG: still,
        Kind.OVERDUE: (*still, f"{life.due}<{now}"),
        Kind.OVERDUE_SHARE: (*still, life.due),
        Kind.DUE: (*still, f"{life.due}>={now}", f"{life.due}<{_text(until)}"),
        Kind.ON_TIME_SHARE: (*closed, life.due),
        Kind.DURATION: closed,
        Kind.RATE: closed
        if one.event == "closed"
        else (f"{life.opened}>{since}", f"{life.opened}<={now}"),
    }
    return ";".join(((f"({one.where})",) if one.where else ()) + tuple(terms[one.kind]))


def narrowed(q: str, attribute: str, value: str) -> str:
    """The query for one group: of a value, or of those that have none ("")."""
    term = f"{attribute}=={quoted(value)}" if value else f"!{attribute}"
    return f"{q};{term}" if q else term


def quoted(value: str) -> str:
    """A text as `q` writes it."""
    return orjson.dumps(value).decode()


def _text(moment: int) -> str:
    return format_instant(from_micros(moment))
