"""Sources over HTTP: what they gave, what was refused, and a clerk's files. Parse, call, render."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hansa.base.problems import BadRequestData, ResourceNotFound
from hansa.base.rights import Right, over
from hansa.base.web import (
    Handler,
    Operation,
    Parameter,
    Request,
    Response,
    Route,
    json_response,
)
from hansa.context import City
from hansa.guard import entry_of
from hansa.sectors import ledger, looking, showing
from hansa.sectors.doors import Doors
from hansa.sectors.importing import rerun
from hansa.sectors.incoming import Incoming, is_fixed, name_for
from hansa.sectors.mapping.load import Source
from hansa.sectors.preview import Look, look
from hansa.sectors.steering import steering_routes

LARGEST = 32 << 20  # bytes of a file that is sent; larger ones are put into the folder
_TAGS = ("sectors",)
_SEES = Right(sees=("DataSource",))
_ONE = "/sectors/sources/{source}"
_PRIVATE = (("Cache-Control", "no-store"),)
_LARGEST_PAGE = 200
_FILE = {"application/octet-stream": {"type": "string", "format": "binary"}}
_NAME = (Parameter("name", "The file's name", required=True),)
_UPLOADED = "Its digest tells in GET …/files/{file} when this very file was read"


class Sectors:
    """The handlers over one city's sources."""

    def __init__(self, city: City, sources: Sequence[Source], inbox: Path, doors: Doors) -> None:
        self._city = city
        self._doors = doors
        self._sources = {one.name: one for one in sources}
        self._incoming = Incoming(inbox)
        self._looking = asyncio.Semaphore(1)  # a look costs a core for a second or so

    async def many(self, request: Request) -> Response:
        """Every source."""
        sources = tuple(self._sources.values())
        return _answer(await showing.overview(self._city, sources, request.view))

    async def one(self, request: Request) -> Response:
        """One source with its files, and with its last rows where it is followed."""
        source = self._source(request)
        found = await showing.one_source(self._city, source, request.view)
        if source.name in self._doors:
            last = self._doors[source.name].last
            found["last"] = await showing.last_rows(self._city, last, request.view)
        return _answer(found)

    async def refused(self, request: Request) -> Response:
        """Refused rows, a page."""
        query = request.query
        found = await showing.refused(
            self._city,
            self._source(request),
            request.view,
            rule=query.get("rule"),
            after=query.get("after") or "",
            limit=query.whole("limit", 50, low=1, high=_LARGEST_PAGE) or 50,
        )
        return _answer(found)

    async def file(self, request: Request) -> Response:
        """How far one file of the inbox is read."""
        source, name = self._source(request), request.path_params["file"]
        key = f"{source.name}/{name}"
        for note in await self._city.notes(ledger.checkpoints(source.name), key):
            if note.key == key:
                known = ledger.checkpoint_of(note)
                return _answer({**showing.file_of(known), "digest": known.digest})
        raise ResourceNotFound(f"{name} was not read yet", where="file")

    async def preview(self, request: Request) -> Response:
        """What a file would give; nothing of it stays."""
        self._city.guard.check_manage(request.grant, "intake")
        source, data = self._source(request), await request.body()
        name = name_for(source, _given(request))
        async with self._looking:
            found = await asyncio.to_thread(self._look, source, name, data)
        there = await asyncio.to_thread(self._incoming.there, source, name)
        told = await looking.shown(self._city, source, request.view, found)
        replaces = there and is_fixed(source, name)
        return _answer({"file": name, "size": len(data), "replaces": replaces, **told})

    def _look(self, source: Source, name: str, data: bytes) -> Look:
        with self._incoming.held(name, data) as path:
            return look(source, path, name, self._city.clock.now())

    async def bring(self, request: Request) -> Response:
        """Put a file into the inbox, where the watcher reads it."""
        self._city.guard.check_manage(request.grant, "intake")
        source, data = self._source(request), await request.body()
        name = name_for(source, _given(request))
        await self._journal(request, "source-upload", source=source.name, bytes=len(data))
        stored = await asyncio.to_thread(self._incoming.bring, source, name, data)
        return json_response({"file": stored.file, "digest": stored.digest}, 202, _PRIVATE)

    async def rerun(self, request: Request) -> Response:
        """Read again the files of which rows were refused."""
        self._city.guard.check_manage(request.grant, "intake")
        source = self._source(request)
        await self._journal(request, "source-rerun", source=source.name)
        report = await rerun(self._city, source)
        return _answer(
            {
                "files": len(report.files),
                "read": report.read,
                "accepted": report.accepted,
                "refused": report.refused,
                "changed": report.changed,
            }
        )

    async def _journal(self, request: Request, kind: str, **facts: str | int) -> None:
        guard = self._city.guard
        await guard.journal.write(entry_of(request.grant, kind, self._city.clock.now(), **facts))

    def _source(self, request: Request) -> Source:
        name = request.path_params["source"]
        found = self._sources.get(name)
        if found is not None and request.grant.source not in ("", found.id):
            found = None  # a program of one source knows of no other
        if found is None:
            known = ", ".join(self._sources)
            raise ResourceNotFound(f"there is no source {name!r}", remedy=f"one of {known}")
        return found


def _given(request: Request) -> str:
    name = request.query.get("name")
    if not name:
        raise BadRequestData("the file has no name", where="name", remedy="say ?name=FILE")
    return name


def _answer(found: Any) -> Response:
    return json_response(found, headers=_PRIVATE)


def routes(city: City, sources: Sequence[Source], inbox: Path, doors: Doors) -> tuple[Route, ...]:
    """Every route of the room. `inbox`: the watched folder; `doors`: who follows the others."""
    sectors = Sectors(city, sources, inbox, doors)
    return (*_looks(sectors), *steering_routes(city, doors), *_files(sectors))


def _looks(sectors: Sectors) -> tuple[Route, ...]:
    paging = (
        Parameter("rule", "Only rows that this rule refused"),
        Parameter("after", "`next` of the page before"),
        Parameter("limit", "At most so many", schema={"type": "integer"}),
    )
    return (
        Route(
            "GET",
            "/sectors/sources",
            sectors.many,
            operation=Operation("Sources of data with their health", _TAGS),
            strict=True,
        ),
        Route(
            "GET",
            _ONE,
            sectors.one,
            operation=Operation("A source, its files, its refusals by rule", _TAGS),
            strict=True,
            right=_SEES,
        ),
        Route(
            "GET",
            f"{_ONE}/refused",
            sectors.refused,
            operation=Operation("Refused rows with their reasons", _TAGS, paging),
            strict=True,
            right=_SEES,
        ),
        Route(
            "GET",
            f"{_ONE}/files/{{file}}",
            sectors.file,
            operation=Operation("How far a file of the inbox is read", _TAGS),
            strict=True,
            right=_SEES,
        ),
    )


def _files(sectors: Sectors) -> tuple[Route, ...]:
    return (
        _sent(f"{_ONE}/preview", sectors.preview, "What a file would give; nothing is kept", "OK"),
        _sent(f"{_ONE}/files", sectors.bring, "Put a file into the inbox", _UPLOADED),
        Route(
            "POST",
            f"{_ONE}/rerun",
            sectors.rerun,
            operation=Operation("Read again the files of which rows were refused", _TAGS),
            right=over("intake"),
        ),
    )


def _sent(path: str, handler: Handler, summary: str, done: str) -> Route:
    status = 202 if path.endswith("/files") else 200
    operation = Operation(
        summary,
        _TAGS,
        _NAME,
        _FILE,
        {status: done, 400: "No file of this source", 413: "Too large"},
    )
    return Route(
        "POST",
        path,
        handler,
        operation=operation,
        body_limit=LARGEST,
        needs_length=True,
        strict=True,
        right=over("intake"),
    )
