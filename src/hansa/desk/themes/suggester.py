"""The city's suggestion as it is at the moment: what was learned last, and since when it holds.

One per node, held over all changes of settings; `keeping` gives it what was learned, the routes
and other doors ask it. What it learned lives in memory alone: nothing of it is on a disk, in a
backup or an export, and with the process it is gone.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from hansa.desk.themes.barring import Bar
from hansa.desk.themes.suggesting import Model, Suggestion


@dataclass(frozen=True, slots=True)
class Learned:
    """What was learned last. `choices`: of clerks, `phrases`: of the catalogue, learned from.

    `right`, `among_three`: how often the first, and one of three, was what a clerk chose, of
    choices it had not seen. `bar`: from where on the first may stand without a clerk, None: never.
    """

    model: Model
    at: datetime
    phrases: int
    choices: int = 0
    right: float | None = None
    among_three: float | None = None
    bar: Bar | None = None


class Suggester:
    """Which theme is meant. Suggests nothing until the first thing was learned."""

    def __init__(self) -> None:
        self.learned: Learned | None = None
        self._other = asyncio.Event()

    def take(self, learned: Learned | None) -> None:
        """Suggest by this from now on."""
        self.learned = learned
        self._other.set()
        self._other = asyncio.Event()

    async def other(self, than: Learned | None) -> Learned | None:
        """Wait until something else is known than that."""
        while self.learned is than:
            await self._other.wait()
        return self.learned

    def suggest(self, words: str) -> tuple[Suggestion, ...]:
        """The likeliest themes, likeliest first; none where nothing is known of the words."""
        return () if self.learned is None else self.learned.model.suggest(words)

    def alone(self, suggestions: tuple[Suggestion, ...]) -> bool:
        """Whether the first may be taken without a clerk, by the city's precision."""
        found = None if self.learned is None else self.learned.bar
        return (
            found is not None
            and bool(suggestions)
            and suggestions[0].confidence >= found.confidence
        )
