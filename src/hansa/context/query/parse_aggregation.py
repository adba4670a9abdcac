"""`aggrMethods`, `aggrPeriodDuration` (4.5.19, 5.2.44): an `Aggregation`."""

import re

from hansa.base.problems import BadRequestData
from hansa.context.model import Aggregation, Method, Period

_DURATION = re.compile(
    r"P(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,5})W)?(?:(\d{1,6})D)?"
    r"(?:T(?:(\d{1,7})H)?(?:(\d{1,8})M)?(?:(\d{1,9})(?:[.,](\d{1,6}))?S)?)?",
    re.ASCII,
)
_SECOND = 1_000_000
_ALL = "PT0S"  # 5.2.44: one period, the whole of the window


def parse_aggregation(methods: str | None, duration: str | None = None) -> Aggregation:
    """How instances are made into values; BadRequestData names the parameter.

    Without a duration, and with one of no length, there is one value for the whole window.
    """
    found = tuple(dict.fromkeys(_method(one.strip()) for one in (methods or "").split(",")))
    return Aggregation(found, parse_period(duration or _ALL))


def parse_period(text: str) -> Period | None:
    """The period that an ISO 8601 duration names, None where it has no length."""
    matched = _DURATION.fullmatch(text)
    if matched is None or text.endswith(("P", "T")):
        raise _bad("aggrPeriodDuration", f"{text!r} is no duration such as PT1H, P1D or P1M")
    years, months, weeks, days, hours, minutes, seconds = (
        int(part or 0) for part in matched.groups()[:7]
    )
    fraction = int((matched[8] or "").ljust(6, "0"))
    micros = (hours * 3600 + minutes * 60 + seconds) * _SECOND + fraction
    period = Period(years * 12 + months, weeks * 7 + days, micros)
    return None if period == Period() else period


def _method(name: str) -> Method:
    try:
        return Method(name)
    except ValueError:
        known = ", ".join(Method)
        raise _bad("aggrMethods", f"{name!r} is not one of {known}") from None


def _bad(where: str, detail: str) -> BadRequestData:
    return BadRequestData(detail, where=where, rule="GS CIM 009 v1.9.1, 4.5.19")
