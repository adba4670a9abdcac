"""Themes over HTTP: the catalogue, which theme words mean, and how good the suggestions were."""

from datetime import timedelta
from typing import Any

import msgspec

from hansa.base.problems import BadRequestData
from hansa.base.rights import at
from hansa.base.times import format_instant
from hansa.base.web import Operation, Parameter, Request, Response, Route, json_response
from hansa.context import City, world_member
from hansa.desk.themes.choices import told
from hansa.desk.themes.model import Catalogue, Theme
from hansa.desk.themes.quality import Quality, quality
from hansa.desk.themes.suggester import Learned, Suggester

_TAGS = ("themes",)
_TAKES_CALLS = at("calls")
_PRIVATE = (("Cache-Control", "no-store"),)
_BODY = 16 * 1024
_DAYS, _MOST_DAYS = 90, 366
_WORDS: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["words"],
    "properties": {
        "words": {"type": "string", "description": "What was said; it is not kept"},
    },
}


class _Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    words: str


class Themes:
    """The handlers over one city's catalogue."""

    def __init__(self, city: City, catalogue: Catalogue, suggester: Suggester) -> None:
        self._city = city
        self._catalogue = catalogue
        self._suggester = suggester

    async def every(self, _: Request) -> Response:
        """The catalogue."""
        return json_response(
            {
                "themes": [_told(one) for one in self._catalogue.themes.values()],
                "learned": _learned(self._suggester.learned),
            }
        )

    async def suggest(self, request: Request) -> Response:
        """The likeliest themes."""
        words = _asked(await request.json(_BODY)).words
        known = self._catalogue.themes
        found = tuple(one for one in self._suggester.suggest(words) if one.theme in known)
        return json_response(
            {
                "suggestions": [
                    {"theme": one.theme, "confidence": round(one.confidence, 3)} for one in found
                ],
                "alone": self._suggester.alone(found),
            },
            headers=_PRIVATE,
        )

    async def quality(self, request: Request) -> Response:
        """What was suggested beside what was chosen."""
        days = request.query.whole("days", _DAYS, low=1, high=_MOST_DAYS) or _DAYS
        now = self._city.clock.now()
        since = format_instant(now - timedelta(days=days))
        found = quality(await told(self._city, request.view, since))
        rule = self._catalogue.learning
        return json_response(
            {
                "now": format_instant(now),
                "since": since,
                **world_member(self._city.world),
                **_counted(found),
                "learned": _learned(self._suggester.learned),
                "alone": rule.alone,
                "least": rule.least,
            },
            headers=_PRIVATE,
        )


def theme_routes(city: City, catalogue: Catalogue, suggester: Suggester) -> tuple[Route, ...]:
    """Every route of themes."""
    themes = Themes(city, catalogue, suggester)
    return (
        Route(
            "GET",
            "/desk/themes",
            themes.every,
            operation=Operation("What people call about: the city's catalogue of themes", _TAGS),
        ),
        Route(
            "GET",
            "/desk/themes/quality",
            themes.quality,
            operation=Operation(
                "How good the suggestions were: what was shown beside what was chosen",
                _TAGS,
                (Parameter("days", "Of the last so many days", schema={"type": "integer"}),),
            ),
            strict=True,
        ),
        Route(
            "POST",
            "/desk/themes/suggest",
            themes.suggest,
            operation=Operation(
                "Which themes words mean: the likeliest three; the words are not kept",
                _TAGS,
                request={"application/json": _WORDS},
                responses={
                    200: "suggestions: theme and confidence; alone: whether the first may stand "
                    "without a clerk, by the city's precision",
                    400: "No words",
                },
            ),
            body_limit=_BODY,
            right=_TAKES_CALLS,
        ),
    )


def _asked(given: Any) -> _Asked:
    try:
        return msgspec.convert(given, _Asked)
    except msgspec.ValidationError as error:
        raise BadRequestData(str(error), where="words", remedy='{"words": "…"}') from error


def _learned(one: Learned | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {
        "at": format_instant(one.at),
        "phrases": one.phrases,
        "choices": one.choices,
        "right": one.right,
        "amongThree": one.among_three,
        "bar": None
        if one.bar is None
        else {
            "confidence": one.bar.confidence,
            "share": one.bar.share,
            "precision": one.bar.precision,
        },
    }


def _counted(one: Quality) -> dict[str, Any]:
    return {
        "calls": one.calls,
        "shown": one.shown,
        "right": one.right,
        "amongThree": one.among,
        "themes": [
            {
                "theme": each.theme,
                "chosen": each.chosen,
                "first": each.first,
                "right": each.right,
                "amongThree": each.among,
            }
            for each in one.themes
        ],
        "confusions": [
            {"suggested": each.suggested, "chosen": each.chosen, "count": each.count}
            for each in one.confusions
        ],
        "bands": [
            {"from": each.low, "calls": each.calls, "right": each.right} for each in one.bands
        ],
    }


def _told(one: Theme) -> dict[str, Any]:
    return {
        "key": one.key,
        "words": dict(one.words),
        "sector": one.sector,
        "resource": one.resource or None,
        "kind": one.kind.value,
        "serviceMinutes": None if one.service is None else one.service.total_seconds() / 60,
        "incidentType": one.incident_type or None,
        "examples": list(one.examples),
    }
