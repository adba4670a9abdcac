"""A client's subscription, checked member by member (5.2.12, 5.2.14, 5.2.15, 5.8.1).

What is kept has canonical names, so that it can be shown, and changed, under any context.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from hansa.base.ids import check_uri
from hansa.base.problems import BadRequestData, OperationNotSupported
from hansa.base.times import parse_instant
from hansa.context.jsonld import Names
from hansa.context.query import (
    Query,
    compile_matcher,
    parse_geo,
    parse_q,
    parse_scopes,
    parse_types,
)
from hansa.context.representation import preferences

TRIGGERS = frozenset(
    {
        *("entityCreated", "entityUpdated", "entityDeleted"),
        *("attributeCreated", "attributeUpdated", "attributeDeleted"),
    }
)
READ_ONLY = frozenset({"status", "createdAt", "modifiedAt"})
_COUNTED = frozenset(
    {"status", "lastNotification", "lastSuccess", "lastFailure", "timesSent", "timesFailed"}
)
_FORMS = ("normalized", "concise", "simplified", "keyValues")
_MEDIA = ("application/json", "application/ld+json", "application/geo+json")
_TYPE_NAME = re.compile(r"[^\s,;|()]+")
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_TAKEN = frozenset({"content-length", "transfer-encoding", "host", "connection"})

Reader = Callable[[Any, str, Names], Any]


def read_subscription(document: Any, names: Names, now: datetime) -> dict[str, Any]:
    """The document with canonical names; BadRequestData names the member."""
    if not isinstance(document, Mapping):
        raise BadRequestData("is not a JSON object", where="body")
    found = read_members(document, names)
    if found.get("type") != "Subscription":
        raise BadRequestData("is no Subscription", where="type", rule="5.2.12")
    check_whole(found, now)
    return found


def read_members(document: Mapping[str, Any], names: Names) -> dict[str, Any]:
    """Each member checked by itself: for a whole subscription and for a fragment of one."""
    found: dict[str, Any] = {}
    for key, value in document.items():
        member = key.lstrip("@") if key in ("@id", "@type") else key
        if member in READ_ONLY or member == "@context":
            continue
        read = _MEMBERS.get(member)
        if read is None:
            raise BadRequestData("is no member of a subscription", where=key, rule="5.2.12")
        found[member] = read(value, member, names)
    return found


def check_whole(found: Mapping[str, Any], now: datetime) -> None:
    """What members say of each other (5.2.12)."""
    if "notification" not in found:
        raise BadRequestData("a subscription needs notification", where="notification")
    if "entities" not in found and "watchedAttributes" not in found:
        raise BadRequestData(
            "entities or watchedAttributes must be named", where="entities", rule="5.2.12"
        )
    if "timeInterval" in found:
        for other in ("watchedAttributes", "throttling"):
            if other in found:
                raise BadRequestData("has no place beside timeInterval", where=other)
        if "entities" not in found:
            raise BadRequestData("timeInterval needs entities", where="entities")
    if "expiresAt" in found and parse_instant(found["expiresAt"]) <= now:
        raise BadRequestData("lies in the past", where="expiresAt", rule="5.8.1.4")


def rename_types(text: str, name: Callable[[str], str]) -> str:
    """A type selection with every name in it changed."""
    return _TYPE_NAME.sub(lambda found: name(found[0]) if found[0] != "*" else "*", text)


# ---- members


def _uri(value: Any, where: str, names: Names) -> Any:
    return check_uri(value, where)


def _text(value: Any, where: str, names: Names) -> Any:
    if not isinstance(value, str) or not value:
        raise BadRequestData("is no text", where=where)
    return value


def _flag(value: Any, where: str, names: Names) -> Any:
    if not isinstance(value, bool):
        raise BadRequestData("is neither true nor false", where=where)
    return value


def _positive(value: Any, where: str, names: Names) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1e9:
        raise BadRequestData("is no number above 0", where=where)
    return value


def _instant(value: Any, where: str, names: Names) -> Any:
    try:
        parse_instant(value)
    except BadRequestData as error:
        raise BadRequestData(error.detail, where=where, rule=error.rule) from error
    return value


def _attributes(value: Any, where: str, names: Names) -> Any:
    if not isinstance(value, list) or not value:
        raise BadRequestData("is no list with members", where=where)
    fixed = ("id", "type", "scope") if where.endswith(("pick", "omit")) else ()
    return [one if one in fixed else names.inward(one, where) for one in value]


def _entities(value: Any, where: str, names: Names) -> Any:
    if not isinstance(value, list) or not value:
        raise BadRequestData("is no list with members", where=where, rule="5.2.33")
    return [_selector(one, f"{where}[{place}]", names) for place, one in enumerate(value)]


def _selector(value: Any, where: str, names: Names) -> dict[str, Any]:
    if not isinstance(value, Mapping) or not value.keys() <= {"id", "type", "idPattern"}:
        raise BadRequestData("is no EntitySelector", where=where, rule="5.2.33")
    if not isinstance(value.get("type"), str):
        raise BadRequestData("a selector needs a type", where=f"{where}.type", rule="5.2.33")
    parse_types(value["type"], names.inward)
    found: dict[str, Any] = {"type": rename_types(value["type"], names.inward)}
    if "id" in value:
        ids = value["id"] if isinstance(value["id"], list) else [value["id"]]
        found["id"] = [check_uri(one, f"{where}.id") for one in ids]
        if not isinstance(value["id"], list):
            found["id"] = found["id"][0]
    if "idPattern" in value:
        found["idPattern"] = _pattern(value["idPattern"], f"{where}.idPattern")
    return found


def _pattern(value: Any, where: str) -> str:
    if not isinstance(value, str) or not value:
        raise BadRequestData("is no regular expression", where=where)
    compile_matcher(Query(id_pattern=value))
    return value


def _q(value: Any, where: str, names: Names) -> Any:
    parse_q(unquote(_text(value, where, names)), names.inward)  # some write it as in a URL
    return value


def _scope(value: Any, where: str, names: Names) -> Any:
    parse_scopes(_text(value, where, names))
    return value


def _geo(value: Any, where: str, names: Names) -> Any:
    if not isinstance(value, Mapping) or not isinstance(value.get("georel"), str):
        raise BadRequestData("is no GeoQuery", where=where, rule="5.2.13")
    compile_geo(value, names)
    return dict(value)


def compile_geo(value: Mapping[str, Any], names: Names) -> Any:
    """The geo-query of a subscription under the names it was written with."""
    return parse_geo(
        value["georel"],
        value.get("geometry"),
        value.get("coordinates"),
        value.get("geoproperty"),
        names.inward,
    )


def _triggers(value: Any, where: str, names: Names) -> Any:
    if not isinstance(value, list) or not value or not set(value) <= TRIGGERS:
        raise BadRequestData(f"is no list of {', '.join(sorted(TRIGGERS))}", where=where)
    return value


def _datasets(value: Any, where: str, names: Names) -> Any:
    if not isinstance(value, list) or not value:
        raise BadRequestData("is no list with members", where=where)
    return [one if one == "@none" else check_uri(one, where) for one in value]


def _lang(value: Any, where: str, names: Names) -> Any:
    preferences(_text(value, where, names))
    return value


def _unsupported(value: Any, where: str, names: Names) -> Any:
    raise OperationNotSupported("is not supported yet", where=where)


def _only_off(value: Any, where: str, names: Names) -> Any:
    if value not in (False, "@none"):
        raise OperationNotSupported("is not supported yet", where=where)
    return value


# ---- notification and endpoint


def _notification(value: Any, where: str, names: Names) -> Any:
    if not isinstance(value, Mapping) or "endpoint" not in value:
        raise BadRequestData("needs an endpoint", where=where, rule="5.2.14")
    if value.get("showChanges") is True and value.get("format") in ("simplified", "keyValues"):
        raise BadRequestData("showChanges beside simplified values", where=where, rule="5.2.14")
    found: dict[str, Any] = {}
    for key, one in value.items():
        if key in _COUNTED:
            continue
        read = _NOTIFICATION.get(key)
        if read is None:
            raise BadRequestData("is no member", where=f"{where}.{key}", rule="5.2.14")
        found[key] = read(one, f"{where}.{key}", names)
    _check_projections(found, where)
    return found


def _check_projections(found: Mapping[str, Any], where: str) -> None:
    """`attributes` stands alone, and no member is both wanted and not wanted (4.21)."""
    pick, omit = set(found.get("pick", ())), set(found.get("omit", ()))
    if "attributes" in found and (pick or omit):
        raise BadRequestData("attributes beside pick or omit", where=where, rule="5.2.14")
    if pick & omit:
        raise BadRequestData("a member in pick and in omit", where=where, rule="4.21")


def _form(value: Any, where: str, names: Names) -> Any:
    if value not in _FORMS:
        raise BadRequestData(f"is none of {', '.join(_FORMS)}", where=where, rule="5.2.14")
    return value


def _endpoint(value: Any, where: str, names: Names) -> Any:
    if not isinstance(value, Mapping) or not isinstance(value.get("uri"), str):
        raise BadRequestData("needs a uri", where=f"{where}.uri", rule="5.2.15")
    check_uri(value["uri"], f"{where}.uri")
    scheme = value["uri"].partition(":")[0].lower()
    if scheme in ("mqtt", "mqtts"):
        raise OperationNotSupported("MQTT is not supported yet", where=f"{where}.uri")
    if scheme not in ("http", "https"):
        raise BadRequestData("is no URL of an HTTP server", where=f"{where}.uri")
    for key, one in value.items():
        read = _ENDPOINT.get(key)
        if read is None:
            raise BadRequestData("is no member", where=f"{where}.{key}", rule="5.2.15")
        read(one, f"{where}.{key}", names)
    return dict(value)


def _media(value: Any, where: str, names: Names) -> Any:
    if value not in _MEDIA:
        raise BadRequestData(f"is none of {', '.join(_MEDIA)}", where=where, rule="5.2.15")
    return value


def _pairs(value: Any, where: str, names: Names) -> Any:
    given = value if isinstance(value, list) else [None]
    for one in given:
        pair = (one.get("key"), one.get("value")) if isinstance(one, Mapping) else (None, None)
        if not all(isinstance(text, str) for text in pair):
            raise BadRequestData("is no list of key and value", where=where, rule="5.2.22")
        name, text = str(pair[0]), str(pair[1])
        if not _HEADER.fullmatch(name) or name.lower() in _TAKEN or not text.isprintable():
            raise BadRequestData(f"{name!r} cannot be sent as a header", where=where)
    return value


_ENDPOINT: Mapping[str, Reader] = {
    "uri": _text,
    "accept": _media,
    "timeout": _positive,
    "cooldown": _positive,
    "receiverInfo": _pairs,
    "notifierInfo": _pairs,
}
_NOTIFICATION: Mapping[str, Reader] = {
    "attributes": _attributes,
    "pick": _attributes,
    "omit": _attributes,
    "format": _form,
    "endpoint": _endpoint,
    "sysAttrs": _flag,
    "showChanges": _only_off,
    "join": _only_off,
    "joinLevel": _positive,
}
_MEMBERS: Mapping[str, Reader] = {
    "id": _uri,
    "type": _text,
    "subscriptionName": _text,
    "description": _text,
    "entities": _entities,
    "watchedAttributes": _attributes,
    "notificationTrigger": _triggers,
    "timeInterval": _positive,
    "throttling": _positive,
    "q": _q,
    "geoQ": _geo,
    "scopeQ": _scope,
    "csf": _q,
    "isActive": _flag,
    "notification": _notification,
    "expiresAt": _instant,
    "lang": _lang,
    "datasetId": _datasets,
    "jsonldContext": _uri,
    "localOnly": _flag,
    "splitEntities": _flag,
    "expandValues": _unsupported,
    "jsonKeys": _unsupported,
    "temporalQ": _unsupported,
    "ngsildConformance": _unsupported,
}
