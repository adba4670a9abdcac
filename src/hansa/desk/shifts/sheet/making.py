"""Reading what a sheet is made of, and freezing it.

Everything is read for no purpose that opens personal values, so a note of the officer leaves the
vault only where the city declares it no personal thing; else the sheet says that there is one.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hansa.base.times import format_instant, parse_instant
from hansa.context import City, Entity, Query, TypeIs, Window
from hansa.desk.entities import ENTRY, INCIDENT
from hansa.desk.shifts.model import ShiftSettings
from hansa.desk.shifts.sheet import tables
from hansa.desk.shifts.sheet.composing import Span, compose
from hansa.desk.shifts.sheet.document import digest_of, document
from hansa.desk.shifts.sheet.model import Sheet
from hansa.desk.shifts.sheet.tables import Read
from hansa.guard import View

_STATUS, _LEVEL = "CityStatus", "urn:ngsi-ld:CityStatus:city"
_SECOND = timedelta(seconds=1)
_UNPURPOSED = "operation"


class Sheets:
    """Makes the sheets of one city's shifts."""

    def __init__(self, city: City, settings: ShiftSettings) -> None:
        self._city = city
        self._settings = settings
        self._scale = {step.name: rank for rank, step in enumerate(city.vocabulary.severity)}

    async def make(
        self, view: View, shift: Entity, now: datetime, by: str, at: datetime | None = None
    ) -> Sheet:
        """The sheet of a running shift as it would be handed over now; `at`: as known then."""
        grant = replace(view.grant, purpose=_UNPURPOSED)
        span = self._span(shift, now, by)
        read = await self._read(self._city.guard.view(grant), span, at)
        return compose(span, read, self._scale)

    async def frozen(
        self, view: View, shift: Entity, now: datetime, by: str
    ) -> tuple[Mapping[str, Any], str]:
        """The sheet's JSON and its digest."""
        told = document(await self.make(view, shift, now, by))
        return told, digest_of(told)

    def _span(self, shift: Entity, now: datetime, by: str) -> Span:
        post = str(shift.value("post"))
        known = self._settings.posts.get(post)
        begin, end = shift.value("plannedFrom"), shift.value("plannedUntil")
        return Span(
            shift=shift.id,
            world=self._city.world.name,
            post=post,
            title={"en": post} if known is None else known.title,
            on_duty=str(shift.value("onDuty")),
            on_behalf=str(shift.value("onBehalf") or ""),
            taken=parse_instant(shift.value("takenAt")),
            planned=(parse_instant(begin), parse_instant(end)) if begin and end else None,
            until=now,
            by=by,
        )

    async def _read(self, view: View, span: Span, at: datetime | None) -> Read:
        city, since = self._city, format_instant((span.taken - _SECOND).replace(microsecond=0))
        levels = Query(ids=(_LEVEL,), types=TypeIs(_STATUS), attrs=("level",))
        window = Window(after=span.taken, before=span.until, timeproperty="modifiedAt")
        (incidents, entries, tasks, duties), rest = await asyncio.gather(
            asyncio.gather(
                city.table(view, INCIDENT, tables.INCIDENTS, at=at),
                city.table(view, ENTRY, tables.ENTRIES, where=f'at>="{since}"', at=at),
                city.table(view, "Task", tables.TASKS, where="overdue==true", at=at),
                city.table(view, "Duty", tables.DUTIES, where=f'post=="{span.post}"', at=at),
            ),
            asyncio.gather(
                city.table(view, "DataSource", tables.SOURCES, at=at),
                city.table(
                    view,
                    "ShiftEntry",
                    tables.LINES,
                    where=f'post=="{span.post}";at>="{since}"',
                    at=at,
                ),
                city.table(view, "ActingAppointment", tables.ACTING, at=at),
                city.table(view, _STATUS, ("level",), at=span.taken),
                city.history(view, levels, window, at),
            ),
        )
        sources, lines, acting, before, history = rest
        return Read(incidents, entries, tasks, duties, sources, lines, acting, before, history)
