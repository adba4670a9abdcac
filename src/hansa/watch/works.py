"""Planned works as suppressions: while one runs, the alerts that it explains wake nobody.

The desk keeps the works; the watch sees them in the graph. A work explains the alerts of its
categories, or of its sector where it names none, within its area or near one of its houses. It does
so from its begin to its end, at the latest to the end that was promised: what is still true after
that is nobody's plan. A work that has no place, or neither sector nor category, explains nothing.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from hansa.base.times import parse_instant
from hansa.context import Entity, Timer
from hansa.watch.plan import CONSUMER
from hansa.watch.suppression import Scope, Suppression

WORK = "PlannedWork"
_RUNNING = "running"
_NEAR = 150.0  # metres of a house: what stands before its door is of the work too


def suppression_of_work(work: Entity) -> Suppression | None:
    """What a running work suppresses; None for one that explains nothing."""
    area, sector = work.value("location"), str(work.value("sector") or "")
    categories = _names(work.value("explains"))
    begins, ends = (_moment(work.value(name)) for name in ("startsAt", "promisedEnd"))
    if work.value("state") != _RUNNING or begins is None or ends is None:
        return None
    if area is None or not (sector or categories):
        return None
    scope = Scope(
        sector="" if categories else sector, area=area, categories=categories, metres=_NEAR
    )
    return Suppression(work.id, scope, begins, ends)


def ends_of(found: Iterable[Suppression], works: Iterable[Entity], now: datetime) -> list[Timer]:
    """Timers at which works explain nothing any more; none for those that are over."""
    ends = {one.id: one.ends for one in found}
    return [_timer(work.id, ends.get(work.id), now) for work in works]


def _timer(work: str, ends: datetime | None, now: datetime) -> Timer:
    due = ends if ends is not None and ends > now else None
    return Timer(CONSUMER, f"work {work}", due, None if due is None else {"suppression": work})


def _names(value: Any) -> frozenset[str]:
    if value is None:
        return frozenset()
    return frozenset((value,) if isinstance(value, str) else map(str, value))


def _moment(value: Any) -> datetime | None:
    text = value.get("@value") if isinstance(value, dict) else value
    return None if text is None else parse_instant(str(text))
