"""A figure: what was measured, what is asked, what came out, and by which command."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table. `runs` are in `unit`; the figure is their median."""

    what: str
    asked: str
    unit: str
    runs: tuple[float, ...]
    good: bool
    notes: dict[str, object] = field(default_factory=dict)

    @property
    def value(self) -> float:
        return median(self.runs)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` (0 to 1) of all do not exceed: nearest rank, no interpolation."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def table(figures: Sequence[Figure]) -> str:
    """The figures as a Markdown table."""
    head = ["| what | asked | median | runs | |", "|---|---|---|---|---|"]
    return "\n".join([*head, *map(_row, figures)])


def _row(figure: Figure) -> str:
    runs = ", ".join(_short(run) for run in figure.runs)
    verdict = "holds" if figure.good else "**does not hold**"
    value = f"{_short(figure.value)} {figure.unit}"
    return f"| {figure.what} | {figure.asked} | {value} | {runs} | {verdict} |"


def _short(number: float) -> str:
    if number == int(number) or abs(number) >= 100:
        return f"{number:,.0f}"
    return f"{number:.2f}"
