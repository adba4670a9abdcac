"""What makes a mapping usable, checked at load against the vocabulary.

A mistake in a mapping shows here, with file, line and field, and not as fifty thousand refused
rows. Each check yields (path to the member, what is wrong, rule, remedy).
"""

import codecs
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import TypeAlias

import re2

from hansa.base import units
from hansa.base.problems import BadRequestData
from hansa.base.vocabulary import AttributeDef, Vocabulary
from hansa.guard import PrivacyClass
from hansa.sectors.connectors.files import headers
from hansa.sectors.connectors.registry import FILES
from hansa.sectors.mapping.attributes import QUALIFIER
from hansa.sectors.mapping.compile import FLAGS, RETIRED
from hansa.sectors.mapping.refuse import Refused
from hansa.sectors.mapping.schema import (
    Field,
    OneOf,
    Order,
    Pattern,
    Range,
    Required,
    Rule,
    SourceFile,
    Together,
    Where,
    Zone,
)
from hansa.sectors.mapping.times import EPOCHS, Calendar, zone_of
from hansa.sectors.mapping.values import columns_of_template

Path: TypeAlias = tuple[str | int, ...]
Finding: TypeAlias = tuple[Path, str, str, str]

_VALUE_KINDS = {
    "GeoProperty": ("geometry",),
    "Relationship": ("uri", "text"),
    "LanguageProperty": ("text", "words"),
}


def findings(source: SourceFile, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Everything that is wrong with the mapping, first things first."""
    definition = vocabulary.types.get(source.type)
    if definition is None:
        near = _near(source.type, vocabulary.types)
        yield ("type",), f"the vocabulary has no type {source.type!r}", "vocabulary", near
        return
    sectors = [one.name for one in vocabulary.sectors]
    if sectors and source.sector not in sectors:
        near = _near(source.sector, sectors)
        yield ("sector",), f"there is no sector {source.sector!r}", "vocabulary", near
    if source.whole and (RETIRED not in definition.attributes or source.known_since is None):
        detail = f"{source.type} has no {RETIRED}, or the list has times of its own"
        yield ("whole",), detail, "vocabulary", "leave `whole` out, or say knownSince"
    yield from _connector(source)
    yield from _shape(source)
    yield from _reading(source)
    for where, name, field in _fields(source):
        attribute = definition.attributes.get(name)
        if attribute is None or name == FLAGS:
            near = _near(name, definition.attributes)
            detail = f"{source.type} has no attribute {name!r} that a mapping may set"
            yield where, detail, "vocabulary", near
            continue
        for path, *said in (*_field(field, attribute), *_subs(field, definition.attributes)):
            yield where + path, said[0], said[1], said[2]
    for number, rule in enumerate(source.refuse):
        yield from _rule(("refuse", number), rule)


def _near(word: str, known: Iterable[str]) -> str:
    close = get_close_matches(word, list(known), 3, 0.5)
    return f"did you mean {', '.join(close)}?" if close else "see the vocabulary"


def _shape(source: SourceFile) -> Iterator[Finding]:
    if (source.fields is None) == (not source.states):
        yield ("fields",), "write either fields or states", "mapping", ""
    times = (source.observed_at, source.known_at, source.known_since)
    if source.fields is not None and not any(times):
        remedy = "say observedAt: COLUMN, or for a list without times knownSince: MOMENT"
        yield ("fields",), "a reading needs the column with its time", "mapping", remedy
    if source.states and any(times):
        remedy = "move it into the states"
        yield ("states",), "each state has times of its own", "mapping", remedy
    if not columns_of_template(source.id) and source.states:
        remedy = "write a template such as '{NUMBER}'"
        yield ("id",), "every row would be the same entity", "mapping", remedy
    seen: set[str] = set()
    for number, state in enumerate(source.states):
        if state.name in seen:
            yield ("states", number, "name"), f"the state {state.name} stands twice", "mapping", ""
        seen.add(state.name)
        if state.where is not None:
            yield from _where(("states", number, "where"), state.where)
    yield from _twice(source)


def _twice(source: SourceFile) -> Iterator[Finding]:
    """A value that several states set must say since when it is true, or re-reading flips it."""
    timeless: set[str] = set()
    for number, state in enumerate(source.states):
        for name in state.fields:
            if name in timeless:
                yield (
                    ("states", number, "fields", name),
                    f"{name} is set by two states, and one of them has no observedAt",
                    "mapping",
                    "give both states observedAt",
                )
        if state.observed_at is None:
            timeless.update(state.fields)


def _connector(source: SourceFile) -> Iterator[Finding]:
    if source.connector != FILES:
        if source.files or source.format is not None:
            yield ("files",), f"a source of {source.connector} has no files", "mapping", ""
        return
    if source.settings:
        remedy = "write its settings at the top, beside files and format"
        yield ("settings",), "the connector files has no settings of its own", "mapping", remedy
    if not source.files:
        yield ("source",), "names no files", "mapping", "write files, or the connector"
    elif source.format is None:
        yield (
            ("files",),
            "the files have no format",
            "mapping",
            "csv, jsonl, xlsx, geojson or table",
        )
    yield from _header(source)


def _header(source: SourceFile) -> Iterator[Finding]:
    if (source.format == "table") != bool(source.header):
        yield ("header",), "a table says its header, and nothing else does", "mapping", ""
        return
    if not source.header:
        return
    try:
        phrases = headers.load(source.header)
    except FileNotFoundError:
        yield ("header",), f"there are no phrases {source.header!r}", "mapping", ""
        return
    unknown = sorted(columns_of(source) - phrases.columns.keys())
    if unknown:
        near = _near(unknown[0], phrases.columns)
        yield ("header",), f"{source.header} knows no column {unknown[0]!r}", "mapping", near


def _reading(source: SourceFile) -> Iterator[Finding]:
    if not _readable(source.encoding):
        remedy = "use utf-8, cp1251, cp866, koi8-r, iso8859-1 or another superset of ASCII"
        yield ("encoding",), f"{source.encoding!r} cannot be read", "encoding", remedy
    if source.delimiter == source.quote:
        yield ("quote",), "delimiter and quote are the same character", "mapping", ""
    for detail in _zone(source.zone):
        yield ("zone",), detail, "zone", ""
    yield from _known_since(source)
    if source.time_format not in (None, *EPOCHS) and "%" not in str(source.time_format):
        remedy = "write it as strptime has it: %d.%m.%Y %H:%M"
        yield ("timeFormat",), f"{source.time_format!r} is no form of a time", "mapping", remedy


def _known_since(source: SourceFile) -> Iterator[Finding]:
    if source.known_since is None:
        return
    try:
        Calendar(source.zone, "refuse", None).fixed(source.known_since)
    except (Refused, ValueError) as error:
        yield ("knownSince",), str(error), "time", "write it as 2015-01-01T00:00"


def _readable(encoding: str) -> bool:
    """Whether lines can be found in it byte by byte."""
    try:
        return "a\n".encode(encoding) == b"a\n" or codecs.lookup(encoding).name == "utf-8-sig"
    except (LookupError, UnicodeError):
        return False


def _zone(zone: Zone) -> Iterator[str]:
    for name in (zone,) if isinstance(zone, str) else zone.table.values():
        try:
            zone_of(name)
        except ValueError as error:
            yield str(error)


def _fields(source: SourceFile) -> Iterator[tuple[Path, str, Field]]:
    for name, field in source.constants.items():
        yield ("constants", name), name, field
    for name, field in (source.fields or {}).items():
        yield ("fields", name), name, field
    for number, state in enumerate(source.states):
        for name, field in state.fields.items():
            yield ("states", number, "fields", name), name, field


def _field(field: Field, attribute: AttributeDef) -> Iterator[Finding]:
    templates = field.templates or None
    origins = (field.column, field.template, templates, field.value, field.point, field.latitude)
    if sum(one is not None for one in origins) != 1:
        remedy = "one of column, template, value, point, latitude with longitude"
        yield (), "an attribute has exactly one origin", "mapping", remedy
    if (field.latitude is None) != (field.longitude is None):
        yield (), "latitude and longitude go together", "mapping", ""
    yield from _kind(field, attribute)
    yield from _unit(field, attribute)
    if (
        field.privacy is not None
        and field.privacy.strictness < PrivacyClass(attribute.privacy).strictness
    ):
        remedy = "a city loosens a class in privacy/*.yaml, with its reason"
        detail = f"is {attribute.privacy} in the vocabulary and would become {field.privacy}"
        yield ("privacy",), detail, "privacy", remedy


def _subs(field: Field, attributes: Mapping[str, AttributeDef]) -> Iterator[Finding]:
    """What an instance carries beside its value: attributes of the type, never personal ones."""
    if field.where is not None:
        yield from _where(("where",), field.where)
    if field.qualifiers and (field.kind not in ("number", "integer") or field.column is None):
        yield ("qualifiers",), "only a number of a column has a sign before it", "mapping", ""
    names = (*field.subs, *((QUALIFIER,) if field.qualifiers else ()))
    for name in names:
        attribute = attributes.get(name)
        if attribute is None:
            yield ("with",), f"the type has no {name!r}", "vocabulary", _near(name, attributes)
        elif attribute.privacy == PrivacyClass.PERSONAL:
            yield ("with", name), "a personal value is an attribute of its own", "privacy", ""
    for name, one in field.subs.items():
        if one.subs or one.qualifiers:
            yield ("with", name), "a sub-attribute has no sub-attributes", "mapping", ""
        if name in attributes:
            for path, *said in _field(one, attributes[name]):
                yield ("with", name, *path), said[0], said[1], said[2]


def _where(path: Path, where: Where) -> Iterator[Finding]:
    if not where.values and where.pattern is None:
        yield path, "says neither values nor a pattern", "mapping", ""
    yield from _pattern(path, where.pattern)


def _pattern(path: Path, pattern: str | None) -> Iterator[Finding]:
    try:
        re2.compile(pattern or "")
    except re2.error as error:
        yield (*path, "pattern"), f"is no pattern: {error}", "RE2", ""


def _kind(field: Field, attribute: AttributeDef) -> Iterator[Finding]:
    place = field.point is not None or field.latitude is not None or field.kind == "geometry"
    if place != (attribute.kind == "GeoProperty"):
        detail = f"the attribute is a {attribute.kind}"
        yield (), detail, "vocabulary", "a place goes into a GeoProperty and nothing else does"
    allowed = _VALUE_KINDS.get(attribute.kind)
    if allowed and field.column is not None and field.kind not in allowed:
        yield ("as",), f"a {attribute.kind} cannot hold a {field.kind}", "vocabulary", ""
    if field.kind == "words" and attribute.kind != "LanguageProperty":
        yield ("as",), f"the attribute is a {attribute.kind}", "vocabulary", ""
    spoken = field.language is not None or field.kind == "words"
    if spoken != (attribute.kind == "LanguageProperty"):
        remedy = "a LanguageProperty says its language or holds words, others have none"
        yield ("language",), f"the attribute is a {attribute.kind}", "vocabulary", remedy


def _unit(field: Field, attribute: AttributeDef) -> Iterator[Finding]:
    codes = [(("unit",), field.unit)] if field.unit is not None else []
    codes += [(("units", word), code) for word, code in field.units.items()]  # type: ignore[misc]
    if codes and field.kind not in ("number", "integer") and field.value is None:
        yield ("as",), "a unit needs a number", "mapping", "write as: number"
    measured = field.kind == "number" and field.unit is None and field.unit_column is None
    if measured and attribute.unit not in (None, "C62", "Q30"):
        remedy = f"write unit: {attribute.unit} if that is the source's"
        yield (), "the mapping does not say the source's unit", "unit", remedy
    for path, code in codes:
        if attribute.unit is None:
            yield path, "the vocabulary gives the attribute no unit", "unit", "leave it out"
            continue
        try:
            if not units.convertible(code, attribute.unit):
                here, there = units.unit_of(code), units.unit_of(attribute.unit)
                detail = f"{here.name} cannot become {there.name}, the vocabulary's unit"
                yield path, detail, "unit", f"use a unit of {there.quantity}"
        except BadRequestData as error:
            yield path, error.detail, error.rule, error.remedy


def _rule(where: Path, rule: Rule) -> Iterator[Finding]:
    if isinstance(rule, Range) and rule.minimum is None and rule.maximum is None:
        yield where, "a range needs minimum or maximum", "mapping", ""
    if isinstance(rule, Pattern):
        yield from _pattern(where, rule.pattern)
    if rule.where is not None:
        yield from _where((*where, "where"), rule.where)


def columns_of(source: SourceFile) -> frozenset[str]:
    """Every column that the mapping names; a table without one of them is refused whole."""
    found = [*columns_of_template(source.id), source.observed_at, source.known_at]
    if not isinstance(source.zone, str):
        found.append(source.zone.column)
    for state in source.states:
        found += (state.known_at, state.observed_at, state.when, _column(state.where))
    for _, _, field in _fields(source):
        for one in (field, *field.subs.values()):
            found += (one.column, one.latitude, one.longitude, one.unit_column, _column(one.where))
            for template in (one.template or "", *one.templates):
                found += columns_of_template(template)
    for rule in source.refuse:
        found += (*_rule_columns(rule), _column(rule.where))
    return frozenset(name for name in found if name)


def _column(where: Where | None) -> str | None:
    return None if where is None else where.column


def _rule_columns(rule: Rule) -> tuple[str, ...]:
    match rule:
        case Required():
            return rule.columns
        case Order():
            return rule.earlier, rule.later
        case Together():
            return rule.column, rule.needs
        case Range() | Pattern() | OneOf():
            return (rule.column,)
