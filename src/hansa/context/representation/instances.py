"""One attribute instance: its value by kind and its plain members, checked one by one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from hansa.base.ids import check_uri
from hansa.base.problems import BadRequestData, OperationNotSupported
from hansa.base.times import format_instant, parse_instant
from hansa.context.jsonld import Names
from hansa.context.representation.geometry import check_geometry
from hansa.context.representation.kinds import (
    NULL,
    OUTPUT_ONLY,
    RELATIONSHIPS,
    SEALED,
    SYSTEM,
    VALUE_OF,
    VALUES,
    WITH_UNIT,
    is_nothing,
)
from hansa.context.representation.uris import check_visible_uri


@dataclass(frozen=True, slots=True)
class Reading:
    """How instances are read: see `reading.Rules`."""

    names: Names
    nulls: bool
    nested: bool
    partial: bool


def read_instance(
    given: Mapping[str, Any], where: str, reading: Reading
) -> tuple[dict[str, Any], dict[str, Any]]:
    """(members of the instance, sub-attributes still to be read)."""
    kind = given.get("type")
    member = VALUE_OF[kind] if kind else None
    if member is not None and member not in given and not reading.partial:
        raise BadRequestData(f"a {kind} needs {member}", where=where, rule="GS CIM 009, 4.5")
    plain: dict[str, Any] = {"type": kind} if kind else {}
    subs: dict[str, Any] = {}
    for key, value in given.items():
        if key == member and kind is not None:
            plain[key] = _value(kind, value, f"{where}.{key}", reading)
        elif key in _READERS:
            plain.update(_member(key, value, where, kind, reading))
        elif key in SEALED and where.rpartition(".")[2] == "ngsildproof":
            plain[key] = _sealed(key, value, where, reading.names)
        elif key in VALUES or key in OUTPUT_ONLY or key in SEALED:
            raise BadRequestData(f"{key} has no place in a {kind}", where=f"{where}.{key}")
        elif key == "@context":
            raise BadRequestData(
                "a context stands at the top only", where=f"{where}.@context", rule="5.5.7"
            )
        elif key not in SYSTEM and key != "type":
            subs[key] = value
    if where.rpartition(".")[2] == "ngsildproof" and not isinstance(plain.get("value"), dict):
        raise BadRequestData("a proof is an object", where=f"{where}.value", rule="4.5.2.2")
    return plain, subs


def _sealed(key: str, value: Any, where: str, names: Names) -> Any:
    if not isinstance(value, str):
        raise BadRequestData("is no text", where=f"{where}.{key}", rule="4.5.2.2")
    return value if key == "entityIdSealed" else names.vocab_inward(value)


# ---- values


def _value(kind: str, value: Any, where: str, reading: Reading) -> Any:
    if is_nothing(value):
        if not reading.nulls:
            raise BadRequestData("NGSI-LD Null has no place here", where=where, rule="5.5.4")
        return {"@none": NULL} if kind == "LanguageProperty" else NULL
    if value is None:
        raise BadRequestData("JSON null is no value", where=where, rule="4.5.0")
    return _CHECKS[kind](value, where, reading.names, reading.nested)


def _property(value: Any, where: str, names: Names, nulls: bool) -> Any:
    if not nulls and isinstance(value, dict | list) and _holds_null(value):
        raise BadRequestData("NGSI-LD Null has no place here", where=where, rule="5.5.4")
    return value


def _geo(value: Any, where: str, names: Names, nulls: bool) -> Any:
    if isinstance(value, str):  # a geometry encoded as text is taken for what it says (4.7.2)
        try:
            value = orjson.loads(value)
        except orjson.JSONDecodeError as error:
            raise BadRequestData("is no geometry", where=where, rule="4.7.2") from error
    check_geometry(value, where)
    return value


def _object(value: Any, where: str, names: Names, nulls: bool) -> Any:
    if isinstance(value, list):
        if not value:
            raise BadRequestData("an empty list names nothing", where=where)
        return [check_visible_uri(one, where) for one in value]
    return check_visible_uri(value, where)


def _language_map(value: Any, where: str, names: Names, nulls: bool) -> Any:
    if not isinstance(value, Mapping) or not value:
        raise BadRequestData("is no object of language and text", where=where, rule="4.5.18")
    for tag, text in value.items():
        texts = text if isinstance(text, list) else [text]
        if not tag or not texts or not all(isinstance(one, str) for one in texts):
            raise BadRequestData("is no text or list of texts", where=f"{where}.{tag}")
        if NULL in texts and not nulls:
            raise BadRequestData("NGSI-LD Null has no place here", where=where, rule="5.5.4")
    return dict(value)


def _vocab(value: Any, where: str, names: Names, nulls: bool) -> Any:
    given = value if isinstance(value, list) else [value]
    if not given or not all(isinstance(one, str) and one for one in given):
        raise BadRequestData("is no term or list of terms", where=where, rule="4.5.20")
    found = [names.vocab_inward(one) for one in given]
    return found if isinstance(value, list) else found[0]


def _json(value: Any, where: str, names: Names, nulls: bool) -> Any:
    if not isinstance(value, dict | list):
        raise BadRequestData("is no JSON object or array", where=where, rule="4.5.24")
    return value


def _value_list(value: Any, where: str, names: Names, nulls: bool) -> Any:
    if not isinstance(value, list):
        raise BadRequestData("is no array", where=where, rule="4.5.21")
    return _property(value, where, names, nulls)


def _object_list(value: Any, where: str, names: Names, nulls: bool) -> Any:
    if not isinstance(value, list):
        raise BadRequestData("is no array", where=where, rule="4.5.22")
    found = [one.get("object") if isinstance(one, Mapping) else one for one in value]
    return [{"object": check_visible_uri(one, where)} for one in found]


_CHECKS: Mapping[str, Callable[[Any, str, Names, bool], Any]] = {
    "Property": _property,
    "GeoProperty": _geo,
    "Relationship": _object,
    "LanguageProperty": _language_map,
    "VocabProperty": _vocab,
    "JsonProperty": _json,
    "ListProperty": _value_list,
    "ListRelationship": _object_list,
}


def _holds_null(value: Any) -> bool:
    """Whether NGSI-LD Null stands anywhere inside; without recursion."""
    stack = [value]
    while stack:
        one = stack.pop()
        if one == NULL:
            return True
        if isinstance(one, dict):
            stack.extend(one.values())
        elif isinstance(one, list):
            stack.extend(one)
    return False


# ---- plain members


def _member(key: str, value: Any, where: str, kind: str | None, reading: Reading) -> dict[str, Any]:
    place = f"{where}.{key}"
    if value == NULL:
        if not reading.nulls or key in ("datasetId", "expiresAt"):
            raise BadRequestData("NGSI-LD Null has no place here", where=place, rule="5.5.8")
        return {key: NULL}
    if key == "unitCode" and kind is not None and kind not in WITH_UNIT:
        raise BadRequestData(f"a {kind} has no unit", where=place, rule="4.5")
    if key == "objectType" and kind is not None and kind not in RELATIONSHIPS:
        raise BadRequestData(f"a {kind} has no objectType", where=place, rule="4.5.3")
    if key == "valueType" and kind == "LanguageProperty" and value != "langString":
        raise BadRequestData("is not langString", where=place, rule="5.2.32")
    if key in ("objectType", "valueType"):
        return {key: _vocab(value, place, reading.names, reading.nested)}
    return read_plain(key, value, where)


def read_plain(key: str, value: Any, where: str) -> dict[str, Any]:
    """A plain member as the canonical document has it; `datasetId` @none is no member."""
    return _READERS[key](value, f"{where}.{key}")


def _dataset(value: Any, where: str) -> dict[str, Any]:
    return {} if value == "@none" else {"datasetId": check_uri(value, where)}


def _observed(value: Any, where: str) -> dict[str, Any]:
    try:
        moment = parse_instant(value)
    except BadRequestData as error:
        raise BadRequestData(error.detail, where=where, rule=error.rule) from error
    if not value.endswith(("Z", "z")):
        raise BadRequestData("times are told in UTC, with Z", where=where, rule="4.6.3")
    plain = value[10] == "T" and "," not in value and value[-1] == "Z"
    return {"observedAt": value if plain else format_instant(moment)}


def _unit(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, str) or not value:
        raise BadRequestData("is no UN/CEFACT code", where=where, rule="4.5.2")
    return {"unitCode": value}


def _expires(value: Any, where: str) -> dict[str, Any]:
    raise OperationNotSupported(
        "transient attributes are not kept yet", where=where, rule="GS CIM 009 v1.9.1, 4.22"
    )


def _typed(value: Any, where: str) -> dict[str, Any]:
    raise AssertionError("objectType and valueType are read with the context")


_READERS: Mapping[str, Callable[[Any, str], dict[str, Any]]] = {
    "datasetId": _dataset,
    "observedAt": _observed,
    "unitCode": _unit,
    "expiresAt": _expires,
    "objectType": _typed,
    "valueType": _typed,
}
