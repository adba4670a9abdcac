"""The shape of a city's `sources/*.yaml`: how rows of a file become states of an entity.

A mapping is data that people write by hand, so every member is typed, an unknown member is
refused with its line, and nothing is guessed: what a column means is said or it is not read.
"""

from typing import Annotated, Any, Literal, TypeAlias

import msgspec
from msgspec import Meta

from hansa.guard import PrivacyClass

Scalar: TypeAlias = str | int | float | bool
Position: TypeAlias = tuple[float, float]  # longitude, latitude (RFC 7946, 3.1.1)
Words: TypeAlias = str | dict[str, str]  # one text, or one per language
Name = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]


class _Shape(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="camel"):
    pass


class ZoneColumn(_Shape, frozen=True, kw_only=True):
    """The zone stands in a column; `table` says what its words mean (EST: UTC-05:00)."""

    column: str
    table: dict[str, str]


Zone: TypeAlias = str | ZoneColumn
Duration = Annotated[str, Meta(pattern=r"^P(\d+D)?(T(\d+H)?(\d+M)?)?$", min_length=3)]  # ISO 8601


class Where(_Shape, frozen=True, kw_only=True):
    """Only rows whose `column` holds one of `values`, or matches `pattern` (RE2, whole text).

    `unless`: all rows but those.
    """

    column: str
    values: tuple[str, ...] = ()
    pattern: str | None = None
    unless: bool = False


class Field(_Shape, frozen=True, kw_only=True):
    """One attribute. One origin: column, template(s), value, point, latitude+longitude.

    `templates`: a list of those that are filled; in a Relationship what is filled in is encoded.

    `map` translates words, `otherwise` says what becomes of a word that is not in it (`flag`: left
    out, and the row is marked with the field's `flag`). `unit` is the source's UN/CEFACT code (or
    `unitColumn` with `units`: the source's word -> code).
    `placeholders`: positions that stand for "unknown"; they are left out and flagged.
    `qualifiers`: signs that may stand before a number (`<5.00`); the number is the value and the
    sign its sub-attribute `qualifier`. `where`: only in such rows. `with`: sub-attributes.
    `as: words`: the cell holds texts by language (an object), for a LanguageProperty.
    """

    column: str | None = None
    template: str | None = None
    templates: tuple[str, ...] = ()
    value: Scalar | None = None
    point: Position | None = None
    latitude: str | None = None
    longitude: str | None = None
    kind: Literal[
        "text", "number", "integer", "boolean", "time", "geometry", "list", "uri", "words"
    ] = msgspec.field(default="text", name="as")
    map: dict[str, Scalar] | None = None
    otherwise: Literal["refuse", "omit", "flag", "keep"] = "refuse"
    unit: str | None = None
    unit_column: str | None = None
    units: dict[str, str] = msgspec.field(default_factory=dict)
    decimal: Literal[".", ","] = "."
    range: tuple[float, float] | None = None
    format: str | None = None
    separator: str = ";"
    qualifiers: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    placeholders: tuple[Position, ...] = ()
    flag: Name = "placeholder-position"
    required: bool = False
    language: str | None = None
    privacy: PrivacyClass | None = None
    owner: str | None = None
    dataset: str | None = None
    where: Where | None = None
    subs: "dict[str, Field]" = msgspec.field(default_factory=dict, name="with")


class State(_Shape, frozen=True, kw_only=True):
    """What the row says became true at one moment.

    Only where `when` (a column) holds a value, and `where` says so. `knownAt`: the column with
    the moment the city came to know it, `knownAfter` so much later (the mean of a day is not known
    before the day is over). `observedAt`: since when it is true; absent for what has no time.
    `dataset`: the datasetId under which its values stand beside the default ones (4.5.5).
    """

    name: Name
    known_at: str
    known_after: Duration | None = None
    observed_at: str | None = None
    when: str | None = None
    where: Where | None = None
    dataset: str | None = None
    fields: dict[str, Field]


class _Rule(_Shape, frozen=True, kw_only=True):
    """What all rules say: which rows they look at, and what becomes of one that breaks them."""

    where: Where | None = None
    otherwise: Literal["refuse", "flag"] = "refuse"


class Required(_Rule, frozen=True, kw_only=True, tag="required", tag_field="rule"):
    """The columns hold a value."""

    columns: tuple[str, ...]
    flag: Name = "value-missing"


class Range(_Rule, frozen=True, kw_only=True, tag="range", tag_field="rule"):
    """A number in the column lies between both, ends included."""

    column: str
    minimum: float | None = None
    maximum: float | None = None
    flag: Name = "out-of-range"


class Pattern(_Rule, frozen=True, kw_only=True, tag="pattern", tag_field="rule"):
    """The whole text of the column matches (RE2 syntax)."""

    column: str
    pattern: str
    flag: Name = "unexpected-form"


class OneOf(_Rule, frozen=True, kw_only=True, tag="one-of", tag_field="rule"):
    """The text of the column is one of these."""

    column: str
    values: tuple[str, ...]
    flag: Name = "unexpected-value"


class Order(_Rule, frozen=True, kw_only=True, tag="order", tag_field="rule"):
    """The time in `earlier` is not after the time in `later`, where both stand."""

    earlier: str
    later: str
    flag: Name = "times-out-of-order"


class Together(_Rule, frozen=True, kw_only=True, tag="together", tag_field="rule"):
    """Where `column` holds a value, `needs` holds one."""

    column: str
    needs: str
    flag: Name = "value-without-its-time"


Rule: TypeAlias = Required | Range | Pattern | OneOf | Order | Together


class SourceFile(_Shape, frozen=True, kw_only=True):
    """The members of a `sources/*.yaml`; README.md of the room shows one whole.

    `connector` names the door by which rows come, `settings` are its own; those of `files` (`files`
    to `header`) stand at the top. Either `fields` with `observedAt` (a reading), or `states` (a row
    that tells a story). `timeFormat`: as strptime has it, or `epoch`, `epoch-ms`; absent means ISO
    8601. In seconds: `every`, within which a live source speaks again, or it is late; `future`, by
    which a time may be ahead of the city's clock; `backfill`, after which a row that arrives live
    is recorded as known at its own time, and marked; `skew`, by which the clock of a source that is
    no file may differ before it is called wrong. `most`: rows a minute that such a source gets in;
    `flood`: what is more waits (`delay`), or only the newest row of each entity does (`newest`).
    `shift`: by how much the source's calendar is moved, and `note` says so. `knownSince`: a list
    without times of its own is known from then on.
    `whole`: a file is the whole list. What it leaves empty is emptied, and an entity that it does
    not name any more is marked with `retiredAt`.
    `flagsDataset`: the datasetId of `dataFlags`, where another source has those of the entity.
    """

    source: Name
    title: dict[str, str]
    sector: str
    licence: Words = ""
    note: Words = ""
    span: Words = ""
    connector: Name = "files"
    settings: dict[str, Any] = msgspec.field(default_factory=dict)
    files: str | tuple[str, ...] = ()
    format: Literal["csv", "jsonl", "xlsx", "geojson", "table"] | None = None
    encoding: str = "utf-8"
    delimiter: Annotated[str, Meta(min_length=1, max_length=1)] = ","
    quote: Annotated[str, Meta(min_length=1, max_length=1)] = '"'
    columns: tuple[str, ...] = ()
    sheet: str | int = 0
    header: str = ""
    zone: Zone = "UTC"
    time_format: str | None = None
    ambiguous: Literal["first", "last", "refuse"] = "first"
    shift: Duration | None = None
    missing: tuple[str, ...] = ()
    type: str
    id: str
    owner: str | None = None
    late: Literal["by_observation", "by_arrival"] = "by_observation"
    every: Annotated[float, Meta(gt=0)] | None = None
    future: Annotated[float, Meta(ge=0)] = 900
    backfill: Annotated[float, Meta(gt=0)] = 3600
    skew: Annotated[float, Meta(gt=0)] = 60
    most: Annotated[float, Meta(gt=0)] = 6000
    flood: Literal["delay", "newest"] = "delay"
    constants: dict[str, Field] = msgspec.field(default_factory=dict)
    observed_at: str | None = None
    known_at: str | None = None
    known_after: Duration | None = None
    known_since: str | None = None
    whole: bool = False
    flags_dataset: str | None = None
    fields: dict[str, Field] | None = None
    states: tuple[State, ...] = ()
    refuse: tuple[Rule, ...] = ()
