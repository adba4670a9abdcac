"""Whether a file is whole, before anything is made of it: what is wrong, where, what to do.

The blocks of a PBF file say their lengths, so a file that was cut shows where; a packed XML file
shows it when it is unpacked. What lies inside the blocks is osmium's to judge.
"""

import gzip
import zlib
from pathlib import Path
from typing import BinaryIO

from hansa.base.problems import BadFile

_HEAD_MOST, _BLOCK_MOST = 64 * 1024, 32 * 1024 * 1024  # limits of the PBF format
_PIECE = 1 << 16
_AGAIN = "fetch the file again, and compare its size or checksum with the source's"
_ENDINGS = (".osm.pbf", ".pbf", ".osm.gz", ".osm")


def check(path: Path) -> None:
    """BadFile for a file that cannot be one of OpenStreetMap, or is not all there."""
    if not path.is_file():
        raise BadFile("there is no such file", where=str(path))
    if not path.name.endswith(_ENDINGS):
        raise BadFile(
            "is no kind of file that can be read",
            where=str(path),
            rule="the name ends in .osm.pbf, .osm.gz or .osm",
            remedy="take an extract of OpenStreetMap in one of these forms",
        )
    if path.stat().st_size == 0:
        raise BadFile("is empty", where=str(path), remedy=_AGAIN)
    with path.open("rb") as file:
        if path.name.endswith(".pbf"):
            _check_blocks(file, path)
        elif path.name.endswith(".gz"):
            _check_packed(path)


def refused(path: Path, error: Exception) -> BadFile:
    """What osmium says of a file, as a refusal."""
    return BadFile(f"cannot be read as OpenStreetMap: {error}", where=str(path), remedy=_AGAIN)


def _check_blocks(file: BinaryIO, path: Path) -> None:
    size = path.stat().st_size
    number, at = 0, 0
    while at < size:
        number += 1
        where = f"{path}: block {number}, byte {at} of {size}"
        head = file.read(4)
        length = int.from_bytes(head, "big")
        if len(head) == 4 and not 0 < length <= _HEAD_MOST:
            raise BadFile("is no PBF file, or damaged here", where=where, remedy=_AGAIN)
        told = file.read(length)
        if len(head) < 4 or len(told) < length:
            raise BadFile("was cut off", where=where, remedy=_AGAIN)
        at += 4 + length + _length_of_block(told, where)
        if at > size:
            missing = f"was cut off: {at - size} bytes or more are missing"
            raise BadFile(missing, where=where, remedy=_AGAIN)
        file.seek(at)


def _length_of_block(head: bytes, where: str) -> int:
    """The member `datasize` (3) of a BlobHeader; `type` (1) must be there and known."""
    kind, size, at = b"", -1, 0
    try:
        while at < len(head):
            key, at = _varint(head, at)
            value, at = _varint(head, at)
            if key & 7 == 2:
                kind = head[at : at + value] if key >> 3 == 1 else kind
                at += value
            elif key >> 3 == 3:
                size = value
    except IndexError:
        size = -1
    if kind not in (b"OSMHeader", b"OSMData") or not 0 <= size <= _BLOCK_MOST:
        raise BadFile("is no PBF file, or damaged here", where=where, remedy=_AGAIN)
    return size


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at


def _check_packed(path: Path) -> None:
    read = 0
    try:
        with gzip.open(path) as file:
            while piece := file.read1(_PIECE):
                read += len(piece)
    except EOFError as error:
        where = f"{path}: after {read} bytes unpacked"
        raise BadFile("was cut off", where=where, remedy=_AGAIN) from error
    except (gzip.BadGzipFile, zlib.error) as error:
        where = f"{path}: after {read} bytes unpacked"
        raise BadFile(
            f"is no gzip file, or damaged: {error}", where=where, remedy=_AGAIN
        ) from error
