"""Rows of what governs access beside the roles: terms of agreements, delegations, who uses one."""

from collections.abc import Sequence

import orjson

from hansa.base.database import Tx
from hansa.base.times import from_micros, to_micros
from hansa.guard.model import Delegation, Terms


def put(tx: Tx, value: Terms | Delegation) -> None:
    """Keep the newest version of the terms or the delegation."""
    if isinstance(value, Terms):
        _put_terms(tx, value)
    else:
        _put_delegation(tx, value)


def delegations(tx: Tx) -> Sequence[Delegation]:
    """Every delegation there ever was."""
    rows = tx.execute(
        "SELECT id, principal, acting, role, organization, rights, version, valid_from,"
        " valid_until FROM guard_delegated ORDER BY id"
    )
    return [
        Delegation(
            *(principal, acting, role, from_micros(begin), from_micros(end), version, name),
            frozenset(orjson.loads(rights)),
            organization,
        )
        for name, principal, acting, role, organization, rights, version, begin, end in rows
    ]


def chosen(tx: Tx) -> Sequence[tuple[str, str]]:
    """Sessions in which somebody acts for another, with the delegation they chose."""
    return [(session, one) for session, one in tx.execute("SELECT * FROM guard_acting")]


def choose(tx: Tx, session: str, delegation: str) -> None:
    """Remember by which delegation a session acts; "" for none. Goes with the session."""
    tx.execute("DELETE FROM guard_acting WHERE session = ?", (session,))
    if delegation:
        tx.execute("INSERT INTO guard_acting VALUES(?, ?)", (session, delegation))


def _put_terms(tx: Tx, terms: Terms) -> None:
    attributes = {name: sorted(allowed) for name, allowed in terms.attributes.items()}
    tx.execute(
        "INSERT INTO guard_terms(party, version, valid_from, valid_until, attributes)"
        " VALUES(?, ?, ?, ?, ?) ON CONFLICT(party) DO UPDATE SET version=excluded.version,"
        " valid_from=excluded.valid_from, valid_until=excluded.valid_until,"
        " attributes=excluded.attributes WHERE excluded.version >= version",
        (
            terms.party,
            terms.version,
            to_micros(terms.valid_from),
            to_micros(terms.valid_until),
            orjson.dumps(attributes, option=orjson.OPT_SORT_KEYS).decode(),
        ),
    )


def _put_delegation(tx: Tx, given: Delegation) -> None:
    tx.execute(
        "INSERT INTO guard_delegated(id, principal, acting, role, organization, rights, version,"
        " valid_from, valid_until) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(id) DO UPDATE SET"
        " principal=excluded.principal, acting=excluded.acting, role=excluded.role,"
        " organization=excluded.organization, rights=excluded.rights, version=excluded.version,"
        " valid_from=excluded.valid_from, valid_until=excluded.valid_until"
        " WHERE excluded.version >= version",
        (
            *(given.id, given.principal, given.acting, given.role, given.organization),
            orjson.dumps(sorted(given.rights)).decode(),
            given.version,
            to_micros(given.valid_from),
            to_micros(given.valid_until),
        ),
    )
