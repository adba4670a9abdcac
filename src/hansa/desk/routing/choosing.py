"""The first row that is for it, from the most special on; or nobody. Pure."""

from datetime import datetime

from hansa.desk.organizations.model import Organization
from hansa.desk.routing.model import NOBODY, Because, Choice, Matter, Place, Row, Table, open_at


def choose(table: Table, matter: Matter, place: Place, at: datetime) -> Choice:
    """Who is asked about `matter` at `place` at that moment, and because of which row."""
    for row in table.rows:
        trade, ground = _trade(row, matter), _ground(row, place)
        if trade is None or ground is None or not open_at(row.calendar, at):
            continue
        found = _asked(table, row, matter, place)
        if found is not None:
            hours = "" if row.calendar is None else row.calendar.key
            return Choice(found, Because(row.line, trade, ground, hours))
    return NOBODY


def _trade(row: Row, matter: Matter) -> str | None:
    """The theme or sector that the row is for; None where it is for others."""
    if row.trade == "any":
        return ""
    asked = matter.theme if row.trade == "theme" else matter.sector
    return asked if asked in row.trades else None


def _ground(row: Row, place: Place) -> str | None:
    """The house, zone or district that the row is for; None where the place is in none."""
    if row.ground == "any":
        return ""
    if row.ground == "zone":
        return next((one for one in place.zones if one in row.grounds), None)
    asked = place.building if row.ground == "building" else place.district
    return asked if asked in row.grounds else None


def _asked(table: Table, row: Row, matter: Matter, place: Place) -> Organization | None:
    """Of the row, of the house, or of its zone; what left the folder is asked no more."""
    if row.organization is not None:
        return row.organization
    named = place.keeper if row.by == "house" else place.suppliers.get(matter.resource, "")
    return next((one for one in table.organizations.values() if one.id == named), None)
