"""What a grant may do: its role by the policy, and what an appointment leaves of it.

Both are asked together and here alone, so that no room asks one and forgets the other.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar, cast

from hansa.base.problems import Forbidden
from hansa.base.rights import Right
from hansa.guard.delegations import Delegations
from hansa.guard.model import Grant
from hansa.guard.policy import Area, Policy

T = TypeVar("T")

_ITSELF = "writes"  # no appointment names it: who writes without a room has the whole role


class Rights:
    """The rights in one city."""

    def __init__(self, policy: Policy, delegations: Delegations) -> None:
        self._policy = policy
        self._delegations = delegations

    def ask(self, grant: Grant, right: Right) -> None:
        """Forbidden where the grant lacks what a route asks."""
        self._delegations.check(grant)
        if right.in_person and grant.on_behalf:
            raise Forbidden("who acts for somebody does not do this in their name")
        _one_of(right.works, lambda room: self.through(grant, room))
        _one_of(right.manages, lambda area: self.check_manage(grant, cast("Area", area)))
        if right.of_the_desk:
            self._check_of_the_desk(grant)
        if right.writes:
            self._check_writes(grant)
        if right.subscribes:
            self.check_subscribes(grant)
        if right.sees:
            self._check_sees(grant, right.sees)
        if right.purpose:
            self.check_personal(grant)

    def through(self, grant: Grant, room: str) -> Grant:
        """The grant with which its holder writes through a room; Forbidden where it may not."""
        self._delegations.check(grant, room)
        return self._policy.through(grant, room)

    def check_manage(self, grant: Grant, area: Area) -> None:
        """Forbidden unless the grant's role manages this area (accounts, sources …)."""
        self._delegations.check(grant, area)
        self._policy.check_manage(grant, area)

    def manages(self, grant: Grant, area: Area) -> bool:
        """Whether it does."""
        return _passes(lambda: self.check_manage(grant, area))

    def works(self, grant: Grant, room: str) -> bool:
        """Whether the grant's holder may write through a room."""
        return _passes(lambda: self.through(grant, room))

    def check_write(self, grant: Grant, types: Sequence[str], attributes: Iterable[str]) -> None:
        """Forbidden unless the grant's role may write these attributes of these types."""
        self._check_itself(grant)
        self._policy.check_write(grant, types, attributes)

    def check_personal(self, grant: Grant) -> None:
        """Forbidden where the grant names no purpose for which its role reads personal values."""
        self._delegations.check(grant)
        if not self._policy.reads_personal(grant):
            raise Forbidden(
                f"the role {grant.role} may not read personal values for {grant.purpose!r}",
                rule="guard/roles.yaml: personal",
                remedy="name a purpose that the role has, with the header Hansa-Purpose",
            )

    def check_subscribes(self, grant: Grant) -> None:
        """Forbidden but for programs and who manages their tokens: data would go elsewhere."""
        if not self._policy.role(grant.role).token and not self.manages(grant, "tokens"):
            raise Forbidden(
                f"the role {grant.role} may not subscribe",
                rule="subscriptions belong to programs (token) and administrators",
            )

    def _check_of_the_desk(self, grant: Grant) -> None:
        if self._policy.role(grant.role).organization:
            raise Forbidden(
                f"the role {grant.role} answers for one organisation",
                rule="what was sent is taken back by who sent it; an organisation sends no tasks",
                remedy="return the task, with a reason",
            )

    def _check_writes(self, grant: Grant) -> None:
        self._check_itself(grant)
        if not self._policy.role(grant.role).writes:
            raise Forbidden(
                f"the role {grant.role} writes no entities itself",
                rule="guard/roles.yaml: writes",
            )

    def _check_sees(self, grant: Grant, types: Sequence[str]) -> None:
        if not self._policy.view(grant, 0).admits(types):
            raise Forbidden(
                f"for the role {grant.role} there is no {', '.join(types)}",
                rule="guard/roles.yaml: sees, hides",
            )

    def _check_itself(self, grant: Grant) -> None:
        """A room's rules hold what an appointment names; who writes without one has it all."""
        in_a_room = self._policy.role(grant.role).machine
        self._delegations.check(grant, "" if in_a_room else _ITSELF)


def _one_of(named: Sequence[str], check: Callable[[str], T]) -> None:
    """Forbidden, in the words of the last, where none of them may."""
    refused: Forbidden | None = None
    for one in named:
        try:
            check(one)
        except Forbidden as problem:
            refused = problem
        else:
            return
    if refused is not None:
        raise refused


def _passes(check: Callable[[], object]) -> bool:
    try:
        check()
    except Forbidden:
        return False
    return True
