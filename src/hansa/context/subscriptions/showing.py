"""A subscription as its reader names things (5.2.12), with what the node counts."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hansa.base.times import format_instant
from hansa.context.jsonld import Names
from hansa.context.subscriptions.model import Live
from hansa.context.subscriptions.reading import rename_types

_NAMED = ("attributes", "pick", "omit")


def show(
    live: Live, names: Names, counters: Mapping[str, Any], now: datetime, system: bool
) -> dict[str, Any]:
    """The document under the reader's names; `system`: with createdAt and modifiedAt."""
    shown = dict(live.kept.document)
    if "entities" in shown:
        shown["entities"] = [
            {**one, "type": rename_types(one["type"], names.outward)} for one in shown["entities"]
        ]
    if "watchedAttributes" in shown:
        shown["watchedAttributes"] = [names.outward(one) for one in shown["watchedAttributes"]]
    notification = dict(shown["notification"])
    for member in _NAMED:
        if member in notification:
            notification[member] = [_outward(names, one) for one in notification[member]]
    sent = {"status": "ok"} if "timesSent" in counters else {}
    shown["notification"] = {**notification, **sent, **counters}
    shown["status"] = live.status(now)
    if system:
        shown["createdAt"] = format_instant(live.kept.created_at)
        shown["modifiedAt"] = format_instant(live.kept.modified_at)
    return shown


def _outward(names: Names, name: str) -> str:
    return name if name in ("id", "type", "scope") else names.outward(name)
