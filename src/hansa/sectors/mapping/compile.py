"""A checked mapping as one pure function: Row -> timed states, or a refusal.

All that can be decided once is decided here, so that a row costs a few dictionary look-ups per
column. A state is never known before the one above it in the mapping: where a source's clocks
disagree (closed half a minute before it was opened) the later state is lifted to the earlier
one's moment and the row is flagged. States of one moment become one change.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeAlias

from msgspec import structs

from hansa.base.ids import check_uri, urn
from hansa.base.problems import BadRequestData
from hansa.base.vocabulary import Vocabulary
from hansa.guard import PrivacyClass
from hansa.sectors.mapping.attributes import (
    Attribute,
    AttributeReader,
    Instance,
    Making,
    compile_attribute,
    making_of,
)
from hansa.sectors.mapping.refuse import Refused, is_missing
from hansa.sectors.mapping.rules import compile_rule
from hansa.sectors.mapping.schema import Field, Order, SourceFile, State
from hansa.sectors.mapping.times import Moment, TimeReader, delay_of
from hansa.sectors.mapping.values import Fields, Reader, template_reader
from hansa.sectors.mapping.where import Choice, compile_where
from hansa.sectors.model import Mapped, Outcome, Refusal, Row, TimedState

Mapper: TypeAlias = Callable[[Row], Outcome]

OUT_OF_ORDER = "states-out-of-order"
NO_VALUES = "no-values"
RETIRED = "retiredAt"  # where the type has this attribute, it says since when a list lacks it
NULL: Instance = {
    "type": "Property",
    "value": "urn:ngsi-ld:null",
}  # takes an attribute away (5.5.12)
FLAGS = "dataFlags"  # where the type has this attribute, it holds the names of a row's flags


@dataclass(frozen=True, slots=True)
class _State:
    """A compiled state of one owner."""

    known: TimeReader
    observed: TimeReader | None
    when: str | None
    where: Choice | None
    column: str
    owner: str
    attributes: tuple[Attribute, ...]


@dataclass(slots=True)
class _Draft:
    """States that share a moment while a row is mapped."""

    moment: datetime
    owner: str
    since: Moment | None
    body: dict[str, Any] = field(default_factory=dict)


def personal_attributes(source: SourceFile, vocabulary: Vocabulary) -> frozenset[str]:
    """Attributes that the mapping or the vocabulary calls personal."""
    definitions = vocabulary.types[source.type].attributes
    return frozenset(
        name
        for name, one in fields_of(source)
        if PrivacyClass.PERSONAL in (one.privacy, definitions[name].privacy)
    )


def fields_of(source: SourceFile) -> list[tuple[str, Field]]:
    """Every (attribute, field) of a mapping; an attribute may stand in several states."""
    found = [*source.constants.items(), *(source.fields or {}).items()]
    for state in source.states:
        found += state.fields.items()
    return found


def states_of(source: SourceFile) -> tuple[State, ...]:
    """The states; a mapping with `fields` has a single one."""
    if source.fields is None:
        return source.states
    known = source.known_at or source.observed_at or ""
    only = State(
        name="reading",
        known_at=known,
        known_after=source.known_after,
        observed_at=source.observed_at,
        fields=source.fields,
    )
    return (only,)


def compile_constants(source: SourceFile, vocabulary: Vocabulary) -> Mapping[str, Any]:
    """The attributes that are the same for every entity of the source."""
    definitions = vocabulary.types[source.type].attributes
    compiled = (
        compile_attribute(name, one, definitions, making_of(source), personal=False)
        for name, one in source.constants.items()
    )
    return {one.name: instance for one in compiled if (instance := one.read({}, [], None))}


def compile_mapping(source: SourceFile, vocabulary: Vocabulary) -> Mapper:
    """The function that maps rows of this source; the source must have passed `check`."""
    making = making_of(source)
    missing = making.missing
    checks = tuple(compile_rule(rule, making) for rule in source.refuse)
    states = tuple(
        part for state in states_of(source) for part in _compile_state(state, making, vocabulary)
    )
    ordered = any(isinstance(rule, Order) for rule in source.refuse)
    flagged = FLAGS in vocabulary.types[source.type].attributes
    dataset = source.flags_dataset
    frame = {"type": "Property"} | ({"datasetId": dataset} if dataset else {})
    identity = _identity(source, missing)
    by_observation = source.late == "by_observation"

    def mapper(row: Row) -> Outcome:
        flags: list[str] = []
        fields = row.fields
        try:
            for check in checks:
                check(fields, flags)
            entity = identity(fields, flags)
            drafts, newest = _drafts(states, fields, flags, missing, ordered)
        except Refused as refused:
            return Refusal(row.file, row.line, refused.field, refused.rule, refused.detail, fields)
        if not drafts and NO_VALUES not in flags:
            flags.append(NO_VALUES)
        if flags and flagged and drafts:
            drafts[0].body[FLAGS] = {**frame, "value": list(flags)}
        return Mapped(
            tuple(
                TimedState(
                    entity,
                    source.type,
                    draft.moment,
                    draft.body,
                    draft.owner,
                    draft.since is not None and by_observation,
                )
                for draft in drafts
            ),
            tuple(flags),
            None if source.known_since else newest,  # a list has no newest value
        )

    return mapper


def _identity(source: SourceFile, missing: frozenset[str]) -> Reader:
    local = template_reader(source.id, missing)
    kind, whole = source.type, source.id.startswith("urn:")

    def read(fields: Fields, flags: list[str]) -> str:
        found: str | None = local(fields, flags)
        if found is None:
            raise Refused(source.id, "id", "the row has no identifier")
        if not whole:
            return urn(kind, found)
        try:
            return check_uri(found)
        except BadRequestData as error:
            raise Refused(source.id, "id", error.detail) from error

    return read


def _known(state: State, making: Making) -> TimeReader:
    """When the city came to know the state: a column's time, or the mapping's own."""
    source, calendar = making.source, making.calendar
    if source.known_since is not None:
        return calendar.fixed(source.known_since)
    later = delay_of(state.known_after)
    return calendar.reader(state.known_at, making.missing, later=later)


def _compile_state(state: State, making: Making, vocabulary: Vocabulary) -> tuple[_State, ...]:
    definitions = vocabulary.types[making.source.type].attributes
    personal = personal_attributes(making.source, vocabulary)

    def moments(column: str | None) -> TimeReader | None:
        return None if column is None else making.calendar.reader(column, making.missing)

    given = {
        name: structs.replace(one, dataset=one.dataset or state.dataset)
        for name, one in state.fields.items()
    }
    compiled = [
        compile_attribute(name, one, definitions, making, personal=name in personal)
        for name, one in given.items()
    ]
    if making.source.whole:
        compiled = [replace(one, read=_or_nothing(one.read)) for one in compiled]
        compiled.append(Attribute(RETIRED, making.source.owner or "", _nothing))
    known = _known(state, making)
    same = state.observed_at == state.known_at and state.known_after is None
    observed = known if same else moments(state.observed_at)
    where = None if state.where is None else compile_where(state.where, making.missing)
    return tuple(
        _State(
            known,
            observed,
            state.when,
            where,
            state.known_at,
            owner,
            tuple(one for one in compiled if one.owner == owner),
        )
        for owner in dict.fromkeys(one.owner for one in compiled)
    )


def _or_nothing(read: AttributeReader) -> AttributeReader:
    """What a whole list leaves empty holds no value any more."""
    return lambda fields, flags, observed: read(fields, flags, observed) or NULL


def _nothing(fields: Fields, flags: list[str], observed: str | None) -> Instance:
    """Whoever stands in the list is not retired."""
    return NULL


def compile_identity(source: SourceFile) -> Callable[[Row], str]:
    """The id of the entity that a row speaks of, be it refused; "" where it names none."""
    read = _identity(source, making_of(source).missing)

    def identity(row: Row) -> str:
        try:
            found: str = read(row.fields, [])
        except Refused:
            return ""
        return found

    return identity


def _drafts(
    states: tuple[_State, ...],
    fields: Fields,
    flags: list[str],
    missing: frozenset[str],
    ordered: bool,
) -> tuple[list[_Draft], datetime | None]:
    drafts: list[_Draft] = []
    newest: datetime | None = None
    for state in states:
        if state.when is not None and is_missing(fields.get(state.when), missing):
            continue
        if state.where is not None and not state.where(fields):
            continue
        known = state.known(fields, flags)
        if known is None:
            raise Refused(state.column, "required", "holds no time")
        at, observed = known.at, state.observed
        since = None if observed is None else observed(fields, flags)
        true = at if since is None else since.at
        if drafts and at < drafts[-1].moment:
            at, since = drafts[-1].moment, _lifted(drafts[-1], since)
            if not ordered and OUT_OF_ORDER not in flags:
                flags.append(OUT_OF_ORDER)
        text = None if since is None else since.text
        body = {
            one.name: instance
            for one in state.attributes
            if (instance := one.read(fields, flags, text)) is not None
        }
        if body:
            newest = true if newest is None or true > newest else newest
            _add(drafts, _Draft(at, state.owner, since, body))
    return drafts, newest


def _lifted(before: _Draft, since: Moment | None) -> Moment | None:
    """observedAt of a state that was lifted: not before that of the state it was lifted to."""
    if since is None or before.since is None or since.at > before.since.at:
        return since
    return before.since


def _add(drafts: list[_Draft], draft: _Draft) -> None:
    """One change per moment and owner: a later state's value of an attribute stands."""
    for other in reversed(drafts):
        if other.moment == draft.moment and other.owner == draft.owner:
            other.body.update(draft.body)
            other.since = other.since or draft.since
            return
    drafts.append(draft)
