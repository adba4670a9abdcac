"""Rows as the files that a source would drop into the city's watched folder.

A file appears complete or not at all: it is written beside the folder and moved in.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import orjson

from hansa.base.times import format_instant
from hansa.sectors.generator.row import Row, Value
from hansa.sectors.generator.script import Stream

_WAITING = ".waiting"
_OWN = re.compile(r"\d{8}T\d{6}Z\.\w+")


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


def deliver(inbox: Path, name: str, title: str, stream: Stream, content: bytes) -> None:
    """Put the file into `inbox/name/`; one of the same title is replaced."""
    folder = inbox / name
    folder.mkdir(parents=True, exist_ok=True)
    replace(inbox, folder / f"{title}.{stream.format}", content)


def title_of(moment: datetime) -> str:
    """The title of a file whose first row may be of this moment; titles sort by time."""
    return f"{moment:%Y%m%dT%H%M%SZ}"


def sweep(inbox: Path, names: Iterable[str], before: datetime) -> None:
    """Remove the generator's own files that begin before a moment; foreign files stay."""
    oldest = title_of(before)
    for name in names:
        for path in (inbox / name).glob("*Z.*"):
            if _OWN.fullmatch(path.name) and path.name < oldest:
                path.unlink(missing_ok=True)


def replace(inbox: Path, target: Path, content: bytes) -> None:
    """Write all of `content` to `target`, or nothing."""
    waiting = inbox / _WAITING
    waiting.mkdir(parents=True, exist_ok=True)
    draft = waiting / f"{target.parent.name}-{target.name}"
    draft.write_bytes(content)
    draft.replace(target)
