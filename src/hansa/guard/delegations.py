"""Who acts for whom: delegations as the newest appointments say them, and who makes use of one.

They arrive in the commit that changes an appointment and are in memory once it is durable, so a
restart, a restore and a replay find them as the graph has them. They begin and end by the city's
clock, also in the middle of a session. Somebody who may act chooses to, per session: then they
have the principal's role, and everything they do bears both names.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from hansa.base.clock import Clock
from hansa.base.database import Database, Tx
from hansa.base.problems import Forbidden, ViewEnded
from hansa.guard.journal import Journal, Kind, entry_of
from hansa.guard.model import Delegation, Grant
from hansa.guard.store import governing


class Delegations:
    """The delegations of one city. `clock`: the city's, by which appointments are made."""

    def __init__(self, database: Database, journal: Journal, clock: Clock) -> None:
        self._database = database
        self._journal = journal
        self._clock = clock
        self._all: Mapping[str, Delegation] = MappingProxyType({})
        self._chosen: dict[str, str] = {}

    def __len__(self) -> int:
        """How much is held in memory: what is in force or will be, and who goes by which."""
        return len(self._all) + len(self._chosen)

    async def load(self) -> None:
        """Take up what was in force, and who acted, when the node stopped."""
        found, now = await self._database.read(governing.delegations), self._clock.now()
        self._all = {one.id: one for one in found if now < one.valid_until}
        self._chosen = dict(await self._database.read(governing.chosen))

    def apply(self, tx: Tx, given: Delegation) -> None:
        """Keep a changed delegation; it counts from the commit on."""
        governing.put(tx, given)
        tx.after_commit(lambda: self._take(given))

    # ---- who may

    def of(self, actor: str) -> tuple[Delegation, ...]:
        """Those by which somebody may act now, the last to end first."""
        now = self._clock.now()
        found = [one for one in self._all.values() if one.acting == actor and _holds(one, now)]
        return tuple(sorted(found, key=lambda one: (one.valid_until, one.id), reverse=True))

    def dress(self, grant: Grant) -> Grant:
        """The grant of a session with the role of whom its holder has chosen to act for."""
        found = self._chosen_of(grant)
        if found is None:
            return grant
        return replace(
            grant,
            role=found.role,
            on_behalf=found.principal,
            organization=found.organization,
        )

    def check(self, grant: Grant, right: str = "") -> None:
        """Forbidden where the grant acts for somebody and may not (any more), or not just that."""
        if not grant.on_behalf:
            return
        found = self._of_grant(grant)
        if found is None:
            raise Forbidden(
                f"{grant.actor} does not act for {grant.on_behalf} now",
                rule="an appointment holds from its begin to its end, unless it is revoked",
            )
        if right and found.rights and right not in found.rights:
            raise Forbidden(
                f"the appointment of {grant.actor} does not extend to {right}",
                rule=f"it names {', '.join(sorted(found.rights))}",
            )

    def check_view(self, grant: Grant) -> None:
        """ViewEnded where the appointment that the view goes by is over."""
        if grant.on_behalf and self._of_grant(grant) is None:
            raise ViewEnded("the appointment is over", remedy="ask again in your own role")

    # ---- choosing

    async def choose(self, grant: Grant, delegation: str, at: datetime) -> Grant:
        """Act by a delegation from now on, or ("") for oneself again; journalled.

        `grant`: that of the session as its holder has it.
        Forbidden where there is no such delegation for who asks, or no session to act in.
        """
        found = next((one for one in self.of(grant.actor) if one.id == delegation), None)
        if delegation and (found is None or not grant.session):
            raise Forbidden("you are not appointed to act by that", where="appointment")
        dressed = grant if found is None else replace(grant, on_behalf=found.principal)
        facts = {} if found is None else {"appointment": found.id, "principal": found.principal}
        entry = entry_of(dressed, Kind.ACTING, at, **facts)

        def unit(tx: Tx) -> None:
            governing.choose(tx, grant.session, delegation)
            self._journal(tx, entry)

        await self._database.write(unit)
        if delegation:
            self._chosen[grant.session] = delegation
        else:
            self._chosen.pop(grant.session, None)
        return self.dress(grant)

    def left(self, session: str) -> None:
        """A session ended, and with it what was chosen in it."""
        self._chosen.pop(session, None)

    # ---- inside

    def _take(self, given: Delegation) -> None:
        """Hold it in memory, and let go of those that are over: the graph keeps them."""
        held, now = self._all.get(given.id), self._clock.now()
        if held is None or given.version >= held.version:
            every = {**self._all, given.id: given}
            self._all = {name: one for name, one in every.items() if now < one.valid_until}

    def _chosen_of(self, grant: Grant) -> Delegation | None:
        found = self._all.get(self._chosen.get(grant.session, "")) if grant.session else None
        if found is None or found.acting != grant.actor or not _holds(found, self._clock.now()):
            return None
        return found

    def _of_grant(self, grant: Grant) -> Delegation | None:
        """The delegation that a grant goes by; its role may be that of a room by now."""
        chosen = self._chosen_of(grant)
        if chosen is not None and chosen.principal == grant.on_behalf:
            return chosen
        found = [one for one in self.of(grant.actor) if one.principal == grant.on_behalf]
        return found[0] if found and not grant.session else None


def _holds(one: Delegation, now: datetime) -> bool:
    return one.valid_from <= now < one.valid_until
