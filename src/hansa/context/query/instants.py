"""Date-times, dates and times as 4.6.3 writes them, made comparable.

"The order relation considered shall be a temporal one" (4.9): the same moment may be
written with a fraction or without, with a comma or a point, in `Z` or with an offset.
"""

import re
from datetime import UTC, date, datetime, time
from typing import TypeAlias

Moment: TypeAlias = tuple[str, datetime | date | time]
"""What kind of instant, and its key among its kind; kinds do not compare."""

DATETIME = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:\d\d)", re.ASCII
)
DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
TIME = re.compile(r"\d\d:\d\d:\d\d(?:[.,]\d{1,9})?Z", re.ASCII)
TEMPORAL = frozenset({"observedAt", "createdAt", "modifiedAt", "deletedAt", "expiresAt"})
"""The non-reified temporal properties of 4.8: their values are date-times, always."""


def moment(text: str) -> Moment | None:
    """The instant that the whole text names, or None: it is then a text like any other."""
    try:
        if DATETIME.fullmatch(text):
            return "datetime", _utc(text)
        if DATE.fullmatch(text):
            return "date", date.fromisoformat(text)
        if TIME.fullmatch(text):
            return "time", time.fromisoformat(text[:-1].replace(",", "."))
    except (ValueError, OverflowError):  # the 30th of February; year 1 less an offset
        return None
    return None


def _utc(text: str) -> datetime:
    found = datetime.fromisoformat(text.replace(",", "."))
    return found if text.endswith("Z") else found.astimezone(UTC)
