"""Rows of what governs access beside the roles: terms of agreements and delegations."""

import orjson

from hansa.base.database import Tx
from hansa.base.times import to_micros
from hansa.guard.model import Delegation, Terms


def put(tx: Tx, value: Terms | Delegation) -> None:
    """Keep the newest version of the terms or the delegation."""
    if isinstance(value, Terms):
        _put_terms(tx, value)
    else:
        _put_delegation(tx, value)


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
        "INSERT INTO guard_delegation(principal, acting, role, version, valid_from, valid_until)"
        " VALUES(?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET version=excluded.version,"
        " valid_from=excluded.valid_from, valid_until=excluded.valid_until"
        " WHERE excluded.version >= version",
        (
            given.principal,
            given.acting,
            given.role,
            given.version,
            to_micros(given.valid_from),
            to_micros(given.valid_until),
        ),
    )
