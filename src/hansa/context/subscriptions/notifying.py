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
    VALUE_OF,
    WORLD_MEMBER,
    Shape,
    feature,
    nothing,
    render,
)
from hansa.context.subscriptions.compiling import Naming
from hansa.context.subscriptions.model import PARCEL, Live

KEY_HEADER = ":subscription"  # pseudo headers of a parcel: for the node, never sent
SECONDS_HEADER = ":seconds"
_GEO = "application/geo+json"


@dataclass(frozen=True, slots=True)
class News:
    """One entity to tell of. `gone`: it was deleted at that moment.

    `removed`: attributes of which something was deleted `at` a moment; `before`: the entity
    as it stood until then.
    """

    entity: Entity
    removed: tuple[str, ...] = ()
    gone: datetime | None = None
    at: datetime | None = None
    before: Entity | None = None


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
        body: dict[str, Any] = {
            "id": f"urn:ngsi-ld:Notification:{fresh(now)}",
            "type": "Notification",
            "subscriptionId": live.kept.id,
            "notifiedAt": format_instant(now),
        }
        if live.shape.world:
            body[WORLD_MEMBER] = live.shape.world
        inner = context if accept == "application/ld+json" else None
        body["data"] = _data(live, news, names, accept, inner)
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


def _data(live: Live, news: Sequence[News], names: Names, accept: str, context: Any) -> Any:
    if accept == _GEO:
        features = [_feature(live, one, names) for one in news]
        return {"type": "FeatureCollection", "features": features}
    shape = replace(live.shape, context=context)
    return [_shown(shape, one, names) for one in news]


def _shown(shape: Shape, one: News, names: Names) -> dict[str, Any]:
    shown = render(with_removed(one, shape.system), names, shape)
    if one.gone is not None:
        shown["deletedAt"] = format_instant(one.gone)
    return shown


def _feature(live: Live, one: News, names: Names) -> Mapping[str, Any]:
    shown = feature(with_removed(one, live.shape.system), names, live.shape)
    if one.gone is not None:
        shown["properties"]["deletedAt"] = format_instant(one.gone)
    return shown


def with_removed(one: News, system: bool) -> Entity:
    """The entity with NGSI-LD Null where attributes, or instances of them, are no more (5.8.6).

    Of a deleted entity only its id and type are left beside them.
    """
    document = dict(one.entity.document)
    if one.gone is not None:
        document = {name: document[name] for name in ("id", "type")}
    elif not one.removed:
        return one.entity
    for name in one.removed:
        left = _instances(document.get(name))
        nulls = [_nothing(each, one.at, system) for each in _gone(one.before, name, left)]
        if not left:  # all of it went: one null tells so
            nulls = [
                {key: value for key, value in each.items() if key != "datasetId"} for each in nulls
            ][:1]
        both = [*left, *nulls]
        document[name] = both[0] if len(both) == 1 else both
    return replace(one.entity, body=orjson.dumps(document))


def _gone(before: Entity | None, name: str, left: Sequence[Mapping[str, Any]]) -> list[Any]:
    kept = {one.get("datasetId") for one in left}
    old = _instances(None if before is None else before.document.get(name))
    return [one for one in old if one.get("datasetId") not in kept] or [{"type": "Property"}]


def _nothing(instance: Mapping[str, Any], at: datetime | None, system: bool) -> dict[str, Any]:
    kind = instance["type"]
    null: dict[str, Any] = {"type": kind, VALUE_OF[kind]: nothing(kind)}
    if "datasetId" in instance:
        null["datasetId"] = instance["datasetId"]
    if system and at is not None:
        null["deletedAt"] = format_instant(at)
    return null


def _instances(given: Any) -> list[Any]:
    return given if isinstance(given, list) else [] if given is None else [given]
