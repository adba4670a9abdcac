"""Cells as values: one small function per column, made once and called for every row.

A reader answers None where the cell holds no value and raises `Refused` where it holds one that
the mapping does not allow. It never guesses: `1,5` is no number unless the mapping says comma.
"""

import math
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias
from urllib.parse import quote

from hansa.base import units
from hansa.base.ids import check_uri
from hansa.base.problems import BadRequestData
from hansa.sectors.mapping.refuse import Refused, is_missing, shown
from hansa.sectors.mapping.schema import Field

Json: TypeAlias = Any
Fields: TypeAlias = Mapping[str, Any]
Reader: TypeAlias = Callable[[Fields, list[str]], Json]
UnitReader: TypeAlias = Callable[[Fields], str]

LONGEST_TEXT = 32_768  # characters of one value; a cell beyond it is a broken file
_PLACE = re.compile(r"\{([^{}]*)\}")
_TRUE = frozenset({"true", "yes", "y", "1"})
_FALSE = frozenset({"false", "no", "n", "0"})


def as_text(raw: Any, column: str) -> str:
    """The cell as text; a whole number of a sheet or of JSON loses its `.0`."""
    if raw.__class__ is str:
        text: str = raw.strip()
    elif isinstance(raw, bool):
        text = "true" if raw else "false"
    elif isinstance(raw, float):
        text = str(int(raw)) if raw.is_integer() and abs(raw) < 1e15 else repr(raw)
    elif isinstance(raw, dict | list):
        raise Refused(column, "text", "is nested data where one value is needed")
    else:
        text = str(raw)
    if len(text) > LONGEST_TEXT:
        raise Refused(column, "text-length", f"has {len(text)} characters, {LONGEST_TEXT} are most")
    if "\0" in text:
        raise Refused(column, "text", "holds a NUL character")
    return text


def number_of(raw: Any, column: str, decimal: str = ".") -> float:
    """The cell as a finite number."""
    if raw.__class__ is str:
        text = raw if decimal == "." else _with_point(raw)
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if "_" in text:  # Python's own notation, nobody else's
            value = math.nan
    elif isinstance(raw, int | float) and not isinstance(raw, bool):
        value = float(raw)
    else:
        value = math.nan
    if not math.isfinite(value):
        raise Refused(column, "number", f"{shown(raw)} is not a number")
    return value


def _with_point(text: str) -> str:
    return "" if "." in text else text.replace(",", ".")


def text_reader(column: str, missing: frozenset[str]) -> Reader:
    """Text, its outer spaces taken off."""

    def read(fields: Fields, flags: list[str]) -> Json:
        raw = fields.get(column)
        if raw.__class__ is str and raw.isprintable() and len(raw) <= LONGEST_TEXT:
            text = raw.strip()
            return text if text and text not in missing else None
        if is_missing(raw, missing):
            return None
        return as_text(raw, column) or None

    return read


def uri_reader(column: str, missing: frozenset[str]) -> Reader:
    """An absolute URI, for relationships."""
    text = text_reader(column, missing)

    def read(fields: Fields, flags: list[str]) -> Json:
        value = text(fields, flags)
        if value is None:
            return None
        try:
            return check_uri(value)
        except BadRequestData as error:
            raise Refused(column, "uri", error.detail) from error

    return read


def split_sign(raw: Any, signs: tuple[str, ...]) -> tuple[str | None, Any]:
    """The sign before a number, as laboratories write it (`<5.00`), and the number's text."""
    if signs and isinstance(raw, str):
        text = raw.strip()
        for sign in signs:
            if text.startswith(sign):
                return sign, text.removeprefix(sign)
    return None, raw


def sign_reader(column: str, field: Field) -> Reader:
    """The sign that stands before the number, None where there is none."""
    return lambda fields, flags: split_sign(fields.get(column), field.qualifiers)[0]


def number_reader(column: str, field: Field, missing: frozenset[str], target: str | None) -> Reader:
    """A number in `target` (a UN/CEFACT code): converted where the source's unit is another."""
    low, high = field.range or (-math.inf, math.inf)
    decimal, whole, signs = field.decimal, field.kind == "integer", field.qualifiers
    to_target = _conversion(field, target)

    def read(fields: Fields, flags: list[str]) -> Json:
        raw = fields.get(column)
        if is_missing(raw, missing):
            return None
        value = number_of(split_sign(raw, signs)[1] if signs else raw, column, decimal)
        if not low <= value <= high:
            raise Refused(column, "range", f"{shown(raw)} is not between {low:g} and {high:g}")
        if to_target is not None:
            value = to_target(value, fields)
        if not whole:
            return value
        if not value.is_integer():
            raise Refused(column, "integer", f"{shown(raw)} is not a whole number")
        return int(value)

    return read


def _conversion(field: Field, target: str | None) -> Callable[[float, Fields], float] | None:
    if field.unit_column is not None:
        return _conversion_by_column(field.unit_column, field.units, target)
    source = field.unit
    if source is None or target is None or source == target:
        return None
    return lambda value, fields: units.convert(value, source, target)


def _conversion_by_column(
    column: str, table: Mapping[str, str], target: str | None
) -> Callable[[float, Fields], float]:
    def convert(value: float, fields: Fields) -> float:
        word = fields.get(column)
        code = table.get(str(word).strip()) if table else word
        if not isinstance(code, str) or code not in units.UNITS or target is None:
            raise Refused(column, "unit-known", f"{shown(word)} is not a unit of this source")
        try:
            return units.convert(value, code, target)
        except BadRequestData as error:
            raise Refused(column, "unit-convertible", error.detail) from error

    return convert


def boolean_reader(column: str, missing: frozenset[str]) -> Reader:
    """true, yes, y, 1 and false, no, n, 0 in any case; other words need a `map`."""

    def read(fields: Fields, flags: list[str]) -> Json:
        raw = fields.get(column)
        if is_missing(raw, missing):
            return None
        word = as_text(raw, column).lower()
        if word in _TRUE:
            return True
        if word in _FALSE:
            return False
        raise Refused(column, "boolean", f"{shown(raw)} is neither true nor false")

    return read


def map_reader(column: str, field: Field, missing: frozenset[str]) -> Reader:
    """The value that the table gives for the cell's word."""
    table, otherwise = field.map or {}, field.otherwise

    def read(fields: Fields, flags: list[str]) -> Json:
        raw = fields.get(column)
        if is_missing(raw, missing):
            return None
        word = as_text(raw, column)
        if word in table:
            return table[word]
        if otherwise == "refuse":
            raise Refused(column, "one-of", f"{shown(raw)} is not one of {', '.join(table)}")
        if otherwise == "flag":
            flags.append(field.flag)
        return word if otherwise == "keep" and word else None

    return read


def list_reader(column: str, field: Field, missing: frozenset[str]) -> Reader:
    """Words between separators, or a list as JSON has it."""
    separator = field.separator

    def read(fields: Fields, flags: list[str]) -> Json:
        raw = fields.get(column)
        if is_missing(raw, missing):
            return None
        parts = raw if isinstance(raw, list) else as_text(raw, column).split(separator)
        return [text for part in parts if (text := as_text(part, column))] or None

    return read


def words_reader(column: str, missing: frozenset[str]) -> Reader:
    """Texts by language, as a LanguageProperty has them (GS CIM 009 v1.9.1, 4.5.18)."""

    def read(fields: Fields, flags: list[str]) -> Json:
        raw = fields.get(column)
        if is_missing(raw, missing):
            return None
        if not isinstance(raw, dict):
            raise Refused(column, "words", "is no object of texts by language")
        words = {language: as_text(text, column) for language, text in raw.items() if text}
        return words or None

    return read


def template_reader(template: str, missing: frozenset[str], *, whole: bool = True) -> Reader:
    """`{column}` filled in. With `whole`, None as soon as one column holds no value."""
    parts = _PLACE.split(template)
    literals, columns = parts[::2], parts[1::2]

    def read(fields: Fields, flags: list[str]) -> Json:
        filled = [literals[0]]
        for literal, column in zip(literals[1:], columns, strict=True):
            raw = fields.get(column)
            text = "" if is_missing(raw, missing) else as_text(raw, column)
            if not text and whole:
                return None
            filled += (text, literal)
        return "".join(filled).strip() or None

    return read


def templates_reader(templates: tuple[str, ...], missing: frozenset[str], *, uris: bool) -> Reader:
    """A list of the templates that are filled; of URIs what is filled in is encoded (RFC 3986)."""
    readers = [template_reader(one, missing) for one in templates]

    def read(fields: Fields, flags: list[str]) -> Json:
        given = _Encoded(fields) if uris else fields
        return [text for one in readers if (text := one(given, flags)) is not None] or None

    return read


class _Encoded(dict[str, Any]):
    """A row whose cells may stand in a URI."""

    def get(self, column: str, default: Any = None) -> Any:
        """The cell as text that a URI may hold; what holds no value stays as it is."""
        raw = super().get(column, default)
        return raw if raw is None or raw == "" else quote(as_text(raw, column), safe="-._~")


def columns_of_template(template: str) -> tuple[str, ...]:
    """The columns that a template names."""
    return tuple(_PLACE.findall(template))
