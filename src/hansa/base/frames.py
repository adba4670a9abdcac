"""Frames on a pipe between a process and its own child: whole or refused, never half.

A frame is a mark, a length, a CRC-32 and a pickled value. Pickle is safe here because both ends
are the same program of the same user, one the child of the other.
"""

import pickle
import struct
import zlib
from typing import Any, Protocol

_MARK = b"row\n"
_HEAD = struct.Struct(">4sQI")


class Damaged(Exception):
    """The frame is not what was sent."""


class Source(Protocol):
    """A stream that reads exactly what is asked, or less at its end."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes."""


HEAD_SIZE = _HEAD.size


def pack(told: object) -> bytes:
    """The frame of a value."""
    packed = pickle.dumps(told, protocol=pickle.HIGHEST_PROTOCOL)
    return _HEAD.pack(_MARK, len(packed), zlib.crc32(packed)) + packed


def size_of(head: bytes) -> tuple[int, int]:
    """Length and checksum of what follows a head; Damaged where it is none."""
    mark, size, check = _HEAD.unpack(head)
    if mark != _MARK:
        raise Damaged("what came is no frame")
    return size, check


def unpack(packed: bytes, check: int) -> Any:
    """The value of a frame's body; Damaged where it is not what was sent."""
    if zlib.crc32(packed) != check:
        raise Damaged("a frame arrived damaged")
    return pickle.loads(packed)  # noqa: S301 - from our own parent or child


def read(source: Source) -> Any:
    """The next value of a blocking stream; EOFError at its end."""
    head = source.read(HEAD_SIZE)
    if len(head) < HEAD_SIZE:
        raise EOFError
    size, check = size_of(head)
    packed = source.read(size)
    if len(packed) < size:
        raise EOFError
    return unpack(packed, check)
