"""Instants as text and as the integers the store keeps.

Inside Hansa a time is an aware `datetime` in UTC or an integer of microseconds since
1970-01-01T00:00:00Z; text is RFC 3339 with `Z` (ETSI GS CIM 009 v1.9.1, 4.6.3).
"""

import re
from datetime import UTC, datetime, timedelta

from hansa.base.problems import BadRequestData

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d([.,]\d{1,9})?([Zz]|[+-]\d\d:\d\d)")


def parse_instant(text: str) -> datetime:
    """The instant that an RFC 3339 text names; a text without offset is refused."""
    if not isinstance(text, str) or not _RFC3339.fullmatch(text):
        raise BadRequestData(
            f"{text!r} is not a time of the form 2026-01-31T08:00:00Z", rule="RFC 3339, 5.6"
        )
    try:
        return datetime.fromisoformat(text.upper().replace(",", ".")).astimezone(UTC)
    except ValueError as error:
        raise BadRequestData(f"{text!r} names no moment: {error}", rule="RFC 3339, 5.7") from error


def format_instant(moment: datetime) -> str:
    """RFC 3339 in UTC; a fraction only where there is one."""
    utc = moment.astimezone(UTC)
    text = utc.strftime("%Y-%m-%dT%H:%M:%S")
    if utc.microsecond:
        text += f".{utc.microsecond:06d}".rstrip("0")
    return text + "Z"


def to_micros(moment: datetime) -> int:
    """Microseconds since 1970 in UTC."""
    return (moment - _EPOCH) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    """The aware moment of `micros` microseconds since 1970 in UTC."""
    return _EPOCH + timedelta(microseconds=micros)
