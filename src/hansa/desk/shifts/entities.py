"""Shifts, their lines and duties as the graph holds them: ids, keys, bodies."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from hansa.base.ids import fresh, urn
from hansa.context import Change, Op
from hansa.desk.entities import prop, refers

SHIFT = "Shift"
LINE = "ShiftEntry"
DUTY = "Duty"


def shift_key(post: str) -> str:
    """The open key of a shift: one running shift per post."""
    return f"shift:{post}"


def duty_id(duty: str, due: datetime) -> str:
    """The id of one occurrence of a duty: the same when its timer rings again."""
    return urn(DUTY, f"{duty}:{due.astimezone(UTC):%Y%m%dT%H%M%SZ}")


def line(
    kind: str,
    at: datetime,
    said: Mapping[str, Any],
    *,
    shift: str | None = None,
    post: str = "",
    subject: str | None = None,
    text: Mapping[str, str] | None = None,
    note: str = "",
    machine: bool = False,
    local: str = "",
) -> Change:
    """A line of a shift; one of the machine says its own id (`local`), for the log is reread."""
    body: dict[str, Any] = {
        "type": LINE,
        "kind": prop(kind),
        "at": prop(at),
        "machine": prop(machine),
        **said,
    }
    if shift is not None:
        body["refShift"] = refers(shift)
    if post:
        body["post"] = prop(post)
    if subject is not None:
        body["subject"] = refers(subject)
    if text is not None:
        body["text"] = {"type": "LanguageProperty", "languageMap": dict(text)}
    if note:
        body["note"] = prop(note)
    return Change(Op.UPSERT, urn(LINE, local or fresh(at)), body)
