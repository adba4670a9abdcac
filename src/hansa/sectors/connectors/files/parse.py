"""Lines and documents as rows (pure). What cannot be a row is a refusal that names its line.

An open quote must not swallow the rest of a file: when no line near closes it, only the line
where it opened is refused, and reading goes on with the next.
"""

import csv
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

import orjson

from hansa.sectors.connectors.files.lines import Line
from hansa.sectors.model import Json, Refusal, Row, Trouble

MOST_LINES = 200  # lines of one quoted record
RAW = ""  # the column under which an unreadable line is kept
_KEPT = 2000

What: TypeAlias = Row | Refusal | Trouble


class Item(NamedTuple):
    """A row, a refusal or the trouble that ends the file, and how far it was read with it."""

    what: What
    line: int
    end: int


class Table(NamedTuple):
    """How a text is a table."""

    delimiter: str
    quote: str
    needed: frozenset[str]


def header_trouble(file: str, header: Sequence[str], needed: Iterable[str]) -> Trouble | None:
    """Why these columns cannot be used: one is missing or stands twice."""
    missing = sorted(set(needed) - set(header))
    twice = sorted({name for name in needed if header.count(name) > 1})
    if missing:
        detail = f"the column {missing[0]!r} that the mapping names is not there"
        more = f" (nor {', '.join(missing[1:])})" if missing[1:] else ""
        return Trouble(file, 1, 0, "columns", detail + more)
    if twice:
        return Trouble(file, 1, 0, "columns", f"the column {twice[0]!r} stands twice")
    return None


def csv_cells(text: str, table: Table) -> list[str] | str:
    """The cells of one record, or what is wrong with it."""
    try:
        found = list(
            csv.reader(
                text.splitlines(keepends=True) if "\n" in text else (text,),
                delimiter=table.delimiter,
                quotechar=table.quote,
                strict=True,
            )
        )
    except csv.Error as error:
        return str(error)
    return found[0] if len(found) == 1 else "is not one record"


class Record(NamedTuple):
    """One CSV record from its first line to its last: the cells, or what is wrong with it."""

    first: Line
    last: Line
    cells: list[str] | None
    rule: str = ""
    detail: str = ""


def csv_records(lines: Iterable[Line], table: Table) -> Iterator[Record]:
    """The records of a table, its header too; blank lines are none."""
    source = iter(lines)
    waiting: deque[Line] = deque()
    while True:
        line = waiting.popleft() if waiting else next(source, None)
        if line is None:
            return
        if line.rule:
            yield Record(line, line, None, line.rule, line.detail)
            continue
        if not line.text.strip():
            continue
        cells = csv_cells(line.text, table)
        last = line
        if isinstance(cells, str) and table.quote in line.text:
            joined = _join(line, source, waiting, table)
            if joined is not None:
                last, cells = joined
        if isinstance(cells, str):
            yield Record(line, line, None, "csv", f"the line is no CSV record: {cells}")
        else:
            yield Record(line, last, cells)


def _join(
    first: Line, source: Iterator[Line], waiting: deque[Line], table: Table
) -> tuple[Line, list[str]] | None:
    """The record that begins at `first` and goes over several lines, if it ends nearby."""
    text, taken = first.text, list[Line]()
    while len(taken) < MOST_LINES:
        line = waiting.popleft() if waiting else next(source, None)
        if line is None:
            break
        taken.append(line)
        if line.rule:
            break
        text += "\n" + line.text
        if table.quote not in line.text:
            continue
        cells = csv_cells(text, table)
        if not isinstance(cells, str):
            return line, cells
    waiting.extendleft(reversed(taken))
    return None


def csv_items(file: str, records: Iterable[Record], header: Sequence[str]) -> Iterator[Item]:
    """Rows of a table whose header is known."""
    width = len(header)
    for first, last, cells, rule, detail in records:
        what: What
        if cells is None:
            raw = {RAW: first.text[:_KEPT]} if first.text else {}
            what = Refusal(file, first.number, "", rule, detail, raw)
        elif len(cells) != width:
            detail = f"the row has {len(cells)} cells and the header {width}"
            what = Refusal(file, first.number, "", "columns", detail, {RAW: first.text[:_KEPT]})
        else:
            what = Row(file, first.number, dict(zip(header, cells, strict=True)))
        yield Item(what, last.number, last.end)


def json_items(file: str, lines: Iterable[Line]) -> Iterator[Item]:
    """Rows of JSON Lines; nested members are columns with a dot."""
    for line in lines:
        if not line.rule and not line.text.strip():
            continue
        yield Item(_json_row(file, line), line.number, line.end)


def _json_row(file: str, line: Line) -> What:
    raw = {RAW: line.text[:_KEPT]} if line.text else {}
    if line.rule:
        return Refusal(file, line.number, "", line.rule, line.detail, raw)
    try:
        document = orjson.loads(line.text)
    except orjson.JSONDecodeError as error:
        return Refusal(file, line.number, "", "json", f"the line is no JSON: {error}", raw)
    if not isinstance(document, dict):
        return Refusal(file, line.number, "", "json", "the line is no JSON object", raw)
    return Row(file, line.number, columns(document))


def columns(document: Mapping[str, Json]) -> Mapping[str, Json]:
    """Nested objects as columns `outer.inner`; geometries and arrays stay whole."""
    if not any(isinstance(value, dict) for value in document.values()):
        return document
    flat: dict[str, Any] = {}
    waiting: deque[tuple[str, Mapping[str, Json]]] = deque([("", document)])
    while waiting:
        prefix, inner = waiting.popleft()
        for name, value in inner.items():
            if isinstance(value, dict):
                flat[prefix + name] = value
                waiting.append((f"{prefix}{name}.", value))
            else:
                flat[prefix + name] = value
    return flat


def feature_items(file: str, document: Json) -> Iterator[Item]:
    """Rows of a GeoJSON FeatureCollection (RFC 7946, 3.3); `line` counts the features."""
    if not isinstance(document, dict) or document.get("type") != "FeatureCollection":
        yield Item(Trouble(file, 1, 0, "geojson", "is no FeatureCollection"), 0, 0)
        return
    features = document.get("features")
    if not isinstance(features, list):
        yield Item(Trouble(file, 1, 0, "geojson", "has no list of features"), 0, 0)
        return
    for number, feature in enumerate(features, 1):
        yield Item(_feature(file, number, feature), number, 0)


def _feature(file: str, number: int, feature: Json) -> What:
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        return Refusal(file, number, "", "geojson", "is no Feature")
    properties = feature.get("properties")
    found = dict(columns(properties)) if isinstance(properties, dict) else {}
    return Row(
        file,
        number,
        {**found, "id": feature.get("id", found.get("id")), "geometry": feature.get("geometry")},
    )


def sheet_items(
    file: str, rows: Iterable[Sequence[Json]], given: Sequence[str], needed: frozenset[str]
) -> Iterator[Item]:
    """Rows of a sheet; the first row that is not empty is the header unless columns are given."""
    header = list(given)
    for number, cells in enumerate(rows, 1):
        if all(cell is None or cell == "" for cell in cells):
            continue
        if not header:
            header = [str(cell).strip() for cell in cells]
            if trouble := header_trouble(file, header, needed):
                yield Item(trouble, number, 0)
                return
            continue
        row = Row(file, number, dict(zip(header, cells, strict=False)))
        yield Item(row, number, 0)
