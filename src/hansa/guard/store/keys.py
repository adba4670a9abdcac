"""Rows of keys.db."""

import os
from collections.abc import Iterable, Mapping

from hansa.base.database import Tx
from hansa.guard.sealing import KEY_BYTES, Key


def secret(tx: Tx) -> bytes:
    """The city's secret, made at the first call."""
    tx.execute(
        "INSERT INTO vault_secret(name, secret) VALUES('city', ?) ON CONFLICT DO NOTHING",
        (os.urandom(KEY_BYTES),),
    )
    found: tuple[bytes] | None = tx.one("SELECT secret FROM vault_secret WHERE name = 'city'")
    assert found is not None, "inserted above"  # noqa: S101
    return found[0]


def shared(tx: Tx, subjects: Iterable[bytes]) -> dict[bytes, Key]:
    """The shared key of each subject that has one."""
    found = {}
    for subject in subjects:
        row = tx.one("SELECT id, key FROM vault_key WHERE subject = ? AND own = 0", (subject,))
        if row is not None:
            found[subject] = Key(row[0], subject, own=False, secret=row[1])
    return found


def add(tx: Tx, keys: Iterable[Key]) -> None:
    """Keep fresh keys."""
    tx.executemany(
        "INSERT INTO vault_key(id, subject, own, key) VALUES(?, ?, ?, ?)",
        ((key.id, key.subject, key.own, key.secret) for key in keys),
    )


def secrets(tx: Tx, ids: Iterable[bytes]) -> Mapping[bytes, bytes]:
    """Key id -> key, of those that still exist."""
    found = ((i, tx.one("SELECT key FROM vault_key WHERE id = ?", (i,))) for i in ids)
    return {i: row[0] for i, row in found if row is not None}


def destroy_subjects(tx: Tx, subjects: Iterable[bytes]) -> None:
    """Overwrite and remove every key of these subjects."""
    tx.one("PRAGMA secure_delete = ON")
    tx.executemany("DELETE FROM vault_key WHERE subject = ?", ((one,) for one in subjects))


def destroy_own(tx: Tx, ids: Iterable[bytes]) -> None:
    """Overwrite and remove keys that sealed one record each."""
    tx.one("PRAGMA secure_delete = ON")
    tx.executemany("DELETE FROM vault_key WHERE id = ? AND own = 1", ((one,) for one in ids))
