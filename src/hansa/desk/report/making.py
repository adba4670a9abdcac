"""Making a report: which moment, what is read of the graph, and then the pure writing of it.

Everything is read as known at the report's moment and through the view of whoever asks, so a
report of a past day is what that person could have been told on that day. The one exception is
the list of sources where none was known then: a past that was brought in names its licences.
"""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, time, timedelta

from hansa.base.glossary import load_glossary
from hansa.base.problems import BadRequestData
from hansa.base.times import parse_instant
from hansa.context import City
from hansa.desk.entities import ALERT, INCIDENT
from hansa.desk.indicators.facts import gather
from hansa.desk.indicators.moments import Moments
from hansa.desk.report import troubles
from hansa.desk.report.calls import calls_until
from hansa.desk.report.composing import Composer, Read
from hansa.desk.report.model import Report
from hansa.desk.report.onduty import acting_at, shifts_until
from hansa.desk.report.outages import outages_at
from hansa.desk.report.settings import ReportSettings
from hansa.desk.report.speaking import Forms, Speaker, load_texts
from hansa.desk.report.troubles import SOURCE, STATUS
from hansa.desk.shifts.sheet import Sheets
from hansa.guard import View

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_HOUR = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


class Reporter:
    """Makes the reports of one city."""

    def __init__(self, city: City, settings: ReportSettings, sheets: Sheets | None = None) -> None:
        self.city = city
        self._sheets = sheets
        self.settings = settings
        self.names = load_glossary(city.settings.folder)
        self._texts: Mapping[str, Mapping[str, Forms]] = load_texts()

    @property
    def speaker(self) -> Speaker:
        """The texts in the city's languages."""
        return Speaker(self.city.settings.languages, self._texts)

    def moments(self, day: str = "", hour: str = "") -> Moments:
        """The moment that is meant; without a day the last one that has come.

        BadRequestData where it is no day, no hour, or has not come yet.
        """
        zone = self.city.settings.zone
        if "T" in hour and not day:
            local = parse_instant(hour).astimezone(zone)
            return self._come(self._at(local.date(), local.time()))
        at = _parse_hour(hour) if hour else self.settings.hour
        if day:
            return self._come(self._at(_parse_day(day), at))
        today = self.city.clock.now().astimezone(zone).date()
        found = self._at(today, at)
        if found.at > self.city.clock.now():
            found = self._at(today - timedelta(days=1), at)
        return found

    def _at(self, day: date, hour: time) -> Moments:
        settings = self.settings
        return Moments(day, hour, self.city.settings.zone, settings.days, settings.back)

    def _come(self, moments: Moments) -> Moments:
        if moments.at > self.city.clock.now():
            raise BadRequestData(
                f"{moments.day} {moments.hour:%H:%M} has not come yet",
                where="day",
                remedy="ask for an earlier day, or an earlier hour with at",
            )
        return moments

    async def make(self, view: View, moments: Moments) -> Report:
        """The report of a moment, as the view sees it."""
        read = await self._read(view, moments)
        composer = Composer(
            self.city.settings,
            self.city.vocabulary,
            self.settings,
            self.speaker,
            moments,
            self.names,
        )
        report = await asyncio.to_thread(composer.report, read)
        outages = await outages_at(self.city, view, self.speaker, moments.at)
        calls = await calls_until(self.city, view, self.speaker, moments.at)
        report = replace(report, outages=outages, calls=calls)
        if self._sheets is None:
            return report
        shifts = await shifts_until(self.city, view, self._sheets, moments.at)
        acting = await acting_at(self.city, view, moments.at)
        return replace(report, shifts=tuple(shifts), acting=acting)

    async def _read(self, view: View, moments: Moments) -> Read:
        city, at = self.city, moments.at
        known = asyncio.gather(
            city.table(view, INCIDENT, troubles.INCIDENTS, where=troubles.OPEN_INCIDENTS, at=at),
            city.table(view, ALERT, troubles.ALERTS, where=troubles.OPEN_ALERTS, at=at),
            city.table(view, ALERT, (), at=at),
            city.table(view, STATUS, troubles.LEVELS, at=at),
        )
        facts, (incidents, alerts, raised, level), sources, sources_now = await asyncio.gather(
            gather(city, view, self.settings.indicators, moments),
            known,
            city.table(view, SOURCE, troubles.SOURCES, at=at),
            city.table(view, SOURCE, troubles.SOURCES),
        )
        return Read(
            incidents=incidents,
            alerts=alerts,
            raised=raised,
            sources=sources,
            sources_now=sources_now,
            level=level,
            facts=facts,
        )


def _parse_day(text: str) -> date:
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError as error:
        raise BadRequestData(f"{text} is no day: {error}", where="day") from error
    raise BadRequestData(f"{text!r} is no day", where="day", remedy="write 2015-07-15")


def _parse_hour(text: str) -> time:
    if not _HOUR.fullmatch(text):
        raise BadRequestData(f"{text!r} is no hour of a day", where="at", remedy="write 06:00")
    return time.fromisoformat(text)
