"""Rows of accounts, sessions and tokens of programs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import orjson

from hansa.base.database import Row, Tx
from hansa.base.times import from_micros, to_micros


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account with what only guard may know of it.

    `house`: an administrator lets it be entered through the city's other house.
    """

    name: str
    roles: tuple[str, ...]
    password: str
    disabled: bool
    created: datetime
    changed: datetime
    organization: str = ""
    version: int = 1
    house: bool = False


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session; `hash` is that of its token, `account` None for a picked role."""

    hash: bytes
    id: str
    account: str | None
    actor: str
    role: str
    opened: datetime
    seen: datetime
    organization: str = ""


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A program's token; `tenant` is where it may act if its role is bound to one.

    `source`: the one source of data it speaks for; `version` counts its secrets.
    """

    name: str
    hash: bytes
    role: str
    tenant: str
    created: datetime
    ends: datetime
    source: str = ""
    used: datetime | None = None
    version: int = 1


def add_account(tx: Tx, row: AccountRow) -> bool:
    """Keep a new account; False where the name is taken."""
    tx.execute(
        "INSERT INTO guard_account(name, roles, password, disabled, created, changed,"
        " organization, house) VALUES(?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(name) DO NOTHING",
        (
            *(row.name, orjson.dumps(row.roles).decode(), row.password, row.disabled),
            *(to_micros(row.created), to_micros(row.changed), row.organization, row.house),
        ),
    )
    return tx.changes() == 1


def change_account(tx: Tx, row: AccountRow) -> None:
    """Write what may change of an account."""
    tx.execute(
        "UPDATE guard_account SET roles = ?, password = ?, disabled = ?, changed = ?,"
        " organization = ?, version = ?, house = ? WHERE name = ?",
        (
            *(orjson.dumps(row.roles).decode(), row.password, row.disabled),
            *(to_micros(row.changed), row.organization, row.version, row.house, row.name),
        ),
    )


def account(tx: Tx, name: str) -> AccountRow | None:
    """The account of this name."""
    row = tx.one(_ACCOUNTS + "WHERE name = ?", (name,))
    return None if row is None else _account(row)


def accounts(tx: Tx) -> tuple[AccountRow, ...]:
    """Every account, by name."""
    return tuple(_account(row) for row in tx.execute(_ACCOUNTS + "ORDER BY name"))


def of_house(tx: Tx, subject: str) -> str | None:
    """The account that belongs to a subject of another house."""
    row = tx.one("SELECT account FROM guard_house WHERE subject = ?", (subject,))
    return None if row is None else str(row[0])


def join_house(tx: Tx, subject: str, account: str) -> bool:
    """Let an account belong to a subject; False where it belongs to another one."""
    tx.execute(
        "INSERT INTO guard_house(subject, account) VALUES(?, ?) ON CONFLICT DO NOTHING",
        (subject, account),
    )
    return tx.changes() == 1


def leave_house(tx: Tx, account: str) -> None:
    """Let an account belong to no subject any more."""
    tx.execute("DELETE FROM guard_house WHERE account = ?", (account,))


def add_session(tx: Tx, row: SessionRow) -> None:
    """Keep a session; the store holds one per account at the most."""
    tx.execute(
        "INSERT INTO guard_session(hash, id, account, actor, role, opened, seen, organization)"
        " VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(row.hash, row.id, row.account, row.actor, row.role),
            *(to_micros(row.opened), to_micros(row.seen), row.organization),
        ),
    )


def sessions(tx: Tx) -> tuple[SessionRow, ...]:
    """Every session."""
    rows = tx.execute(
        "SELECT hash, id, account, actor, role, opened, seen, organization FROM guard_session"
    )
    return tuple(
        SessionRow(digest, i, account, actor, role, from_micros(opened), from_micros(seen), own)
        for digest, i, account, actor, role, opened, seen, own in rows
    )


def see_session(tx: Tx, session_id: str, at: datetime) -> None:
    """Remember when a session was last used."""
    tx.execute("UPDATE guard_session SET seen = ? WHERE id = ?", (to_micros(at), session_id))


def drop_sessions_of(tx: Tx, account: str) -> None:
    """Remove the account's session."""
    tx.execute("DELETE FROM guard_session WHERE account = ?", (account,))


def drop_sessions(tx: Tx, session_ids: Iterable[str]) -> None:
    """Remove sessions."""
    tx.executemany("DELETE FROM guard_session WHERE id = ?", ((one,) for one in session_ids))


def put_token(tx: Tx, row: TokenRow) -> None:
    """Keep a token; one of the same name is replaced."""
    tx.execute(
        "INSERT INTO guard_token(name, hash, role, tenant, created, ends, source, version)"
        " VALUES(?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT(name) DO UPDATE SET hash = excluded.hash, role = excluded.role,"
        " tenant = excluded.tenant, created = excluded.created, ends = excluded.ends,"
        " source = excluded.source, version = excluded.version",
        (
            *(row.name, row.hash, row.role, row.tenant),
            *(to_micros(row.created), to_micros(row.ends), row.source, row.version),
        ),
    )


def token(tx: Tx, name: str) -> TokenRow | None:
    """The token of this name."""
    row = tx.one(_TOKENS + "WHERE name = ?", (name,))
    return None if row is None else _token(row)


def tokens(tx: Tx) -> tuple[TokenRow, ...]:
    """Every token, by name."""
    return tuple(_token(row) for row in tx.execute(_TOKENS + "ORDER BY name"))


def use_token(tx: Tx, name: str, at: datetime) -> None:
    """Remember when a token was last used."""
    tx.execute("UPDATE guard_token SET used = ? WHERE name = ?", (to_micros(at), name))


def drop_token(tx: Tx, name: str) -> None:
    """Remove a token."""
    tx.execute("DELETE FROM guard_token WHERE name = ?", (name,))


_TOKENS = "SELECT name, hash, role, tenant, created, ends, source, used, version FROM guard_token "


def _token(row: Row) -> TokenRow:
    name, digest, role, tenant, created, ends, source, used, version = row
    return TokenRow(
        *(name, digest, role, tenant, from_micros(created), from_micros(ends), source),
        *(None if used is None else from_micros(used), version),
    )


_ACCOUNTS = (
    "SELECT name, roles, password, disabled, created, changed, organization, version, house"
    " FROM guard_account "
)


def _account(row: Row) -> AccountRow:
    name, roles, password, disabled, created, changed, organization, version, house = row
    return AccountRow(
        *(name, tuple(orjson.loads(roles)), password, bool(disabled)),
        *(from_micros(created), from_micros(changed), organization, version),
        house=bool(house),
    )
