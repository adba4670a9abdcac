"""The city's suggestion as it is at the moment: what was learned last, and since when it holds.

One per node, held over all changes of settings; `learning` gives it what was learned, the routes
and other doors ask it. What it learned lives in memory alone: nothing of it is on a disk, in a
backup or an export, and with the process it is gone.
"""

from dataclasses import dataclass
from datetime import datetime

from hansa.desk.themes.suggesting import Model, Suggestion


@dataclass(frozen=True, slots=True)
class Learned:
    """What was learned last. `choices`: of clerks, `phrases`: of the catalogue, learned from.

    `bar`: the confidence from which on the first suggestion may stand without a clerk, None: never.
    """

    model: Model
    at: datetime
    phrases: int
    choices: int = 0
    bar: float | None = None


class Suggester:
    """Which theme is meant. Suggests nothing until the first thing was learned."""

    def __init__(self) -> None:
        self.learned: Learned | None = None

    def suggest(self, words: str) -> tuple[Suggestion, ...]:
        """The likeliest themes, likeliest first; none where nothing is known of the words."""
        return () if self.learned is None else self.learned.model.suggest(words)

    def alone(self, suggestions: tuple[Suggestion, ...]) -> bool:
        """Whether the first may be taken without a clerk, by the city's precision."""
        bar = None if self.learned is None else self.learned.bar
        return bar is not None and bool(suggestions) and suggestions[0].confidence >= bar
