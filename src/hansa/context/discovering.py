"""Which types and attributes there are for a view: what no visible entity has is not told."""

from collections.abc import Mapping

from hansa.base.database import Tx
from hansa.context import reading
from hansa.context.model import RESERVED
from hansa.context.query import Query, TypeIs
from hansa.context.reading import Asked, Found
from hansa.context.rows import Rows
from hansa.context.store import bookkeeping
from hansa.context.store.names import Names


def types(tx: Tx, names: Names, asked: Asked) -> Mapping[str, int]:
    """Types of living entities that the view has, with their number."""
    view = asked.view
    if not view.narrow:
        return reading.types(tx, asked.part)
    found: dict[str, int] = {}
    rows = Rows(view)
    for kinds, number in reading.kinds(tx, asked.part).items():
        if view.admits(kinds) and not rows.concern(kinds):
            for name in kinds:
                found[name] = found.get(name, 0) + number
    for one in _ruled(tx, names, asked):
        for name in one.row.types:
            found[name] = found.get(name, 0) + 1
    return found


def attributes(tx: Tx, names: Names, asked: Asked) -> Mapping[str, tuple[str, ...]]:
    """Attribute names per type that the view sees."""
    view, rows = asked.view, Rows(asked.view)
    found: dict[str, dict[str, None]] = {}
    for kind, name in bookkeeping.seen_attributes(tx, asked.part):
        if view.admits((kind,)) and not rows.concern((kind,)) and view.sees((kind,), name):
            found.setdefault(kind, {})[name] = None
    for one in _ruled(tx, names, asked):
        held = dict.fromkeys(name for name in one.entity.document if name not in RESERVED)
        for kind in one.row.types:
            if rows.concern((kind,)):
                found.setdefault(kind, {}).update(held)
    return {kind: tuple(held) for kind, held in found.items()}


def _ruled(tx: Tx, names: Names, asked: Asked) -> list[Found]:
    """Every entity that meets the row rules of its types."""
    found: dict[int, Found] = {}
    for name in Rows(asked.view).types:
        query = Query(types=TypeIs(name))
        own = Asked(asked.view, asked.part, query)
        found |= {one.row.eid: one for one in reading.page(tx, names, frozenset(), own)[1]}
    return list(found.values())
