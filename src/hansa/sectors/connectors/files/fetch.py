"""Reading files: the connector's I/O.

A file is read as a stream; what breaks it off (a truncated gzip, a disk error) becomes a
`Trouble` after the rows that stood before it.
"""

import gzip
import hashlib
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import orjson
import python_calamine

from hansa.sectors.connectors.files import headers
from hansa.sectors.connectors.files.headers import Numbered, Understood
from hansa.sectors.connectors.files.lines import BOM, MOST_UNDECODABLE, Line, decode, split
from hansa.sectors.connectors.files.parse import (
    Item,
    Record,
    Table,
    csv_items,
    csv_records,
    feature_items,
    header_trouble,
    json_items,
    sheet_items,
)
from hansa.sectors.connectors.files.settings import FilesSettings
from hansa.sectors.model import Refusal, Trouble

CHUNK = 1 << 18
WHOLE = 64 << 20  # bytes of a file that cannot be read line by line
UNPACKED = 512 << 20  # bytes of a workbook when unpacked
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_NO_WORKBOOK = (python_calamine.CalamineError, zipfile.BadZipFile, ValueError, IndexError)
_PARTING = (";", ",", "\t")  # signs between cells, in the order in which they are tried
_BROKEN = (OSError, EOFError, zlib.error)  # gzip.BadGzipFile is an OSError


@dataclass(frozen=True, slots=True)
class Start:
    """Where to begin: after `byte` bytes (plain text only) and `line` lines."""

    byte: int = 0
    line: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """One reading of one file. `name` is what reports and quarantine call it.

    `hold`: leave a last line that has no end for later, because the file may be growing.
    """

    path: Path
    name: str
    source: FilesSettings
    columns: frozenset[str]
    start: Start = Start()
    hold: bool = False


def resumable(path: Path, source: FilesSettings) -> bool:
    """Whether the file can be read on from a byte."""
    return source.format in ("csv", "jsonl") and path.suffix != ".gz"


def digest(path: Path, size: int | None = None) -> str:
    """SHA-256 of the file's first `size` bytes (all of them where None), hex."""
    hasher = hashlib.sha256()
    left = size
    with path.open("rb") as file:
        while chunk := file.read(CHUNK if left is None else min(CHUNK, left)):
            hasher.update(chunk)
            left = None if left is None else left - len(chunk)
    return hasher.hexdigest()


def items(asked: Asked) -> Iterator[Item]:
    """Rows and refusals of a file; a `Trouble`, if any, is the last."""
    where = _Where(asked.start.line, asked.start.byte)
    try:
        for item in _READERS[asked.source.format](asked):
            where = _Where(item.line, item.end)
            yield item
            if isinstance(item.what, Trouble):
                return
    except _BROKEN as error:
        detail = f"the file breaks off: {str(error) or type(error).__name__}"
        trouble = Trouble(asked.name, where.line + 1, where.byte, "file-complete", detail)
        yield Item(trouble, where.line, where.byte)


@dataclass(frozen=True, slots=True)
class _Where:
    line: int
    byte: int


# ---- text


def _chunks(path: Path, start: int) -> Iterator[bytes]:
    if path.suffix == ".gz":
        with gzip.open(path, "rb") as packed:
            while chunk := packed.read1(CHUNK):
                yield chunk
        return
    with path.open("rb") as plain:
        plain.seek(start)
        while chunk := plain.read(CHUNK):
            yield chunk


def _lines(asked: Asked, start: Start) -> Iterator[Line]:
    pieces = split(_chunks(asked.path, start.byte), start.byte)
    for line in decode(pieces, asked.source.encoding, start.line):
        if line.open and asked.hold:
            return
        yield line


def _csv(asked: Asked) -> Iterator[Item]:
    table = Table(asked.source.delimiter, asked.source.quote, asked.columns)
    records = csv_records(_lines(asked, Start()), table)
    header = list(asked.source.columns)
    if not header:
        first = next(records, None)
        if first is None:
            return
        if first.cells is None:
            yield Item(_bad_header(asked, first), 0, 0)
            return
        header = [cell.strip() for cell in first.cells]
    if trouble := header_trouble(asked.name, header, asked.columns):
        yield Item(trouble, 0, 0)
        return
    if asked.start.byte:
        records = csv_records(_lines(asked, asked.start), table)
    yield from _counted(csv_items(asked.name, records, header), asked)


def _bad_header(asked: Asked, header: Record) -> Trouble:
    rule, detail = header.rule, header.detail
    with asked.path.open("rb") as file:
        if file.read(2) in _UTF16:
            rule, detail = "encoding", "the file is UTF-16; save it as UTF-8"
    where = header.first.number
    return Trouble(asked.name, where, 0, rule, f"the header cannot be read: {detail}")


def _jsonl(asked: Asked) -> Iterator[Item]:
    yield from _counted(json_items(asked.name, _lines(asked, asked.start)), asked)


def _counted(found: Iterator[Item], asked: Asked) -> Iterator[Item]:
    """The items, until so many lines are undecodable that the encoding must be another one."""
    undecodable = 0
    for item in found:
        yield item
        if isinstance(item.what, Refusal) and item.what.rule == "encoding":
            undecodable += 1
            if undecodable == MOST_UNDECODABLE:
                detail = f"{undecodable} lines are not {asked.source.encoding}: say encoding"
                trouble = Trouble(asked.name, item.line, item.end, "encoding", detail)
                yield Item(trouble, item.line, item.end)
                return


# ---- documents


def _whole(asked: Asked) -> bytes | Trouble:
    found = bytearray()
    for chunk in _chunks(asked.path, 0):
        found += chunk
        if len(found) > WHOLE:
            detail = f"has more than {WHOLE} bytes, and cannot be read line by line"
            return Trouble(asked.name, 1, WHOLE, "file-size", detail)
    return bytes(found)


def _geojson(asked: Asked) -> Iterator[Item]:
    raw = _whole(asked)
    if isinstance(raw, Trouble):
        yield Item(raw, 0, 0)
        return
    try:
        document = orjson.loads(raw.removeprefix(BOM).decode(asked.source.encoding))
    except orjson.JSONDecodeError as error:
        trouble = Trouble(asked.name, error.lineno, error.pos, "json", f"is no JSON: {error.msg}")
        yield Item(trouble, 0, 0)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        detail = f"byte {error.start} is not {asked.source.encoding}"
        yield Item(Trouble(asked.name, line, error.start, "encoding", detail), 0, 0)
    else:
        yield from feature_items(asked.name, document)


def _xlsx(asked: Asked) -> Iterator[Item]:
    try:
        rows = next(_sheets(asked, asked.source.sheet))
    except _NO_WORKBOOK as error:
        detail = f"is no workbook that can be read: {error}"
        yield Item(Trouble(asked.name, 1, 0, "xlsx", detail), 0, 0)
        return
    yield from sheet_items(asked.name, rows, asked.source.columns, asked.columns)


def _sheets(asked: Asked, wanted: str | int | None) -> Iterator[list[list[Any]]]:
    """The wanted sheet of a workbook, or one after the other."""
    if asked.path.stat().st_size > WHOLE:
        raise ValueError(f"it has more than {WHOLE} bytes")
    with zipfile.ZipFile(asked.path) as packed:
        if sum(part.file_size for part in packed.infolist()) > UNPACKED:
            raise ValueError(f"it has more than {UNPACKED} bytes when unpacked")
    with python_calamine.CalamineWorkbook.from_path(str(asked.path)) as book:
        names = book.sheet_names if wanted is None else [_named(book, wanted)]
        for name in names:
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            yield [[_cell(cell) for cell in row] for row in rows]


def _named(book: python_calamine.CalamineWorkbook, wanted: str | int) -> str:
    return book.sheet_names[wanted] if isinstance(wanted, int) else wanted


def _cell(cell: Any) -> Any:
    """A sheet's date is a time at midnight; other times have no use as they are."""
    if isinstance(cell, date) and not isinstance(cell, datetime):
        return datetime(cell.year, cell.month, cell.day)  # noqa: DTZ001 - zone of the mapping
    if isinstance(cell, time | timedelta):
        return str(cell)
    return cell


# ---- tables of somebody else


def _table(asked: Asked) -> Iterator[Item]:
    found = understood_in(asked)
    phrases = headers.load(asked.source.header)
    if isinstance(found, Trouble):
        yield Item(found, 0, 0)
        return
    rows, header = found
    yield from headers.table_items(asked.name, rows, header, phrases)


def understood_in(asked: Asked) -> tuple[Sequence[Numbered], Understood] | Trouble:
    """The rows of a table and its header: the first sheet, or the first sign, that has one."""
    phrases = headers.load(asked.source.header)
    if asked.path.stat().st_size > WHOLE:
        return Trouble(asked.name, 1, WHOLE, "file-size", f"has more than {WHOLE} bytes")
    try:
        for rows in _numbered(asked):
            header = headers.understood(phrases, rows[: headers.LOOKED])
            if header is not None:
                return rows, header
    except _NO_WORKBOOK as error:
        return Trouble(asked.name, 1, 0, "xlsx", f"is no workbook that can be read: {error}")
    return headers.header_missing(asked.name, phrases)


def _numbered(asked: Asked) -> Iterator[Sequence[Numbered]]:
    """The table as it may be read: each sheet, or its lines parted at each sign."""
    if asked.path.suffix.lower() == ".xlsx":
        for sheet in _sheets(asked, None):
            yield [Numbered(line, cells) for line, cells in enumerate(sheet, 1)]
        return
    raw = asked.path.read_bytes()
    encoding = _encoding(raw)
    for sign in _PARTING:
        lines = decode(split(iter((raw,))), encoding)
        records = csv_records(lines, Table(sign, '"', frozenset()))
        yield [headers.numbered(asked.name, record) for record in records]


def _encoding(raw: bytes) -> str:
    """UTF-8, or else as spreadsheets of Cyrillic countries still write text."""
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1251"
    return "utf-8"


_READERS = {"csv": _csv, "jsonl": _jsonl, "geojson": _geojson, "xlsx": _xlsx, "table": _table}
