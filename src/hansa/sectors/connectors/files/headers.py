"""A table of somebody who never heard of us: which of its rows is the header, and what it means.

Cities have the same tables with other words above the columns, a title before them, and numbers
as people write them. A list of phrases (`headers/NAME.yaml`) says what is understood. Rows come
out with the list's own names of columns, so that one mapping reads them all. Pure but for `load`.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

import msgspec

from hansa.base import yamlfile
from hansa.sectors.connectors.files.parse import RAW, Item, Record
from hansa.sectors.model import Json, Refusal, Row, Trouble

LOOKED = 30  # rows among which the header must stand
_WORDS = re.compile(r"[^\w№]+|_+")
_HOUSE = r"(?:(?:дом|будинок|буд|д|house|no)\b\.?[\s№]*|№\s*)?(\d.*)"
_BY_COMMA = re.compile(rf"(.*[^\W\d_].*),\s*{_HOUSE}", re.IGNORECASE)
_BY_SPACE = re.compile(rf"(.*?[^\W\d_]{{3,}}.*?)\s+{_HOUSE}", re.IGNORECASE)
_LISTED = re.compile(r"[;,\n]")
_DAY = re.compile(
    r"(\d{1,2})[./](\d{1,2})[./](\d{4})(?:[ ,T]+(?:в |о |at )?(\d{1,2})[:.](\d\d)(?::\d\d)?)?"
)
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_THOUSANDS = re.compile(r"(?<=\d)[\s\u00a0\u202f](?=\d{3}(?!\d))")


class Key(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """By what a row is known: a column of its own, or several together."""

    column: str
    otherwise: tuple[str, ...]
    further: tuple[str, ...] = ()  # of those that hold a value


class Joining(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A column that stands at the end of another."""

    to: str
    with_: str = msgspec.field(name="with")


class Phrases(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The members of a `headers/NAME.yaml`; `needed`: sets of columns, of which one must stand.

    `words`: of a column, what stands for a phrase in its cells; `lists`: whose cells hold several.
    `times`: columns of days and hours as people write them.
    """

    needed: tuple[tuple[str, ...], ...]
    columns: dict[str, tuple[str, ...]]
    key: Key | None = None
    numbers: frozenset[str] = frozenset()
    times: frozenset[str] = frozenset()
    lists: frozenset[str] = frozenset()
    words: dict[str, dict[str, tuple[str, ...]]] = msgspec.field(default_factory=dict)
    parted: dict[str, tuple[str, str]] = msgspec.field(default_factory=dict)
    joined: dict[str, Joining] = msgspec.field(default_factory=dict)
    missing: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Numbered:
    """A row of cells with its line, or why it is none."""

    line: int
    cells: Sequence[Json]
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Understood:
    """A header: its line, its cells, and the column that each cell means ("" for none)."""

    line: int
    cells: tuple[str, ...]
    columns: tuple[str, ...]


@cache
def load(name: str) -> Phrases:
    """A list of phrases of the package; FileNotFoundError where there is none of this name."""
    folder = Path(str(resources.files("hansa.sectors.connectors.files") / "headers"))
    return yamlfile.load(folder / f"{name}.yaml", Phrases)


def understood(phrases: Phrases, rows: Iterable[Numbered]) -> Understood | None:
    """The first row that says what is needed; None where none does."""
    for row in rows:
        cells = tuple("" if cell is None else str(cell).strip() for cell in row.cells)
        columns = _columns(phrases, cells)
        if any(set(wanted) <= set(columns) for wanted in phrases.needed):
            return Understood(row.line, cells, columns)
    return None


def _columns(phrases: Phrases, cells: Sequence[str]) -> tuple[str, ...]:
    """The column of each cell: the longest phrase wins, and of two cells the better one."""
    scores = [_meant(phrases.columns, cell) for cell in cells]
    best: dict[str, tuple[int, int]] = {}
    for place, (column, score) in enumerate(scores):
        if column and (column not in best or score > best[column][0]):
            best[column] = (score, place)
    chosen = {place: column for column, (_, place) in best.items()}
    return tuple(chosen.get(place, "") for place in range(len(cells)))


def _meant(choices: Mapping[str, Sequence[str]], cell: str) -> tuple[str, int]:
    text = _normal(cell)
    found = ("", 0)
    for column, many in choices.items():
        for phrase in many:
            normal = _normal(phrase)
            if normal == text:
                return column, 1000
            if f" {normal} " in f" {text} " and len(normal) > found[1]:
                found = (column, len(normal))
    return found


@cache
def _normal(text: str) -> str:
    lower = unicodedata.normalize("NFC", text).casefold().replace("ё", "е").replace("'", "")
    return _WORDS.sub(" ", lower.replace("’", "").replace("ʼ", "")).strip()


def header_missing(file: str, phrases: Phrases) -> Trouble:
    """That no row of the table is a header that is understood."""
    ways = " or ".join(" and ".join(f"{one!r}" for one in wanted) for wanted in phrases.needed)
    detail = f"none of the first {LOOKED} rows has columns for {ways}"
    return Trouble(file, 1, 0, "columns", detail)


# ---- rows


def numbered(file: str, record: Record) -> Numbered:
    """A record of text as a row of a table."""
    line = record.first.number
    if record.cells is not None:
        return Numbered(line, record.cells)
    raw = {RAW: record.first.text} if record.first.text else {}
    return Numbered(line, (), Refusal(file, line, "", record.rule, record.detail, raw))


def table_items(
    file: str, rows: Iterable[Numbered], header: Understood, phrases: Phrases
) -> Iterator[Item]:
    """The rows below the header, under the names of the list."""
    for row in rows:
        if row.line <= header.line:
            continue
        if row.refusal is not None:
            yield Item(row.refusal, row.line, 0)
        elif any(cell is not None and cell != "" for cell in row.cells):
            yield Item(_row(file, row, header, phrases), row.line, 0)


def _row(file: str, row: Numbered, header: Understood, phrases: Phrases) -> Row | Refusal:
    beyond = [cell for cell in row.cells[len(header.cells) :] if cell not in (None, "")]
    if beyond:
        detail = f"the row has {len(row.cells)} cells and the header {len(header.cells)}"
        raw = {str(place): cell for place, cell in enumerate(row.cells)}
        return Refusal(file, row.line, "", "columns", detail, raw)
    cells = [*row.cells, *[None] * (len(header.cells) - len(row.cells))]
    fields: dict[str, Json] = dict.fromkeys(phrases.columns)
    for text, column, cell in zip(header.cells, header.columns, cells, strict=False):
        if column:
            fields[column] = _cell(phrases, column, cell)
        elif text:
            fields.setdefault(text, cell)
    _put_together(phrases, fields)
    return Row(file, row.line, fields)


def _cell(phrases: Phrases, column: str, cell: Json) -> Json:
    if not isinstance(cell, str):
        return cell
    text = cell.strip()
    if text.casefold() in phrases.missing:
        return None
    if column in phrases.numbers:
        return _THOUSANDS.sub("", text).replace(",", ".")
    if column in phrases.times:
        return _time(text)
    if column in phrases.words:
        choices = phrases.words[column]
        parts = _LISTED.split(text) if column in phrases.lists else [text]
        said = [_meant(choices, part)[0] or part.strip() for part in parts if part.strip()]
        return "; ".join(dict.fromkeys(said))
    return "; ".join(line.strip() for line in text.splitlines() if line.strip())


def _time(text: str) -> str:
    """A day with or without its hour as ISO 8601 has it; what is none stays as it is."""
    if day := _DAY.fullmatch(text):
        date, month, year, hour, minute = day.groups(default="00")
        return f"{year}-{int(month):02}-{int(date):02}T{int(hour):02}:{minute}"
    return f"{text}T00:00" if _ISO_DAY.fullmatch(text) else text


def _put_together(phrases: Phrases, fields: dict[str, Json]) -> None:
    for column, (first, second) in phrases.parted.items():
        if fields.get(first) is None and isinstance(fields.get(column), str):
            fields[first], fields[second] = parted(fields[column])
    for column, joining in phrases.joined.items():
        end, whole = _plain(fields.get(column)), _plain(fields.get(joining.to))
        if end and whole:
            fields[joining.to] = f"{whole}{joining.with_}{end}"
    if phrases.key is not None and not fields.get(phrases.key.column):
        parts = [_plain(fields.get(name)) for name in phrases.key.otherwise]
        if all(parts):
            parts += filter(None, (_plain(fields.get(name)) for name in phrases.key.further))
            fields[phrases.key.column] = "-".join(_normal(part).replace(" ", "-") for part in parts)


def parted(text: str) -> tuple[str | None, str | None]:
    """A street and a house out of one cell: at a comma, or at the first number behind a word."""
    found = _BY_COMMA.fullmatch(text.strip()) or _BY_SPACE.fullmatch(text.strip())
    return (found[1].strip(" ,"), found[2].strip()) if found else (text.strip() or None, None)


def _plain(cell: Json) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else str(cell).strip()


def told(header: Understood) -> Mapping[str, str]:
    """Which header was understood as which column."""
    pairs = zip(header.columns, header.cells, strict=True)
    return {column: text for column, text in pairs if column}
