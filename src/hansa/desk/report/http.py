"""The report and the indicators over HTTP: parse, call, render.

JSON is made here; pages and PDF are formats that the node adds.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from hansa.base.problems import BadRequestData
from hansa.base.times import format_instant
from hansa.base.web import Operation, Parameter, Request, Response, Route, json_response
from hansa.desk.indicators.computed import Computing
from hansa.desk.indicators.facts import gather
from hansa.desk.indicators.model import Indicator
from hansa.desk.indicators.moments import Moments
from hansa.desk.report.document import document, figure_document
from hansa.desk.report.lines import Lines
from hansa.desk.report.making import Reporter
from hansa.guard import View

Render: TypeAlias = Callable[[Mapping[str, Any], str, str], Awaitable[bytes]]
"""A report's JSON, a language and the node's origin ("": not known) to a file's bytes."""

_TAGS = ("desk",)
_PRIVATE = (("Cache-Control", "no-store"),)
_NOTHING_RUNS = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
_EVERY_GROUP = 1000


@dataclass(frozen=True, slots=True)
class Format:
    """Another form of the report: its media type, and how it is made."""

    media: str
    render: Render


class ReportDesk:
    """The handlers over one city's reports. `formats`: further forms by name (html, pdf)."""

    def __init__(self, reporter: Reporter, formats: Mapping[str, Format]) -> None:
        self._reporter = reporter
        self._formats = formats

    async def report(self, request: Request) -> Response:
        """The situation report of a day."""
        query = request.query
        wanted = query.get("format") or "json"
        if wanted != "json" and wanted not in self._formats:
            raise BadRequestData(
                f"{wanted!r} is no format",
                where="format",
                remedy=f"one of {', '.join(['json', *self._formats])}",
            )
        language = self._language(query.get("language") or "")
        moments = self._moments(request)
        told = document(await self._reporter.make(request.view, moments))
        if wanted == "json":
            return json_response(told, headers=_PRIVATE)
        form = self._formats[wanted]
        named = f'inline; filename="{told["file"]}.{wanted}"'
        headers = (
            ("Content-Type", form.media),
            ("Content-Disposition", named),
            ("Content-Security-Policy", _NOTHING_RUNS),
            *_PRIVATE,
        )
        origin = f"{request.scheme}://{request.headers.get('host', '')}"
        return Response(200, await form.render(told, language, origin), headers)

    async def indicators(self, request: Request) -> Response:
        """Every indicator of the city as of a moment, by groups if an attribute is named."""
        moments = self._moments(request)
        by = request.query.get("by") or ""
        told = await indicators_document(self._reporter, request.view, moments, by)
        return json_response(told, headers=_PRIVATE)

    def _moments(self, request: Request) -> Moments:
        query = request.query
        return self._reporter.moments(query.get("day") or "", query.get("at") or "")

    def _language(self, asked: str) -> str:
        languages = self._reporter.city.settings.languages
        if asked and asked not in languages:
            raise BadRequestData(
                f"the city does not speak {asked!r}",
                where="language",
                remedy=f"one of {', '.join(languages)}",
            )
        return asked or languages[0]


async def indicators_document(
    reporter: Reporter, view: View, moments: Moments, by: str = ""
) -> dict[str, Any]:
    """The indicators of a city as JSON, in the shape of the report's figures."""
    city, settings = reporter.city, reporter.settings
    chosen = [one for one in settings.indicators if not by or by in one.by]
    if by and not chosen:
        known = sorted({name for one in settings.indicators for name in one.by})
        raise BadRequestData(
            f"no indicator is grouped by {by!r}", where="by", remedy=f"one of {', '.join(known)}"
        )
    facts = await gather(city, view, chosen, moments, by)
    computing = Computing(facts, moments)
    lines = Lines(reporter.speaker, city.vocabulary, moments, _EVERY_GROUP, reporter.names)
    mark = {"hansaWorld": city.world.name} if city.world.exercise else {}
    return {
        "world": city.world.name,
        "day": moments.day.isoformat(),
        "at": format_instant(moments.at),
        "by": by or None,
        "indicators": [
            {
                **_about(one),
                **figure_document(lines.figure(computing.compute(one, by)), mark),
            }
            for one in chosen
        ],
    }


def _about(one: Indicator) -> dict[str, Any]:
    return {"kind": one.kind.value, "sector": one.sector, "by": list(one.by)}


_MOMENT = (
    Parameter("day", "A day of the city, 2015-07-15; absent: the last one whose hour has come"),
    Parameter("at", "Its hour, 06:00; or a moment, 2015-07-15T10:00:00Z"),
)


def report_routes(reporter: Reporter, formats: Mapping[str, Format]) -> tuple[Route, ...]:
    """The routes of report and indicators."""
    desk = ReportDesk(reporter, formats)
    return (
        Route(
            "GET",
            "/desk/report",
            desk.report,
            operation=Operation(
                "The situation report of a day, from what was known then",
                _TAGS,
                (
                    *_MOMENT,
                    Parameter("format", f"json{''.join(f', {name}' for name in formats)}"),
                    Parameter("language", "Of a page: one of the city's"),
                ),
            ),
            strict=True,
        ),
        Route(
            "GET",
            "/desk/indicators",
            desk.indicators,
            operation=Operation(
                "Indicators of the city's services, as of a moment",
                _TAGS,
                (*_MOMENT, Parameter("by", "By the values of this attribute, the worst first")),
            ),
            strict=True,
        ),
    )
