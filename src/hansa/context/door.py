"""What a view lets through of rows, log records and history: the projection half of the door.

A hidden attribute is absent everywhere: it is taken out *before* a query is judged, so a
filter, a count or an order cannot tell what it holds.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import orjson

from hansa.base.times import from_micros
from hansa.context.model import (
    RESERVED,
    VALUE_MEMBERS,
    ChangeKind,
    Document,
    Entity,
    Instance,
    Record,
)
from hansa.context.store.history import Past
from hansa.context.store.reader import LogRow, Stored
from hansa.context.store.state import REF, unpacked
from hansa.context.store.writer import BACKFILLED, LATE
from hansa.guard import PrivacyClass, View

_OPEN = frozenset({PrivacyClass.PUBLIC, PrivacyClass.INTERNAL, PrivacyClass.RESTRICTED})

Sees = Callable[[str], bool]


def sees_bodies_whole(view: View) -> bool:
    """Whether the view passes every class that a body can hold, so bytes go out untouched."""
    return view.clear >= _OPEN


def admits(view: View, types: tuple[str, ...]) -> bool:
    """Whether entities of these types exist at all for the view."""
    return view.admits(types)


def entity(view: View, row: Stored) -> Entity | None:
    """The entity as the view sees it, or None where it does not exist for it."""
    if not admits(view, row.types):
        return None
    body = row.body
    if not sees_bodies_whole(view):
        seen = project(view, row.types, orjson.loads(body))
        body = orjson.dumps(seen)
    return Entity(
        id=row.id,
        types=row.types,
        body=body,
        change=row.change,
        created_at=from_micros(row.created),
        modified_at=from_micros(row.modified),
        system=unpacked(row.sys),
    )


def document(view: View, types: tuple[str, ...], whole: Document) -> Document:
    """The document as the view sees it, without personal values."""
    return whole if sees_bodies_whole(view) else project(view, types, whole)


def project(view: View, types: tuple[str, ...], document: Document) -> dict[str, Any]:
    """The document without what the view does not see, sub-attributes included."""
    return {
        name: value if name in RESERVED else _seen(view, types, value)
        for name, value in document.items()
        if name in RESERVED or view.sees(types, name)
    }


def _seen(view: View, types: tuple[str, ...], given: Any) -> Any:
    """Instances without the sub-attributes that the view does not see."""
    if sees_bodies_whole(view):
        return given
    if isinstance(given, list):
        return [_seen(view, types, one) for one in given]
    if not isinstance(given, dict):
        return given
    subs = {name for name, value in given.items() if _is_sub(name, value)}
    if not subs:  # nearly always: nothing to take out, nothing to make anew
        return given
    return {
        name: _seen(view, types, value) if name in subs else value
        for name, value in given.items()
        if name not in subs or view.sees(types, name)
    }


def _is_sub(name: str, value: Any) -> bool:
    if type(value) is str:
        return False
    one = value[0] if isinstance(value, list) and value else value
    return name not in VALUE_MEMBERS and isinstance(one, dict) and "type" in one


def record(view: View, row: LogRow, consumer: str | None) -> Record | None:
    """A log row as the view sees it, or None. Timers are seen by their consumer only."""
    if row.kind == ChangeKind.TIMER:
        return _timer(row) if row.id == consumer else None
    types = tuple(row.types.split())
    if not admits(view, types):
        return None
    fragment = _clear(project(view, types, orjson.loads(row.fragment)))
    removed = tuple(name for name in row.removed.split() if view.sees(types, name))
    if row.kind == ChangeKind.UPDATED and not fragment and not removed:
        return None
    return Record(
        number=row.number,
        kind=ChangeKind(row.kind),
        entity_id=row.id,
        types=types,
        fragment=fragment,
        removed=removed,
        recorded_at=from_micros(row.recorded),
        committed_at=from_micros(row.committed),
        actor=row.actor,
        backfilled=bool(row.flags & BACKFILLED),
        late=bool(row.flags & LATE),
    )


def _clear(fragment: Mapping[str, Any]) -> dict[str, Any]:
    """Without references into the vault: the log never resolves them."""
    return {name: one for name, one in fragment.items() if not _is_reference(one)}


def _is_reference(given: Any) -> bool:
    first = given[0] if isinstance(given, list) and given else given
    return isinstance(first, dict) and REF in first


def _timer(row: LogRow) -> Record:
    return Record(
        number=row.number,
        kind=ChangeKind.TIMER,
        entity_id="",
        types=(),
        fragment={},
        removed=(),
        recorded_at=from_micros(row.recorded),
        committed_at=from_micros(row.committed),
        actor=row.actor,
        timer=(row.id, row.types, orjson.loads(row.fragment)),
    )


def instances(
    view: View, types: tuple[str, ...], rows: Iterator[Past]
) -> Mapping[str, tuple[Instance, ...]]:
    """Instances of history per attribute, without what the view does not see."""
    found: dict[str, list[Instance]] = {}
    for row in rows:
        if not view.sees(types, row.name):
            continue
        if row.body is not None and REF in row.body:
            continue
        found.setdefault(row.name, []).append(
            Instance(
                body=None if row.body is None else _seen(view, types, row.body),
                observed_at=None if row.observed is None else from_micros(row.observed),
                recorded_at=from_micros(row.recorded),
                number=row.number,
                backfilled=row.back,
            )
        )
    return {name: tuple(group) for name, group in found.items()}
