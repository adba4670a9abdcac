"""Themes over HTTP: the city's catalogue."""

from typing import Any

from hansa.base.web import Operation, Request, Response, Route, json_response
from hansa.desk.themes.model import Catalogue, Theme

_TAGS = ("themes",)


class Themes:
    """The handlers over one city's catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    async def every(self, _: Request) -> Response:
        """The catalogue."""
        return json_response({"themes": [_told(one) for one in self._catalogue.themes.values()]})


def theme_routes(catalogue: Catalogue) -> tuple[Route, ...]:
    """Every route of themes."""
    themes = Themes(catalogue)
    return (
        Route(
            "GET",
            "/desk/themes",
            themes.every,
            operation=Operation("What people call about: the city's catalogue of themes", _TAGS),
        ),
    )


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
