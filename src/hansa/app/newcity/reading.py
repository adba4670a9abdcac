"""The list of organisations as values, and what the table of houses names. Pure.

What cannot be an organisation is refused with its line and what to do; what is taken but not
understood is said too, since a row that goes nowhere is found only when somebody calls.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from hansa.app.newcity.model import Company, Houses, Remark, Service
from hansa.app.newcity.naming import key_of, normal
from hansa.sectors import Row, Table

_LISTED = re.compile(r"[;,\n]")
_KINDS = ("department", "enterprise", "utility", "company")
_ZONE = "zone."


def companies_of(
    table: Table, services: Mapping[str, Service]
) -> tuple[tuple[Company, ...], tuple[Remark, ...]]:
    """The organisations of a list, and what is odd about its rows."""
    found: dict[str, Company] = {}
    remarks = [Remark(one.file, one.line, one.field, one.rule, one.detail) for one in table.refused]
    names: dict[str, int] = {}
    for row in table.rows:
        one = _company(row, found)
        refusal = _refusal(row, one, names)
        if refusal is not None:
            remarks.append(refusal)
            continue
        names[normal(one.name)] = row.line
        remarks += _doubts(row, one, services)
        known = tuple(name for name in one.services if name in services)
        kind = one.kind if one.kind in _KINDS else _kind(known)
        found[one.key] = Company(
            one.key, one.name, one.telephone, kind, one.person, known, one.territory, row.line
        )
    return tuple(found.values()), tuple(remarks)


def _company(row: Row, found: Mapping[str, Company]) -> Company:
    name, key = _text(row, "name"), key_of(_text(row, "key"))
    return Company(
        key if key and key not in found else key_of(name, found),
        name,
        _text(row, "telephone"),
        _text(row, "kind"),
        _text(row, "person"),
        _list(_text(row, "services")),
        _list(_text(row, "territory")),
    )


def _refusal(row: Row, one: Company, names: Mapping[str, int]) -> Remark | None:
    def refused(field: str, rule: str, said: str, remedy: str) -> Remark:
        return Remark(row.file, row.line, field, rule, said, remedy)

    if not one.name or not one.key:
        return refused("name", "required", "holds no name", "write how the organisation is called")
    if not one.telephone:
        return refused(
            "telephone", "required", f"{one.name} has no telephone", "write that of its duty desk"
        )
    if first := names.get(normal(one.name)):
        return refused(
            "name", "once", f"{one.name} stands in line {first} already", "one row per organisation"
        )
    return None


def _doubts(row: Row, one: Company, services: Mapping[str, Service]) -> Iterable[Remark]:
    unknown = [name for name in one.services if name not in services]
    if unknown:
        said = f"{', '.join(unknown)} is not understood, nothing is sent there by it"
        yield Remark(
            row.file, row.line, "services", "one-of", said,
            f"one of {', '.join(services)}, or add rows to routing.yaml", refused=False,
        )  # fmt: skip
    elif not one.services:
        yield Remark(
            row.file, row.line, "services", "empty", f"what {one.name} does is not said",
            "say it, or add rows to routing.yaml", refused=False,
        )  # fmt: skip
    if one.kind and one.kind not in _KINDS:
        yield Remark(
            row.file, row.line, "kind", "one-of", f"{one.kind} is no kind of organisation",
            f"one of {', '.join(_KINDS)}", refused=False,
        )  # fmt: skip


def _kind(services: Sequence[str]) -> str:
    return "company" if not services or "housing" in services else "enterprise"


def houses_of(table: Table) -> Houses:
    """The zones, districts, managing companies and places that a table of houses names."""
    zones: dict[str, dict[str, None]] = {}
    districts: dict[str, None] = {}
    keepers: dict[str, None] = {}
    points = []
    for row in table.rows:
        for column, cell in row.fields.items():
            if column.startswith(_ZONE) and (name := _plain(cell)):
                zones.setdefault(column.removeprefix(_ZONE), {})[name] = None
        districts[_text(row, "district")] = None
        keepers[_text(row, "management")] = None
        if (point := _point(row)) is not None:
            points.append(point)
    return Houses(
        {resource: tuple(names) for resource, names in zones.items()},
        tuple(filter(None, districts)),
        tuple(filter(None, keepers)),
        tuple(points),
    )


def _point(row: Row) -> tuple[float, float] | None:
    try:
        lon, lat = (float(_text(row, name)) for name in ("longitude", "latitude"))
    except ValueError:
        return None
    return (lon, lat) if -180 <= lon <= 180 and -90 <= lat <= 90 else None


def names_in(table: Table, column: str) -> tuple[str, ...]:
    """Every text of a column, each once."""
    return tuple(dict.fromkeys(text for row in table.rows if (text := _text(row, column))))


def _text(row: Row, column: str) -> str:
    return _plain(row.fields.get(column))


def _plain(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else str(cell).strip()


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in _LISTED.split(text) if part.strip())
