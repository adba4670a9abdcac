"""Does a change concern a subscription? Pure decisions on records and entities (5.8.6)."""

from collections.abc import Iterable, Sequence

from hansa.context.model import RESERVED, ChangeKind, Entity, Record
from hansa.context.query import Candidate
from hansa.context.subscriptions.model import Live
from hansa.guard import View

_DELETED = "deleted"


def names_in(record: Record) -> tuple[str, ...]:
    """Attributes that a record sets or removes."""
    return (*(name for name in record.fragment if name not in RESERVED), *record.removed)


def concerns(live: Live, record: Record, view: View) -> bool:
    """Whether the record is of a kind, and of attributes, that the subscription watches.

    An attribute that the subscriber may not see has not changed for it.
    """
    if record.late or record.number <= live.kept.since:
        return False
    seen = [name for name in names_in(record) if view.sees(record.types, name)]
    watched = [name for name in seen if not live.watched or name in live.watched]
    if record.kind is ChangeKind.DELETED:
        return bool({"entityDeleted", "attributeDeleted"} & live.triggers)
    if record.kind is ChangeKind.CREATED:
        return _is_created(live, watched)
    return bool(watched) and _is_updated(live, record, watched)


def _is_created(live: Live, watched: list[str]) -> bool:
    if "entityCreated" in live.triggers:
        return bool(watched) or not live.watched
    return bool(watched) and "attributeCreated" in live.triggers


def _is_updated(live: Live, record: Record, watched: Iterable[str]) -> bool:
    removed = set(record.removed)
    for name in watched:
        wanted = {"attributeDeleted"} if name in removed else _SET
        if wanted & live.triggers:
            return True
    return False


_SET = frozenset({"attributeCreated", "attributeUpdated"})


def as_wanted(live: Live, records: Sequence[Record], entity: Entity) -> bool:
    """Whether the attributes set were new, or were not, as the triggers want it.

    The log does not tell the two apart; the stamps of the entity do.
    """
    if live.triggers >= _SET or not _SET & live.triggers:
        return True
    return any(
        one.kind is ChangeKind.CREATED or _set_as_wanted(live, one, entity) for one in records
    )


def _set_as_wanted(live: Live, record: Record, entity: Entity) -> bool:
    for name in names_in(record):
        if live.watched and name not in live.watched:
            continue
        stamp = entity.system.get(name, entity.system.get("*"))
        is_new = stamp is not None and stamp[0] == stamp[1]
        if ("attributeCreated" if is_new else "attributeUpdated") in live.triggers:
            return True
    return bool(record.removed) and "attributeDeleted" in live.triggers


def removed_with(live: Live, entity: Entity) -> tuple[str, ...]:
    """Watched attributes that went with their entity, for who asked after deleted attributes."""
    if "attributeDeleted" not in live.triggers:
        return ()
    names = [name for name in entity.document if name not in RESERVED]
    return tuple(name for name in names if not live.watched or name in live.watched)


def meets(live: Live, entity: Entity) -> bool:
    """Whether an entity, as the subscriber sees it, is one it subscribed to."""
    candidate = Candidate(entity.id, entity.types, entity.document)
    return live.meets_selector(candidate) and live.meets_query(candidate)
