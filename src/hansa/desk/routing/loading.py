"""`routing.yaml` of a city's folder, refused with file and line where it is wrong."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Literal

import msgspec

from hansa.base import yamlfile
from hansa.base.ids import urn
from hansa.base.problems import BadFile
from hansa.desk.clocks.model import WorkingCalendar
from hansa.desk.organizations.model import Organization
from hansa.desk.routing.model import Ground, Row, Table, Trade
from hansa.desk.routing.overlaps import contradiction

FILE = "routing.yaml"
_TYPES: Mapping[Ground, str] = {"building": "Building", "zone": "SupplyZone"}


class RowEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One row as the folder says it; what is absent is any."""

    themes: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()
    buildings: tuple[str, ...] = ()
    calendar: str = ""
    organization: str = ""
    by: Literal["", "house", "zone"] = ""


class RoutingFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The members of `routing.yaml`."""

    rows: tuple[RowEntry, ...]


def load_routing(
    folder: Path,
    organizations: Mapping[str, Organization],
    calendars: Mapping[str, WorkingCalendar],
    sectors: Collection[str],
    themes: Collection[str] | None = None,
) -> Table:
    """The table of a city, empty where it has none; BadFile says what is wrong.

    `themes`: those of the city's catalogue; None where the caller knows none to check against.
    """
    path = folder / FILE
    if not path.exists():
        return Table(organizations=organizations)
    reader = _Reader(path, organizations, calendars, sectors, themes)
    given = yamlfile.load(path, RoutingFile)
    rows = [reader.row(number, one) for number, one in enumerate(given.rows)]
    if found := contradiction(rows):
        first, second = found
        raise BadFile(
            f"contradicts {first.line}: both are for the same calls and none is more special",
            where=str(path.with_name(second.line)) + " rows",
            rule="theme before sector, house before zone before district, hours before any hour",
            remedy="name a smaller territory, other themes or other hours in one of them",
        )
    return Table(tuple(sorted(rows, key=_most_special_first)), organizations)


def _most_special_first(row: Row) -> tuple[int, ...]:
    return tuple(-part for part in row.rank)


class _Reader:
    """Reads rows and knows where in the file they stand."""

    def __init__(
        self,
        path: Path,
        organizations: Mapping[str, Organization],
        calendars: Mapping[str, WorkingCalendar],
        sectors: Collection[str],
        themes: Collection[str] | None,
    ) -> None:
        self._path = path
        self._organizations = organizations
        self._calendars = calendars
        self._sectors = sectors
        self._themes = themes

    def row(self, number: int, given: RowEntry) -> Row:
        """The checked row."""
        trade, trades = self._trade(number, given)
        ground, grounds = self._ground(number, given)
        if bool(given.organization) == bool(given.by):
            raise self._bad("names either an organization or by", number, "organization")
        if given.organization:
            self._known(number, "organization", (given.organization,), self._organizations)
        calendar = None
        if given.calendar:
            self._known(number, "calendar", (given.calendar,), self._calendars)
            calendar = self._calendars[given.calendar]
        line = yamlfile.line_of(self._path, "rows", number).rpartition(":")[2]
        return Row(
            line=f"{FILE}:{line}",
            trade=trade,
            trades=frozenset(trades),
            ground=ground,
            grounds=frozenset(_id(ground, one) for one in grounds),
            calendar=calendar if calendar is None or calendar.week is not None else None,
            organization=self._organizations.get(given.organization),
            by=given.by,
        )

    def _trade(self, number: int, given: RowEntry) -> tuple[Trade, Sequence[str]]:
        if given.themes and given.sectors:
            raise self._bad("names themes or sectors, not both", number, "sectors")
        if self._themes is not None:
            self._known(number, "themes", given.themes, self._themes)
        self._known(number, "sectors", given.sectors, self._sectors)
        if given.themes:
            return "theme", given.themes
        return ("sector", given.sectors) if given.sectors else ("any", ())

    def _ground(self, number: int, given: RowEntry) -> tuple[Ground, Sequence[str]]:
        named: dict[Ground, Sequence[str]] = {
            "building": given.buildings,
            "zone": given.zones,
            "district": given.districts,
        }
        found = [(kind, names) for kind, names in named.items() if names]
        if len(found) > 1:
            kinds = ", ".join(f"{kind}s" for kind, _ in found)
            raise self._bad(f"names one kind of territory, not {kinds}", number, f"{found[1][0]}s")
        return found[0] if found else ("any", ())

    def _known(
        self, number: int, member: str, given: Sequence[str], known: Collection[str]
    ) -> None:
        for name in given:
            if name not in known:
                remedy = f"one of {', '.join(sorted(known)) or 'none: there are none'}"
                raise self._bad(f"there is no {name!r}", number, member, remedy=remedy)

    def _bad(self, detail: str, number: int, member: str, *, remedy: str = "") -> BadFile:
        line = yamlfile.line_of(self._path, "rows", number, member)
        return BadFile(detail, where=f"{line} rows[{number}].{member}", remedy=remedy)


def _id(ground: Ground, name: str) -> str:
    """Houses and zones by key or id; districts by name."""
    kind = _TYPES.get(ground)
    return name if kind is None or name.startswith("urn:") else urn(kind, name)
