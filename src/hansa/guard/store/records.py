"""Rows of personal.db."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from hansa.base.database import Tx
from hansa.guard.sealing import Name, SealedRecord

Address: TypeAlias = tuple[bytes, str, bytes]  # mark of the value, entity id, subject

_SELECT = (
    "SELECT ref, subject, key, entity, attribute, nonce, sealed, same, search, person"
    " FROM vault_record "
)
_BLANK = (
    "UPDATE vault_record SET key = x'', nonce = NULL, sealed = NULL, same = NULL, search = NULL"
    " WHERE same IS NOT NULL AND "
)


def known(tx: Tx, addresses: Iterable[Address]) -> dict[Address, str]:
    """The references of values that are here already."""
    found = {}
    for address in addresses:
        row = tx.one(
            "SELECT ref FROM vault_record WHERE same = ? AND entity = ? AND subject = ?", address
        )
        if row is not None:
            found[address] = str(row[0])
    return found


def gone(tx: Tx, entity: str, attribute: str) -> str | None:
    """The newest reference of this attribute whose value was erased."""
    row = tx.one(
        "SELECT ref FROM vault_record WHERE entity = ? AND attribute = ? AND same IS NULL"
        " ORDER BY number DESC",
        (entity, attribute),
    )
    return None if row is None else str(row[0])


def next_number(tx: Tx) -> int:
    """The number of the next record."""
    row = tx.one("SELECT coalesce(max(number), 0) + 1 FROM vault_record")
    return 1 if row is None else int(row[0])


def add(tx: Tx, records: Iterable[SealedRecord], created: int) -> None:
    """Keep sealed records under the numbers their references begin with."""
    tx.executemany(
        "INSERT INTO vault_record(number, ref, subject, key, entity, attribute, nonce, sealed,"
        " same, search, person, created) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                *(_number(r.ref), r.ref, r.subject, r.key_id, r.entity_id),
                *(r.attribute, r.nonce, r.sealed, r.same, r.search, r.person, created),
            )
            for r in records
        ),
    )


def sealed(tx: Tx, refs: Iterable[str]) -> list[SealedRecord]:
    """The records of these references, in order; unknown ones are left out."""
    wanted = ((_number(ref), ref) for ref in refs)
    found = (tx.one(_SELECT + "WHERE number = ? AND ref = ?", one) for one in wanted)
    return [SealedRecord(*row) for row in found if row is not None]


def by_mark(tx: Tx, mark: bytes) -> list[SealedRecord]:
    """The records that hold, or are found by, exactly the value of this mark."""
    rows = tx.execute(_SELECT + "WHERE same = ?1 OR search = ?1 ORDER BY number", (mark,))
    return [SealedRecord(*row) for row in rows]


def of_subjects(tx: Tx, subjects: Iterable[bytes]) -> list[SealedRecord]:
    """The records of these subjects that were not erased, each subject's in order."""
    sql = _SELECT + "WHERE subject = ? AND same IS NOT NULL ORDER BY number"
    return [SealedRecord(*row) for one in subjects for row in tx.execute(sql, (one,))]


def people_of(tx: Tx, entity: str) -> list[tuple[bytes, bytes]]:
    """(person, subject) of the records of an entity that name somebody, erased ones too, in order.

    By this a value that comes without a name is known to be whose the last one was.
    """
    rows = tx.execute(
        "SELECT person, subject FROM vault_record WHERE entity = ? AND person IS NOT NULL"
        " ORDER BY number",
        (entity,),
    )
    return [(row[0], row[1]) for row in rows]


def has_subject(tx: Tx, subject: bytes) -> bool:
    """Whether anything is, or was, kept of the subject."""
    return tx.one("SELECT 1 FROM vault_record WHERE subject = ? LIMIT 1", (subject,)) is not None


def subjects_of(tx: Tx, entity: str, own: bytes) -> tuple[bytes, ...]:
    """Every subject of an entity's records; `own` stands for the entity itself."""
    return tuple(dict.fromkeys((own, *(subject for _, subject in people_of(tx, entity)))))


def of_entity(tx: Tx, entity: str, own: bytes) -> list[SealedRecord]:
    """The records of an entity that were not erased, whosever they are, in order."""
    rows = tx.execute(
        _SELECT + "WHERE same IS NOT NULL AND number IN ("
        "SELECT number FROM vault_record WHERE subject = ?2"
        " UNION SELECT number FROM vault_record WHERE entity = ?1 AND person IS NOT NULL"
        ") AND entity = ?1 ORDER BY number",
        (entity, own),
    )
    return [SealedRecord(*row) for row in rows]


def blank_keys(tx: Tx, names: Iterable[Name]) -> int:
    """Leave only the reference of every record under these keys; how many there were."""
    return sum(_blank(tx, "subject = ? AND key = ?", name) for name in names)


def blank(tx: Tx, refs: Iterable[str]) -> int:
    """Leave only the reference of these records; how many there were."""
    return sum(_blank(tx, "number = ? AND ref = ?", (_number(ref), ref)) for ref in refs)


def _blank(tx: Tx, condition: str, params: tuple[bytes | str | int, ...]) -> int:
    tx.one("PRAGMA secure_delete = ON")
    tx.execute(_BLANK + condition, params)
    return tx.changes()


def _number(ref: str) -> int:
    digits = ref[1:].partition("-")[0]
    return int(digits) if digits.isdecimal() and len(digits) < 19 else 0


def key_names(tx: Tx) -> Iterator[Name]:
    """The key of every record that was not erased."""
    found = tx.execute("SELECT subject, key FROM vault_record WHERE same IS NOT NULL")
    return ((row[0], row[1]) for row in found)


def entities(tx: Tx, after: int, limit: int) -> list[tuple[int, str]]:
    """(number, entity) of records that were not erased, past a number, in order."""
    rows = tx.execute(
        "SELECT number, entity FROM vault_record WHERE number > ? AND same IS NOT NULL"
        " ORDER BY number LIMIT ?",
        (after, limit),
    )
    return [(row[0], row[1]) for row in rows]


def unswept(tx: Tx, limit: int) -> list[SealedRecord]:
    """Records past the sweep's mark, in order."""
    since = mark(tx, "swept") or 0
    rows = tx.execute(_SELECT + "WHERE number > ? ORDER BY number LIMIT ?", (since, limit))
    return [SealedRecord(*row) for row in rows]


def sweep(tx: Tx, orphans: Sequence[str], last: str) -> None:
    """Remove records nobody refers to; those up to and with `last` need no second look.

    The mark is the highest number that stayed: a number that went is given out again.
    """
    tx.executemany(
        "DELETE FROM vault_record WHERE number = ?", ((_number(ref),) for ref in orphans)
    )
    highest = tx.one(
        "SELECT coalesce(max(number), 0) FROM vault_record WHERE number <= ?", (_number(last),)
    )
    set_mark(tx, "swept", 0 if highest is None else highest[0])


def mark(tx: Tx, name: str) -> int | None:
    """A number remembered under `name`."""
    row = tx.one("SELECT number FROM vault_mark WHERE name = ?", (name,))
    return None if row is None else int(row[0])


def drop_mark(tx: Tx, name: str) -> None:
    """Forget the number under `name`."""
    tx.execute("DELETE FROM vault_mark WHERE name = ?", (name,))


def set_mark(tx: Tx, name: str, number: int) -> None:
    """Remember a number under `name`."""
    tx.execute(
        "INSERT INTO vault_mark(name, number) VALUES(?1, ?2)"
        " ON CONFLICT(name) DO UPDATE SET number = ?2",
        (name, number),
    )
