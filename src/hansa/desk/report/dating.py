"""A moment of the report in every language of the city, as the printed page says it."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from hansa.base.times import format_instant
from hansa.desk.report.model import Words
from hansa.desk.report.paper.speech import LANGUAGES, Speech


def said_moment(
    languages: Sequence[str], zone: ZoneInfo, moment: datetime | str, near: datetime
) -> Words:
    """The moment in the city's zone; the time alone where it is of the day of `near`."""
    instant = moment if isinstance(moment, str) else format_instant(moment)
    there = format_instant(near)
    return {
        one: Speech(one if one in LANGUAGES else "en", zone).moment(instant, there)
        for one in languages
    }
