"""How many rows of one source are let in, so that one that floods harms no other (pure).

A source may send in bursts; over time it gets as many rows a minute as its mapping says. What is
more waits at its own door, and where the mapping says so only the newest of each entity waits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hansa.sectors.model import Mapped, Row

_BURST = 10.0  # seconds' worth of rows that may come at once


@dataclass(slots=True)
class Gate:
    """A bucket that fills by the clock. `most`: rows a minute."""

    most: float
    filled_at: datetime
    level: float = 0.0

    def __post_init__(self) -> None:
        self.level = self._burst

    @property
    def _rate(self) -> float:
        return self.most / 60

    @property
    def _burst(self) -> float:
        return max(1.0, self._rate * _BURST)

    def open_at(self, now: datetime) -> datetime:
        """When the next rows may come: now, unless earlier ones are not paid for."""
        self._fill(now)
        lacking = max(0.0, -self.level)
        return now + timedelta(seconds=lacking / self._rate)

    def take(self, rows: int, now: datetime) -> None:
        """So many rows were let in."""
        self._fill(now)
        self.level -= rows

    def lacks(self, rows: int, now: datetime) -> bool:
        """Whether so many rows are more than may come at once now."""
        self._fill(now)
        return self.level < rows

    def _fill(self, now: datetime) -> None:
        passed = (now - self.filled_at).total_seconds()
        if passed > 0:
            self.level = min(self._burst, self.level + passed * self._rate)
            self.filled_at = now


def newest_of_each(
    rows: Sequence[tuple[Row, Mapped]],
) -> tuple[tuple[tuple[Row, Mapped], ...], int]:
    """Of rows that speak of the same entities only the newest, and how many gave way."""
    last: dict[frozenset[str], int] = {}
    for number, (_, mapped) in enumerate(rows):
        about = frozenset(state.id for state in mapped.states)
        before = last.get(about)
        if before is None or _moment(mapped) >= _moment(rows[before][1]):
            last[about] = number
    kept = sorted(last.values())
    return tuple(rows[number] for number in kept), len(rows) - len(kept)


def _moment(mapped: Mapped) -> datetime:
    return mapped.newest or datetime.min.replace(tzinfo=UTC)
