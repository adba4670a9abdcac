"""The sheet as plain JSON: what is frozen, shown, printed and signed. Pure.

The digest is taken of exactly these bytes with sorted names, so whoever holds a printed sheet can
see that the one in the graph is the same.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from hansa.base.times import format_instant
from hansa.desk.shifts.sheet.composing import COUNTS
from hansa.desk.shifts.sheet.model import (
    ActingLine,
    Case,
    DutyLine,
    NoteLine,
    Sheet,
    SourceLine,
    TaskLine,
)


def document(sheet: Sheet) -> dict[str, Any]:
    """The whole sheet."""
    return {
        "shift": sheet.shift,
        "world": sheet.world,
        "post": sheet.post,
        "title": dict(sheet.title),
        "onDuty": sheet.on_duty,
        "onBehalf": sheet.on_behalf or None,
        "takenAt": format_instant(sheet.taken),
        "plannedFrom": _instant(sheet.planned and sheet.planned[0]),
        "plannedUntil": _instant(sheet.planned and sheet.planned[1]),
        "handedOverAt": format_instant(sheet.handed_over),
        "handedOverBy": sheet.handed_over_by,
        "counts": {name: count(sheet) for name, count in COUNTS.items()},
        "opened": [_case(one) for one in sheet.opened],
        "worked": [_case(one) for one in sheet.worked],
        "closed": [_case(one) for one in sheet.closed],
        "stillOpen": [_case(one) for one in sheet.still_open],
        "tasksOverdue": [_task(one) for one in sheet.tasks_overdue],
        "duties": [_duty(one) for one in sheet.duties],
        "levelBefore": sheet.level_before,
        "levels": [{"at": format_instant(one.at), "level": one.level} for one in sheet.levels],
        "sources": [_source(one) for one in sheet.sources],
        "notes": [_note(one) for one in sheet.notes],
        "acting": [acting_document(one) for one in sheet.acting],
    }


def digest_of(told: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of a sheet's JSON."""
    return hashlib.sha256(orjson.dumps(told, option=orjson.OPT_SORT_KEYS)).hexdigest()


def acting_document(one: ActingLine) -> dict[str, Any]:
    """An appointment as sheet and report tell it."""
    return {
        "id": one.id,
        "principal": one.principal,
        "acting": one.acting,
        "role": one.role,
        "from": format_instant(one.since),
        "until": format_instant(one.until),
        "ground": one.ground or None,
    }


def _instant(moment: datetime | None) -> str | None:
    return None if moment is None else format_instant(moment)


def _case(one: Case) -> dict[str, Any]:
    return {
        "id": one.id,
        "title": dict(one.title),
        "severity": one.severity,
        "state": one.state,
        "owner": one.owner or None,
        "openedAt": _instant(one.opened),
        "closedAt": _instant(one.closed),
        "reason": one.reason or None,
        "due": _instant(one.due),
        "overdue": one.overdue,
    }


def _task(one: TaskLine) -> dict[str, Any]:
    return {
        "id": one.id,
        "title": dict(one.title),
        "organization": one.organization,
        "incident": one.incident,
        "due": _instant(one.due),
    }


def _duty(one: DutyLine) -> dict[str, Any]:
    return {
        "id": one.id,
        "title": dict(one.title),
        "due": format_instant(one.due),
        "state": one.state,
        "by": one.by or None,
        "onBehalf": one.on_behalf or None,
        "at": _instant(one.at),
        "late": one.late,
        "escalatedTo": one.escalated or None,
    }


def _source(one: SourceLine) -> dict[str, Any]:
    return {
        "id": one.id,
        "title": dict(one.title),
        "health": one.health,
        "newestObservedAt": _instant(one.newest),
    }


def _note(one: NoteLine) -> dict[str, Any]:
    return {"at": format_instant(one.at), "by": one.by, "text": one.text or None}
