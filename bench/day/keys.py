"""The keystroke-level model (Card, Moran, Newell): seconds of a task from keys and decisions.

A key costs 0.28 s (K, an average typist), a decision 1.2 s (M). No mouse, no waiting: how long the
machine takes to show a suggestion is measured apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass

KEY, DECISION = 0.28, 1.2  # seconds


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a card: what was pressed for it, and what had to be decided. `talk`: it is as
    long as what the caller says."""

    what: str
    keys: int
    decisions: int
    why: str = ""
    talk: bool = False

    @property
    def seconds(self) -> float:
        """What the model says."""
        return self.keys * KEY + self.decisions * DECISION


def total(steps: Sequence[Step]) -> float:
    """Seconds of all of them."""
    return sum(one.seconds for one in steps)


def share_of_talk(steps: Sequence[Step]) -> float:
    """How much of the time is typing what the caller says."""
    return sum(one.seconds for one in steps if one.talk) / total(steps)


def table(steps: Sequence[Step]) -> str:
    """The steps as a Markdown table, with their sum."""
    lines = ["| step | keys | decisions | seconds | decided |", "|---|---|---|---|---|"]
    lines += [
        f"| {one.what} | {one.keys} | {one.decisions} | {one.seconds:.2f} | {one.why} |"
        for one in steps
    ]
    keys, decisions = (sum(getattr(one, name) for one in steps) for name in ("keys", "decisions"))
    return "\n".join([*lines, f"| **together** | {keys} | {decisions} | {total(steps):.2f} | |"])
