"""The body and headers of a notification (5.3.1, 5.8.6, 6.3.8)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson

from hansa.base.ids import fresh
from hansa.base.times import format_instant
from hansa.base.web import WORLD_HEADER
from hansa.context.jsonld import CORE_URL, OWN_PATH, Contexts, Names, context_link
from hansa.context.model import Entity, Parcel
from hansa.context.representation import (
    NULL,
    WORLD_MEMBER,
    feature,
    render,
)
from hansa.context.subscriptions.compiling import Naming
from hansa.context.subscriptions.model import PARCEL, Live

KEY_HEADER = ":subscription"  # pseudo headers of a parcel: for the node, never sent
SECONDS_HEADER = ":seconds"
_GEO = "application/geo+json"


@dataclass(frozen=True, slots=True)
class News:
    """One entity to tell of. `gone`: it was deleted at that moment; `removed`: attributes."""

    entity: Entity
    removed: tuple[str, ...] = ()
    gone: datetime | None = None


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes the notifications of one city."""

    naming: Naming
    contexts: Contexts

    def parcel(self, live: Live, news: Sequence[News], now: datetime) -> Parcel:
        """The notification that tells of `news`, ready for the outbox."""
        accept = live.endpoint.accept
        context = self._context(live)
        names = self.naming(None if context in (CORE_URL, self._own(live)) else context)
        body = {
            "id": f"urn:ngsi-ld:Notification:{fresh(now)}",
            "type": "Notification",
            "subscriptionId": live.kept.id,
            "notifiedAt": format_instant(now),
            "data": _data(live, news, names, accept),
        }
        if live.shape.world:
            body[WORLD_MEMBER] = live.shape.world
        linked = accept == "application/json" or (accept == _GEO and _prefers_json(live))
        if not linked:
            body["@context"] = context
        return Parcel(PARCEL, live.endpoint.uri, orjson.dumps(body), self._headers(live, linked))

    def _headers(self, live: Live, linked: bool) -> tuple[tuple[str, str], ...]:
        grant = live.kept.grant
        lines = [(KEY_HEADER, live.kept.key), ("Content-Type", live.endpoint.accept)]
        if live.endpoint.seconds is not None:
            lines.append((SECONDS_HEADER, str(live.endpoint.seconds)))
        if linked:
            lines.append(("Link", context_link(self._url(live))))
        if grant.tenant:
            lines.append(("NGSILD-Tenant", grant.tenant))
        lines.append((WORLD_HEADER, grant.world.name))
        return (*lines, *live.endpoint.headers)

    def _context(self, live: Live) -> Any:
        """The @context of the notification: jsonldContext, else that of the subscription."""
        given = live.kept.document.get("jsonldContext", live.kept.context)
        return self._own(live) if given is None else given

    def _own(self, live: Live) -> str:
        return live.kept.base + OWN_PATH if self.contexts.vocabulary else CORE_URL

    def _url(self, live: Live) -> str:
        context = self._context(live)
        return context if isinstance(context, str) else live.kept.base + self.contexts.host(context)


def _prefers_json(live: Live) -> bool:
    pairs = {name.lower(): value for name, value in live.endpoint.headers}
    return pairs.get("prefer", "").replace(" ", "") == "body=json"


def _data(live: Live, news: Sequence[News], names: Names, accept: str) -> Any:
    if accept == _GEO:
        features = [_feature(live, one, names) for one in news]
        return {"type": "FeatureCollection", "features": features}
    return [_shown(live, one, names) for one in news]


def _shown(live: Live, one: News, names: Names) -> dict[str, Any]:
    if one.gone is not None:
        return _tombstone(live, one, names)
    shown = render(one.entity, names, live.shape)
    for name in one.removed:
        if live.shape.shows(name) and name not in one.entity.document:
            shown[names.outward(name)] = NULL
    return shown


def _tombstone(live: Live, one: News, names: Names) -> dict[str, Any]:
    """A deleted entity: what it was and when it went (5.8.6)."""
    bare = replace(live.shape, attrs=frozenset(), pick=None, omit=None, system=False)
    shown: dict[str, Any] = render(one.entity, names, bare)
    if live.shape.system:
        shown["createdAt"] = format_instant(one.entity.created_at)
        shown["modifiedAt"] = format_instant(one.entity.modified_at)
    if one.gone is not None:
        shown["deletedAt"] = format_instant(one.gone)
    return shown


def _feature(live: Live, one: News, names: Names) -> Mapping[str, Any]:
    if one.gone is None:
        return feature(one.entity, names, live.shape)
    shown = _tombstone(live, one, names)
    rest = {name: value for name, value in shown.items() if name != "id"}
    return {"id": one.entity.id, "type": "Feature", "geometry": None, "properties": rest}
