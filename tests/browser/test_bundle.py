"""How much a page weighs before its map: every file that the browser fetches, as it is sent."""

import gzip
from pathlib import Path

from hansa.console import files

MOST = 600_000  # bytes, packed, without the map library


def test_the_bundle_without_the_map_library_is_light() -> None:
    weights = {name: _sent(file.path) for name, file in files.bundle().items()}
    ours = {name: size for name, size in weights.items() if not _is_the_map(name)}

    assert len(ours) < len(weights), "the map library is a part of its own"
    assert sum(ours.values()) < MOST, ours


def _is_the_map(name: str) -> bool:
    """The library with what draws on it: fetched by itself, by pages that show a map.

    The atlas too: fetched after the map's first picture, only where a city draws no land.
    """
    parts = ("view-", "maplibre-gl-worker-", "countries-10m-")
    return name.removeprefix("assets/").startswith(parts)


def _sent(path: Path) -> int:
    body = path.read_bytes()
    return len(body) if path.suffix == ".woff2" else len(gzip.compress(body, 6, mtime=0))
