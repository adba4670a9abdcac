"""Rows of the rooms' bookkeeping: notes, timers, outbox, cursors, held keys."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from hansa.base.database import Tx
from hansa.base.problems import Conflict
from hansa.base.times import to_micros
from hansa.context.model import Change, Cursor, NoneOpen, Note, Parcel, Timer

WAITING, DELIVERED, GIVEN_UP = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Waiting:
    """An outbox row that is to leave."""

    number: int
    parcel: Parcel
    attempts: int
    created: int


@dataclass(frozen=True, slots=True)
class DueTimer:
    """A timer whose time has come."""

    consumer: str
    key: str
    part: int
    payload: bytes | None


def put_notes(tx: Tx, notes: Iterable[Note]) -> None:
    """Store or remove notes."""
    kept = [(one.space, one.key, orjson.dumps(one.value)) for one in notes if one.value is not None]
    tx.executemany("INSERT OR REPLACE INTO note VALUES(?,?,?)", kept)
    gone = [(one.space, one.key) for one in notes if one.value is None]
    tx.executemany("DELETE FROM note WHERE space=? AND key=?", gone)


def get_notes(tx: Tx, space: str, prefix: str, after: str, limit: int | None) -> tuple[Note, ...]:
    """Notes of a space whose key begins with `prefix`, after a key, in key order."""
    rows = tx.execute(
        "SELECT key, value FROM note WHERE space=? AND key>=? AND key<? AND key>? "
        "ORDER BY key LIMIT ?",
        (space, prefix, prefix + "\U0010ffff", after, -1 if limit is None else limit),
    )
    return tuple(Note(space, key, orjson.loads(value)) for key, value in rows)


def put_timers(tx: Tx, part: int, timers: Iterable[Timer]) -> None:
    """Set, move or take back timers."""
    for timer in timers:
        if timer.due is None:
            tx.execute("DELETE FROM timer WHERE consumer=? AND key=?", (timer.consumer, timer.key))
        else:
            payload = None if timer.payload is None else orjson.dumps(timer.payload)
            tx.execute(
                "INSERT OR REPLACE INTO timer VALUES(?,?,?,?,?)",
                (timer.consumer, timer.key, part, to_micros(timer.due), payload),
            )


def next_due(tx: Tx) -> int | None:
    """When the earliest timer is due."""
    row = tx.one("SELECT min(due) FROM timer")
    return None if row is None else row[0]


def take_due(tx: Tx, now: int, limit: int = 1000) -> list[DueTimer]:
    """Remove and answer the timers that are due, earliest first."""
    rows = tx.all(
        "SELECT consumer, key, part, payload FROM timer WHERE due<=? ORDER BY due LIMIT ?",
        (now, limit),
    )
    tx.executemany("DELETE FROM timer WHERE consumer=? AND key=?", [row[:2] for row in rows])
    return [DueTimer(*row) for row in rows]


def put_parcels(tx: Tx, part: int, now: int, parcels: Iterable[Parcel]) -> None:
    """Put parcels into the outbox, due at once."""
    tx.executemany(
        "INSERT INTO outbox(part, kind, target, payload, headers, created, due, attempts, state, "
        "error) VALUES(?,?,?,?,?,?,?,0,0,'')",
        [
            (part, one.kind, one.target, one.payload, orjson.dumps(one.headers), now, now)
            for one in parcels
        ],
    )


def waiting(tx: Tx, now: int, limit: int, busy: Sequence[str] = ()) -> list[Waiting]:
    """The oldest parcel of each target, where it may leave now: none overtakes another."""
    rows = tx.execute(
        "SELECT n, kind, target, payload, headers, attempts, created FROM outbox WHERE n IN "
        "(SELECT min(n) FROM outbox WHERE state=0 GROUP BY target) AND due<=? "
        "AND target NOT IN (SELECT value FROM json_each(?)) ORDER BY n LIMIT ?",
        (now, orjson.dumps(busy).decode(), limit),
    )
    return [
        Waiting(n, Parcel(kind, target, payload, _pairs(headers)), attempts, created)
        for n, kind, target, payload, headers, attempts, created in rows
    ]


def _pairs(headers: bytes) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in orjson.loads(headers))


def next_departure(tx: Tx, busy: Sequence[str] = ()) -> int | None:
    """When the earliest parcel that is first in its lane may leave."""
    row = tx.one(
        "SELECT min(due) FROM outbox WHERE n IN "
        "(SELECT min(n) FROM outbox WHERE state=0 GROUP BY target) "
        "AND target NOT IN (SELECT value FROM json_each(?))",
        (orjson.dumps(busy).decode(),),
    )
    return None if row is None else row[0]


def delivered(tx: Tx, number: int) -> None:
    """The parcel has arrived."""
    tx.execute(
        "UPDATE outbox SET state=?, attempts=attempts+1, error='' WHERE n=?", (DELIVERED, number)
    )


def postpone(tx: Tx, number: int, due: int | None, error: str) -> None:
    """The parcel did not arrive: try again at `due`, or (None) give up, visibly."""
    state = GIVEN_UP if due is None else WAITING
    tx.execute(
        "UPDATE outbox SET state=?, attempts=attempts+1, due=coalesce(?, due), error=? WHERE n=?",
        (state, due, error, number),
    )


def outbox_counts(tx: Tx) -> dict[str, int]:
    """How many parcels wait, were delivered, were given up."""
    names = {WAITING: "waiting", DELIVERED: "delivered", GIVEN_UP: "undelivered"}
    counts = dict.fromkeys(names.values(), 0)
    for state, number in tx.execute("SELECT state, count(*) FROM outbox GROUP BY state"):
        counts[names[state]] = number
    return counts


def put_cursor(tx: Tx, cursor: Cursor) -> None:
    """Move a consumer on; it never goes back."""
    tx.execute(
        "INSERT INTO consumer VALUES(?1, ?2) ON CONFLICT(name) DO UPDATE "
        "SET cursor=max(cursor, ?2)",
        (cursor.consumer, cursor.number),
    )


def get_cursor(tx: Tx, consumer: str) -> int:
    """How far a consumer has come; 0 for a new one."""
    row = tx.one("SELECT cursor FROM consumer WHERE name=?", (consumer,))
    return 0 if row is None else int(row[0])


def holder(tx: Tx, part: int, key: str) -> str | None:
    """The entity that holds a key."""
    row = tx.one("SELECT id FROM holding WHERE part=? AND key=?", (part, key))
    return None if row is None else str(row[0])


def expect_none(tx: Tx, part: int, expected: NoneOpen) -> None:
    """Raise Conflict when an entity holds the key."""
    if (found := holder(tx, part, expected.key)) is not None:
        raise Conflict(f"{found} holds the key {expected.key}", where=expected.key)


def hold(tx: Tx, part: int, change: Change, *, deleted: bool) -> None:
    """Take and give back the keys of a change."""
    if change.closes is not None:
        tx.execute("DELETE FROM holding WHERE part=? AND key=?", (part, change.closes))
    if deleted:
        tx.execute("DELETE FROM holding WHERE part=? AND id=?", (part, change.id))
    elif change.opens is not None:
        expect_none(tx, part, NoneOpen(change.opens))
        tx.execute("INSERT INTO holding VALUES(?,?,?)", (part, change.opens, change.id))


def seen_attributes(tx: Tx, part: int) -> Sequence[tuple[Any, ...]]:
    """(type, attribute) pairs that entities have had, of types that are alive."""
    return tx.all(
        "SELECT type, attr FROM seen s WHERE part=?1 AND EXISTS(SELECT 1 FROM entity_type t "
        "WHERE t.part=?1 AND t.type=s.type) ORDER BY type, attr",
        (part,),
    )
