"""Who was on duty in the day before the report's moment, and who acted for whom, as known then.

Counts are those of the hand-over sheet: of a shift that was handed over, the frozen ones; of one
that runs, what its sheet would have said at the moment. A day without shifts costs two small
reads and leaves no trace in the report.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from hansa.base.times import format_instant, parse_instant
from hansa.context import City, Entity, Query, TypeIs, parse_q
from hansa.desk.report.model import ActingLine, Basis, ShiftLine
from hansa.desk.shifts.entities import SHIFT
from hansa.desk.shifts.model import ShiftState
from hansa.desk.shifts.sheet import Sheets, document
from hansa.desk.shifts.sheet.composing import acting_lines
from hansa.desk.shifts.sheet.tables import ACTING
from hansa.guard import View

_BACK = timedelta(days=1)


async def shifts_until(city: City, view: View, sheets: Sheets, at: datetime) -> list[ShiftLine]:
    """The shifts of the last day, the first taken over first."""
    since = format_instant((at - _BACK).replace(microsecond=0))
    where = parse_q(f'state=="{ShiftState.RUNNING}"|handedOverAt>="{since}"')
    page = await city.read(view, Query(types=TypeIs(SHIFT), where=where), at=at)
    lines = [await _line(view, sheets, one, at) for one in page.entities]
    return sorted(lines, key=lambda one: (one.taken, one.post))


async def acting_at(city: City, view: View, at: datetime) -> tuple[ActingLine, ...]:
    """The appointments in force at a moment."""
    table = await city.table(view, "ActingAppointment", ACTING, at=at)
    return tuple(
        ActingLine(*(one.id, one.principal, one.acting, one.role, one.since, one.until, one.ground))
        for one in acting_lines(table, at, at)
    )


async def _line(view: View, sheets: Sheets, shift: Entity, at: datetime) -> ShiftLine:
    handed = shift.value("handedOverAt")
    sheet: Mapping[str, Any] | None = shift.value("sheet")
    if sheet is None:
        sheet = document(await sheets.make(view, shift, at, str(shift.value("onDuty")), at=at))
    return ShiftLine(
        post=str(shift.value("post")),
        title=sheet["title"],
        on_duty=str(shift.value("onDuty")),
        on_behalf=str(shift.value("onBehalf") or ""),
        taken=parse_instant(shift.value("takenAt")),
        handed_over=None if handed is None else parse_instant(handed),
        counts=sheet["counts"],
        basis=Basis(SHIFT, at, ids=(shift.id,), count=1),
    )
