"""Signing a hand-over: the person says again who they are, and the journal keeps what was signed.

Who has an account gives its password; a visitor of an exercise, who has none, confirms.
"""

from datetime import datetime
from typing import Literal

import msgspec

from hansa.base.problems import BadRequestData
from hansa.context import City
from hansa.guard import Grant, JournalEntry, entry_of

SIGNED = "hand-over-signed"  # kind of the journal's entry
Side = Literal["outgoing", "incoming"]


class Signature(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What comes with a signature. `digest`: of the sheet that the person has in front of them."""

    digest: str
    password: str = ""
    confirm: bool = False


async def check_signature(
    city: City, grant: Grant, given: Signature, digest: str, address: str
) -> None:
    """Raises WrongCredentials or BadRequestData unless the person signs just this sheet."""
    if given.digest != digest:
        raise BadRequestData(
            "that is not the sheet that was handed over",
            where="digest",
            remedy="look at the sheet again, and sign what it says now",
        )
    if await city.guard.accounts.named(grant.actor) is not None:
        if not given.password:
            raise BadRequestData("a password is needed to sign", where="password")
        await city.guard.accounts.check(grant.actor, given.password, address)
    elif not given.confirm:
        raise BadRequestData("the signature is to be confirmed", where="confirm")


def signed(grant: Grant, at: datetime, shift: str, digest: str, side: Side) -> JournalEntry:
    """The journal's entry of a signature."""
    return entry_of(grant, SIGNED, at, shift=shift, digest=digest, side=side)
