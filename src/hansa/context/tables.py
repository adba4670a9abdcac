"""Entities as rows of plain values: what indicators, charts and exports count with."""

from collections.abc import Mapping, Sequence
from typing import Any

from hansa.base.problems import BadRequestData
from hansa.context.model import RESERVED, Entity, Table, instance_value

OBSERVED = ".observedAt"


def columns_of(names: Sequence[str]) -> tuple[tuple[str, bool], ...]:
    """Attribute, and whether its time is meant, of each column; BadRequestData names a bad one."""
    for column in names:
        if column in RESERVED or ("." in column and not column.endswith(OBSERVED)):
            raise BadRequestData(f"{column!r} is no column", where=column)
    return tuple((one.removesuffix(OBSERVED), one.endswith(OBSERVED)) for one in names)


def table(entities: Sequence[Entity], columns: Sequence[str]) -> Table:
    """The columns of entities, in their order."""
    wanted = columns_of(columns)
    picked = [cells(entity.document, wanted) for entity in entities]
    return Table(tuple(columns), tuple(one.id for one in entities), tuple(picked))


def cells(document: Mapping[str, Any], columns: Sequence[tuple[str, bool]]) -> tuple[Any, ...]:
    """The values of a normalized document in these columns."""
    return tuple(cell(_default(document.get(name)), observed) for name, observed in columns)


def cell(instance: Mapping[str, Any] | None, observed: bool) -> Any:
    """The plain value of an instance, or its time; None where there is none."""
    if instance is None:
        return None
    return instance.get("observedAt") if observed else plain(instance_value(instance))


def _default(instance: Any) -> Any:
    if isinstance(instance, list):
        return next((one for one in instance if "datasetId" not in one), None)
    return instance


def plain(value: Any) -> Any:
    """A value without the dress of JSON-LD: a typed literal as its text."""
    if isinstance(value, dict) and "@value" in value:
        return value["@value"]
    return value
