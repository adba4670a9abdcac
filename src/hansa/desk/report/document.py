"""The situation report as plain JSON: the one shape that page, PDF, console and partners read.

Pure, and without anything that differs from call to call: the same report gives the same bytes.
In an exercise every line says so itself, because lines are copied out of documents.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from hansa.base.times import format_instant
from hansa.desk.report.model import (
    ActingLine,
    Basis,
    Breakdown,
    Comparison,
    Criterion,
    Due,
    Figure,
    Interval,
    OutageLine,
    Report,
    Sector,
    ShiftLine,
    SourceLine,
    Status,
    Thing,
    Trouble,
)


def document(report: Report) -> dict[str, Any]:
    """The whole report."""
    mark = {"hansaWorld": report.world} if report.exercise else {}
    city = report.city
    return {
        "id": report.id,
        "type": "SituationReport",
        "world": report.world,
        "file": report.file_stem,
        "city": {
            "name": city.name,
            "title": dict(city.title),
            "headTitle": dict(city.head_title),
            "zone": city.zone,
            "languages": list(city.languages),
        },
        "day": report.day.isoformat(),
        "at": format_instant(report.at),
        "status": _status(report.status, mark),
        "three": [_thing(one, mark) for one in report.three],
        "sectors": [_sector(one, mark) for one in report.sectors],
        "due": [_due(one, mark) for one in report.due],
        "neighbours": [_trouble(one, mark) for one in report.neighbours],
        "notes": [{"text": dict(one), **mark} for one in report.notes],
        "terms": {
            kind: {code: dict(words) for code, words in group.items()}
            for kind, group in report.terms.items()
        },
        **_outages(report, mark),
        **_calls(report, mark),
        **_duty(report, mark),
    }


def _outages(report: Report, mark: Mapping[str, str]) -> dict[str, Any]:
    """What is off; a day without outages says nothing of it."""
    if not report.outages:
        return {}
    return {"outages": [_outage(one, mark) for one in report.outages]}


def _calls(report: Report, mark: Mapping[str, str]) -> dict[str, Any]:
    """The day's calls; a city that takes none says nothing of them."""
    one = report.calls
    if one is None:
        return {}
    told = {"text": dict(one.text), "note": dict(one.note), "basis": _basis(one.basis), **mark}
    return {"calls": told}


def _outage(one: OutageLine, mark: Mapping[str, str]) -> dict[str, Any]:
    return {
        "id": one.id,
        "text": dict(one.text),
        "note": dict(one.note),
        "basis": _basis(one.basis),
        **mark,
    }


def _duty(report: Report, mark: Mapping[str, str]) -> dict[str, Any]:
    """Who was on duty and who acted; a day without either says nothing of it."""
    if not report.shifts and not report.acting:
        return {}
    return {
        "duty": {
            "shifts": [_shift(one, mark) for one in report.shifts],
            "acting": [_acting(one, mark) for one in report.acting],
        }
    }


def _shift(one: ShiftLine, mark: Mapping[str, str]) -> dict[str, Any]:
    return {
        "post": one.post,
        "title": dict(one.title),
        "onDuty": one.on_duty,
        "onBehalf": one.on_behalf or None,
        "takenAt": format_instant(one.taken),
        "handedOverAt": _instant(one.handed_over),
        "counts": dict(one.counts),
        "basis": _basis(one.basis),
        **mark,
    }


def _acting(one: ActingLine, mark: Mapping[str, str]) -> dict[str, Any]:
    return {
        "id": one.id,
        "principal": one.principal,
        "acting": one.acting,
        "role": one.role,
        "from": format_instant(one.since),
        "until": format_instant(one.until),
        "ground": one.ground or None,
        **mark,
    }


def _instant(moment: datetime | None) -> str | None:
    return None if moment is None else format_instant(moment)


def _basis(basis: Basis) -> dict[str, Any]:
    told: dict[str, Any] = {
        "type": basis.type,
        "q": basis.q,
        "at": format_instant(basis.at),
        "ids": list(basis.ids),
        "count": basis.count,
    }
    if basis.attribute:
        span = {"from": _instant(basis.since), "to": _instant(basis.until)}
        told |= {"attribute": basis.attribute, **span}
    return told


def _status(status: Status, mark: Mapping[str, str]) -> dict[str, Any]:
    done = status.confirmed
    return {
        "level": status.level,
        "word": dict(status.word),
        "proposed": status.proposed,
        "proposedWord": dict(status.proposed_word),
        "confirmed": None
        if done is None
        else {"level": done.level, "by": done.by, "at": format_instant(done.at)},
        "criteria": [_criterion(one, mark) for one in status.criteria],
        **mark,
    }


def _criterion(one: Criterion, mark: Mapping[str, str]) -> dict[str, Any]:
    return {
        "id": one.id,
        "text": dict(one.text),
        "level": one.level,
        "met": one.met,
        "value": one.value,
        "limit": one.limit,
        "unit": one.unit,
        "n": one.n,
        "observedAt": _instant(one.observed_at),
        "stale": one.stale,
        "basis": _basis(one.basis),
        **mark,
    }


def _thing(one: Thing, mark: Mapping[str, str]) -> dict[str, Any]:
    return {
        "title": dict(one.title),
        "sector": one.sector,
        "severity": one.severity or None,
        "since": _instant(one.since),
        "figure": one.figure or None,
        "basis": _basis(one.basis),
        **mark,
    }


def _sector(one: Sector, mark: Mapping[str, str]) -> dict[str, Any]:
    return {
        "name": one.name,
        "title": dict(one.title),
        "summary": dict(one.summary),
        "incidents": [_trouble(trouble, mark) for trouble in one.incidents],
        "alerts": [_trouble(trouble, mark) for trouble in one.alerts],
        "figures": [figure_document(figure, mark) for figure in one.figures],
        "sources": [_source(source, mark) for source in one.sources],
    }


def _trouble(one: Trouble, mark: Mapping[str, str]) -> dict[str, Any]:
    return {
        "id": one.id,
        "type": one.kind,
        "title": dict(one.title),
        "severity": one.severity,
        "state": one.state,
        "sector": one.sector,
        "since": _instant(one.since),
        "owner": one.owner or None,
        "due": _instant(one.due),
        "overdue": one.overdue,
        "basis": _basis(one.basis),
        **mark,
    }


def _source(one: SourceLine, mark: Mapping[str, str]) -> dict[str, Any]:
    return {
        "id": one.id,
        "title": dict(one.title),
        "health": one.health,
        "newestObservedAt": _instant(one.newest),
        "lag": one.lag,
        "licence": one.licence,
        "span": one.span,
        **mark,
    }


def figure_document(one: Figure, mark: Mapping[str, str]) -> dict[str, Any]:
    """A figure alone: the indicators' own route tells them in the same shape."""
    return {
        "id": one.id,
        "label": dict(one.label),
        "value": one.value,
        "unit": one.unit,
        "digits": one.digits,
        "n": one.n,
        "why": dict(one.why) or None,
        "interval": _interval(one.interval),
        "good": one.good or None,
        "asOf": format_instant(one.as_of),
        "observedAt": _instant(one.observed_at),
        "fresh": one.fresh,
        "stale": one.stale,
        "compare": _compare(one.compare),
        "trend": [{"at": format_instant(each.at), "value": each.value} for each in one.trend],
        "breakdown": _breakdown(one.breakdown, mark),
        "note": dict(one.note) or None,
        "basis": _basis(one.basis),
        **mark,
    }


def _interval(one: Interval | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {
        "low": one.low,
        "high": one.high,
        "method": one.method,
        "confidence": one.confidence,
    }


def _compare(one: Comparison | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {"value": one.value, "at": format_instant(one.at), "period": one.period}


def _breakdown(one: Breakdown | None, mark: Mapping[str, str]) -> dict[str, Any] | None:
    if one is None:
        return None
    rows: Sequence[dict[str, Any]] = [
        {
            "name": row.name,
            "words": dict(row.words) or None,
            "value": row.value,
            "n": row.n,
            "interval": _interval(row.interval),
            "basis": _basis(row.basis),
            **mark,
        }
        for row in one.rows
    ]
    return {"by": one.by, "label": dict(one.label), "of": one.of, "rows": list(rows)}


def _due(one: Due, mark: Mapping[str, str]) -> dict[str, Any]:
    return {
        "what": dict(one.what),
        "sector": one.sector,
        "due": format_instant(one.due),
        "count": one.count,
        "breakdown": _breakdown(one.breakdown, mark),
        "basis": _basis(one.basis),
        **mark,
    }
