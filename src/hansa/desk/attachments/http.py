"""Attachments over HTTP: the file is the body, its name stands in `Slug` (RFC 5023, 9.7).

A name may be that of a person, so it is in no path and no query, which servers write into logs.
"""

from urllib.parse import quote, unquote

from hansa.base.ids import check_uri
from hansa.base.problems import InvalidRequest
from hansa.base.rights import Right, at
from hansa.base.web import Handler, Operation, Request, Response, Route, json_response
from hansa.context import City
from hansa.desk.attachments.keeping import Attached, attach, attach_to_task, content_of
from hansa.desk.settings import DeskSettings
from hansa.desk.tasks.orders import ROOM as TASKS

_TAGS = ("desk",)
_PATH = "/desk/incidents/{id}/attachments"
_OF_TASK = "/desk/tasks/{id}/attachments"
_FILE = {"type": "string", "format": "binary"}


class Attachments:
    """The handlers over one city's attachments."""

    def __init__(self, city: City, settings: DeskSettings) -> None:
        self._city = city
        self._settings = settings

    async def bring(self, request: Request) -> Response:
        """Keep the file with the incident."""
        given = await _given(request)
        incident = check_uri(request.path_params["id"], "id")
        name = await attach(self._city, request.grant, self._settings, incident, given)
        return json_response({"id": name}, 201)

    async def bring_to_task(self, request: Request) -> Response:
        """Keep the photograph with the task."""
        given = await _given(request)
        task = check_uri(request.path_params["id"], "id")
        name = await attach_to_task(self._city, request.grant, self._settings, task, given)
        return json_response({"id": name}, 201)

    async def fetch(self, request: Request) -> Response:
        """The file, for a purpose."""
        subject = check_uri(request.path_params["id"], "id")
        attachment = check_uri(request.path_params["attachment"], "attachment")
        found = await content_of(self._city, request.grant, subject, attachment)
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
        *_pair(handlers, settings, _PATH, handlers.bring, at("desk")),
        *_pair(handlers, settings, _OF_TASK, handlers.bring_to_task, at(TASKS)),
    )


def _pair(
    handlers: Attachments, settings: DeskSettings, path: str, bring: Handler, right: Right
) -> tuple[Route, Route]:
    """Bringing a file, and reading it."""
    brought = Operation(
        "Attach a file; its name in the header Slug",
        _TAGS,
        request=dict.fromkeys(sorted(settings.attachments.types), _FILE),
        responses={201: "Kept: id", 413: "Too large", 415: "Not a type that is kept"},
    )
    read = Operation(
        "The file, for the purpose named in Hansa-Purpose",
        _TAGS,
        responses={200: "The file", 403: "No purpose named", 404: "None, or erased"},
    )
    largest, one = settings.attachments.largest, f"{path}/{{attachment}}"
    return (
        Route("POST", path, bring, operation=brought, body_limit=largest, right=right),
        Route("GET", one, handlers.fetch, operation=read, right=Right(purpose=True)),
    )


async def _given(request: Request) -> Attached:
    kind = (request.headers.get("content-type") or "").partition(";")[0].strip().lower()
    return Attached(name=_slug(request), media_type=kind, content=await request.body())


def _slug(request: Request) -> str:
    text = request.headers.get("slug") or ""
    try:
        name = unquote(text, errors="strict")
    except UnicodeDecodeError as error:
        raise InvalidRequest("the name is not percent-encoded UTF-8", where="Slug") from error
    return name.replace("\\", "/").rpartition("/")[2].strip()
