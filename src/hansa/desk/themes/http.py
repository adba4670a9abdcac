"""Themes over HTTP: the city's catalogue, and which theme is meant by what somebody says."""

from typing import Any

import msgspec

from hansa.base.problems import BadRequestData
from hansa.base.rights import at
from hansa.base.times import format_instant
from hansa.base.web import Operation, Request, Response, Route, json_response
from hansa.desk.themes.model import Catalogue, Theme
from hansa.desk.themes.suggester import Learned, Suggester

_TAGS = ("themes",)
_TAKES_CALLS = at("calls")
_PRIVATE = (("Cache-Control", "no-store"),)
_BODY = 16 * 1024
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

    def __init__(self, catalogue: Catalogue, suggester: Suggester) -> None:
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
        found = self._suggester.suggest(words)
        return json_response(
            {
                "suggestions": [
                    {"theme": one.theme, "confidence": round(one.confidence, 3)} for one in found
                ],
                "alone": self._suggester.alone(found),
            },
            headers=_PRIVATE,
        )


def theme_routes(catalogue: Catalogue, suggester: Suggester) -> tuple[Route, ...]:
    """Every route of themes."""
    themes = Themes(catalogue, suggester)
    return (
        Route(
            "GET",
            "/desk/themes",
            themes.every,
            operation=Operation("What people call about: the city's catalogue of themes", _TAGS),
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
        "bar": one.bar,
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
