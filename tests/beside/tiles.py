"""Reads vector tiles by the specification, apart from the code that writes them."""

import gzip
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pmtiles.reader import MmapSource, Reader, all_tiles

Place = tuple[int, int]


@dataclass
class Decoded:
    """A feature as a client sees it: kind 1 point, 2 line, 3 polygon; parts or rings."""

    kind: int
    properties: dict[str, Any]
    parts: list[list[Place]] = field(default_factory=list)


Layers = dict[str, list[Decoded]]


def archive(
    path: Path,
) -> tuple[dict[str, Any], dict[str, Any], dict[tuple[int, int, int], Layers]]:
    """Header, metadata and every tile of an archive."""
    with path.open("rb") as file:
        source = MmapSource(file)
        reader = Reader(source)
        tiles = {place: tile(gzip.decompress(body)) for place, body in all_tiles(source)}
        return dict(reader.header()), reader.metadata(), tiles


def tile(body: bytes) -> Layers:
    """The layers of one tile."""
    found: Layers = {}
    for number, value in _fields(body):
        assert number == 3
        name, features = _layer(value)
        assert name not in found, "a layer's name stands once in a tile"
        found[name] = features
    return found


def _layer(body: bytes) -> tuple[str, list[Decoded]]:
    told = list(_fields(body))
    keys = [value.decode() for number, value in told if number == 3]
    values = [_value(value) for number, value in told if number == 4]
    assert [value for number, value in told if number == 15] == [2]
    (name,) = (value.decode() for number, value in told if number == 1)
    return name, [_feature(value, keys, values) for number, value in told if number == 2]


def _feature(body: bytes, keys: list[str], values: list[Any]) -> Decoded:
    told = dict(_fields(body))
    tags = list(_varints(told.get(2, b"")))
    pairs = zip(tags[::2], tags[1::2], strict=True)
    properties = {keys[key]: values[value] for key, value in pairs}
    return Decoded(told[3], properties, _parts(told[3], list(_varints(told[4]))))


def _parts(kind: int, commands: list[int]) -> list[list[Place]]:
    parts: list[list[Place]] = []
    x = y = at = 0
    while at < len(commands):
        what, count = commands[at] & 7, commands[at] >> 3
        at += 1
        if what == 7:
            assert (kind, count) == (3, 1)
            parts[-1].append(parts[-1][0])
            continue
        for _ in range(count):
            x, y = x + _signed(commands[at]), y + _signed(commands[at + 1])
            at += 2
            if what == 1:
                parts.append([])
            parts[-1].append((x, y))
    return parts


def _signed(number: int) -> int:
    return -(number + 1 >> 1) if number & 1 else number >> 1


def _value(body: bytes) -> Any:
    ((number, value),) = _fields(body)
    return value.decode() if number == 1 else value


def _fields(body: bytes) -> Iterator[tuple[int, Any]]:
    at = 0
    while at < len(body):
        key, at = _varint(body, at)
        value: Any
        value, at = _varint(body, at)
        if key & 7 == 2:
            value, at = body[at : at + value], at + value
        yield key >> 3, value


def _varints(body: bytes) -> Iterator[int]:
    at = 0
    while at < len(body):
        value, at = _varint(body, at)
        yield value


def _varint(body: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        value |= (body[at] & 127) << shift
        shift += 7
        at += 1
        if body[at - 1] < 128:
            return value, at
