"""What a change does to an entity, as a pure function of the state before it.

Each attribute instance is ordered by `ord`: its observedAt when the source reports readings
(`Change.by_observation`), else the time at which the city came to know it. The state is the
instance with the greatest (ord, change number); so a late reading goes to history without
hiding a newer one, a back-fill may arrive in any order, and the state as known at T is the
same rule over the instances recorded up to T.

Attributes are flat here: {(name, dataset): instance}, dataset "" for the default one.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias

import orjson

from hansa.base import times
from hansa.base.problems import AlreadyExists, BadRequestData, Conflict, ResourceNotFound
from hansa.context.model import (
    NOTHING_REFUSED,
    RESERVED,
    VALUE_MEMBERS,
    Change,
    Json,
    Op,
    instance_value,
)

REF = "@ref"  # an instance whose value lies in the vault
NULL = "urn:ngsi-ld:null"
_NULL_WORDS = {"@none": NULL}

Key: TypeAlias = tuple[str, str]

_OWNED = 3  # the place of the owner in a stamp
Attributes: TypeAlias = dict[Key, dict[str, Any]]


class Stamp(NamedTuple):
    """System times of one instance (microseconds), its order, and the source that owns it."""

    created: int
    modified: int
    order: int
    owner: str | None = None


class State(NamedTuple):
    """One entity as it stands."""

    types: tuple[str, ...]
    attributes: Mapping[Key, dict[str, Any]]
    stamps: Mapping[Key, Stamp]
    scope: Json = None


class Step(NamedTuple):
    """Instances that share one place in time, to set or (body None) to drop."""

    order: int
    observed: int | None
    late: bool
    bodies: dict[Key, dict[str, Any] | None]


class Effect(NamedTuple):
    """What a change did: the new state (None: deleted) and the steps for history."""

    state: State | None
    steps: tuple[Step, ...]
    created: bool = False
    deleted: bool = False
    reshaped: bool = False  # types or scope changed
    refused: Mapping[str, str] = NOTHING_REFUSED


class Moment(NamedTuple):
    """`recorded`: when the city knows it; `now`: when it is written. Microseconds."""

    recorded: int
    now: int


def flatten(body: Mapping[str, Json]) -> Attributes:
    """Attributes of a normalized document by (name, dataset)."""
    flat: Attributes = {}
    for name, given in body.items():
        if name in RESERVED:
            continue
        if type(given) is dict:
            flat[name, given.get("datasetId", "")] = given
        elif given is None:
            flat[name, ""] = {}
        else:
            for instance in given:
                flat[name, instance.get("datasetId", "")] = instance
    return flat


def assemble(entity_id: str, state: State) -> dict[str, Any]:
    """The normalized document of a state; the default instance first in a list."""
    types = state.types
    document: dict[str, Any] = {"id": entity_id, "type": types[0] if len(types) == 1 else types}
    if state.scope is not None:
        document["scope"] = state.scope
    for (name, _), instance in state.attributes.items():
        if name not in document:
            document[name] = instance
        elif isinstance(document[name], list):
            document[name].append(instance)
        else:
            document[name] = [document[name], instance]
    return document


def types_of(body: Mapping[str, Json]) -> tuple[str, ...]:
    """The types a document names, as a tuple."""
    given = body.get("type", ())
    return (given,) if isinstance(given, str) else tuple(given)


def apply(change: Change, before: State | None, moment: Moment) -> Effect:
    """The effect of a change; raises AlreadyExists, ResourceNotFound, Conflict."""
    if change.op is Op.DELETE:
        return _delete(change, before, moment)
    if before is None:
        return _create(change, moment)
    if change.op is Op.CREATE:
        raise AlreadyExists(f"the entity {change.id} exists already", where=change.id)
    wishes, refused = _wishes(change, before)
    return _settle(change, before, wishes, refused, moment)


def _delete(change: Change, before: State | None, moment: Moment) -> Effect:
    if before is None:
        raise _missing(change)
    newest = max((stamp.order for stamp in before.stamps.values()), default=0)
    dropped: dict[Key, dict[str, Any] | None] = dict.fromkeys(before.stamps)
    order = max(moment.recorded, newest)
    steps = (Step(order, None, late=False, bodies=dropped),) if dropped else ()
    return Effect(state=None, steps=steps, deleted=True)


def _create(change: Change, moment: Moment) -> Effect:
    if change.op not in (Op.CREATE, Op.UPSERT, Op.UPDATE_OR_CREATE):
        raise _missing(change)
    types = types_of(change.body)
    if not types:
        raise BadRequestData("an entity needs a type", where=change.id, rule="GS CIM 009, 5.2.4")
    timing = _Timing(change, moment)
    attributes: Attributes = {}
    groups: dict[int | None, dict[Key, dict[str, Any] | None]] = {}
    stamps: dict[Key, Stamp] = {}
    for key, body in flatten(change.body).items():
        if is_null(body):
            continue
        attributes[key] = body
        observed = timing.observed(body) if "observedAt" in body else None
        if (group := groups.get(observed)) is None:
            group = groups[observed] = {}
        group[key] = body
    steps = []
    for observed, bodies in groups.items():
        order = timing.order(observed, None)
        steps.append(Step(order, observed, late=False, bodies=bodies))
        stamps.update(dict.fromkeys(bodies, timing.stamp(order, None)))
    state = State(types, attributes, stamps, change.body.get("scope"))
    return Effect(state=state, steps=tuple(steps), created=True)


def _missing(change: Change) -> ResourceNotFound:
    return ResourceNotFound(f"there is no entity {change.id}", where=change.id)


# ---- what each verb wishes: {key: instance, or None to drop}

Wishes: TypeAlias = Mapping[Key, dict[str, Any] | None]


def _wishes(change: Change, before: State) -> tuple[Wishes, Mapping[str, str]]:
    given = {key: None if is_null(body) else body for key, body in flatten(change.body).items()}
    match change.op:
        case Op.UPDATE_OR_CREATE | Op.APPEND:
            return given, NOTHING_REFUSED
        case Op.REPLACE | Op.UPSERT:
            return {key: None for key in before.attributes if key not in given} | given, {}
        case Op.APPEND_NEW:
            return _split(given, before, keep_known=False)
        case Op.UPDATE:
            return _split(given, before, keep_known=True)
        case Op.MERGE:
            return {
                key: _merged(_of_kind(before.attributes.get(key), body), body)
                for key, body in given.items()
            }, {}
        case Op.PATCH_ATTRIBUTE:
            return _existing(
                change, before, {k: _patched(before.attributes.get(k), b) for k, b in given.items()}
            )
        case Op.REPLACE_ATTRIBUTE:
            return _existing(change, before, given)
        case _:
            return _dropped(change, before), {}


def _split(given: Wishes, before: State, *, keep_known: bool) -> tuple[Wishes, dict[str, str]]:
    """The wishes for what is there (by name), or for what is not (by name and data set)."""
    names = {name for name, _ in before.attributes}
    known = {key: key[0] in names if keep_known else key in before.attributes for key in given}
    kept = {key: body for key, body in given.items() if known[key] == keep_known}
    why = "the attribute does not exist" if keep_known else "the attribute exists already"
    return kept, {key[0]: why for key in given if known[key] != keep_known}


def _existing(change: Change, before: State, given: Wishes) -> tuple[Wishes, dict[str, str]]:
    for name, dataset in given:
        if (name, dataset) not in before.attributes:
            shown = f"{name} (datasetId {dataset})" if dataset else name
            raise ResourceNotFound(f"{change.id} has no attribute {shown}", where=name)
    return given, {}


def _dropped(change: Change, before: State) -> Wishes:
    wishes: dict[Key, None] = {}
    for name in change.body:
        found = [
            key
            for key in before.attributes
            if key[0] == name and (change.dataset == "*" or key[1] == (change.dataset or ""))
        ]
        if not found:
            raise ResourceNotFound(f"{change.id} has no attribute {name}", where=name)
        wishes |= dict.fromkeys(found)
    return wishes


def is_null(instance: Mapping[str, Any]) -> bool:
    """Whether the instance says NGSI-LD Null, that is: delete (5.5.12 and 4.5.0)."""
    value = instance.get("value")
    if value is None:
        value = instance_value(instance)
    if type(value) is str:
        return value == NULL
    return not instance or (type(value) is dict and value == _NULL_WORDS)


def _patched(old: dict[str, Any] | None, new: dict[str, Any] | None) -> dict[str, Any] | None:
    if old is None or new is None:
        return new
    merged = {**(_of_kind(old, new) or {}), **new}
    return {name: value for name, value in merged.items() if value != NULL and not _null_sub(value)}


def _of_kind(old: dict[str, Any] | None, new: dict[str, Any] | None) -> dict[str, Any] | None:
    """The old instance, without its value where the new one is of another kind."""
    if old is None or new is None or new.get("type", old.get("type")) == old.get("type"):
        return old
    return {name: value for name, value in old.items() if name not in VALUE_MEMBERS}


def _null_sub(value: Json) -> bool:
    return isinstance(value, dict) and "type" in value and is_null(value)


def _merged(old: Json, new: Json) -> Any:
    """RFC 7396 merge patch with `urn:ngsi-ld:null` in the part of null (5.5.12)."""
    if not isinstance(old, dict) or not isinstance(new, dict):
        return _without_nulls(new)
    merged = dict(old)
    for name, value in new.items():
        if value == NULL or value is None or _null_sub(value):
            merged.pop(name, None)
        else:
            merged[name] = _merged(old.get(name), value)
    return merged


def _without_nulls(value: Json) -> Json:
    if not isinstance(value, dict):
        return value
    return {name: _without_nulls(inner) for name, inner in value.items() if inner != NULL}


# ---- settling wishes in time


def _settle(
    change: Change, before: State, wishes: Wishes, refused: Mapping[str, str], moment: Moment
) -> Effect:
    attributes = dict(before.attributes)
    stamps = dict(before.stamps)
    timing = _Timing(change, moment)
    groups: dict[tuple[int, int | None, bool], dict[Key, dict[str, Any] | None]] = {}
    group: dict[Key, dict[str, Any] | None] = {}
    at: tuple[int, int | None, bool] | None = None  # most instances of a change share one place
    for key, body in wishes.items():
        stamp = stamps.get(key)
        if stamp is not None and stamp.owner and stamp.owner != change.owner:
            raise _owned(change, key, stamp)
        observed = timing.observed(body) if body and "observedAt" in body else None
        order = timing.order(observed, stamp)
        late = stamp is not None and order < stamp.order  # true earlier, known later
        said = not late and attributes.get(key) == body
        if said and not (_moves(change, stamp, order) or _sooner(change, stamp, moment)):
            continue
        if at != (place := (order, observed, late)):
            at, group = place, groups.setdefault(place, {})
        group[key] = body
        if late:
            continue
        if body is None:
            attributes.pop(key, None)
            stamps.pop(key, None)
        else:
            attributes[key] = body
            stamps[key] = timing.stamp(order, stamp)
    types = _types_after(change, before)
    scope = change.body.get("scope", before.scope)
    return Effect(
        state=State(types=types, attributes=attributes, stamps=stamps, scope=scope),
        steps=tuple(Step(*place, bodies) for place, bodies in groups.items()),
        reshaped=types != before.types or scope != before.scope,
        refused=refused,
    )


def _moves(change: Change, stamp: Stamp | None, order: int) -> bool:
    """Whether a value said again moves on in the order: in a back-fill what lies between may
    still come. What a reading carries along (a name, a place) says nothing of its own time."""
    told = change.known_at is not None and not change.by_observation
    return told and stamp is not None and order > stamp.order


def _sooner(change: Change, stamp: Stamp | None, moment: Moment) -> bool:
    """Whether a back-fill says that the city knew a value sooner than history has it."""
    return change.known_at is not None and stamp is not None and moment.recorded < stamp.modified


def _owned(change: Change, key: Key, stamp: Stamp) -> Conflict:
    return Conflict(
        f"{key[0]} of {change.id} belongs to the source {stamp.owner}",
        where=key[0],
        rule="each attribute has one owning source",
        remedy="write it under a datasetId of your own",
    )


class _Timing:
    """Order and stamps of a change's instances; most of them share one time."""

    def __init__(self, change: Change, moment: Moment) -> None:
        self._recorded = moment.recorded
        self._owner = change.owner
        self._by_observation = change.by_observation
        self._now = change.known_at is None
        self._text: str | None = None
        self._micros = 0
        self._stamp = Stamp(moment.recorded, moment.recorded, moment.recorded, change.owner)

    def order(self, observed: int | None, stamp: Stamp | None) -> int:
        """The place of an instance; `stamp` is that of the one that stands."""
        if observed is not None and self._by_observation:
            return observed
        # never before observedAt, so that a window on observedAt may prune by ord
        order = self._recorded if observed is None else max(self._recorded, observed)
        return max(order, stamp.order) if self._now and stamp is not None else order

    def stamp(self, order: int, before: Stamp | None) -> Stamp:
        """The stamp of an instance that becomes the state; equal ones are one value."""
        created = self._recorded if before is None else before.created
        if created != self._stamp.created or order != self._stamp.order:
            self._stamp = Stamp(created, self._recorded, order, self._owner)
        return self._stamp

    def observed(self, body: dict[str, Any]) -> int:
        """When the instance was true in the world, in microseconds."""
        text = body["observedAt"]
        if text != self._text:
            self._micros = times.to_micros(times.parse_instant(text))
            self._text = text
        return self._micros


def _types_after(change: Change, before: State) -> tuple[str, ...]:
    given = types_of(change.body)
    if given == before.types:
        return given
    if change.op in (Op.REPLACE, Op.UPSERT):
        return given or before.types
    return (*before.types, *(name for name in given if name not in before.types))


# ---- stamps as JSON, none written twice


def pack(stamps: Mapping[Key, Stamp]) -> bytes:
    """Stamps as the store keeps them: `unpacked` is what they say.

    The first one stands under "*", others under `name` or `name dataset`. An attribute whose
    stamp is the same as another's names that one; an owner that is the first stamp's is left out.
    """
    packed: dict[str, list[Any] | str] = {}
    common = next(iter(stamps.values()), None)
    if common is None:
        return b"{}"
    packed["*"] = list(common)
    where: dict[Stamp, str] = {}
    before, same = common, ""  # neighbours are mostly one value
    for (name, dataset), stamp in stamps.items():
        if stamp is common or stamp == common:
            continue
        key = f"{name} {dataset}" if dataset else name
        if stamp is not before:
            before, same = stamp, where.setdefault(stamp, key)
        if same is not key:
            packed[key] = same
        else:
            packed[key] = list(stamp[:3] if stamp[3] == common[3] else stamp)
    return orjson.dumps(packed)


def unpacked(packed: bytes) -> dict[str, list[Any]]:
    """The most shared stamp under "*", others under `name` or `name dataset`."""
    found: dict[str, Any] = orjson.loads(packed)
    for key, one in found.items():
        if type(one) is str:
            found[key] = found[one]
        elif len(one) == _OWNED:
            one.append(found["*"][_OWNED])
    return found


def stamps_of(system: Mapping[str, list[Any]], keys: Iterable[Key]) -> Iterator[tuple[Key, Stamp]]:
    """The stamps of the keys that stand, from what `unpacked` gave."""
    shared = Stamp(*system["*"]) if "*" in system else None
    for key in keys:
        found = system.get(f"{key[0]} {key[1]}" if key[1] else key[0])
        stamp = Stamp(*found) if found else shared
        if stamp is not None:
            yield key, stamp
