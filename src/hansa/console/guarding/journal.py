"""The journal, as an auditor or a privacy officer reads it: newest first, by kind, name and time.

It holds marks and names of accounts, never a personal value, so nothing has to be taken out.
"""

from typing import Any

from hansa.base.times import parse_instant
from hansa.base.web import Request, Response, json_response
from hansa.context import City
from hansa.guard import Kind, Wanted, entry_of

_LARGEST_PAGE = 500


class Reading:
    """The handler over one city's journal."""

    def __init__(self, city: City) -> None:
        self._city = city

    async def many(self, request: Request) -> Response:
        """Entries, newest first. Commits are left out unless they are asked for."""
        guard, query = self._city.guard, request.query
        guard.check_manage(request.grant, "journal")
        limit = query.whole("limit", 100, low=1, high=_LARGEST_PAGE) or 100
        since, until = query.get("from"), query.get("to")
        found = await guard.journal.search(
            Wanted(
                kinds=query.listed("kind"),
                actor=query.get("actor") or "",
                since=None if since is None else parse_instant(since),
                until=None if until is None else parse_instant(until),
                before=query.whole("before"),
            ),
            limit + 1,
        )
        await guard.journal.write(
            entry_of(request.grant, Kind.JOURNAL_READ, self._city.clock.now(), entries=len(found))
        )
        told: dict[str, Any] = {
            "entries": found[:limit],
            "next": found[limit - 1]["number"] if len(found) > limit else None,
            "kinds": [str(kind) for kind in Kind],
        }
        return json_response(told, headers=(("Cache-Control", "no-store"),))
