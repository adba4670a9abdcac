"""`pick`, `omit` and `datasetId` applied to a document (4.21, 4.5.5)."""

from collections.abc import Mapping, Set
from typing import Any

from hansa.context.model import RESERVED, Document
from hansa.context.query.ast import Projection
from hansa.context.query.targets import instances

_LINKED = ("entity", "entityList")
"""Members of a Relationship in which linked entities are inlined (4.5.23)."""


def project(
    document: Document, pick: Projection | None = None, omit: Projection | None = None
) -> dict[str, Any]:
    """The document reduced to what is picked, less what is omitted.

    id, type and scope are members like any other. A nested projection keeps its relationship
    and reduces the entities inlined in it. `@context` always stays.
    """
    members = dict(document) if pick is None else _picked(document, pick)
    return members if omit is None else _without(members, omit)


def keep_datasets(document: Document, datasets: Set[str]) -> dict[str, Any]:
    """Only the instances of these data sets; an attribute without any is left out."""
    if not datasets:
        return dict(document)
    kept: dict[str, Any] = {}
    for name, value in document.items():
        found = [] if name in RESERVED else list(instances(document, name, datasets))
        if name in RESERVED or not isinstance(value, Mapping | list):
            kept[name] = value
        elif found:
            kept[name] = found[0] if len(found) == 1 else found
    return kept


def _picked(document: Document, pick: Projection) -> dict[str, Any]:
    return {
        name: _linked(value, pick.members.get(name), None)
        for name, value in document.items()
        if name in pick.members or name == "@context"
    }


def _without(members: Document, omit: Projection) -> dict[str, Any]:
    return {
        name: _linked(value, None, omit.members.get(name))
        for name, value in members.items()
        if name not in omit.members or omit.members[name] is not None
    }


def _linked(value: Any, pick: Projection | None, omit: Projection | None) -> Any:
    """An attribute with a projection applied to the entities inlined in its instances."""
    if pick is None and omit is None:
        return value
    if isinstance(value, list):
        return [_linked(one, pick, omit) for one in value]
    if not isinstance(value, Mapping):
        return value
    inlined = {name: _inlined(value[name], pick, omit) for name in _LINKED if name in value}
    return {**value, **inlined}


def _inlined(value: Any, pick: Projection | None, omit: Projection | None) -> Any:
    if isinstance(value, list):
        return [project(one, pick, omit) for one in value]
    return project(value, pick, omit)
