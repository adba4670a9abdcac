"""Rows of passkeys: public keys only, so a stolen store opens nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from hansa.base.database import Row, Tx
from hansa.base.times import from_micros, to_micros


@dataclass(frozen=True, slots=True)
class PasskeyRow:
    """A passkey of an account; `count` is what its authenticator counted last."""

    id: bytes
    account: str
    name: str
    key: bytes
    count: int
    created: datetime
    used: datetime | None


_COLUMNS = "SELECT id, account, name, key, count, created, used FROM guard_passkey "


def add(tx: Tx, row: PasskeyRow) -> bool:
    """Keep a new passkey; False where its id is known."""
    tx.execute(
        "INSERT INTO guard_passkey(id, account, name, key, count, created)"
        " VALUES(?, ?, ?, ?, ?, ?) ON CONFLICT(id) DO NOTHING",
        (row.id, row.account, row.name, row.key, row.count, to_micros(row.created)),
    )
    return tx.changes() == 1


def passkey(tx: Tx, key: bytes) -> PasskeyRow | None:
    """The passkey of this id."""
    row = tx.one(_COLUMNS + "WHERE id = ?", (key,))
    return None if row is None else _passkey(row)


def of_account(tx: Tx, account: str) -> tuple[PasskeyRow, ...]:
    """The passkeys of an account, the oldest first."""
    found = tx.execute(_COLUMNS + "WHERE account = ? ORDER BY created, id", (account,))
    return tuple(_passkey(row) for row in found)


def counts(tx: Tx) -> Mapping[str, int]:
    """How many passkeys each account has."""
    found = tx.execute("SELECT account, count(*) FROM guard_passkey GROUP BY account")
    return {str(row[0]): int(row[1]) for row in found}


def use(tx: Tx, row: PasskeyRow, before: int) -> bool:
    """Remember a use; False where somebody used it since `before` was read (a clone)."""
    tx.execute(
        "UPDATE guard_passkey SET count = ?, used = ? WHERE id = ? AND count = ?",
        (row.count, None if row.used is None else to_micros(row.used), row.id, before),
    )
    return tx.changes() == 1


def drop(tx: Tx, account: str, key: bytes) -> bool:
    """Remove one passkey of an account; False where it has none of this id."""
    tx.execute("DELETE FROM guard_passkey WHERE account = ? AND id = ?", (account, key))
    return tx.changes() == 1


def drop_of(tx: Tx, account: str) -> int:
    """Remove every passkey of an account; how many there were."""
    tx.execute("DELETE FROM guard_passkey WHERE account = ?", (account,))
    return tx.changes()


def _passkey(row: Row) -> PasskeyRow:
    key, account, name, public, count, created, used = row
    return PasskeyRow(
        *(key, account, name, public, count, from_micros(created)),
        None if used is None else from_micros(used),
    )
