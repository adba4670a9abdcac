"""What the desk refuses, beside what the graph refuses."""

from collections.abc import Mapping, Sequence
from typing import Any

from hansa.base.problems import HANSA, BadRequestData, Conflict, Problem


class WrongState(Problem):
    """The incident's state does not allow the order (closing twice, work before taking over)."""

    type = HANSA + "wrong-state"
    title = "The incident is in another state"
    status = 409


class ReasonRequired(BadRequestData):
    """An incident is closed with a reason, one of the city's list."""

    type = HANSA + "reason-required"
    title = "A reason is required"


class ChangedMeanwhile(Conflict):
    """Somebody else changed the incident since it was read; says who did what."""

    def __init__(
        self, detail: str, *, where: str, state: str, change: int, done: Sequence[Mapping[str, Any]]
    ) -> None:
        super().__init__(detail, where=where, remedy="look at it again and decide anew")
        self.state = state
        self.change = change
        self.done = done

    def document(self) -> dict[str, object]:
        """The problem with the present state, its change number, and what was done since."""
        now = {"state": self.state, "change": self.change, "changed": list(self.done)}
        return super().document() | now
