"""Features on the disk, found again by the cell they lie in: memory does not grow with the map.

The file has no name: whatever ends the process, it is gone with it. In memory are two numbers
for each feature and cell.
"""

import tempfile
from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

import msgspec
import numpy as np
import shapely
from numpy.typing import NDArray

from hansa.beside.basemap.model import HIGHEST, LOWEST, Box, Feature

CELLS = 11  # the zoom whose tiles are the cells
_FAR = CELLS - 1  # the highest zoom at which everything that shows is one cell

_WIDEST = 4096  # cells: what touches more is kept for all of them

_Kept = tuple[int, int, int, dict[str, str | int], bytes]


Cell = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Covered:
    """The columns and rows of tiles that a box touches."""

    columns: range
    rows: range

    def __len__(self) -> int:
        return len(self.columns) * len(self.rows)

    def __iter__(self) -> Iterator[Cell]:
        return ((x, y) for x in self.columns for y in self.rows)


class Spool:
    """Takes features once, gives them back for each zoom and cell. Use as a context manager."""

    def __init__(self) -> None:
        self._file: BinaryIO = tempfile.TemporaryFile(prefix="hansa-map-")  # noqa: SIM115
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder = msgspec.msgpack.Decoder(_Kept)
        self._cells = array("q")
        self._offsets = array("q")
        self._far = array("q")
        self._wide = array("q")
        self.count = 0

    def __enter__(self) -> "Spool":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def take(self, feature: Feature) -> None:
        """Keep one feature."""
        offset = self._file.tell()
        wkb = shapely.to_wkb(feature.geometry)
        body = self._encoder.encode(
            (feature.layer, feature.zoom, feature.rank, feature.properties, wkb)
        )
        self._file.write(len(body).to_bytes(4, "big") + body)
        self.count += 1
        if feature.zoom <= _FAR:
            self._far.append(offset)
        covered = covering(feature.geometry.bounds, CELLS)
        if len(covered) > _WIDEST:
            self._wide.append(offset)
            return
        for cell in covered:
            self._cells.append(_key(cell))
            self._offsets.append(offset)

    def cells(self, box: Box) -> Mapping[Cell, NDArray[np.int64]]:
        """Offsets by cell, of those that a box of the square touches."""
        keys, offsets = np.array(self._cells, np.int64), np.array(self._offsets, np.int64)
        order = np.argsort(keys, kind="stable")
        names, starts = np.unique(keys[order], return_index=True)
        parts = dict(zip(names.tolist(), np.split(offsets[order], starts[1:]), strict=False))
        nothing, wide = np.zeros(0, np.int64), np.array(self._wide, np.int64)
        found = {
            cell: np.concatenate((parts.get(_key(cell), nothing), wide))
            for cell in covering(box, CELLS)
        }
        return {cell: some for cell, some in found.items() if len(some)}

    def far(self) -> NDArray[np.int64]:
        """Offsets of what shows from afar."""
        return np.array(self._far, np.int64)

    def read(self, offsets: Iterable[int], zoom: int) -> Iterator[Feature]:
        """The features at these offsets that show at a zoom."""
        for offset in offsets:
            self._file.seek(offset)
            body = self._file.read(int.from_bytes(self._file.read(4), "big"))
            layer, first, rank, properties, wkb = self._decoder.decode(body)
            if first <= zoom:
                yield Feature(layer, first, rank, properties, shapely.from_wkb(wkb))


def covering(box: Box, zoom: int) -> Covered:
    """The tiles of a zoom that a box of the square touches."""
    side = 1 << zoom
    west, north, east, south = (min(max(int(edge * side), 0), side - 1) for edge in box)
    return Covered(range(west, east + 1), range(north, south + 1))


def _key(cell: Cell) -> int:
    return cell[0] << 32 | cell[1]


assert LOWEST <= _FAR < HIGHEST  # noqa: S101 - said once, where it is relied on
