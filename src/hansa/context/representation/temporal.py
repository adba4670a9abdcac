"""Temporal evolutions of entities (GS CIM 009 v1.9.1, 4.5.6 to 4.5.9)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from hansa.base.times import format_instant
from hansa.context.jsonld import Names
from hansa.context.model import Evolution, Instance
from hansa.context.representation.kinds import VALUE_OF, nothing
from hansa.context.representation.rendering import Walk, simplified
from hansa.context.representation.shape import Shape

# The member that holds [value, time] pairs in the simplified form (4.5.9).
_PAIRS: Mapping[str, str] = {
    "value": "values",
    "object": "objects",
    "languageMap": "languageMaps",
    "vocab": "vocabs",
    "json": "jsons",
    "valueList": "valueLists",
    "objectList": "objectLists",
}


def evolution(
    one: Evolution, names: Names, shape: Shape, timeproperty: str, short: bool
) -> dict[str, Any]:
    """The evolution of one entity under the client's names."""
    types = [names.outward(name) for name in one.types]
    shown: dict[str, Any] = {"id": one.id, "type": types[0] if len(types) == 1 else types}
    if one.scope:
        shown["scope"] = list(one.scope)
    shown = {name: value for name, value in shown.items() if shape.shows(name)}
    for name, instances in one.attributes.items():
        wanted = [each for each in instances if _in_dataset(each, shape)]
        if shape.shows(name) and wanted:
            attribute = (
                _pairs(wanted, names, timeproperty) if short else _full(wanted, names, shape)
            )
            shown[names.outward(name)] = attribute
    if shape.system:
        shown["createdAt"] = format_instant(one.created_at)
        if one.deleted_at is not None:
            shown["deletedAt"] = format_instant(one.deleted_at)
    return {**shown, **shape.tail()}


def _in_dataset(one: Instance, shape: Shape) -> bool:
    return not shape.datasets or (one.body or {}).get("datasetId", "@none") in shape.datasets


def _kind(instances: Sequence[Instance]) -> str:
    told = (one.body["type"] for one in instances if one.body is not None)
    return str(next(told, "Property"))


def _full(instances: Sequence[Instance], names: Names, shape: Shape) -> list[dict[str, Any]]:
    walk = Walk(names, Shape(), None)
    kind = _kind(instances)
    shown = []
    for one in instances:
        recorded = format_instant(one.recorded_at)
        if one.body is None:
            gone = {"type": kind, VALUE_OF[kind]: nothing(kind), "deletedAt": recorded}
            shown.append(gone | {"instanceId": _instance_id(one)})
            continue
        full = walk.attribute("", one.body, {})
        full["instanceId"] = _instance_id(one)
        if shape.system:
            full |= {"createdAt": recorded, "modifiedAt": recorded}
        shown.append(full)
    return shown


def _instance_id(one: Instance) -> str:
    return f"urn:hansa:instance:{one.number}"


def _pairs(instances: Sequence[Instance], names: Names, timeproperty: str) -> Any:
    """One object per dataset with [value, time] pairs."""
    kind = _kind(instances)
    grouped: dict[str, list[list[Any]]] = {}
    for one in instances:
        dataset = (one.body or {}).get("datasetId", "")
        pair = [_value(one, kind, names), format_instant(_moment(one, timeproperty))]
        grouped.setdefault(dataset, []).append(pair)
    member = _PAIRS[VALUE_OF[kind]]
    shown = [
        {"type": kind, member: pairs} | ({"datasetId": dataset} if dataset else {})
        for dataset, pairs in grouped.items()
    ]
    return shown[0] if len(shown) == 1 else shown


def _value(one: Instance, kind: str, names: Names) -> Any:
    if one.body is None:
        return nothing(kind)
    value = simplified(one.body, names)
    member = VALUE_OF[one.body["type"]]
    return value[member] if member in ("languageMap", "vocab", "json") else value


def _moment(one: Instance, timeproperty: str) -> datetime:
    observed = one.observed_at if timeproperty == "observedAt" else None
    return observed or one.recorded_at
