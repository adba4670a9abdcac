"""Personal values leave a change before it reaches the graph, and come back only on request.

The graph, its history, its log and its indexes hold references; the values lie in guard's
vault. What is put there is committed before the graph commit that refers to it, so a crash
between the two leaves an orphan that a sweep removes, never a reference to nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import orjson

from hansa.base.problems import BadRequestData
from hansa.context.model import RESERVED, Change, Document, Entity
from hansa.context.store.writer import REF
from hansa.guard import Catalogue, PersonalRecord

TypesOf = Callable[[str], tuple[str, ...]]


def names(catalogue: Catalogue) -> frozenset[str]:
    """Attribute names that are personal on any type: a cheap first question."""
    return frozenset(
        name for (kind, name), _ in catalogue.classes.items() if catalogue.personal((kind,), name)
    )


def touches(change: Change, personal: frozenset[str]) -> bool:
    """Whether the change may hold a personal value."""
    return not personal.isdisjoint(change.body)


def records(change: Change, types: Sequence[str], catalogue: Catalogue) -> list[PersonalRecord]:
    """The personal values of a change, in the order of `with_references`."""
    return [
        PersonalRecord(
            subject=change.id,
            entity_id=change.id,
            attribute=name,
            value=orjson.dumps(instance, option=orjson.OPT_SORT_KEYS),
        )
        for name, instance in _personal(change, types, catalogue)
    ]


def with_references(
    change: Change, types: Sequence[str], catalogue: Catalogue, refs: Sequence[str]
) -> Change:
    """The change with each personal instance replaced by its reference."""
    body: dict[str, Any] = dict(change.body)
    for name in {name for name, _ in _personal(change, types, catalogue)}:
        body[name] = []
    for (name, instance), ref in zip(_personal(change, types, catalogue), refs, strict=True):
        body[name].append(_reference(instance, ref))
    for name, instances in body.items():
        if isinstance(instances, list) and len(instances) == 1 and REF in instances[0]:
            body[name] = instances[0]
    return replace(change, body=body)


def _personal(
    change: Change, types: Sequence[str], catalogue: Catalogue
) -> list[tuple[str, Document]]:
    found: list[tuple[str, Document]] = []
    for name, given in change.body.items():
        if name in RESERVED or given is None or not catalogue.personal(types, name):
            continue
        found += [(name, one) for one in (given if isinstance(given, list) else [given])]
    return found


def _reference(instance: Document, ref: str) -> dict[str, Any]:
    kept = {
        name: instance[name] for name in ("type", "datasetId", "observedAt") if name in instance
    }
    return {**kept, REF: ref}


def check_none_left(change: Change, types: Sequence[str], catalogue: Catalogue) -> None:
    """Refuse a change that would put a personal value into the graph."""
    for name, instance in _personal(change, types, catalogue):
        if REF not in instance:
            raise BadRequestData(
                f"{name} is personal for {' '.join(types)}",
                where=name,
                rule="personal values never enter the graph",
                remedy="name the type together with the attribute",
            )


def references(refs: bytes | None) -> Mapping[str, str]:
    """attribute key -> reference of a stored entity."""
    if refs is None:
        return {}
    return {key: one[REF] for key, one in orjson.loads(refs).items()}


def resolved(entity: Entity, values: Mapping[str, bytes]) -> Entity:
    """The entity with personal instances put back in; erased ones stay absent."""
    document = dict(entity.document)
    for key, value in values.items():
        name = key.partition(" ")[0]
        instance = orjson.loads(value)
        held = document.get(name)
        if held is None:
            document[name] = instance
        else:
            document[name] = [*held, instance] if isinstance(held, list) else [held, instance]
    return replace(entity, body=orjson.dumps(document))
