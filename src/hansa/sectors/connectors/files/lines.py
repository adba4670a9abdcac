"""Bytes as numbered lines, whatever the bytes are (pure).

A line that is too long, not in the file's encoding or holding a NUL is one bad line: it is
named, and the lines around it are read. Lines end with LF or CR LF; the last may have no end.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

LONGEST = 1 << 20  # bytes of one line; a nested document of 10 MB is no row
MOST_UNDECODABLE = 1000  # after so many lines it is the file that is in another encoding
BOM = b"\xef\xbb\xbf"


class Line(NamedTuple):
    """A line as text, or what is wrong with it. `end`: bytes up to and with it.

    `open`: the file ends within the line, so more of it may come.
    """

    number: int
    end: int
    text: str
    rule: str = ""
    detail: str = ""
    open: bool = False


class _Piece(NamedTuple):
    raw: bytes | None  # None: too long
    end: int
    open: bool


def split(chunks: Iterable[bytes], start: int = 0) -> Iterator[_Piece]:
    """Pieces between line ends; memory never holds more than one line and one chunk."""
    rest, end, skipping = b"", start, False
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        for raw in whole:
            end += len(raw) + 1
            yield _Piece(None if skipping or len(raw) > LONGEST else raw, end, open=False)
            skipping = False
        if skipping or len(rest) > LONGEST:
            end, rest, skipping = end + len(rest), b"", True
    if rest or skipping:
        yield _Piece(None if skipping else rest, end + len(rest), open=True)


def decode(pieces: Iterable[_Piece], encoding: str, number: int = 0) -> Iterator[Line]:
    """Numbered lines from pieces; `number` is the line before the first."""
    for piece in pieces:
        number += 1
        raw, end = piece.raw, piece.end
        if raw is None:
            detail = f"the line has more than {LONGEST} bytes"
            yield Line(number, end, "", "line-length", detail, piece.open)
            continue
        begin = end - len(raw) - (0 if piece.open else 1)
        if begin == 0 and raw.startswith(BOM):
            begin, raw = len(BOM), raw[len(BOM) :]
        try:
            text = raw.removesuffix(b"\r").decode(encoding)
        except UnicodeDecodeError as error:
            detail = f"byte {begin + error.start} ({raw[error.start]:#04x}) is not {encoding}"
            yield Line(number, end, "", "encoding", detail, piece.open)
            continue
        if "\0" in text:
            yield Line(number, end, "", "nul", "the line holds a NUL character", piece.open)
            continue
        yield Line(number, end, text, open=piece.open)
