"""The `DataSource` entity of a source: what the screens say about where data come from (pure)."""

from datetime import datetime, timedelta
from typing import Any

from hansa.base.times import format_instant
from hansa.context import Change, Op
from hansa.sectors.ledger import Totals
from hansa.sectors.mapping.load import ENTITY, Source
from hansa.sectors.mapping.schema import Words
from hansa.sectors.signs import Signs

OK, LATE, FAILING, QUARANTINED = "ok", "late", "failing", "quarantined"
PAUSED, UNLISTED, COLUMNS, CLOCK, FLOODING = "paused", "unlisted", "columns", "clock", "flooding"
_NOTHING = Signs()


def health_of(source: Source, totals: Totals, now: datetime, signs: Signs = _NOTHING) -> str:
    """The worst that is true of the source, or ok.

    paused by a person; unlisted (the city does not call its address); failing (not to be reached,
    or a file that breaks off); columns (one that is read is gone); late (silent longer than
    its rhythm); clock (its times are wrong); flooding; quarantined.
    """
    due = late_at(source, totals, signs)
    worst_first = {
        PAUSED: bool(signs.paused),
        UNLISTED: signs.closed,
        FAILING: bool(totals.troubles or signs.failures),
        COLUMNS: signs.lacking,
        LATE: due is not None and due <= now,
        CLOCK: signs.skewed(now),
        FLOODING: signs.flooding(now),
        QUARANTINED: bool(totals.refused),
    }
    return next((name for name, holds in worst_first.items() if holds), OK)


def late_at(source: Source, totals: Totals, signs: Signs = _NOTHING) -> datetime | None:
    """When the source is late if nothing newer comes; None where it promises no rhythm.

    A clock that runs ahead must not hide a silence: what has arrived is as old as its arrival.
    """
    if source.file.every is None or totals.newest is None:
        return None
    last = min(totals.newest, signs.arrived_at or totals.newest)
    return last + timedelta(seconds=source.file.every)


def data_source(source: Source, totals: Totals, now: datetime, signs: Signs = _NOTHING) -> Change:
    """The change that brings the entity up to date; nothing is written where nothing changed."""
    file = source.file
    body: dict[str, Any] = {
        **_about(source),
        "health": _property(health_of(source, totals, now, signs)),
        "lastReadAt": _time(now),
        "rowsRead": _count(totals.read),
        "rowsAccepted": _count(totals.accepted),
        "rowsRefused": _count(totals.refused),
        "rowsFlagged": _count(totals.flagged),
    }
    texts = {"licence": file.licence, "note": file.note, "span": file.span}
    body |= {name: _property(_text(words)) for name, words in texts.items() if words}
    if totals.newest is not None:
        body["newestObservedAt"] = _time(totals.newest)
        lag = max(0, round((now - totals.newest).total_seconds()))
        body["lag"] = {"type": "Property", "value": lag, "unitCode": "SEC"}
    if not source.is_files:
        body |= _behaviour(source, signs)
    return Change(Op.UPDATE_OR_CREATE, source.id, body)


def health_only(source: Source, totals: Totals, now: datetime, signs: Signs = _NOTHING) -> Change:
    """The change when no row came: whether the source is late by now, or could not be asked."""
    body = {**_about(source), "health": _property(health_of(source, totals, now, signs))}
    if not source.is_files:
        body |= _behaviour(source, signs)
    return Change(Op.UPDATE_OR_CREATE, source.id, body)


def _about(source: Source) -> dict[str, Any]:
    """Which source it is: also of one that could never be asked."""
    return {
        "type": ENTITY,
        "title": {"type": "LanguageProperty", "languageMap": dict(source.file.title)},
        "sourceId": _property(source.name),
        "sector": _property(source.file.sector),
    }


def _behaviour(source: Source, signs: Signs) -> dict[str, Any]:
    """What a source does that is no file; what is no longer so becomes empty, not absent."""
    body = {
        "connector": _property(source.file.connector),
        "rowsDelayed": _count(signs.delayed),
        "rowsCoalesced": _count(signs.coalesced),
        "rowsDropped": _count(signs.dropped),
        "columnsGone": _property(list(signs.gone)),
        "columnsNew": _property(list(signs.fresh)),
        "problem": _property(signs.problem),
        "pauseReason": _property(signs.paused),
    }
    if signs.skew is not None:
        body["clockSkew"] = {"type": "Property", "value": signs.skew, "unitCode": "SEC"}
    if signs.due_at is not None:
        body["nextReadAt"] = _time(signs.due_at)
    return body


def _text(words: Words) -> str:
    """The international text: the entity keeps one, the console has all."""
    return words if isinstance(words, str) else words.get("en") or next(iter(words.values()))


def _property(value: str | list[str]) -> dict[str, Any]:
    return {"type": "Property", "value": value}


def _count(value: int) -> dict[str, Any]:
    return {"type": "Property", "value": value, "unitCode": "C62"}


def _time(moment: datetime) -> dict[str, Any]:
    value = {"@type": "DateTime", "@value": format_instant(moment)}
    return {"type": "Property", "value": value}
