"""The settings over HTTP (docs/settings.md): parse, call, render."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, TypeAlias

import msgspec

from hansa.app.folder import keeping, laying, telling
from hansa.app.folder.comparing import Standing
from hansa.app.folder.folder import Edit, Edited, Folder
from hansa.app.folder.model import AREAS, LARGEST, ROOM
from hansa.base.problems import BadRequestData, ResourceNotFound
from hansa.base.rights import Right
from hansa.base.web import Handler, Operation, Request, Response, Route, json_response
from hansa.context import City
from hansa.guard import Grant

_TAGS = ("settings",)
_EDITS = Right(works=(ROOM,), manages=tuple(sorted(set(AREAS.values()))))
_PRIVATE = (("Cache-Control", "no-store"),)
_BODY = 4 * LARGEST
_TEXT = {"type": "string", "maxLength": LARGEST}
_COMMENT = {"type": "string", "maxLength": 1000, "description": "Why; says nothing about persons"}
_EXPECT = {"type": "integer", "description": "`change` of the setting looked at; 0: there is none"}
_SEEN = {"type": "string", "description": "Digest of the folder's file looked at"}
_DONE = {
    200: "Done: path, change, digest, rooms that began anew",
    403: "The role may not edit this file",
    404: "No such file",
    409: "Somebody was faster: change, editedBy, editedAt",
    422: "A room refuses it: path, line, field; the old one stays in force",
}
Act: TypeAlias = Callable[[Grant, Edit], Awaitable[Edited]]


class Wish(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The body of whatever changes a setting."""

    expect: int | None = None
    text: str | None = None
    comment: str = ""
    folder: str | None = None
    version: int | None = None
    take: str = ""


class Settings:
    """The handlers over one city's settings."""

    def __init__(self, city: City, folder: Folder) -> None:
        self._city = city
        self._folder = folder

    async def many(self, request: Request) -> Response:
        """Every file that the holder may read."""
        folder, grant = self._folder, request.grant
        every = await folder.pairs()
        found = [one for one in every if telling.reads(self._city, grant, one.path)]
        apart = await asyncio.to_thread(laying.apart, self._city.settings.folder)
        return _answer(
            {
                "files": [telling.short(one, folder, folder.may(grant, one.path)) for one in found],
                "apart": [f"{one.name}/" if one.is_dir() else one.name for one in apart],
                "kinds": telling.kinds(folder, grant),
                "fixed": sorted(folder.fixed),
            }
        )

    async def differences(self, request: Request) -> Response:
        """Where folder and console differ."""
        grant, folder = request.grant, self._folder
        found = [one for one in await folder.pairs() if one.standing is not Standing.SAME]
        seen = [one for one in found if telling.reads(self._city, grant, one.path)]
        return _answer([telling.whole(one, folder, folder.may(grant, one.path)) for one in seen])

    async def one(self, request: Request) -> Response:
        """One file with its text."""
        path = self._path(request)
        pair = await self._folder.pair(path)
        told = telling.whole(pair, self._folder, self._folder.may(request.grant, path))
        return _answer(told)

    async def versions(self, request: Request) -> Response:
        """What it was before."""
        path = self._path(request)
        await self._folder.pair(path)
        return _answer([one.document() for one in await keeping.read_versions(self._city, path)])

    async def version(self, request: Request) -> Response:
        """One of them."""
        found = await self._version(self._path(request), request.path_params["change"])
        return _answer({**found.document(), "text": found.text})

    async def edits(self, handler: Handler, request: Request) -> Response:
        """Who may edit the file is asked before the body is read; `handler` does the rest."""
        self._folder.check_may(request.grant, request.path_params["path"])
        return await handler(request)

    async def check(self, request: Request) -> Response:
        """Try a text."""
        wish = await _wish(request)
        await self._folder.check(request.grant, request.path_params["path"], _text(wish))
        return _answer({"good": True})

    async def put(self, request: Request) -> Response:
        """Put a text in force."""
        wish = await _wish(request)
        return await self._done(request, self._folder.edit, wish, _text(wish))

    async def remove(self, request: Request) -> Response:
        """Take a file away."""
        return await self._done(request, self._folder.edit, await _wish(request), None)

    async def undo(self, request: Request) -> Response:
        """Put an older version in force."""
        wish = await _wish(request)
        version = await self._version(self._path(request), str(wish.version))
        text = version.text if version.digest else None
        return await self._done(request, self._folder.edit, wish, text)

    async def choose(self, request: Request) -> Response:
        """Decide between folder and console."""
        wish = await _wish(request)
        acts: dict[str, Act] = {"folder": self._folder.take, "console": self._folder.keep}
        if wish.take not in acts:
            raise BadRequestData(
                f"{wish.take!r} is neither", where="take", remedy=" or ".join(acts)
            )
        if wish.folder is None:
            raise BadRequestData(
                "which file of the folder was looked at?", where="folder", remedy="send its digest"
            )
        return await self._done(request, acts[wish.take], wish, None)

    async def _done(self, request: Request, act: Act, wish: Wish, text: str | None) -> Response:
        if wish.expect is None:
            raise BadRequestData(
                "an edit says which version it was made on",
                where="expect",
                remedy="send the change number of the setting you looked at",
            )
        path = request.path_params["path"]
        edit = Edit(path, text, wish.expect, wish.comment.strip(), wish.folder)
        done = await act(request.grant, edit)
        found = done.setting
        return _answer(
            {
                "path": found.path,
                "change": found.change,
                "digest": found.digest,
                "rooms": list(done.rooms),
            }
        )

    def _path(self, request: Request) -> str:
        path = request.path_params["path"]
        telling.check_reads(self._city, request.grant, path)
        return path

    async def _version(self, path: str, change: str) -> keeping.Version:
        for one in await keeping.read_versions(self._city, path):
            if str(one.change) == change:
                return one
        raise ResourceNotFound(f"{path} has no version {change}", where="version")


async def _wish(request: Request) -> Wish:
    try:
        return msgspec.convert(await request.json(_BODY), Wish)
    except msgspec.ValidationError as error:
        raise BadRequestData(str(error), where="body") from error


def _text(wish: Wish) -> str:
    if wish.text is None:
        raise BadRequestData("there is no text", where="text")
    return wish.text


def _answer(found: Any) -> Response:
    return json_response(found, headers=_PRIVATE)


def routes(city: City, folder: Folder) -> tuple[Route, ...]:
    """Every route of the settings."""
    asked, one = Settings(city, folder), "/settings/{path}"
    send = partial(_send, asked)
    changing = {"expect": _EXPECT, "comment": _COMMENT}
    return (
        _get("/settings", asked.many, "The files of the city's folder as settings"),
        _get("/settings/differences", asked.differences, "Where folder and console differ"),
        _get(one, asked.one, "A setting with its text"),
        _get(f"{one}/versions", asked.versions, "What it was, the newest first"),
        _get(f"{one}/versions/{{change}}", asked.version, "One version with its text"),
        send("PUT", one, asked.put, "Edit it", changing | {"text": _TEXT, "folder": _SEEN}),
        send("POST", f"{one}/check", asked.check, "Try a text; keep nothing", {"text": _TEXT}),
        send("POST", f"{one}/remove", asked.remove, "Take the file away", changing),
        send(
            "POST",
            f"{one}/undo",
            asked.undo,
            "Put an older version in force, as a new one",
            changing | {"version": {"type": "integer"}},
        ),
        send(
            "POST",
            f"{one}/choose",
            asked.choose,
            "Decide between folder and console",
            changing | {"take": {"type": "string", "enum": ["folder", "console"]}, "folder": _SEEN},
        ),
    )


def _get(path: str, handler: Handler, words: str) -> Route:
    return Route("GET", path, handler, operation=Operation(words, _TAGS), strict=True)


def _send(
    asked: Settings,
    method: str,
    path: str,
    handler: Handler,
    words: str,
    members: dict[str, Any],
) -> Route:
    body = {"type": "object", "additionalProperties": False, "properties": members}
    operation = Operation(words, _TAGS, request={"application/json": body}, responses=_DONE)
    return Route(
        *(method, path, partial(asked.edits, handler)),
        operation=operation,
        body_limit=_BODY,
        strict=True,
        right=_EDITS,
    )
