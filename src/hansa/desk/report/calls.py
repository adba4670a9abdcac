"""Calls of the day before the report's moment, as known then: one line, and no caller in it.

Received, closed, called back, begun anew; how many stand open and how many of them are late. A city
that takes no calls reads nothing of it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from hansa.base.times import format_instant
from hansa.context import City
from hansa.desk.report.model import Basis, CallsDay
from hansa.desk.report.speaking import Speaker
from hansa.guard import View

_DAY = timedelta(days=1)
_CALL, _LINE = "Call", "TimelineEntry"
_WAITING = ("new", "routed", "known")
_COLUMNS = ("state", "enteredAt", "closedAt", "calledBackAt", "overdue")


async def calls_until(city: City, view: View, speaker: Speaker, at: datetime) -> CallsDay | None:
    """The line of a moment; None where nothing was said and nothing stands open."""
    since, until = format_instant((at - _DAY).replace(microsecond=0)), format_instant(at)
    states = ",".join(f'"{one}"' for one in _WAITING)
    where = (
        f'(state=={states}|enteredAt>="{since}"|closedAt>="{since}"|calledBackAt>="{since}")'
        ';state!="struck"'
    )
    table = await city.table(view, _CALL, _COLUMNS, where=where, at=at)
    if not table.ids:
        return None
    again = await city.table(
        view,
        _LINE,
        ("kind", "reason"),
        where=f'at>="{since}";kind=="call-reopened","call-called-back"',
        at=at,
    )
    rows = table.rows
    counts = {
        "received": _within(rows, 1, since, until),
        "closed": _within(rows, 2, since, until),
        "back": _within(rows, 3, since, until),
        "reopened": sum(kind == "call-reopened" or why == "notDone" for kind, why in again.rows),
    }
    waiting = [one for one in rows if one[0] in _WAITING]
    late = sum(bool(one[4]) for one in waiting)
    parts = [speaker.say(f"calls-{name}", count) for name, count in counts.items() if count]
    open_now = speaker.say("calls-open", len(waiting))
    note = [open_now, speaker.say("calls-late", late)] if late else [open_now]
    return CallsDay(
        text=speaker.join(parts or [speaker.say("calls-none")], ", "),
        note=speaker.join(note, ", "),
        basis=Basis(_CALL, at, q=where, ids=tuple(table.ids[:20]), count=len(table.ids)),
    )


def _within(rows: Sequence[tuple[object, ...]], column: int, since: str, until: str) -> int:
    return sum(since <= str(one[column]) <= until for one in rows if one[column])
