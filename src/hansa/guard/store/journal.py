"""Rows of the journal."""

from collections.abc import Iterable, Iterator

import orjson

from hansa.base.database import Tx
from hansa.guard.chain import GENESIS, Head, Row


def last(tx: Tx) -> Head:
    """The head of the chain; GENESIS of an empty one."""
    found = tx.one("SELECT number, hash FROM guard_journal ORDER BY number DESC LIMIT 1")
    return GENESIS if found is None else Head(*found)


def add(tx: Tx, row: Row) -> None:
    """Append one row."""
    tx.execute(
        "INSERT INTO guard_journal(number, kind, body, hash) VALUES(?, ?, ?, ?)",
        (row.number, row.kind, row.body, row.hash),
    )


def after(tx: Tx, number: int, limit: int) -> tuple[Row, ...]:
    """At most `limit` rows past `number`, in order; text that was tampered in comes as bytes."""
    found = tx.execute(
        "SELECT number, CAST(kind AS BLOB), CAST(body AS BLOB), CAST(hash AS BLOB)"
        " FROM guard_journal WHERE number > ? ORDER BY number LIMIT ?",
        (number, limit),
    )
    return tuple(
        Row(number, kind.decode(errors="replace"), body, digest)
        for number, kind, body, digest in found
    )


def of_kinds(tx: Tx, kinds: tuple[str, ...], before: int, limit: int) -> Iterator[bytes]:
    """Bodies of these kinds, newest first, below `before`."""
    found = tx.execute(
        "SELECT body FROM guard_journal WHERE kind <> 'commit' AND number < ?"
        " AND kind IN (SELECT value FROM json_each(?)) ORDER BY number DESC LIMIT ?",
        (before, orjson.dumps(kinds).decode(), limit),
    )
    return (body for (body,) in found)


def search(tx: Tx, kinds: tuple[str, ...], actor: str, before: int) -> Iterator[bytes]:
    """Bodies below `before`, newest first: of these kinds (none: all but commits), of an actor."""
    found = tx.execute(
        "SELECT body FROM guard_journal WHERE number < ?"
        " AND CASE WHEN ? = '[]' THEN kind <> 'commit'"
        " ELSE kind IN (SELECT value FROM json_each(?)) END"
        " AND (? = '' OR CAST(body AS TEXT) ->> '$.actor' = ?) ORDER BY number DESC",
        (before, listed := orjson.dumps(kinds).decode(), listed, actor, actor),
    )
    return (body for (body,) in found)


def naming(tx: Tx, subjects: Iterable[str]) -> Iterator[bytes]:
    """Bodies of the entries whose facts name one of these subjects' marks, newest first."""
    found = tx.execute(
        "SELECT body FROM guard_journal WHERE kind <> 'commit' AND EXISTS("
        "SELECT 1 FROM json_each(CAST(body AS TEXT), '$.facts.subjects')"
        " WHERE value IN (SELECT value FROM json_each(?))) ORDER BY number DESC",
        (orjson.dumps([*subjects]).decode(),),
    )
    return (body for (body,) in found)
