"""The `DataSource` entity of a source: what the screens say about where data come from (pure)."""

from datetime import datetime, timedelta
from typing import Any

from hansa.base.times import format_instant
from hansa.context import Change, Op
from hansa.sectors.ledger import Totals
from hansa.sectors.mapping.load import ENTITY, Source
from hansa.sectors.mapping.schema import Words

OK, LATE, FAILING, QUARANTINED = "ok", "late", "failing", "quarantined"


def health_of(source: Source, totals: Totals, now: datetime) -> str:
    """The worst that is true of the source: failing, late, quarantined, else ok."""
    if totals.troubles:
        return FAILING
    due = late_at(source, totals)
    if due is not None and due <= now:
        return LATE
    return QUARANTINED if totals.refused else OK


def late_at(source: Source, totals: Totals) -> datetime | None:
    """When the source is late if nothing newer comes; None where it promises no rhythm."""
    if source.file.every is None or totals.newest is None:
        return None
    return totals.newest + timedelta(seconds=source.file.every)


def data_source(source: Source, totals: Totals, now: datetime) -> Change:
    """The change that brings the entity up to date; nothing is written where nothing changed."""
    file = source.file
    body: dict[str, Any] = {
        "type": ENTITY,
        "title": {"type": "LanguageProperty", "languageMap": dict(file.title)},
        "sourceId": _property(source.name),
        "sector": _property(file.sector),
        "health": _property(health_of(source, totals, now)),
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
    return Change(Op.UPDATE_OR_CREATE, source.id, body)


def health_only(source: Source, totals: Totals, now: datetime) -> Change:
    """The change when no row came: whether the source is late by now."""
    body = {"type": ENTITY, "health": _property(health_of(source, totals, now))}
    return Change(Op.UPDATE_OR_CREATE, source.id, body)


def _text(words: Words) -> str:
    """The international text: the entity keeps one, the console has all."""
    return words if isinstance(words, str) else words.get("en") or next(iter(words.values()))


def _property(value: str) -> dict[str, Any]:
    return {"type": "Property", "value": value}


def _count(value: int) -> dict[str, Any]:
    return {"type": "Property", "value": value, "unitCode": "C62"}


def _time(moment: datetime) -> dict[str, Any]:
    value = {"@type": "DateTime", "@value": format_instant(moment)}
    return {"type": "Property", "value": value}
