"""A playbook as a value: steps in order, each with who does it and how long they have."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from hansa.desk.organizations.model import Organization


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `after`: begins when that step is done ("": at once); `escalate`: a role.

    `automatic`: the machine sends it; else it is proposed, and a person sends it. `only`: the
    sectors of the incidents that it is for; none: of any.
    """

    key: str
    organization: Organization
    what: Mapping[str, str]
    service: timedelta
    after: str
    automatic: bool
    escalate: str
    only: frozenset[str] = frozenset()

    def is_for(self, sector: str) -> bool:
        """Whether an incident of this sector wants it; one that has none wants every step."""
        return not sector or not self.only or sector in self.only


@dataclass(frozen=True, slots=True)
class Playbook:
    """What is done about incidents of these types, from a severity on (its rank; -1: any)."""

    key: str
    name: Mapping[str, str]
    types: frozenset[str]
    rank: int
    steps: tuple[Step, ...]

    def step(self, key: str) -> Step | None:
        """The step of this key."""
        return next((one for one in self.steps if one.key == key), None)

    def following(self, key: str, sector: str = "") -> tuple[Step, ...]:
        """The steps for a sector that begin when this one is done; with "", those at once."""
        return tuple(one for one in self.steps if one.after == key and one.is_for(sector))


def playbook_for(playbooks: Iterable[Playbook], kind: str, rank: int) -> Playbook | None:
    """The playbook for an incident of this type and severity: the one for the severest."""
    fitting = [one for one in playbooks if kind in one.types and one.rank <= rank]
    return max(fitting, key=lambda one: one.rank, default=None)
