"""Aggregated temporal evolutions (GS CIM 009 v1.9.1, 4.5.19): a member per method."""

from collections.abc import Iterable, Mapping
from typing import Any

from hansa.base.times import format_instant
from hansa.context.jsonld import Names
from hansa.context.model import Aggregated, Bucket, Method
from hansa.context.representation.shape import Shape

Kinds = Mapping[str, str]


def aggregated(one: Aggregated, names: Names, shape: Shape, kinds: Kinds) -> dict[str, Any]:
    """The periods of one entity under the client's names; `kinds`: attribute -> its type.

    What a method cannot say of an attribute's values (the mean of texts) is left out.
    """
    types = [names.outward(name) for name in one.types]
    shown: dict[str, Any] = {"id": one.id, "type": types[0] if len(types) == 1 else types}
    shown = {name: value for name, value in shown.items() if shape.shows(name)}
    found: dict[str, list[dict[str, Any]]] = {}
    for key, methods in one.attributes.items():
        name, _, dataset = key.partition(" ")
        wanted = not shape.datasets or (dataset or "@none") in shape.datasets
        if shape.shows(name) and wanted and (said := _said(methods)):
            of_dataset = {"datasetId": dataset} if dataset else {}
            kind = {"type": kinds.get(name, "Property")}
            found.setdefault(name, []).append(kind | said | of_dataset)
    for name, several in found.items():
        shown[names.outward(name)] = several[0] if len(several) == 1 else several
    return {**shown, **shape.tail()}


def _said(methods: Mapping[Method, Iterable[Bucket]]) -> dict[str, Any]:
    periods = {
        method.value: [
            [one.value, format_instant(one.begin), format_instant(one.end)]
            for one in buckets
            if one.value is not None
        ]
        for method, buckets in methods.items()
    }
    return {method: values for method, values in periods.items() if values}
