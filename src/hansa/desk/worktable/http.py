"""The table of organisations over HTTP: a window, as JSON or as a file for a spreadsheet."""

import asyncio
import csv
import io
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from hansa.base.problems import BadRequestData
from hansa.base.times import parse_instant
from hansa.base.web import Operation, Parameter, Request, Response, Route, json_response
from hansa.context import City
from hansa.desk.tasks import Work
from hansa.desk.worktable.model import COLUMNS
from hansa.desk.worktable.reading import KINDS, table
from hansa.desk.worktable.sheet import xlsx

_TAGS = ("desk",)
_PRIVATE = (("Cache-Control", "no-store"),)
_WEEK = timedelta(days=7)
_LONGEST = timedelta(days=400)
_FORMATS = ("json", "csv", "xlsx")
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Worktable:
    """The handler over one city's tasks."""

    def __init__(self, city: City, work: Work) -> None:
        self._city = city
        self._work = work

    async def show(self, request: Request) -> Response:
        """The table; BadRequestData names what is wrong."""
        query = request.query
        kind, form = query.get("kind") or "", query.get("format") or "json"
        _known(kind, ("", *KINDS), "kind")
        _known(form, _FORMATS, "format")
        begins, ends = self._window(request)
        found = await table(self._city, request.view, self._work, begins, ends, kind)
        if form == "json":
            return json_response(found, headers=_PRIVATE)
        if form == "xlsx":
            return await self._xlsx(found, query.get("language") or "")
        return _csv(found, self._city, self._work)

    async def _xlsx(self, found: Mapping[str, Any], asked: str) -> Response:
        settings = self._city.settings
        language = asked if asked in settings.languages else settings.languages[0]
        body = await asyncio.to_thread(xlsx, found, self._work, settings.zone, language)
        return Response(200, body, _file_headers(found, self._city, _XLSX, "xlsx"))

    def _window(self, request: Request) -> tuple[datetime, datetime]:
        given, until = request.query.get("from"), request.query.get("to")
        ends = parse_instant(until) if until else self._city.clock.now()
        begins = parse_instant(given) if given else ends - _WEEK
        if not begins < ends <= begins + _LONGEST:
            raise BadRequestData(
                "a window begins before it ends, and is no longer than 400 days", where="from"
            )
        return begins, ends


def worktable_routes(city: City, work: Work) -> tuple[Route, ...]:
    """The route of the table."""
    operation = Operation(
        "What organisations received, did, owe, put off, returned and had reopened",
        _TAGS,
        (
            Parameter("from", "Absent: a week before `to`"),
            Parameter("to", "Absent: now"),
            Parameter("kind", f"One of {', '.join(KINDS)}; absent: all"),
            Parameter("format", f"One of {', '.join(_FORMATS)}"),
            Parameter("language", "Of the heads of an XLSX: one of the city's"),
        ),
    )
    path, handler = "/desk/organizations/table", Worktable(city, work).show
    return (Route("GET", path, handler, operation=operation, strict=True),)


def _known(given: str, known: tuple[str, ...], where: str) -> None:
    if given not in known:
        remedy = f"one of {', '.join(one for one in known if one)}"
        raise BadRequestData(f"{given!r} is not known", where=where, remedy=remedy)


def _csv(found: Mapping[str, Any], city: City, work: Work) -> Response:
    """One row an organisation; an exercise says so in its first column and in the file's name."""
    world = city.world.name
    written = io.StringIO()
    rows = csv.writer(written)
    rows.writerow(("world", "organization", "name", "from", "to", *COLUMNS))
    for one in (*found["organizations"], {"organization": "total", **found["total"]}):
        known = work.organization(str(one["organization"]))
        language = city.settings.languages[0]
        name = "" if known is None else known.name.get(language, known.key)
        figures = [one[column] for column in COLUMNS]
        rows.writerow((world, one["organization"], name, found["from"], found["to"], *figures))
    headers = _file_headers(found, city, "text/csv; charset=utf-8; header=present", "csv")
    return Response(200, written.getvalue().encode(), headers)


def _file_headers(
    found: Mapping[str, Any], city: City, kind: str, ending: str
) -> tuple[tuple[str, str], ...]:
    named = f"organizations-{found['from'][:10]}-{found['to'][:10]}.{ending}"
    prefix = f"{city.world.name.replace(':', '-')}-" if city.world.exercise else ""
    return (
        ("Content-Type", kind),
        ("Content-Disposition", f'attachment; filename="{prefix}{city.settings.name}-{named}"'),
        *_PRIVATE,
    )
