"""How long the periods of a chart are, and where its first one begins (pure).

A screen is some 800 points wide: more cannot be seen, and take time to send.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo

from hansa.context import Period

MOST = 800  # points of one series
_MINUTE = 60_000_000
_HOUR = 60 * _MINUTE
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Step:
    """A period with its name (ISO 8601) and about how long it is."""

    name: str
    period: Period
    length: timedelta


def _of(name: str, micros: int = 0, days: int = 0, months: int = 0) -> Step:
    length = timedelta(days=days + 30 * months, microseconds=micros)
    return Step(name, Period(months, days, micros), length)


STEPS = (
    _of("PT5M", 5 * _MINUTE),
    _of("PT15M", 15 * _MINUTE),
    _of("PT1H", _HOUR),
    _of("PT3H", 3 * _HOUR),
    _of("PT6H", 6 * _HOUR),
    _of("PT12H", 12 * _HOUR),
    _of("P1D", days=1),
    _of("P7D", days=7),
    _of("P1M", months=1),
)


def step_for(span: timedelta, most: int = MOST) -> Step:
    """The shortest period of which at most `most` make the span."""
    return next((step for step in STEPS if span <= step.length * most), STEPS[-1])


def begin_of(step: Step, moment: datetime, zone: tzinfo) -> datetime:
    """The begin of the period that holds a moment, on the clocks and calendar of the zone."""
    local = moment.astimezone(zone)
    day = local.date()
    if step.period.months:
        day = day.replace(day=1)
    elif step.period.days == 7:
        day -= day.weekday() * _DAY
    midnight = datetime.combine(day, time(), zone)
    if not step.period.micros:
        return midnight
    since = midnight.astimezone(UTC)  # a day that changes the clock has 23 or 25 hours
    return since + (moment - since) // step.length * step.length
