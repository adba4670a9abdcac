"""Passkeys (WebAuthn Level 3) beside passwords: what one holds, not what one remembers.

A challenge is kept here, for one purpose, one person and five minutes, and is good once. The
authenticator must have verified its user, so that a key found on a table opens nothing. Which
accounts have passkeys is never told: whoever signs in is named by the key itself.
"""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import orjson

from hansa.base.clock import Clock
from hansa.base.database import Database, Tx
from hansa.base.late import Late
from hansa.base.problems import BadRequestData, Conflict, Forbidden, ResourceNotFound
from hansa.guard.accounts import Accounts
from hansa.guard.errors import WrongCredentials
from hansa.guard.journal import Journal, Kind, entry_of
from hansa.guard.model import Grant, JournalEntry
from hansa.guard.rights import Rights
from hansa.guard.store import passkeys as rows
from hansa.guard.store.accounts import AccountRow
from hansa.guard.store.passkeys import PasskeyRow

if TYPE_CHECKING:
    import webauthn
    from webauthn.helpers import exceptions, structs
else:
    webauthn = Late("webauthn")
    exceptions = Late("webauthn.helpers.exceptions")
    structs = Late("webauthn.helpers.structs")

_GOOD_FOR = timedelta(minutes=5)
_MOST_OPEN = 2_000  # challenges in memory; a restart forgets them
_MOST_KEYS = 20  # of one account
_MILLISECONDS = 300_000


@dataclass(frozen=True, slots=True)
class Site:
    """Where the browser is: `id` the relying party's, `origin` what the address bar shows."""

    id: str
    origin: str


@dataclass(frozen=True, slots=True)
class Offer:
    """What the browser is asked to sign, and the ticket to come back with."""

    ticket: str
    options: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Challenge:
    value: bytes
    account: str  # "" for a sign-in
    until: datetime


class Passkeys:
    """The passkeys of one city."""

    def __init__(
        self,
        city: str,
        database: Database,
        journal: Journal,
        rights: Rights,
        clock: Clock,
        accounts: Accounts,
    ) -> None:
        self._city = city
        self._database = database
        self._journal = journal
        self._rights = rights
        self._clock = clock
        self._accounts = accounts
        self._open: dict[str, _Challenge] = {}

    # ---- one's own

    async def own(self, grant: Grant) -> tuple[PasskeyRow, ...]:
        """The passkeys of the account that asks, the oldest first."""
        return await self._database.read(lambda tx: rows.of_account(tx, grant.actor))

    async def offer_registration(self, grant: Grant, site: Site) -> Offer:
        """Begin to add a passkey to one's own account."""
        account = await self._accounts.one(grant.actor)
        held = await self.own(grant)
        if len(held) >= _MOST_KEYS:
            raise Conflict(f"an account has at most {_MOST_KEYS} passkeys", remedy="remove one")
        ticket, challenge = self._challenge(account.name)
        options = webauthn.generate_registration_options(
            rp_id=site.id,
            rp_name=self._city,
            user_name=account.name,
            user_id=self._handle(account.name),
            challenge=challenge,
            timeout=_MILLISECONDS,
            authenticator_selection=structs.AuthenticatorSelectionCriteria(
                resident_key=structs.ResidentKeyRequirement.REQUIRED,
                user_verification=structs.UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[structs.PublicKeyCredentialDescriptor(id=one.id) for one in held],
        )
        return Offer(ticket, orjson.loads(webauthn.options_to_json(options)))

    async def register(
        self, grant: Grant, site: Site, ticket: str, credential: Mapping[str, Any], name: str
    ) -> PasskeyRow:
        """Keep a new passkey under a name its owner knows it by; BadRequestData if it is none."""
        challenge = self._redeem(ticket, grant.actor)
        try:
            found = webauthn.verify_registration_response(
                credential=dict(credential),
                expected_challenge=challenge,
                expected_rp_id=site.id,
                expected_origin=site.origin,
                require_user_verification=True,
            )
        except (exceptions.WebAuthnException, ValueError) as error:
            raise BadRequestData(f"this is no passkey: {error}", where="credential") from error
        now = self._clock.now()
        row = PasskeyRow(
            id=found.credential_id,
            account=grant.actor,
            name=name.strip()[:80] or "passkey",
            key=found.credential_public_key,
            count=found.sign_count,
            created=now,
            used=None,
        )
        entry = self._entry(grant, grant.actor, "added", now)

        def unit(tx: Tx) -> None:
            if not rows.add(tx, row):
                raise Conflict("this passkey is registered already", where="credential")
            self._journal(tx, entry)

        await self._database.write(unit)
        return row

    async def remove(self, grant: Grant, key: bytes) -> None:
        """Remove one of one's own; ResourceNotFound for every other."""
        entry = self._entry(grant, grant.actor, "removed", self._clock.now())

        def unit(tx: Tx) -> None:
            if not rows.drop(tx, grant.actor, key):
                raise ResourceNotFound("there is no such passkey", where="id")
            self._journal(tx, entry)

        await self._database.write(unit)

    # ---- recovery

    async def forget(self, grant: Grant, account: str) -> int:
        """Remove every passkey of an account whose owner lost them; for an administrator."""
        self._rights.check_manage(grant, "accounts")
        await self._accounts.one(account)
        entry = self._entry(grant, account, "forgotten", self._clock.now())

        def unit(tx: Tx) -> int:
            count = rows.drop_of(tx, account)
            self._journal(tx, entry)
            return count

        count = await self._database.write(unit)
        await self._accounts.end_sessions(account, "account: passkeys forgotten")
        return count

    async def counts(self, grant: Grant) -> Mapping[str, int]:
        """How many passkeys each account has."""
        self._rights.check_manage(grant, "accounts")
        return await self._database.read(rows.counts)

    # ---- signing in

    def offer_sign_in(self, site: Site) -> Offer:
        """Ask whoever is there to prove to be somebody. There is nothing to guess."""
        ticket, challenge = self._challenge("")
        options = webauthn.generate_authentication_options(
            rp_id=site.id,
            challenge=challenge,
            timeout=_MILLISECONDS,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        )
        return Offer(ticket, orjson.loads(webauthn.options_to_json(options)))

    async def check(
        self, site: Site, ticket: str, credential: Mapping[str, Any], address: str
    ) -> AccountRow:
        """The account that a passkey stands for; WrongCredentials, whatever was wrong."""
        row: PasskeyRow | None = None
        try:
            challenge = self._redeem(ticket, "")
            row = await self._database.read(lambda tx: rows.passkey(tx, _id(credential)))
            account = await self._verified(site, challenge, credential, row)
        except (
            exceptions.WebAuthnException,
            ValueError,
            BadRequestData,
            ResourceNotFound,
        ) as error:
            actor = "unknown" if row is None else row.account
            facts = {"address": address, "how": "passkey"}
            await self._journal.write(
                JournalEntry(Kind.SIGN_IN_REFUSED, actor, self._clock.now(), facts=facts)
            )
            raise WrongCredentials(
                "this passkey opens nothing here", remedy="use another one, or the password"
            ) from error
        return account

    async def _verified(
        self, site: Site, challenge: bytes, credential: Mapping[str, Any], row: PasskeyRow | None
    ) -> AccountRow:
        if row is None:
            raise ValueError("no such passkey")
        found = webauthn.verify_authentication_response(
            credential=dict(credential),
            expected_challenge=challenge,
            expected_rp_id=site.id,
            expected_origin=site.origin,
            credential_public_key=row.key,
            credential_current_sign_count=row.count,
            require_user_verification=True,
        )
        account = await self._accounts.one(row.account)
        if account.disabled:
            raise ValueError("the account is closed")
        used = replace(row, count=found.new_sign_count, used=self._clock.now())
        if not await self._database.write(lambda tx: rows.use(tx, used, row.count)):
            raise ValueError("it was used at the same moment")
        return account

    # ---- inside

    def _challenge(self, account: str) -> tuple[str, bytes]:
        now = self._clock.now()
        self._open = {key: one for key, one in self._open.items() if now < one.until}
        while len(self._open) >= _MOST_OPEN:  # the oldest goes: nobody fills the memory
            self._open.pop(next(iter(self._open)))
        ticket, value = secrets.token_urlsafe(24), secrets.token_bytes(32)
        self._open[ticket] = _Challenge(value, account, now + _GOOD_FOR)
        return ticket, value

    def _redeem(self, ticket: str, account: str) -> bytes:
        found = self._open.pop(ticket, None)  # good once, also where it fails
        if found is None or found.account != account or self._clock.now() >= found.until:
            raise BadRequestData(
                "this took too long, or was used before", where="ticket", remedy="begin again"
            )
        return found.value

    def _handle(self, account: str) -> bytes:
        """What an authenticator knows the account by: no name (WebAuthn Level 3, 14.6.1)."""
        return hashlib.sha256(f"hansa\0{self._city}\0{account}".encode()).digest()

    def _entry(self, grant: Grant, account: str, what: str, now: datetime) -> JournalEntry:
        return entry_of(grant, Kind.PASSKEY, now, account=account, what=what)


def check_fresh(grant: Grant, now: datetime) -> None:
    """Forbidden long after the sign-in: a screen left open must not be given a new key."""
    if now - grant.since > timedelta(minutes=15):
        raise Forbidden(
            "a passkey is added soon after signing in", remedy="sign out, sign in and add it then"
        )


def _id(credential: Mapping[str, Any]) -> bytes:
    given = credential.get("id")
    if not isinstance(given, str):
        raise BadRequestData("a credential without an id", where="credential")
    return webauthn.base64url_to_bytes(given)
