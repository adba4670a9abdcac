"""Attachments over HTTP: the file is the body, its name stands in `Slug` (RFC 5023, 9.7).

A name may be that of a person, so it is in no path and no query, which servers write into logs.
"""

from urllib.parse import quote, unquote

from hansa.base.ids import check_uri
from hansa.base.problems import InvalidRequest
from hansa.base.rights import Right, at
from hansa.base.web import Operation, Request, Response, Route, json_response
from hansa.context import City
from hansa.desk.attachments.keeping import Attached, attach, content_of
from hansa.desk.settings import DeskSettings

_TAGS = ("desk",)
_PATH = "/desk/incidents/{id}/attachments"
_FILE = {"type": "string", "format": "binary"}


class Attachments:
    """The handlers over one city's attachments."""

    def __init__(self, city: City, settings: DeskSettings) -> None:
        self._city = city
        self._settings = settings

    async def bring(self, request: Request) -> Response:
        """Keep the file with the incident."""
        given = Attached(
            name=_slug(request),
            media_type=(request.headers.get("content-type") or "")
            .partition(";")[0]
            .strip()
            .lower(),
            content=await request.body(),
        )
        incident = check_uri(request.path_params["id"], "id")
        name = await attach(self._city, request.grant, self._settings, incident, given)
        return json_response({"id": name}, 201)

    async def fetch(self, request: Request) -> Response:
        """The file, for a purpose."""
        incident = check_uri(request.path_params["id"], "id")
        attachment = check_uri(request.path_params["attachment"], "attachment")
        found = await content_of(self._city, request.grant, incident, attachment)
        named = f"attachment; filename*=UTF-8''{quote(found.name, safe='')}"  # RFC 6266, 4.1
        headers = (
            ("Content-Type", found.media_type),
            ("Content-Disposition", named),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
            ("Content-Security-Policy", "sandbox; default-src 'none'"),
        )
        return Response(200, found.content, headers)


def attachment_routes(city: City, settings: DeskSettings) -> tuple[Route, ...]:
    """Every route of the attachments."""
    handlers = Attachments(city, settings)
    return (
        Route(
            "POST",
            _PATH,
            handlers.bring,
            operation=Operation(
                "Attach a file; its name in the header Slug",
                _TAGS,
                request=dict.fromkeys(sorted(settings.attachments.types), _FILE),
                responses={201: "Kept: id", 413: "Too large", 415: "Not a type that is kept"},
            ),
            body_limit=settings.attachments.largest,
            right=at("desk"),
        ),
        Route(
            "GET",
            f"{_PATH}/{{attachment}}",
            handlers.fetch,
            operation=Operation(
                "The file, for the purpose named in Hansa-Purpose",
                _TAGS,
                responses={200: "The file", 403: "No purpose named", 404: "None, or erased"},
            ),
            right=Right(purpose=True),
        ),
    )


def _slug(request: Request) -> str:
    text = request.headers.get("slug") or ""
    try:
        name = unquote(text, errors="strict")
    except UnicodeDecodeError as error:
        raise InvalidRequest("the name is not percent-encoded UTF-8", where="Slug") from error
    return name.replace("\\", "/").rpartition("/")[2].strip()
