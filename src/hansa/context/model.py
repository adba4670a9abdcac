"""The values of the graph: entities, changes, what a commit expects and answers.

Documents are normalized NGSI-LD (GS CIM 009 v1.9.1, 4.5.1) with *canonical names*: the short
term where the city's own vocabulary has it, else the full IRI. HTTP expands a client's
terms to IRIs and those to canonical names; rooms use the short terms as they stand.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias

import orjson

from hansa.base import times
from hansa.base.problems import Problem
from hansa.guard import World

Json: TypeAlias = Any
Document: TypeAlias = Mapping[str, Json]

WORLD_MEMBER = "hansaWorld"  # of every entity, feature and notification of an exercise
RESERVED = frozenset({"id", "type", "scope", "@context"})


@dataclass(frozen=True)
class Entity:
    """One entity as a view sees it, at a change number.

    `body` is the normalized document as JSON bytes without system attributes; `system` holds
    createdAt/modifiedAt/ord/owner per attribute (see `context.store.state`).
    """

    id: str
    types: tuple[str, ...]
    body: bytes
    change: int
    created_at: datetime
    modified_at: datetime
    system: Document = field(default_factory=dict)

    @cached_property
    def document(self) -> Document:
        """The normalized document, parsed on first use."""
        parsed: Document = orjson.loads(self.body)
        return parsed

    def attribute(self, name: str) -> Document | None:
        """The default instance (no datasetId) of an attribute."""
        found = self.document.get(name)
        if isinstance(found, list):
            return next((one for one in found if "datasetId" not in one), None)
        return found

    def value(self, name: str, default: Json = None) -> Json:
        """The value, object, languageMap … of the default instance."""
        instance = self.attribute(name)
        return default if instance is None else instance_value(instance)

    def owner(self, name: str) -> str | None:
        """The data source that owns an attribute's default instance, where the system says."""
        stamp = self.system.get(name) or self.system.get("*")
        return stamp[3] if stamp else None

    def known_at(self, name: str, dataset: str = "") -> datetime | None:
        """When the city came to know the instance of an attribute that stands."""
        key = f"{name} {dataset}" if dataset else name
        stamp = self.system.get(key) or self.system.get("*")
        return times.from_micros(stamp[1]) if stamp else None

    def observed_at(self, name: str) -> datetime | None:
        """When the default instance was true in the world, if it says so."""
        instance = self.attribute(name)
        text = None if instance is None else instance.get("observedAt")
        return None if text is None else times.parse_instant(text)


VALUE_MEMBERS = ("value", "object", "languageMap", "vocab", "json", "valueList", "objectList")


def instance_value(instance: Document) -> Json:
    """The one value member of an attribute instance (4.5.1)."""
    for name in VALUE_MEMBERS:
        if name in instance:
            return instance[name]
    return None


def world_member(world: World) -> dict[str, str]:
    """The member that marks what belongs to an exercise; in the actual world there is none."""
    return {WORLD_MEMBER: world.name} if world.exercise else {}


class Op(StrEnum):
    """The verbs on an entity, as 5.6 of GS CIM 009 names them."""

    CREATE = "create"  # AlreadyExists if there is one
    REPLACE = "replace"  # ResourceNotFound if there is none; whole entity (5.6.18)
    UPSERT = "upsert"  # create, or replace the whole (batch upsert, replace mode)
    UPDATE_OR_CREATE = "update-or-create"  # create, or set the given attributes (upsert update)
    APPEND = "append"  # set given attributes, overwriting (5.6.3)
    APPEND_NEW = "append-new"  # only those that are not there (noOverwrite)
    UPDATE = "update"  # only those that are there (5.6.2)
    MERGE = "merge"  # JSON merge patch with urn:ngsi-ld:null (5.6.17)
    PATCH_ATTRIBUTE = "patch-attribute"  # partial update of one attribute (5.6.4)
    REPLACE_ATTRIBUTE = "replace-attribute"  # 5.6.19
    DELETE_ATTRIBUTE = "delete-attribute"  # 5.6.5; body {name: null}, dataset in `dataset`
    DELETE = "delete"  # 5.6.6


class Change(NamedTuple):
    """One wish about one entity.

    `body`: attributes (and type, scope) in normalized canonical form. `known_at`: when the
    city came to know it, for a back-fill; None means now. `owner`: the data source that owns
    the attributes written. `by_observation`: order instances by observedAt, so that a late
    reading goes to history and never hides a newer one. `opens`/`closes`: a key this entity
    holds or gives back (see `NoneOpen`). `dataset` names an instance: None the default one,
    "*" all.
    """

    op: Op
    id: str
    body: Document = MappingProxyType({})
    known_at: datetime | None = None
    owner: str | None = None
    by_observation: bool = False
    opens: str | None = None
    closes: str | None = None
    dataset: str | None = None


@dataclass(frozen=True, slots=True)
class Unchanged:
    """Expect: the entity stands at this change number (0: it does not exist)."""

    id: str
    change: int


@dataclass(frozen=True, slots=True)
class NoneOpen:
    """Expect: no entity holds the key (see `Change.opens`)."""

    key: str


Expect: TypeAlias = Unchanged | NoneOpen


@dataclass(frozen=True, slots=True)
class Cursor:
    """A consumer has dealt with every change up to and with `number`."""

    consumer: str
    number: int


@dataclass(frozen=True, slots=True)
class Parcel:
    """An outbox row: leaves after the commit, with retries, until delivered."""

    kind: str
    target: str
    payload: bytes
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Timer:
    """Becomes a change of kind `timer` for `consumer` at `due`; None takes it back.

    One timer per (consumer, key): setting it again moves it.
    """

    consumer: str
    key: str
    due: datetime | None
    payload: Json = None


@dataclass(frozen=True, slots=True)
class Note:
    """A row of a room's own bookkeeping; value None removes it."""

    space: str
    key: str
    value: Json


NOTHING_REFUSED: Mapping[str, str] = MappingProxyType({})


class Outcome(NamedTuple):
    """What became of one `Change`, in order. `changed` is empty where nothing changed.

    `refused` holds a refusal text per attribute not written (5.2.18 UpdateResult). `problem`
    stands where a batch (`each=True`) wrote the others and not this one.
    """

    id: str
    created: bool
    changed: tuple[str, ...]
    change: int
    refused: Mapping[str, str] = NOTHING_REFUSED
    deleted: bool = False
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Commit:
    """The answer of a write: last change number, and an outcome per change."""

    number: int
    at: datetime
    outcomes: tuple[Outcome, ...]


class ChangeKind(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    DELETED = "deleted"
    TIMER = "timer"


@dataclass(frozen=True, slots=True)
class Record:
    """One row of the change log, projected by the reader's view.

    `fragment`: the attributes set, normalized, canonical names (whole document when created).
    `removed`: attribute names deleted. `late`: the instance went to history without becoming
    the state. For a timer: `entity_id` is "", `timer` is (consumer, key, payload).
    """

    number: int
    kind: ChangeKind
    entity_id: str
    types: tuple[str, ...]
    fragment: Document
    removed: tuple[str, ...]
    recorded_at: datetime
    committed_at: datetime
    actor: str
    backfilled: bool = False
    late: bool = False
    timer: tuple[str, str, Json] | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """`timerel` of a temporal query (4.11); None bounds are open.

    `last`: lastN newest instances per attribute.
    """

    after: datetime | None = None
    before: datetime | None = None
    timeproperty: str = "observedAt"
    last: int | None = None


@dataclass(frozen=True, slots=True)
class Instance:
    """One attribute instance of history. `body` None means deleted at `recorded_at`."""

    body: Document | None
    observed_at: datetime | None
    recorded_at: datetime
    number: int
    backfilled: bool


@dataclass(frozen=True, slots=True)
class Evolution:
    """The temporal evolution of one entity: attribute -> instances, oldest first."""

    id: str
    types: tuple[str, ...]
    attributes: Mapping[str, tuple[Instance, ...]]
    created_at: datetime
    deleted_at: datetime | None = None
    scope: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """Entities of a query; `count` of all that match when it was asked for."""

    entities: tuple[Entity, ...]
    count: int | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Plain values of attributes, an entity a row, as known at one moment.

    `columns` as they were asked for: `status` is the value of the default instance, a DateTime
    as RFC 3339 text; `status.observedAt` its time. None: unknown, or outside the view.
    """

    columns: tuple[str, ...]
    ids: tuple[str, ...]
    rows: tuple[tuple[Json, ...], ...]


class Method(StrEnum):
    """How instances of a period become one value (GS CIM 009 v1.9.1, 4.5.19)."""

    TOTAL_COUNT = "totalCount"
    DISTINCT_COUNT = "distinctCount"
    SUM = "sum"
    AVG = "avg"
    MIN = "min"
    MAX = "max"
    STDDEV = "stddev"  # of the whole, not of a sample
    SUMSQ = "sumsq"


@dataclass(frozen=True, slots=True)
class Period:
    """A length of time of the calendar (ISO 8601): whole months, days, and microseconds."""

    months: int = 0
    days: int = 0
    micros: int = 0


@dataclass(frozen=True, slots=True)
class Aggregation:
    """What is made of instances: `period` None makes one value of the whole window.

    Periods follow each other from the window's begin (where it is open: from midnight before
    the first instance); days and months are those of `zone`.
    """

    methods: tuple[Method, ...]
    period: Period | None = None
    zone: tzinfo = UTC


@dataclass(frozen=True, slots=True)
class Bucket:
    """The value of one method over one period, its end not included; None: cannot be said."""

    value: Json
    begin: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Aggregated:
    """One entity: attribute (`name`, or `name datasetId`) -> method -> periods with instances."""

    id: str
    types: tuple[str, ...]
    attributes: Mapping[str, Mapping[Method, tuple[Bucket, ...]]]
