"""What a merge needs to know of the entity before: simplified values keep the kind they had.

Merge accepts bare values (5.6.17, format=simplified) and members without a value; both mean the
attribute as it stands, so the entity is read first where, and only where, that is needed.
"""

from collections.abc import Mapping
from typing import Any

from hansa.base.ids import check_uri
from hansa.base.problems import BadRequestData
from hansa.base.times import format_instant, parse_instant
from hansa.context.http.asking import Ask
from hansa.context.model import RESERVED
from hansa.context.query import Query
from hansa.context.representation import VALUE_OF, check_geometry


async def as_merge(
    ask: Ask, entity_id: str, body: dict[str, Any], simplified: bool
) -> dict[str, Any]:
    """The fragment with every instance of a kind; `observedAt` of the request filled in."""
    observed = ask.request.query.get("observedAt")
    if simplified or _untyped(body):
        page = await ask.service.city.read(ask.view, Query(ids=(entity_id,)))
        before: Mapping[str, Any] = page.entities[0].document if page.entities else {}
        body = {
            name: value if name in RESERVED else _kept(ask, name, value, before, simplified)
            for name, value in body.items()
        }
    if observed is not None:
        at = {"observedAt": format_instant(parse_instant(observed))}
        body = {
            name: {**at, **value} if name not in RESERVED and isinstance(value, dict) else value
            for name, value in body.items()
        }
    return body


def _untyped(body: Mapping[str, Any]) -> bool:
    return any(
        isinstance(one, Mapping) and "type" not in one
        for name, value in body.items()
        if name not in RESERVED
        for one in (value if isinstance(value, list) else [value])
    )


def _kept(ask: Ask, name: str, value: Any, before: Mapping[str, Any], simplified: bool) -> Any:
    if isinstance(value, list):
        return [_kept(ask, name, one, before, simplified) for one in value]
    if value is None:
        return None
    kind = _kind(before.get(name), value.get("datasetId"))
    if "type" not in value:
        if kind is None:
            raise BadRequestData(
                "an attribute that is not there yet needs a value", where=ask.names.outward(name)
            )
        return {"type": kind, **value}
    if simplified and value["type"] == "Property" and kind not in (None, "Property"):
        return _as_kind(ask, name, kind, value)
    return value


def _kind(given: Any, dataset: str | None) -> str | None:
    instances = given if isinstance(given, list) else [given] if given else []
    found = [str(one["type"]) for one in instances if one.get("datasetId") == dataset]
    return found[0] if found else None


def _as_kind(ask: Ask, name: str, kind: str, instance: dict[str, Any]) -> dict[str, Any]:
    """A bare value as the kind of attribute that stands there."""
    rest = {key: one for key, one in instance.items() if key not in ("type", "value")}
    value, where = instance["value"], ask.names.outward(name)
    if kind == "Relationship":
        for uri in value if isinstance(value, list) else [value]:
            check_uri(uri, where)
    elif kind == "LanguageProperty":
        if not isinstance(value, str):
            raise BadRequestData("is no text", where=where)
        value = {ask.request.query.get("lang") or "@none": value}
    elif kind == "VocabProperty":
        value = ask.names.vocab_inward(str(value))
    elif kind == "ListRelationship":
        given = value if isinstance(value, list) else [value]
        value = [{"object": check_uri(one, where)} for one in given]
    elif kind == "GeoProperty":
        check_geometry(value, where)
    return {"type": kind, VALUE_OF[kind]: value, **rest}
