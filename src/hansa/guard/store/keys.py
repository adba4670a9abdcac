"""Rows of keys.db."""

import os
from collections.abc import Iterable, Mapping

from hansa.base.database import Tx
from hansa.guard.sealing import KEY_BYTES, Key, Name


def secret(tx: Tx) -> bytes:
    """The city's secret, made at the first call."""
    tx.execute(
        "INSERT INTO vault_secret(name, secret) VALUES('city', ?) ON CONFLICT DO NOTHING",
        (os.urandom(KEY_BYTES),),
    )
    found: tuple[bytes] | None = tx.one("SELECT secret FROM vault_secret WHERE name = 'city'")
    assert found is not None, "inserted above"  # noqa: S101
    return found[0]


def kept_secret(tx: Tx) -> bytes | None:
    """The city's secret, None where there is none yet."""
    found = tx.one("SELECT secret FROM vault_secret WHERE name = 'city'")
    return None if found is None else bytes(found[0])


def names(tx: Tx) -> set[Name]:
    """The name of every key."""
    return {(row[0], row[1]) for row in tx.execute("SELECT subject, id FROM vault_key")}


def shared(tx: Tx, subjects: Iterable[bytes]) -> dict[bytes, Key]:
    """The shared key of each subject that has one."""
    found = {}
    for subject in subjects:
        row = tx.one("SELECT id, key FROM vault_key WHERE subject = ? AND own = 0", (subject,))
        if row is not None:
            found[subject] = Key(subject, row[0], own=False, secret=row[1])
    return found


def add(tx: Tx, keys: Iterable[Key]) -> None:
    """Keep fresh keys."""
    tx.executemany(
        "INSERT INTO vault_key(subject, id, own, key) VALUES(?, ?, ?, ?)",
        ((key.subject, key.id, key.own, key.secret) for key in keys),
    )


def secrets(tx: Tx, names: Iterable[Name]) -> Mapping[Name, bytes]:
    """Name -> key, of those that still exist."""
    found = {}
    for name in names:
        row = tx.one("SELECT key FROM vault_key WHERE subject = ? AND id = ?", name)
        if row is not None:
            found[name] = row[0]
    return found


def of_subject(tx: Tx, subject: bytes) -> tuple[Name, ...]:
    """The names of every key of the subject."""
    rows = tx.execute("SELECT subject, id FROM vault_key WHERE subject = ?", (subject,))
    return tuple((row[0], row[1]) for row in rows)


def destroy(tx: Tx, names: Iterable[Name]) -> None:
    """Overwrite and remove these keys."""
    tx.one("PRAGMA secure_delete = ON")
    tx.executemany("DELETE FROM vault_key WHERE subject = ? AND id = ?", names)


def destroy_own(tx: Tx, names: Iterable[Name]) -> None:
    """Overwrite and remove those of these keys that sealed one record each."""
    tx.one("PRAGMA secure_delete = ON")
    tx.executemany("DELETE FROM vault_key WHERE subject = ? AND id = ? AND own = 1", names)
