"""A followed source as its page shows it: its connector, its settings, how it behaves (pure).

A secret is named by where it is kept and never read here; of an address the query is left out,
because many a server wants its key there.
"""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import msgspec

from hansa.base.times import format_instant
from hansa.sectors.connectors.manifest import Manifest, Setting, load_manifest
from hansa.sectors.connectors.secrets import Secret
from hansa.sectors.mapping.load import Source
from hansa.sectors.model import Landed
from hansa.sectors.signs import FADES, Signs

Document = dict[str, Any]


def manifest_of(manifest: Manifest) -> Document:
    """A connector as its manifest describes it."""
    found: Document = msgspec.to_builtins(manifest)
    return found


def connector_of(source: Source) -> Document:
    """The source's connector with the settings in force."""
    manifest = load_manifest(source.file.connector)
    given = {one.encode_name: one.name for one in msgspec.structs.fields(source.settings)}
    return {
        "name": manifest.name,
        "title": manifest.title,
        "about": manifest.about,
        "way": manifest.way,
        "standard": manifest.standard and msgspec.to_builtins(manifest.standard),
        "health": manifest.health,
        "documentation": manifest.documentation,
        "settings": [
            _setting(name, one, getattr(source.settings, given[name]))
            for name, one in manifest.settings.items()
        ],
        "limits": [msgspec.to_builtins(one) for one in manifest.limits.values()],
    }


def _setting(name: str, setting: Setting, value: Any) -> Document:
    return {
        "name": name,
        "kind": setting.kind,
        "unit": setting.unit,
        "words": setting.words,
        "value": _shown(setting, value),
        "isDefault": not setting.required and value == _default(setting, value),
    }


def _default(setting: Setting, value: Any) -> Any:
    return type(value)() if setting.default is None and value is not None else setting.default


def _shown(setting: Setting, value: Any) -> Any:
    if isinstance(value, Secret):
        return str(value)  # where it is kept
    if setting.kind == "url" and isinstance(value, str):
        return without_query(value)
    return msgspec.to_builtins(value)


def without_query(url: str) -> str:
    """The URL, of whose query only that there is one is said."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(query="…" if parts.query else ""))


def behaviour_of(source: Source, signs: Signs, now: datetime) -> Document:
    """What was noticed of the source, with what it may do."""
    file = source.file
    return {
        "paused": signs.paused,
        "closed": signs.closed,
        "problem": without_queries(signs.problem),
        "failures": signs.failures,
        "failedAt": _time(signs.failed_at),
        "answeredAt": _time(signs.answered_at),
        "arrivedAt": _time(signs.arrived_at),
        "dueAt": _time(_coming(signs, now)),
        "clock": {
            "skew": signs.skew,
            "allowed": file.skew,
            "refusedBeyond": file.future,
            "wrong": signs.skewed(now),
            "seenAt": _time(signs.skewed_at),
        },
        "flood": {
            "most": file.most,
            "way": file.flood,
            "now": signs.flooding(now),
            "seenAt": _time(signs.flooding_at),
            "delayed": signs.delayed,
            "coalesced": signs.coalesced,
            "dropped": signs.dropped,
        },
        "columns": {
            "gone": list(signs.gone),
            "new": list(signs.fresh),
            "lacking": signs.lacking,
            "changedAt": _time(signs.changed_at),
        },
        "fades": FADES.total_seconds(),
    }


def _coming(signs: Signs, now: datetime) -> datetime | None:
    """When it is asked next; None while it is being asked, or paused."""
    due = signs.due_at
    return None if signs.paused or due is None or due <= now else due


def without_queries(text: str) -> str:
    """A sentence whose addresses have lost their queries."""
    return " ".join(
        without_query(word) if "://" in word and "?" in word else word for word in text.split(" ")
    )


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else format_instant(moment)


def landed_of(one: Landed) -> Document:
    """A row that came in lately."""
    return {"id": one.id, "observedAt": _time(one.observed), "arrivedAt": _time(one.arrived)}
