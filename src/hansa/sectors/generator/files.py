"""Rows as the files that a source would drop into the city's watched folder.

A file appears complete or not at all: it is written beside the folder and moved in.
"""

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import orjson

from hansa.base.times import format_instant
from hansa.sectors.generator.row import Row, Value
from hansa.sectors.generator.script import Stream

_WAITING = ".waiting"


def render(stream: Stream, zone: ZoneInfo, rows: Sequence[Row]) -> bytes:
    """CSV with a header, or JSON Lines, with the stream's own column names; UTF-8."""
    table = [
        [_text(stream, zone, row.fields.get(name)) for name in stream.columns.values()]
        for row in rows
    ]
    if stream.format == "jsonl":
        return b"".join(
            orjson.dumps(dict(zip(stream.columns, line, strict=True))) + b"\n" for line in table
        )
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=stream.delimiter, lineterminator="\n")
    writer.writerow(stream.columns)
    writer.writerows(table)
    return out.getvalue().encode()


def _text(stream: Stream, zone: ZoneInfo, value: Value) -> Value:
    """Times as the source writes them: `local` has no offset, `offset` has, `utc` ends in Z."""
    if not isinstance(value, datetime):
        return value
    if stream.times == "utc":
        return format_instant(value)
    local = value.astimezone(zone)
    return local.isoformat() if stream.times == "offset" else f"{local:%Y-%m-%d %H:%M:%S}"


def deliver(inbox: Path, name: str, title: str, stream: Stream, content: bytes) -> Path:
    """Put the file into `inbox/name/`; one of the same title is replaced."""
    folder = inbox / name
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{title}.{stream.format}"
    replace(inbox, target, content)
    return target


def replace(inbox: Path, target: Path, content: bytes) -> None:
    """Write all of `content` to `target`, or nothing."""
    waiting = inbox / _WAITING
    waiting.mkdir(parents=True, exist_ok=True)
    draft = waiting / f"{target.parent.name}-{target.name}"
    draft.write_bytes(content)
    draft.replace(target)
