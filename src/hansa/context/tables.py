"""Entities as rows of plain values: what indicators, charts and exports count with."""

from collections.abc import Mapping, Sequence
from typing import Any

from hansa.base.problems import BadRequestData
from hansa.context.model import Entity, Table, instance_value

OBSERVED = ".observedAt"


def table(entities: Sequence[Entity], columns: Sequence[str]) -> Table:
    """The columns of entities, in their order."""
    for column in columns:
        if "." in column and not column.endswith(OBSERVED):
            raise BadRequestData(f"{column!r} is no column", where=column)
    picked = [cells(entity.document, columns) for entity in entities]
    return Table(tuple(columns), tuple(one.id for one in entities), tuple(picked))


def cells(document: Mapping[str, Any], columns: Sequence[str]) -> tuple[Any, ...]:
    """The values of a normalized document in these columns."""
    return tuple(_cell(document, column) for column in columns)


def _cell(document: Mapping[str, Any], column: str) -> Any:
    name, observed, _ = column.partition(OBSERVED)
    instance = document.get(name)
    if isinstance(instance, list):
        instance = next((one for one in instance if "datasetId" not in one), None)
    if instance is None:
        return None
    return instance.get("observedAt") if observed else plain(instance_value(instance))


def plain(value: Any) -> Any:
    """A value without the dress of JSON-LD: a typed literal as its text."""
    if isinstance(value, dict) and "@value" in value:
        return value["@value"]
    return value
