"""Accounts of people whom another house signs in (OpenID Connect).

A name over there may be given to anybody, so it proves nothing: an account is entered through
the house only where an administrator has said so of it. Then it belongs to the subject it was
first used by; another one of the same name is turned away. Nobody is made an account unless the
city wants it, and then only with roles it mapped.
"""

from dataclasses import dataclass, replace

from hansa.base.database import Tx
from hansa.guard.errors import WrongCredentials
from hansa.guard.store import accounts as rows
from hansa.guard.store.accounts import AccountRow


@dataclass(frozen=True, slots=True)
class Stranger:
    """Who came from another house, in our words.

    `subject`: issuer and subject. `roles` are given where `mapped`; `create`: make the account.
    """

    subject: str
    name: str
    roles: tuple[str, ...] = ()
    organization: str = ""
    create: bool = False
    mapped: bool = False


def taken_in(tx: Tx, stranger: Stranger, fresh: AccountRow | None) -> tuple[AccountRow, str]:
    """The account of a stranger and what was done (""; joined, created, roles); WrongCredentials.

    `fresh`: what is added where there is no account; None: nothing is.
    """
    name = rows.of_house(tx, stranger.subject)
    if name is None:
        return _joined(tx, stranger, fresh)
    row = rows.account(tx, name)
    if row is None or row.disabled:
        raise turned_away()
    return _in_step(tx, stranger, row)


def _joined(tx: Tx, stranger: Stranger, fresh: AccountRow | None) -> tuple[AccountRow, str]:
    row, what = rows.account(tx, stranger.name), "joined"
    if row is None and fresh is not None:
        rows.add_account(tx, fresh)
        row, what = fresh, "created"
    if row is None or row.disabled or not row.house:
        raise turned_away()
    if not rows.join_house(tx, stranger.subject, row.name):
        raise turned_away()
    return row, what


def _in_step(tx: Tx, stranger: Stranger, row: AccountRow) -> tuple[AccountRow, str]:
    wanted = (stranger.roles, stranger.organization)
    if not (stranger.create and stranger.mapped) or wanted == (row.roles, row.organization):
        return row, ""
    if not stranger.roles:
        raise turned_away()
    changed = replace(
        row,
        roles=stranger.roles,
        organization=stranger.organization,
        version=row.version + 1,
    )
    rows.change_account(tx, changed)
    return changed, "roles"


def known(tx: Tx, stranger: Stranger) -> bool:
    """Whether an account is theirs, or has their name: then none is made."""
    there = rows.of_house(tx, stranger.subject) or rows.account(tx, stranger.name)
    return there is not None


def turned_away() -> WrongCredentials:
    """The other house is right, and yet nobody here is meant."""
    return WrongCredentials(
        "no account here belongs to this person", remedy="ask an administrator for an account"
    )
