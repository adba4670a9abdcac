"""Sources as the console shows them: health, counts, files, and what was refused and why.

A cell of a refused row is shown to whom its attribute would be shown, and never where the
source has personal columns: a row that was refused may hold a name in any of its cells.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from hansa.base.times import format_instant
from hansa.context import City, Entity, Query, TypeIs
from hansa.guard import PrivacyClass, View
from hansa.sectors import ledger
from hansa.sectors.behaviour import behaviour_of, connector_of, landed_of
from hansa.sectors.connectors.manifest import load_manifest
from hansa.sectors.health import health_of
from hansa.sectors.ledger import Checkpoint, Totals
from hansa.sectors.mapping.compile import fields_of, states_of
from hansa.sectors.mapping.load import ENTITY, Source
from hansa.sectors.mapping.schema import Field, ZoneColumn
from hansa.sectors.mapping.values import columns_of_template
from hansa.sectors.model import Landed, Refusal, Trouble
from hansa.sectors.places import patterns
from hansa.sectors.privacy import withholds
from hansa.sectors.runner import signs_in, totals_in
from hansa.sectors.signs import SPACE, Signs, signs_of

NONE = "none"  # nothing was read yet: neither well nor ill
MOST_FILES = 200
_SCAN = 1000  # quarantined rows looked through at once
_SCANS = 20

Document = dict[str, Any]


async def overview(city: City, sources: Sequence[Source], view: View) -> Document:
    """Every source with its health and its counts."""
    now = city.clock.now()
    totals = {one.key: ledger.totals_of(one) for one in await city.notes(ledger.TOTALS)}
    signs = {one.key: signs_of(one) for one in await city.notes(SPACE)}
    entities = await _entities(city, view)
    return {
        "now": format_instant(now),
        "sources": [
            _summary(
                one,
                totals.get(one.name, Totals()),
                signs.get(one.name, Signs()),
                entities.get(one.id),
                now,
            )
            for one in sources
        ],
    }


async def one_source(city: City, source: Source, view: View) -> Document:
    """A source with what it expects of a file, its files, and its refusals and flags by name."""
    now = city.clock.now()
    totals = await totals_in(city, source)
    entity = (await _entities(city, view)).get(source.id)
    signs = await signs_in(city, source)
    notes = await city.notes(ledger.checkpoints(source.name))
    files = sorted(map(ledger.checkpoint_of, reversed(notes)), key=_urgency)
    return {
        "now": format_instant(now),
        **_summary(source, totals, signs, entity, now),
        "connector": connector_of(source),
        "behaviour": None if source.is_files else behaviour_of(source, signs, now),
        "expects": expects(source),
        "refusals": _summed(one.refusals for one in files),
        "flags": _summed(one.flags for one in files),
        "fileCount": len(files),
        "files": [file_of(one) for one in files[:MOST_FILES]],
    }


async def refused(
    city: City, source: Source, view: View, *, rule: str | None, after: str, limit: int
) -> Document:
    """Refused rows by file and line, those of one rule if given; `next` goes on from there."""
    space, found = ledger.quarantines(source.name), list[Document]()
    shows = Cells(city, source, view)
    for _ in range(_SCANS):
        notes = await city.notes(space, after=after, limit=_SCAN)
        for note in notes:
            after = note.key
            refusal = ledger.refusal_of(note)
            if rule in (None, refusal.rule):
                found.append(shows.refusal(refusal))
            if len(found) == limit:
                return {"rows": found, "next": after}
        if len(notes) < _SCAN:
            return {"rows": found, "next": None}
    return {"rows": found, "next": after}


async def last_rows(city: City, last: Sequence[Landed], view: View) -> list[Document]:
    """The last rows of a followed source whose entities the view shows, newest first."""
    page = await city.read(view, Query(ids=tuple({one.id for one in last}))) if last else None
    there = {one.id for one in page.entities} if page else set()
    return [landed_of(one) for one in reversed(last) if one.id in there]


# ---- one source


async def _entities(city: City, view: View) -> Mapping[str, Entity]:
    page = await city.read(view, Query(types=TypeIs(ENTITY)))
    return {one.id: one for one in page.entities}


def _summary(
    source: Source, totals: Totals, signs: Signs, entity: Entity | None, now: datetime
) -> Document:
    file = source.file
    told = signs.failures or signs.closed or signs.paused or signs.answered_at
    untouched = not totals.read and not totals.troubles and not told
    return {
        "name": source.name,
        "id": source.id,
        "title": dict(file.title),
        "sector": file.sector,
        "type": file.type,
        "way": load_manifest(file.connector).way,
        "note": file.note,
        "span": file.span,
        "licence": file.licence,
        "every": file.every,
        "health": NONE if untouched else health_of(source, totals, now, signs),
        "newest": totals.newest and format_instant(totals.newest),
        "lastReadAt": _plain(entity, "lastReadAt"),
        "lag": _plain(entity, "lag"),
        "rows": {
            "read": totals.read,
            "accepted": totals.accepted,
            "refused": totals.refused,
            "flagged": totals.flagged,
        },
        "troubles": list(totals.troubles),
    }


def _plain(entity: Entity | None, name: str) -> Any:
    value = None if entity is None else entity.value(name)
    return value.get("@value") if isinstance(value, dict) else value


def expects(source: Source) -> Document:
    """What a file of the source looks like."""
    file = source.file
    files = source.files if source.is_files else None
    return {
        "format": files and files.format,
        "files": list(patterns(source)),
        "delimiter": files.delimiter if files and files.format == "csv" else None,
        "encoding": files and files.encoding,
        "zone": file.zone.column if isinstance(file.zone, ZoneColumn) else file.zone,
        "columns": sorted(source.columns),
    }


def _urgency(one: Checkpoint) -> tuple[bool, bool]:
    """Files with trouble first, then those with refused rows; the last by name go before."""
    return one.trouble is None, not one.refused


def file_of(one: Checkpoint) -> Document:
    """The counts of one file."""
    return {
        "file": one.file,
        "read": one.rows,
        "accepted": one.accepted,
        "refused": one.refused,
        "flagged": sum(one.flags.values()),
        "complete": one.complete,
        "trouble": trouble_of(one.trouble),
    }


def trouble_of(trouble: Trouble | None) -> Document | None:
    """Why a file broke off, and where."""
    if trouble is None:
        return None
    return {"line": trouble.line, "rule": trouble.rule, "detail": trouble.detail}


def _summed(counts: Iterable[Mapping[str, int]]) -> Document:
    total: Counter[str] = Counter()
    for one in counts:
        total.update(one)
    return dict(total.most_common())


# ---- refused rows


class Cells:
    """Which cells of a source's rows a view may be shown."""

    def __init__(self, city: City, source: Source, view: View) -> None:
        self._withheld = withholds(city, source)
        self._everything = PrivacyClass.RESTRICTED in view.clear
        self._clear = _clear_columns(source, view)

    def refusal(self, refusal: Refusal) -> Document:
        """A refused row; what may not be shown is neither in its cells nor quoted."""
        cells = {name: cell for name, cell in refusal.fields.items() if self._shows(name)}
        hidden = [cell for name, cell in refusal.fields.items() if name not in cells]
        return {
            "file": refusal.file,
            "line": refusal.line,
            "field": refusal.field,
            "rule": refusal.rule,
            "detail": ledger.unquoted(refusal.detail, hidden),
            "cells": {name: _cell(cell) for name, cell in cells.items()},
            "withheld": self._reason(hidden),
        }

    def _reason(self, hidden: Sequence[Any]) -> str | None:
        """Why cells are missing: nobody sees a source's personal rows, or this role may not."""
        if self._withheld:
            return "personal"
        return "role" if hidden else None

    def _shows(self, column: str) -> bool:
        return not self._withheld and (self._everything or column in self._clear)


def _clear_columns(source: Source, view: View) -> frozenset[str]:
    """Columns that say nothing but attributes in the view, an identifier, or a time.

    A column that the mapping does not read is of no known class, so it is restricted.
    """
    types = (source.file.type,)
    fed = [(name, _columns_of(one)) for name, one in fields_of(source.file)]
    hidden = {column for name, columns in fed for column in columns if not view.sees(types, name)}
    told = {column for _, columns in fed for column in columns}
    told.update(columns_of_template(source.file.id))
    for state in states_of(source.file):
        told.update(filter(None, (state.known_at, state.observed_at, state.when)))
    return frozenset(told - hidden)


def _columns_of(one: Field) -> tuple[str, ...]:
    named = (one.column, one.latitude, one.longitude, one.unit_column)
    template = columns_of_template(one.template) if one.template else ()
    return (*(column for column in named if column), *template)


def _cell(cell: Any) -> Any:
    return cell.isoformat() if isinstance(cell, datetime) else cell
