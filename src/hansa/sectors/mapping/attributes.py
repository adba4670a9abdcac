"""One field of a mapping as a function from a row's cells to an attribute instance.

The instance is normalized NGSI-LD (GS CIM 009 v1.9.1, 4.5): which member holds the value
follows from the kind that the vocabulary gives to the attribute.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from hansa.base.vocabulary import AttributeDef
from hansa.sectors.mapping.places import geometry_reader, point_reader
from hansa.sectors.mapping.refuse import Refused
from hansa.sectors.mapping.schema import Field, SourceFile
from hansa.sectors.mapping.times import Calendar, delay_of
from hansa.sectors.mapping.values import (
    Fields,
    Json,
    Reader,
    boolean_reader,
    list_reader,
    map_reader,
    number_reader,
    sign_reader,
    template_reader,
    templates_reader,
    text_reader,
    uri_reader,
    words_reader,
)
from hansa.sectors.mapping.where import Choice, compile_where

Instance: TypeAlias = dict[str, Any]
AttributeReader: TypeAlias = Callable[[Fields, list[str], str | None], Instance | None]

QUALIFIER = "qualifier"
_MEMBER = {
    "Property": "value",
    "GeoProperty": "value",
    "Relationship": "object",
    "LanguageProperty": "languageMap",
    "VocabProperty": "vocab",
    "JsonProperty": "json",
}


@dataclass(frozen=True, slots=True)
class Making:
    """What the readers of one source share while they are made."""

    source: SourceFile
    calendar: Calendar
    missing: frozenset[str]


def making_of(source: SourceFile) -> Making:
    """The shared parts of a source's readers."""
    shift = delay_of(source.shift)
    calendar = Calendar(source.zone, source.ambiguous, source.time_format, shift)
    return Making(source, calendar, frozenset(source.missing))


@dataclass(frozen=True, slots=True)
class Attribute:
    """A compiled field: its name, the source that owns it, and its reader."""

    name: str
    owner: str
    read: AttributeReader


def compile_attribute(
    name: str,
    field: Field,
    definitions: Mapping[str, AttributeDef],
    making: Making,
    *,
    personal: bool,
) -> Attribute:
    """The reader of one attribute; what it refuses is not quoted where it is personal."""
    definition = definitions[name]
    value = _value_reader(field, definition, making)
    if personal:
        value = _silent(value)
    if field.required:
        value = _required(value, field)
    if field.where is not None:
        value = _only(value, compile_where(field.where, making.missing))
    read = _instance_reader(value, _frame(field, definition), definition, field)
    if subs := _subs(field, definitions, making, personal=personal):
        read = _with_subs(read, subs)
    return Attribute(name, field.owner or making.source.owner or "", read)


def _subs(
    field: Field, definitions: Mapping[str, AttributeDef], making: Making, *, personal: bool
) -> tuple[Attribute, ...]:
    """What an instance carries beside its value (4.5.2.2): the sign before it, and `with`."""
    found = [
        compile_attribute(name, one, definitions, making, personal=personal)
        for name, one in field.subs.items()
    ]
    if field.qualifiers:
        plain, definition = Field(), definitions[QUALIFIER]
        sign = sign_reader(field.column or "", field)
        read = _instance_reader(sign, _frame(plain, definition), definition, plain)
        found.append(Attribute(QUALIFIER, "", read))
    return tuple(found)


def _with_subs(read: AttributeReader, subs: tuple[Attribute, ...]) -> AttributeReader:
    def whole(fields: Fields, flags: list[str], observed: str | None) -> Instance | None:
        instance = read(fields, flags, observed)
        if instance is not None:
            for sub in subs:
                if (found := sub.read(fields, flags, None)) is not None:
                    instance[sub.name] = found
        return instance

    return whole


def _only(value: Reader, meant: Choice) -> Reader:
    return lambda fields, flags: value(fields, flags) if meant(fields) else None


def _value_reader(field: Field, definition: AttributeDef, making: Making) -> Reader:
    missing = making.missing | frozenset(field.missing)
    if field.value is not None:
        return _constant(field.value)
    if field.point is not None:
        return _constant({"type": "Point", "coordinates": list(field.point)})
    if field.latitude is not None:
        return point_reader(field, missing)
    if field.template is not None:
        return template_reader(field.template, missing)
    if field.templates:
        uris = definition.kind == "Relationship"
        return templates_reader(field.templates, missing, uris=uris)
    if field.map is not None:
        return map_reader(field.column or "", field, missing)
    return _column_reader(field, definition, making, missing)


def _column_reader(
    field: Field, definition: AttributeDef, making: Making, missing: frozenset[str]
) -> Reader:
    column = field.column or ""
    match field.kind:
        case "number" | "integer":
            return number_reader(column, field, missing, definition.unit)
        case "time":
            return _time_value(field, making, missing)
        case "boolean":
            return boolean_reader(column, missing)
        case "geometry":
            return geometry_reader(column, missing)
        case "list":
            return list_reader(column, field, missing)
        case "uri":
            return uri_reader(column, missing)
        case "words":
            return words_reader(column, missing)
        case _:
            return text_reader(column, missing)


def _constant(value: Json) -> Reader:
    return lambda fields, flags: value


def _time_value(field: Field, making: Making, missing: frozenset[str]) -> Reader:
    moment = making.calendar.reader(field.column or "", missing, field.format)

    def read(fields: Fields, flags: list[str]) -> Json:
        found = moment(fields, flags)
        return None if found is None else found.value

    return read


def _silent(value: Reader) -> Reader:
    """A refusal of a personal cell says which rule it broke and not what it held."""

    def read(fields: Fields, flags: list[str]) -> Json:
        try:
            return value(fields, flags)
        except Refused as refused:
            raise Refused(
                refused.field, refused.rule, "breaks the rule (personal, so not shown)"
            ) from None

    return read


def _required(value: Reader, field: Field) -> Reader:
    where = field.column or field.template or field.latitude or ""

    def read(fields: Fields, flags: list[str]) -> Json:
        found = value(fields, flags)
        if found is None:
            raise Refused(where, "required", "holds no value")
        return found

    return read


def _frame(field: Field, definition: AttributeDef) -> Mapping[str, Any]:
    """The members that every instance of the attribute has besides its value."""
    frame: dict[str, Any] = {"type": definition.kind}
    if definition.unit is not None:
        frame["unitCode"] = definition.unit
    if field.dataset is not None:
        frame["datasetId"] = field.dataset
    return frame


def _instance_reader(
    value: Reader, frame: Mapping[str, Any], definition: AttributeDef, field: Field
) -> AttributeReader:
    member, language = _MEMBER[definition.kind], field.language

    def read(fields: Fields, flags: list[str], observed: str | None) -> Instance | None:
        found = value(fields, flags)
        if found is None:
            return None
        if language is not None:
            found = {language: found}
        instance = {**frame, member: found}
        if observed is not None:
            instance["observedAt"] = observed
        return instance

    return read
