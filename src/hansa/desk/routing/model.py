"""Who is asked for what and where: the city's table as frozen values.

A row is as special as what it names: a theme before a sector, a house before a zone before a
district, hours before any hour. The theme weighs most, since it says which trade is asked; the
territory then tells one company of that trade from another.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeAlias

from hansa.desk.clocks.model import WorkingCalendar
from hansa.desk.organizations.model import Organization

Rank: TypeAlias = tuple[int, int, int]
"""Theme, territory, hours: how special each of them is."""

Trade: TypeAlias = Literal["theme", "sector", "any"]
Ground: TypeAlias = Literal["building", "zone", "district", "any"]
Keeper: TypeAlias = Literal["", "house", "zone"]

TRADES: tuple[Trade, ...] = ("any", "sector", "theme")
GROUNDS: tuple[Ground, ...] = ("any", "district", "zone", "building")


@dataclass(frozen=True, slots=True)
class Matter:
    """What a call is about, as the city's catalogue of themes says it."""

    theme: str
    sector: str = ""
    resource: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where it is. `keeper`: id of who manages the house; `suppliers`: ids by resource."""

    building: str = ""
    district: str = ""
    zones: tuple[str, ...] = ()
    keeper: str = ""
    suppliers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `by`: who manages the house, or supplies its zone, in place of `organization`."""

    line: str
    trade: Trade
    trades: frozenset[str]
    ground: Ground
    grounds: frozenset[str]
    calendar: WorkingCalendar | None
    organization: Organization | None
    by: Keeper = ""

    @property
    def rank(self) -> Rank:
        """The greater, the more special."""
        hours = 0 if self.calendar is None else 1
        return (TRADES.index(self.trade), GROUNDS.index(self.ground), hours)

    @property
    def answer(self) -> str:
        """Whom it names, as text that tells two answers apart."""
        return self.by if self.organization is None else self.organization.id


@dataclass(frozen=True, slots=True)
class Table:
    """The rows, the most special first; of one rank, in the order of the file."""

    rows: tuple[Row, ...] = ()
    organizations: Mapping[str, Organization] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Because:
    """Because of which row: its line, and what of the matter, the place and the hour met it."""

    line: str
    trade: str = ""
    ground: str = ""
    hours: str = ""

    def document(self) -> dict[str, Any]:
        """As a task keeps it."""
        told = {"line": self.line, "trade": self.trade, "ground": self.ground, "hours": self.hours}
        return {name: one for name, one in told.items() if one}


@dataclass(frozen=True, slots=True)
class Choice:
    """Who is asked. Nobody: no row is for it, and a person must choose."""

    organization: Organization | None = None
    because: Because | None = None


NOBODY = Choice()


def open_at(calendar: WorkingCalendar | None, at: datetime) -> bool:
    """Whether one works by the calendar at that moment; without one, always."""
    if calendar is None or calendar.week is None:
        return True
    day = at.astimezone(calendar.zone).date()
    return any(begin <= at < end for begin, end in calendar.stretches(day))
