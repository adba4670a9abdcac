"""The door of one city: assembled once, asked for every view and every write."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias

from hansa.base.clock import Clock
from hansa.base.database import Database, Tx
from hansa.base.problems import Forbidden, ViewEnded
from hansa.base.rights import Right
from hansa.base.settings import CitySettings
from hansa.base.vocabulary import Vocabulary
from hansa.guard.accounts import Accounts
from hansa.guard.authentication import Authentication
from hansa.guard.blobs import Blobs
from hansa.guard.catalogue import Catalogue, Override, from_vocabulary, merge, read_overrides
from hansa.guard.delegations import Delegations
from hansa.guard.journal import Journal, Kind, entry_of
from hansa.guard.model import Delegation, Fact, Grant, Terms, View, World
from hansa.guard.passkeys import Passkeys
from hansa.guard.passwords import Passwords
from hansa.guard.policy import Area, Policy, load_roles
from hansa.guard.rates import Rates
from hansa.guard.rights import Rights
from hansa.guard.sessions import Rules, Sessions
from hansa.guard.store import governing
from hansa.guard.tokens import Tokens, is_token
from hansa.guard.vault import Vault

OPERATOR = "operator"  # the actor of whoever runs commands on this machine
Governs: TypeAlias = Callable[[str, Mapping[str, Any] | None, int], Terms | Delegation]
"""What an entity that governs access says, from its id, document (None: deleted) and version."""


class Guard:
    """One per city. Nothing of it is shared with another city of the same process.

    `home` is the folder the city's store lives in. The vault keeps its files in `personal/`
    below it and its keys in `keys/` (or in `keys_folder`), which no backup should hold.
    `overrides` are privacy classes from elsewhere than the folder's `privacy/` (mappings).
    """

    def __init__(
        self,
        settings: CitySettings,
        vocabulary: Vocabulary,
        database: Database,
        home: Path,
        clock: Clock,
        *,
        overrides: Sequence[Override] = (),
        keys_folder: Path | None = None,
        passwords: Passwords | None = None,
        session_rules: Rules | None = None,
    ) -> None:
        self.world = World(settings.world)
        self._classes = from_vocabulary(vocabulary)
        self._of_city = read_overrides(settings.folder / "privacy")
        self.catalogue = self.classified(overrides)
        self.policy = Policy(load_roles(), self.catalogue)
        self.journal = Journal(database)
        self.delegations = Delegations(database, self.journal, clock)
        self.rights = Rights(self.policy, self.delegations)
        self.vault = Vault(
            home / "personal", keys_folder or home / "keys", self.rights, self.journal, clock
        )
        self.blobs = Blobs(home / "personal")
        people = clock.outside  # a replay's day must not outlast who looks at it
        self.accounts = Accounts(
            *(database, self.journal, self.policy, self.rights, people),
            passwords or Passwords(),
        )
        self.sessions = Sessions(
            database,
            self.journal,
            self.policy,
            self.rights,
            people,
            self.accounts,
            self.world,
            session_rules or Rules(),
        )
        self.passkeys = Passkeys(
            settings.name, database, self.journal, self.rights, people, self.accounts
        )
        self.tokens = Tokens(database, self.journal, self.policy, self.rights, people, self.world)
        self.sessions.dress, self.sessions.left = self.delegations.dress, self.delegations.left
        self.governing = vocabulary.governing
        self._governs: dict[str, Governs] = {}
        self.authenticate = Authentication(settings.name, self.policy, self.sessions, self.tokens)
        self.rates = Rates(settings.access.limits, people)
        self._clock = clock
        self._version = 1

    def classified(self, overrides: Sequence[Override]) -> Catalogue:
        """The catalogue with these classes of mappings; BadFile where one loosens."""
        return merge(self._classes, (*self._of_city, *overrides))

    def reclassify(self, overrides: Sequence[Override]) -> None:
        """Other mappings are in force: where classes differ, every older view ends."""
        catalogue = self.classified(overrides)
        if catalogue != self.catalogue:
            self.catalogue = catalogue
            self.policy.adopt(catalogue)
            self._changed()

    async def open(self) -> None:
        """Open what guard keeps; to be awaited before anything else is asked."""
        await self.vault.open()
        await self.delegations.load()
        await self.sessions.load()
        await self.tokens.load()

    async def close(self) -> None:
        """Close the files of the vault; the city's database stays open."""
        await self.vault.close()

    async def restored(self, **facts: Fact) -> None:
        """Note that this store came out of a backup; who was signed in then no longer is."""
        await self.sessions.end_all("restored from a backup")
        entry = entry_of(self.operator(), Kind.RESTORE, self._clock.now(), **facts)
        await self.journal.write(entry)

    # ---- reading

    def view(self, grant: Grant) -> View:
        """What the grant may see from now on; UnknownRole where its role is none."""
        until = self._lives_by(grant).until(grant.session) if grant.session else None
        return self.policy.view(grant, self._version, until)

    def check_view(self, view: View, now: datetime) -> None:
        """ViewEnded where time or session is over, or the rules changed since it was compiled.

        `now` is by the clock of people (`Clock.outside`).
        """
        if view.version != self._version:
            raise ViewEnded("the rules changed", remedy="ask again")
        if view.valid_until is not None and now >= view.valid_until:
            raise ViewEnded("its time is over", remedy="sign in again")
        session = view.grant.session
        if session and not self._lives_by(view.grant).live(session, now):
            raise ViewEnded("the session is over", remedy="sign in again")
        self.delegations.check_view(view.grant)

    # ---- what may be done

    def ask(self, grant: Grant, right: Right) -> None:
        """Forbidden where the grant lacks what a route asks; before anything else is looked at."""
        self.rights.ask(grant, right)

    def check_write(self, grant: Grant, types: Sequence[str], attributes: Iterable[str]) -> None:
        """Forbidden unless the grant's role may write these attributes of these types."""
        self.rights.check_write(grant, types, attributes)

    def through(self, grant: Grant, room: str) -> Grant:
        """The grant with which its holder writes through a room; Forbidden where it may not."""
        return self.rights.through(grant, room)

    def check_manage(self, grant: Grant, area: Area) -> None:
        """Forbidden unless the grant's role manages this area (accounts, sources …)."""
        self.rights.check_manage(grant, area)

    # ---- what governs access beside the roles

    def governs(self, type_name: str, says: Governs) -> None:
        """Tell what entities of a type that governs access say; `app` wires it at the start."""
        self._governs[type_name] = says

    def hear(
        self, tx: Tx, type_name: str, entity: str, document: Mapping[str, Any] | None, version: int
    ) -> None:
        """An entity that governs access changed in the commit `tx`: so do the rights with it.

        Forbidden where nobody has told what such an entity says.
        """
        says = self._governs.get(type_name)
        if says is None:
            raise Forbidden(f"nothing here knows what a {type_name} governs", where=entity)
        self.apply(tx, says(entity, document, version))

    def apply(self, tx: Tx, value: Terms | Delegation) -> None:
        """Take over changed terms or delegation in the commit `tx`; every older view ends."""
        if isinstance(value, Delegation):
            self.delegations.apply(tx, value)
        else:
            governing.put(tx, value)
        tx.after_commit(self._changed)

    async def act(self, grant: Grant, delegation: str) -> Grant:
        """Let the session act by a delegation, or ("") for its holder again; older views end."""
        now = self._clock.outside.now()
        chosen = await self.delegations.choose(self.sessions.own(grant), delegation, now)
        self._changed()
        return chosen

    async def stays(self, grant: Grant) -> bool:
        """Whether who once acted by this grant may still, in that role: what outlives a session
        does not outlive its maker.
        """
        if is_token(grant.actor):
            return self.tokens.holds(grant)
        if grant.actor == OPERATOR or grant.actor.startswith("machine:"):
            return True
        account = await self.accounts.named(grant.actor)
        if account is None:
            return self.sessions.here(grant.actor)  # a visitor, for as long as the visit
        return grant.role in account.roles

    def _lives_by(self, grant: Grant) -> Sessions | Tokens:
        return self.tokens if is_token(grant.session) else self.sessions

    def _changed(self) -> None:
        self._version += 1

    # ---- machines

    def machine(
        self, room: str, world: World, tenant: str = "", purpose: str = "operation"
    ) -> Grant:
        """The grant of a room in process; the role of the same name must exist."""
        self.policy.role(room)
        return Grant(f"machine:{room}", room, purpose, self._clock.now(), world, tenant)

    def operator(self, purpose: str = "operation") -> Grant:
        """The grant of whoever runs commands on this machine: an administrator."""
        return Grant(OPERATOR, "administrator", purpose, self._clock.now(), self.world)
