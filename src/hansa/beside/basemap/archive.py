"""One PMTiles archive, whole or not there: written beside its place, then put into it."""

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from pmtiles.tile import Compression, TileType
from pmtiles.writer import Writer

from hansa.base.problems import StoreRefused
from hansa.beside.basemap.model import HIGHEST, LOWEST, Box
from hansa.beside.basemap.rules import LANGUAGES, Rules
from hansa.beside.basemap.tiling import Tile

ATTRIBUTION = "© OpenStreetMap contributors"


class Archive:
    """Takes tiles in their order. Use as a context manager: it keeps a file of its own."""

    def __init__(self, file: BinaryIO) -> None:
        self._writer = Writer(file)
        self.tiles = 0
        self.largest = 0
        self.dropped = 0

    def __enter__(self) -> "Archive":
        return self

    def __exit__(self, *_: object) -> None:
        self._writer.tile_f.close()

    def take(self, tile: Tile) -> None:
        """Add one tile."""
        self._writer.write_tile(tile.number, tile.body)
        self.tiles += 1
        self.largest = max(self.largest, len(tile.body))
        self.dropped += tile.dropped

    def close(self, box: Box, metadata: Mapping[str, Any]) -> None:
        """Write the directories; the archive is then whole."""
        west, south, east, north = (round(edge * 1e7) for edge in box)
        header = {
            "tile_type": TileType.MVT,
            "tile_compression": Compression.GZIP,
            "min_lon_e7": west,
            "min_lat_e7": south,
            "max_lon_e7": east,
            "max_lat_e7": north,
            "center_zoom": 12,
            "center_lon_e7": (west + east) // 2,
            "center_lat_e7": (south + north) // 2,
        }
        self._writer.finalize(header, dict(metadata))


@contextmanager
def writing(target: Path) -> Iterator[BinaryIO]:
    """A new file in the place of `target` if all goes well, else what was there before."""
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(target.name + ".new")
    handle = os.open(fresh, os.O_RDWR | os.O_CREAT, 0o644)
    with os.fdopen(handle, "r+b") as file:
        _claim(file, fresh)
        try:
            file.truncate()
            yield file
            file.flush()
            os.fsync(handle)
        except BaseException:
            fresh.unlink()
            raise
        fresh.replace(target)


def metadata_of(rules: Rules, source: str, timestamp: str | None) -> dict[str, Any]:
    """What the archive says of itself (PMTiles v3, chapter 5; TileJSON 3.0)."""
    return {
        "name": source,
        "attribution": ATTRIBUTION,
        "type": "baselayer",
        "license": "ODbL-1.0",
        "osm_timestamp": timestamp,
        "languages": list(LANGUAGES),
        "vector_layers": [
            {
                "id": name,
                "minzoom": max(LOWEST, min(rule.zoom for rule in layer.rules)),
                "maxzoom": HIGHEST,
                "fields": {"class": "String"},
            }
            for name, layer in rules.layers.items()
        ],
    }


def _claim(file: BinaryIO, fresh: Path) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise StoreRefused(
            "another import writes this map",
            where=str(fresh),
            remedy="wait until it has finished, or stop it",
        ) from error
