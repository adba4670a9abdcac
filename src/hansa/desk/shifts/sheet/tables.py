"""What a sheet reads of the graph, and the cells of its tables as values. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hansa.base.problems import BadRequestData
from hansa.base.times import parse_instant
from hansa.context import Evolution, Table, instance_value
from hansa.desk.shifts.sheet.model import LevelLine, Words

INCIDENTS = (
    "title",
    "severity",
    "state",
    "owner",
    "openedAt",
    "closedAt",
    "closeReason",
    "due",
    "overdue",
)
ENTRIES = ("refIncident", "machine", "at")
TASKS = ("title", "state", "assignedTo", "refIncident", "due", "overdue")
DUTIES = (
    *("title", "post", "due", "missedFrom", "state", "doneBy", "onBehalf", "doneAt"),
    "escalatedTo",
)
SOURCES = ("title", "health", "newestObservedAt")
LINES = ("refShift", "kind", "by", "at", "note")
ACTING = (
    *("principal", "acting", "role", "actingFrom", "actingUntil", "ground", "revokedAt", "state"),
)


@dataclass(frozen=True, slots=True)
class Read:
    """The tables of one shift, as known when it is handed over."""

    incidents: Table
    entries: Table
    tasks: Table
    duties: Table
    sources: Table
    lines: Table
    acting: Table
    level_before: Table
    levels: tuple[Evolution, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One row by the names of its columns."""

    id: str
    cells: Mapping[str, Any]

    def text(self, name: str) -> str:
        """A cell as text; "" where nothing is known."""
        found = self.cells[name]
        return "" if found is None else str(found)

    def moment(self, name: str) -> datetime | None:
        """A cell as a moment."""
        found = self.cells[name]
        if not isinstance(found, str):
            return None
        try:
            return parse_instant(found)
        except BadRequestData:
            return None

    def words(self, name: str) -> Words:
        """A language map; a plain text stands for every language."""
        found = self.cells[name]
        if isinstance(found, dict):
            return {str(language): str(text) for language, text in found.items()}
        return {"en": self.text(name)}


def rows(table: Table) -> Iterable[Row]:
    """The rows of a table in the order of their ids."""
    for name, cells in sorted(zip(table.ids, table.rows, strict=True)):
        yield Row(name, dict(zip(table.columns, cells, strict=True)))


def levels_of(evolutions: Iterable[Evolution]) -> tuple[LevelLine, ...]:
    """The level at each of its changes, oldest first."""
    return tuple(
        LevelLine(instance.recorded_at, int(instance_value(instance.body)))
        for one in evolutions
        for instance in one.attributes.get("level", ())
        if instance.body is not None
    )
