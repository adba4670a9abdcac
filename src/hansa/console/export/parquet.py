"""Rows as a Parquet file: spooled, typed when all are known, written by the helper in parts.

A column has one type in the whole file and nobody knows it before the last row, so rows wait in
a file beside; memory holds a part of them, never all.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from hansa.base.helper import Helper
from hansa.console.export.rows import Cell

_PART = 5_000  # rows that one call to the helper carries
_PIECE = 1 << 18  # bytes of the answer in memory
_KINDS = {bool: "b", int: "f", float: "f", str: "s"}  # whole numbers and others share a column


async def parquet(
    helper: Helper,
    header: Sequence[str],
    pages: AsyncIterator[Sequence[Sequence[Cell]]],
    notes: Mapping[str, str],
) -> AsyncIterator[bytes]:
    """The bytes of a Parquet file of all rows; its folder is gone when the stream ends."""
    with tempfile.TemporaryDirectory(prefix="hansa-export-") as name:
        folder = Path(name)
        kinds = await _spool(folder / "rows", header, pages)
        parts: list[str] = []
        for number, rows in enumerate(_parts(folder / "rows")):
            parts.append(str(folder / f"part-{number:06}.parquet"))
            columns = {
                one: [_as(kinds[one], row[index]) for row in rows]
                for index, one in enumerate(header)
            }
            await helper.call("export.parquet", parts[-1], columns, kinds, {})
        whole = str(folder / "whole.parquet")
        await helper.call("joining.join", parts, whole, dict(notes))
        with await asyncio.to_thread(Path(whole).open, "rb") as file:
            while piece := await asyncio.to_thread(file.read, _PIECE):
                yield piece


async def _spool(
    path: Path, header: Sequence[str], pages: AsyncIterator[Sequence[Sequence[Cell]]]
) -> dict[str, str]:
    """Write rows away, one a line; the type of each column. Nothing known at all: text."""
    seen: dict[str, set[str]] = {name: set() for name in header}
    with path.open("wb") as file:
        async for page in pages:
            for row in page:
                for name, value in zip(header, row, strict=True):
                    if value is not None:
                        seen[name].add(_KINDS[type(value)])
            file.write(b"".join(orjson.dumps(row) + b"\n" for row in page))
    return {name: found.pop() if len(found) == 1 else "s" for name, found in seen.items()}


def _parts(path: Path) -> Iterator[list[list[Any]]]:
    """The spooled rows, `_PART` at a time; one empty part where there are none."""
    rows: list[list[Any]] = []
    some = False
    with path.open("rb") as file:
        for line in file:
            rows.append(orjson.loads(line))
            if len(rows) == _PART:
                yield rows
                rows, some = [], True
    if rows or not some:
        yield rows


def _as(kind: str, value: Any) -> Any:
    """A cell as its column keeps it; unknown numbers are NaN until the parts are joined."""
    if kind == "f":
        return float("nan") if value is None else float(value)
    if value is None or kind == "b":
        return value
    return value if isinstance(value, str) else orjson.dumps(value).decode()
