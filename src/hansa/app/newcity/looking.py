"""What a spreadsheet would give, said on a terminal before anything of it is kept. Pure.

Columns and what they were taken for, the first rows as they would be, the rows that are refused
with line, field, rule and what to do.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from hansa.app.newcity.model import Company, Remark
from hansa.base.times import parse_instant
from hansa.sectors import Look, Refusal, Table

_FIRST = 3  # rows that are shown
_MOST = 10  # remarks that are shown one by one
_NULL = "urn:ngsi-ld:null"  # what a whole list leaves empty
_VALUES = ("value", "object", "languageMap")
_REMEDIES = {
    "required": "fill the cell",
    "columns": "write such words above the columns",
    "one-of": "use one of the words named",
    "number": "write a number",
    "integer": "write a whole number",
    "range": "look whether digits were swapped",
    "time": "write 2026-11-25 14:00 or 25.11.2026 14:00",
    "order": "the end comes after the beginning",
    "xlsx": "save the table anew as XLSX or CSV",
}
_OTHERWISE = "mend the row in the table and bring it again"


def columns_in(table: Table) -> Iterator[str]:
    """Which header was understood as which column."""
    yield "  columns: " + "; ".join(f"{text} = {name}" for name, text in table.columns.items())


def remedy(rule: str) -> str:
    """What to do about a row or table that breaks the rule."""
    return _REMEDIES.get(rule, _OTHERWISE)


def companies(found: Sequence[Company]) -> Iterator[str]:
    """The first organisations."""
    for one in found[:_FIRST]:
        does = ", ".join(one.services) or "nothing yet"
        where = f" in {', '.join(one.territory)}" if one.territory else ""
        yield f"  {one.key}: {one.name}, {one.telephone}, {one.kind}, does {does}{where}"
    yield from _more(len(found), "organisations")


def entities(look: Look, titles: Mapping[str, str], zone: ZoneInfo) -> Iterator[str]:
    """The first accepted rows as the entities they would be, times by the city's clock."""
    for row, mapped in look.sample[:_FIRST]:
        said = {
            name: _value(one, zone) for state in mapped.states for name, one in state.body.items()
        }
        told = ", ".join(f"{titles.get(name, name)} {text}" for name, text in said.items() if text)
        yield f"  line {row.line}: {told}"
    yield from _more(look.accepted, "rows")


def _more(count: int, what: str) -> Iterator[str]:
    yield f"  {count} {what} in all"


def _value(instance: Any, zone: ZoneInfo) -> str:
    found = next((instance[name] for name in _VALUES if name in instance), "")
    found = "" if found == _NULL else found
    many = found if isinstance(found, list) else [found]
    return "; ".join(_plain(one, zone) for one in many)


def _plain(value: Any, zone: ZoneInfo) -> str:
    """A value as people write it; an entity by its name, not by its id."""
    if isinstance(value, dict):
        if "coordinates" in value:
            return ", ".join(f"{one:g}" for one in value["coordinates"])
        if "@value" in value:
            return f"{parse_instant(value['@value']).astimezone(zone):%Y-%m-%d %H:%M}"
        value = " / ".join(map(str, value.values()))
    text = str(value)
    return unquote(text.rpartition(":")[2]) if text.startswith("urn:ngsi-ld:") else text


def refusals(refused: Iterable[Refusal]) -> tuple[Remark, ...]:
    """Refused rows as remarks, each with what to do."""
    return tuple(
        Remark(
            one.file, one.line, one.field, one.rule, one.detail,
            remedy(one.rule),
        )
        for one in refused
    )  # fmt: skip


def remarks(found: Sequence[Remark], left_out: int | None = None) -> Iterator[str]:
    """What is refused and what is odd, one line each."""
    refused = [one for one in found if one.refused]
    odd = [one for one in found if not one.refused]
    count = len(refused) if left_out is None else left_out
    if count:
        yield f"  refused: {count}"
        yield from _lines(refused)
    if odd:
        yield f"  to look at: {len(odd)}"
        yield from _lines(odd)


def _lines(found: Sequence[Remark]) -> Iterator[str]:
    for one in found[:_MOST]:
        place = f"{one.file}, line {one.line}" if one.line else one.file
        then = f" - {one.remedy}" if one.remedy else ""
        yield f"    {place}, {one.field} ({one.rule}): {one.said}{then}"
    if len(found) > _MOST:
        yield f"    and {len(found) - _MOST} more"
