"""Vector tiles, version 2.1 of the specification: geometries in the tile's own units as bytes.

Coordinates are whole numbers from 0 to EXTENT, y down. Rings wind as 4.3.3.3 asks: the outer
one has a positive area there. What a rounding made nothing is left out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from hansa.beside.basemap.model import Geometries, Properties

EXTENT = 4096

_POINT, _LINE, _POLYGON = 1, 2, 3
_MOVE, _DRAW, _CLOSE = 1, 2, 7
_KIND_OF = {0: _POINT, 1: _LINE, 2: _LINE, 3: _POLYGON, 4: _POINT, 5: _LINE, 6: _POLYGON}

Path = Sequence[Sequence[int]]


@dataclass(frozen=True, slots=True)
class Content:
    """The features of one layer of one tile: geometries of one dimension, and what they say."""

    name: str
    geometries: Geometries
    properties: Sequence[Properties]


def tile(contents: Iterable[Content]) -> bytes:
    """One tile; empty where nothing is left of any layer."""
    return b"".join(_block(3, layer) for layer in map(_layer, contents) if layer)


def _layer(content: Content) -> bytes:
    keys: dict[str, int] = {}
    values: dict[str | int, int] = {}
    features = []
    drawn = _commands(content.geometries)
    kinds = shapely.get_type_id(content.geometries)
    for index, commands in drawn.items():
        tags: list[int] = []
        for key, value in content.properties[index].items():
            tags += keys.setdefault(key, len(keys)), values.setdefault(value, len(values))
        body = _block(2, packed(tags)) + _number(3, _KIND_OF[int(kinds[index])])
        features.append(_block(2, body + _block(4, packed(commands))))
    if not features:
        return b""
    return b"".join(
        (
            _number(15, 2),
            _block(1, content.name.encode()),
            *features,
            *(_block(3, key.encode()) for key in keys),
            *(_block(4, _value(value)) for value in values),
            _number(5, EXTENT),
        )
    )


def _commands(geometries: Geometries) -> Mapping[int, list[int]]:
    """The drawing commands of each geometry that has any."""
    found: dict[int, list[int]] = {}
    parts, owners = shapely.get_parts(geometries, return_index=True)
    dimension = shapely.get_dimensions(parts)
    for draw, chosen in ((_points, 0), (_lines, 1), (_rings, 2)):
        mask = (dimension == chosen) & ~shapely.is_empty(parts)
        if mask.any():
            draw(parts[mask], owners[mask].tolist(), found)
    return dict(sorted(found.items()))


def _points(parts: Geometries, owners: Sequence[int], found: dict[int, list[int]]) -> None:
    places: dict[int, list[list[int]]] = {}
    for owner, place in zip(owners, _whole(shapely.get_coordinates(parts)), strict=True):
        places.setdefault(owner, []).append(place)
    for owner, several in places.items():
        commands, x, y = [_MOVE | len(several) << 3], 0, 0
        for to_x, to_y in several:
            commands += _zigzag(to_x - x), _zigzag(to_y - y)
            x, y = to_x, to_y
        found[owner] = commands


def _lines(parts: Geometries, owners: Sequence[int], found: dict[int, list[int]]) -> None:
    cursors: dict[int, tuple[int, int]] = {}
    _, coordinates, offsets = shapely.to_ragged_array(parts)
    whole = _whole(coordinates)
    (starts,) = offsets
    for index, owner in enumerate(owners):
        path = _distinct(whole[starts[index] : starts[index + 1]])
        if len(path) > 1:
            cursor = cursors.get(owner, (0, 0))
            cursors[owner] = _draw(path, cursor, found.setdefault(owner, []))


def _rings(parts: Geometries, owners: Sequence[int], found: dict[int, list[int]]) -> None:
    cursors: dict[int, tuple[int, int]] = {}
    _, coordinates, offsets = shapely.to_ragged_array(shapely.orient_polygons(parts))
    whole = _whole(coordinates)
    starts, polygons = offsets
    for index, owner in enumerate(owners):
        for ring in range(polygons[index], polygons[index + 1]):
            outer = ring == polygons[index]
            path = _distinct(whole[starts[ring] : starts[ring + 1]])[:-1]
            area = _area(path)
            if area == 0 or (area > 0) != outer:
                if outer:
                    break  # what has no outline has no holes
                continue
            commands = found.setdefault(owner, [])
            cursors[owner] = _draw(path, cursors.get(owner, (0, 0)), commands)
            commands.append(_CLOSE | 1 << 3)


def _draw(path: Path, cursor: tuple[int, int], commands: list[int]) -> tuple[int, int]:
    x, y = cursor
    to_x, to_y = path[0]
    commands += _MOVE | 1 << 3, _zigzag(to_x - x), _zigzag(to_y - y)
    commands.append(_DRAW | (len(path) - 1) << 3)
    x, y = to_x, to_y
    for to_x, to_y in path[1:]:
        commands += _zigzag(to_x - x), _zigzag(to_y - y)
        x, y = to_x, to_y
    return x, y


def _area(path: Path) -> int:
    """Twice the area, with its sign (the surveyor's formula); 0 for less than three corners."""
    if len(path) < 3:
        return 0
    following = (*path[1:], path[0])
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(path, following, strict=True))


def _distinct(path: Path) -> list[Sequence[int]]:
    """The path without standing still."""
    return [place for index, place in enumerate(path) if index == 0 or place != path[index - 1]]


def _whole(coordinates: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> list[list[int]]:
    rounded: list[list[int]] = np.rint(coordinates).astype(np.int64).tolist()
    return rounded


def _zigzag(number: int) -> int:
    return number << 1 if number >= 0 else (-number << 1) - 1


def packed(numbers: Iterable[int]) -> bytes:
    """Numbers as varints, one after the other."""
    found = bytearray()
    for number in numbers:
        while number > 127:
            found.append(number & 127 | 128)
            number >>= 7
        found.append(number)
    return bytes(found)


def _value(value: str | int) -> bytes:
    return _block(1, value.encode()) if isinstance(value, str) else _number(5, value)


def _number(field: int, value: int) -> bytes:
    return packed((field << 3, value))


def _block(field: int, body: bytes) -> bytes:
    return packed((field << 3 | 2, len(body))) + body
