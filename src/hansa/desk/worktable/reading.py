"""The table as the graph tells it at a moment: tasks into facts, facts into counts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from hansa.base.times import format_instant, parse_instant
from hansa.context import City, Json, world_member
from hansa.desk.tasks import Work
from hansa.desk.tasks.model import TASK, limit
from hansa.desk.worktable.model import COLUMNS, OPEN, Counts, Facts, Window, tabulate, total
from hansa.guard import View

KINDS = ("repair", "request", "incident")
_READ = (
    "assignedTo", "state", "sentAt", "callKind", "due", "promised", "endedAt", "paused",
    "pausedAt", "extendedAt", "returnedAt", "reopenedAt",
)  # fmt: skip


async def table(
    city: City, view: View, work: Work, begins: datetime, ends: datetime, kind: str = ""
) -> dict[str, Any]:
    """The table of a window: who owes most first, so that a head sees what is overdue."""
    window = Window(begins, ends, city.clock.now())
    held = await city.table(view, TASK, _READ, where=f'sentAt<"{format_instant(ends)}"')
    tasks = [one for row in held.rows if (one := _facts(row)) is not None]
    asked = [one for one in tasks if not kind or (one.kind or "incident") == kind]
    counts = tabulate(asked, window, await _organizations(city, view, work))
    return {
        "now": format_instant(window.known),
        **world_member(city.world),
        "from": format_instant(begins),
        "to": format_instant(ends),
        "kind": kind or None,
        "organizations": [
            {"organization": name, **_plain(one)}
            for name, one in sorted(counts.items(), key=lambda pair: _owing(*pair))
        ],
        "total": _plain(total(counts)),
    }


def _owing(name: str, counts: Counts) -> tuple[int, int, int, str]:
    return (-counts.openOverdue, -counts.overdue, -counts.received, name)


async def _organizations(city: City, view: View, work: Work) -> Sequence[str]:
    """Every one of the folder; who answers for one alone sees that one."""
    role = city.guard.policy.role(view.grant.role)
    if role.organization:
        return (view.grant.organization,) if view.grant.organization else ()
    return tuple(one.id for one in work.organizations.values())


def _plain(counts: Counts) -> dict[str, int]:
    return {name: getattr(counts, name) for name in COLUMNS}


def _facts(row: Sequence[Json]) -> Facts | None:
    """A task as it is counted; nothing of one that the view does not show whole."""
    told = dict(zip(_READ, row, strict=True))
    if not told["assignedTo"] or not told["sentAt"]:
        return None
    due, promised = _moment(told["due"]), _moment(told["promised"])
    state = str(told["state"])
    return Facts(
        organization=str(told["assignedTo"]),
        state=state,
        sent=parse_instant(str(told["sentAt"])),
        kind=str(told["callKind"] or ""),
        due=None if due is None else limit(due, promised),
        ended=None if state in OPEN else _moment(told["endedAt"]),
        paused=_moment(told["pausedAt"]) if told["paused"] else None,
        extended=_moments(told["extendedAt"]),
        returned=_moments(told["returnedAt"]),
        reopened=_moments(told["reopenedAt"]),
    )


def _moment(value: Json) -> datetime | None:
    return None if value is None else parse_instant(str(value))


def _moments(value: Json) -> tuple[datetime, ...]:
    given = value if isinstance(value, list) else [] if value is None else [value]
    return tuple(parse_instant(str(one)) for one in given)
