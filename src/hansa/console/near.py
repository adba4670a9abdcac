"""Names of the towns around a city whose folder draws no places and that has no base map.

The helper process looks them up once; the few rows are kept here.
"""

import hashlib

from hansa.base.web import Operation, Request, Response, Route
from hansa.console.files import SECURITY, TYPES
from hansa.context import City

ADDRESS = "/console/map/near/places"

_WITHIN = 150.0  # kilometres
_MOST = 60


class Near:
    """The towns near the middle of one city's map."""

    def __init__(self, city: City) -> None:
        self._city = city
        self._found: bytes | None = None

    def routes(self) -> tuple[Route, ...]:
        """The one route."""
        told = Operation("Towns near the city by name, GeoJSON, from GeoNames", ("console",))
        return (Route("GET", ADDRESS, self._places, operation=told),)

    async def _places(self, request: Request) -> Response:
        """The towns, or 304 where the client has them."""
        if self._found is None:
            centre = self._city.settings.map.center
            self._found = await self._city.helper.call("places.near", *centre, _WITHIN, _MOST)
        etag = f'"{hashlib.sha256(self._found).hexdigest()[:24]}"'
        headers = (
            ("Content-Type", TYPES[".geojson"]),
            ("ETag", etag),
            ("Cache-Control", "no-cache"),
            *SECURITY,
        )
        if etag in request.headers.get("if-none-match", ""):
            return Response(304, b"", headers)
        return Response(200, self._found, headers)
