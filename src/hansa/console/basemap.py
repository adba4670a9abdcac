"""The city's base map: one PMTiles archive made by `hansa map import`, served tile by tile.

The archive may be replaced while the node runs; each request sees the one that lies there now.
The address of a tile names the archive's version, so that a browser never asks twice for it.
"""

import gzip
import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson
from pmtiles.tile import (
    Entry,
    MagicNumberNotFound,
    SpecVersionUnsupported,
    deserialize_directory,
    deserialize_header,
    find_tile,
    zxy_to_tileid,
)

from hansa.base.problems import ResourceNotFound
from hansa.base.web import Operation, Request, Response, Route
from hansa.console.files import SECURITY

ADDRESS = "/console/map/base/{version}/{z}/{x}/{y}"

_TYPE = "application/vnd.mapbox-vector-tile"
_HEAD = 127  # bytes of a PMTiles header
_DEEPEST = 4  # directories above a tile
_KEPT = 64  # directories in memory: those of half a million tiles
_FOREVER = "private, max-age=31536000, immutable"
_State = tuple[Path, int, int, int]


class BaseMap:
    """Whichever of the places holds an archive now; the first one wins."""

    def __init__(self, places: Sequence[Path] = ()) -> None:
        self._places = tuple(places)
        self._state: _State | None = None
        self._archive: Archive | None = None

    def current(self) -> "Archive | None":
        """The archive that lies there now; None where there is none, or none that can be read."""
        state = self._look()
        if state != self._state:
            self._archive, self._state = (None if state is None else _opened(state)), state
        return self._archive

    def routes(self) -> tuple[Route, ...]:
        """The one route."""
        answers = {200: "The tile, packed", 204: "The map has nothing there"}
        told = Operation("A tile of the imported base map, MVT", ("console",), responses=answers)
        return (Route("GET", ADDRESS, self._tile, operation=told),)

    async def _tile(self, request: Request) -> Response:
        """One tile as it lies in the archive, packed; 204 where the map has nothing."""
        archive = self.current()
        if archive is None:
            raise ResourceNotFound("the city has no base map")
        zoom, x, y = (_number(request.path_params[name]) for name in ("z", "x", "y"))
        fresh = request.path_params["version"] == archive.version
        headers = (
            ("Content-Type", _TYPE),
            ("ETag", f'"{archive.version}"'),
            ("Cache-Control", _FOREVER if fresh else "no-cache"),
            ("Vary", "Accept-Encoding"),
            *SECURITY,
        )
        if archive.version in request.headers.get("if-none-match", ""):
            return Response(304, b"", headers)
        body = archive.tile(zoom, x, y)
        if body is None:
            return Response(204, b"", headers)
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(200, body, (*headers, ("Content-Encoding", "gzip")))
        return Response(200, gzip.decompress(body), headers)

    def _look(self) -> _State | None:
        for place in self._places:
            try:
                told = place.stat()
            except OSError:
                continue
            return place, told.st_ino, told.st_mtime_ns, told.st_size
        return None


class Archive:
    """One opened archive. Its file stays open: replaced, it can still be read to its end."""

    def __init__(self, state: _State) -> None:
        self._file = state[0].open("rb")
        self.version = hashlib.sha256(repr(state[1:]).encode()).hexdigest()[:16]
        self._header: dict[str, Any] = dict(deserialize_header(self._read(0, _HEAD)))
        packed = self._read(self._header["metadata_offset"], self._header["metadata_length"])
        self._told: dict[str, Any] = orjson.loads(gzip.decompress(packed))
        self._directories: dict[int, list[Entry]] = {}

    def __del__(self) -> None:
        self._file.close()

    def told(self) -> dict[str, Any]:
        """What a page must know to show it (see `BaseMap` in the page's model.ts)."""
        edges = ("min_lon_e7", "min_lat_e7", "max_lon_e7", "max_lat_e7")
        return {
            "tiles": ADDRESS.replace("{version}", self.version),
            "bounds": [self._header[edge] / 1e7 for edge in edges],
            "minzoom": self._header["min_zoom"],
            "maxzoom": self._header["max_zoom"],
            "attribution": str(self._told.get("attribution", "")),
            "at": self._told.get("osm_timestamp"),
        }

    def tile(self, zoom: int, x: int, y: int) -> bytes | None:
        """The packed tile, or None."""
        if zoom > self._header["max_zoom"] or not (0 <= x < 1 << zoom and 0 <= y < 1 << zoom):
            return None
        number = zxy_to_tileid(zoom, x, y)
        offset, length = self._header["root_offset"], self._header["root_length"]
        for _ in range(_DEEPEST):
            found = find_tile(self._directory(offset, length), number)
            if found is None:
                return None
            if found.run_length:
                return self._read(self._header["tile_data_offset"] + found.offset, found.length)
            offset, length = self._header["leaf_directory_offset"] + found.offset, found.length
        return None

    def _directory(self, offset: int, length: int) -> list[Entry]:
        if offset not in self._directories:
            if len(self._directories) >= _KEPT:
                self._directories.clear()
            self._directories[offset] = deserialize_directory(self._read(offset, length))
        return self._directories[offset]

    def _read(self, offset: int, length: int) -> bytes:
        return os.pread(self._file.fileno(), length, offset)


def _opened(state: _State) -> Archive | None:
    """The archive, or None for a file that is none: the map is then drawn without it."""
    try:
        return Archive(state)
    except (MagicNumberNotFound, SpecVersionUnsupported, ValueError, OSError, EOFError):
        return None


def _number(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > 9:
        raise ResourceNotFound("there is no such tile", where=text)
    return int(text)
