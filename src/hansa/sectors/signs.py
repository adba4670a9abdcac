"""How a source behaves beside its rows: does it flood, is its clock right, has it other columns?

Signs are values that commit with the rows they were seen in, so that the DataSource entity, the
console and a node that was killed and started again say the same (pure).
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any

from hansa.base.times import format_instant, parse_instant
from hansa.context import Note

SPACE = "signs"
MOST_COLUMNS = 500  # names that are remembered of a source: they come from outside
LONGEST_NAME = 120
FADES = timedelta(minutes=10)  # a sign is shown so long after it was last seen
_TIMES = ("arrived_at", "answered_at", "due_at", "failed_at")
_SEEN_AT = ("flooding_at", "skewed_at", "changed_at")


@dataclass(frozen=True, slots=True)
class Signs:
    """What was noticed of one source.

    `delayed`: rows that had to wait; `coalesced`: rows that a newer one of the same entity took
    the place of; `dropped`: rows that the connector let go unread. `skew`: seconds by which the
    source's newest time was ahead of the city's clock when it arrived (negative: behind).
    `columns`: those of the last rows that were as they should be; `gone` and `fresh` differ.
    """

    delayed: int = 0
    coalesced: int = 0
    dropped: int = 0
    flooding_at: datetime | None = None
    skew: float | None = None
    skewed_at: datetime | None = None
    columns: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    fresh: tuple[str, ...] = ()
    lacking: bool = False
    changed_at: datetime | None = None
    arrived_at: datetime | None = None
    answered_at: datetime | None = None
    due_at: datetime | None = None
    failures: int = 0
    problem: str = ""
    failed_at: datetime | None = None
    closed: bool = False
    paused: str = ""

    def flooding(self, now: datetime) -> bool:
        """Whether rows came faster than they are let in, lately."""
        return _lately(self.flooding_at, now)

    def skewed(self, now: datetime) -> bool:
        """Whether the source's clock was wrong, lately."""
        return _lately(self.skewed_at, now)

    def fades_at(self, now: datetime) -> datetime | None:
        """When the next sign that is shown now has faded."""
        seen = (self.flooding_at, self.skewed_at)
        due = [one + FADES for one in seen if one is not None and one + FADES > now]
        return min(due, default=None)

    # ---- what happened

    def measured(self, skew: float, now: datetime, *, wrong: bool) -> "Signs":
        """The skew of the newest row that came; `wrong`: it is more than the source may have."""
        return replace(self, skew=round(skew, 1), skewed_at=now if wrong else self.skewed_at)

    def seen(self, found: frozenset[str], needed: frozenset[str], now: datetime) -> "Signs":
        """Whole rows came, with these columns. `needed`: those that the mapping reads.

        While a needed one that was there is gone, the columns before stay the measure.
        """
        found = frozenset(_short(found))
        if not self.columns:
            return replace(self, columns=tuple(sorted(found)))
        known = frozenset(self.columns)
        gone, fresh = known - found, found - known
        lacking = bool(gone & needed)
        if not gone and not fresh:
            return replace(self, gone=(), fresh=(), lacking=False) if self.lacking else self
        if lacking and self.lacking and gone == frozenset(self.gone):
            return self
        return replace(
            self,
            columns=self.columns if lacking else tuple(sorted(found)),
            gone=tuple(sorted(gone)),
            fresh=tuple(sorted(fresh)),
            lacking=lacking,
            changed_at=now,
        )

    def failed(self, problem: str, now: datetime, *, closed: bool = False) -> "Signs":
        """The source could not be asked, or its answer not be used."""
        return replace(
            self, failures=self.failures + 1, problem=problem, failed_at=now, closed=closed
        )

    def answered(self, now: datetime) -> "Signs":
        """The source answered."""
        return replace(self, failures=0, problem="", closed=False, answered_at=now)


def _lately(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and now < moment + FADES


def _short(names: Iterable[str]) -> list[str]:
    return sorted(name[:LONGEST_NAME] for name in names)[:MOST_COLUMNS]


def signs_note(source: str, signs: Signs) -> Note:
    """The note of a source's signs."""
    value = asdict(signs)
    for name in (*_TIMES, *_SEEN_AT):
        value[name] = value[name] and format_instant(value[name])
    return Note(SPACE, source, value)


def signs_of(note: Note) -> Signs:
    """The inverse of `signs_note`; members of a later release are left out."""
    known = {one.name for one in fields(Signs)}
    value: dict[str, Any] = {name: one for name, one in note.value.items() if name in known}
    for name in (*_TIMES, *_SEEN_AT):
        if value.get(name):
            value[name] = parse_instant(value[name])
    for name in ("columns", "gone", "fresh"):
        value[name] = tuple(value.get(name) or ())
    return Signs(**value)
