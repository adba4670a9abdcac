"""A client's document to the canonical normalized one: every form is accepted, none is guessed.

Normalized, concise and simplified input (GS CIM 009 v1.9.1, 4.5.1 to 4.5.4) come out as one:
normalized, canonical names, `type` in every instance that has a value. A refusal names the member.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from hansa.base.problems import BadRequestData, Conflict, OperationNotSupported
from hansa.context.jsonld import Names
from hansa.context.model import WORLD_MEMBER
from hansa.context.representation.geometry import looks_like_geometry
from hansa.context.representation.instances import Reading, read_instance, read_plain
from hansa.context.representation.kinds import (
    GEOGRAPHIC,
    KIND_OF,
    NOT_ATTRIBUTES,
    NULL,
    PLAIN,
    SYSTEM,
    VALUES,
    is_kind,
    looks_like_instance,
)
from hansa.context.representation.uris import check_visible_uri

_SCOPE = re.compile(r"/?[^\W\d_]\w*(/[^\W\d_]\w*)*")
_IGNORED = (SYSTEM - {"instanceId"}) | {"@context"}
_ENTITY = frozenset({"id", "@id", "type", "@type", "scope", "expiresAt", WORLD_MEMBER})


@dataclass(frozen=True, slots=True)
class Rules:
    """`nulls`: NGSI-LD Null deletes; `nested`: inside values too (merge). `partial`: an instance
    may lack its value.

    `simplified`: bare values only (4.5.4). `world`: an entity of another world is refused.
    """

    nulls: bool = False
    nested: bool = False
    partial: bool = False
    simplified: bool = False
    world: str = ""


CREATE = Rules()
UPDATE = Rules(nulls=True)
PARTIAL = Rules(nulls=True, partial=True)
MERGE = Rules(nulls=True, nested=True, partial=True)


def read_entity(document: Any, names: Names, rules: Rules = CREATE) -> dict[str, Any]:
    """A whole entity: `id`, `type` and its attributes; BadRequestData names the member."""
    canonical = read_fragment(document, names, rules)
    for member in ("id", "type"):
        if member not in canonical:
            raise BadRequestData(
                f"an entity needs {member}", where=member, rule="GS CIM 009 v1.9.1, 4.5.1"
            )
    return canonical


def read_fragment(document: Any, names: Names, rules: Rules) -> dict[str, Any]:
    """Part of an entity: any of `id`, `type`, `scope` and attributes."""
    if not isinstance(document, Mapping):
        raise BadRequestData("is not a JSON object", where="body")
    canonical: dict[str, Any] = {}
    for key, value in document.items():
        if key in _ENTITY:
            canonical.update(_entity_member(key.lstrip("@"), value, names, rules))
        elif key in _IGNORED:
            continue  # generated here; what a client sends back is ignored (4.8)
        else:
            name = names.inward(key, key)
            if name in NOT_ATTRIBUTES:
                raise BadRequestData(
                    f"{key} cannot be the name of an attribute", where=key, rule="4.5.1"
                )
            canonical[name] = _checked(name, read_attribute(value, key, names, rules), key)
    return canonical


def _checked(name: str, attribute: Any, where: str) -> Any:
    """What the core says of some names: places are GeoProperties, a proof is an object."""
    for one in attribute if isinstance(attribute, list) else [attribute]:
        kind = (one or {}).get("type")
        if name in GEOGRAPHIC and kind not in (None, "GeoProperty"):
            raise BadRequestData(f"{where} is a GeoProperty", where=where, rule="4.7.1")
    return attribute


def read_attribute(given: Any, where: str, names: Names, rules: Rules) -> Any:
    """One attribute: an instance, a list of instances with distinct datasetId, or None (null)."""
    if isinstance(given, list) and _is_multiple(given):
        found = [_one(one, f"{where}[{place}]", names, rules) for place, one in enumerate(given)]
        _check_datasets(found, where)
        return found[0] if len(found) == 1 else found
    if rules.simplified and isinstance(given, Mapping) and given.keys() == {"dataset"}:
        return _from_dataset(given["dataset"], where, names, rules)
    return _one(given, where, names, rules)


def _one(given: Any, where: str, names: Names, rules: Rules) -> dict[str, Any] | None:
    if given is None:
        raise BadRequestData(
            "JSON null is no value", where=where, rule="4.5.0", remedy=f'write "{NULL}" to delete'
        )
    if given == NULL:
        if not rules.nulls:
            raise BadRequestData("NGSI-LD Null has no place here", where=where, rule="5.5.4")
        return None
    instance = _normalized(given, where, rules)
    reading = Reading(names, rules.nulls, rules.nested, rules.partial)
    plain, subs = read_instance(instance, where, reading)
    for key, value in subs.items():
        name = names.inward(key, f"{where}.{key}")
        sub = read_attribute(value, f"{where}.{key}", names, replace(rules, simplified=False))
        plain[name] = {"type": "Property", "value": NULL} if sub is None else sub
    return plain


def _normalized(given: Any, where: str, rules: Rules) -> Mapping[str, Any]:
    """The instance with its `type` told, as far as it can be told (4.5.2.3 and siblings)."""
    if not isinstance(given, Mapping):
        return {"type": "Property", "value": given}
    told = given.get("type", given.get("@type"))
    if looks_like_geometry(given):
        return {"type": "GeoProperty", "value": given}
    if is_kind(told):
        return {"type": told, **{key: one for key, one in given.items() if key != "@type"}}
    if "@value" in given or (rules.simplified and not VALUES & given.keys()):
        return {"type": "Property", "value": given}
    if told is not None:
        raise BadRequestData(f"{told!r} is no kind of attribute", where=f"{where}.type")
    for member, kind in KIND_OF.items():
        if member in given:
            geo = member == "value" and looks_like_geometry(given["value"])
            return {"type": "GeoProperty" if geo else kind, **given}
    if rules.partial and _is_partial(given):
        return given
    return {"type": "Property", "value": given}


def _is_partial(given: Mapping[str, Any]) -> bool:
    """Whether an object without value is part of an instance, rather than a value itself."""
    if PLAIN & given.keys():
        return True
    inner = [one for one in given.values() if isinstance(one, Mapping)]
    return bool(inner) and all(map(looks_like_instance, inner))


def _is_multiple(given: list[Any]) -> bool:
    """Whether a list holds instances (4.5.5) and not the members of one value."""
    return bool(given) and all(map(looks_like_instance, given))


def _check_datasets(found: list[dict[str, Any] | None], where: str) -> None:
    seen: set[str] = set()
    for one in found:
        dataset = (one or {}).get("datasetId", "")
        if dataset in seen:
            raise BadRequestData(
                f"two instances with {'the datasetId ' + dataset if dataset else 'no datasetId'}",
                where=where,
                rule="GS CIM 009 v1.9.1, 4.5.5",
            )
        seen.add(dataset)


def _from_dataset(given: Any, where: str, names: Names, rules: Rules) -> Any:
    if not isinstance(given, Mapping) or not given:
        raise BadRequestData("is no object of datasetId and value", where=f"{where}.dataset")
    found = []
    for dataset, value in given.items():
        instance = _one(value, f"{where}.dataset", names, rules) or {"value": NULL}
        found.append(instance | read_plain("datasetId", dataset, where))
    return found[0] if len(found) == 1 else found


def _entity_member(key: str, value: Any, names: Names, rules: Rules) -> dict[str, Any]:
    if key == "id":
        return {"id": check_visible_uri(value)}
    if key == "type":
        return {"type": _types(value, names)}
    if key == "scope":
        return {"scope": _scope(value, rules)}
    if key == "expiresAt":
        raise OperationNotSupported(
            "transient entities are not kept yet", where=key, rule="GS CIM 009 v1.9.1, 4.22"
        )
    if rules.world and value != rules.world:
        raise Conflict(f"this is of the world {value}, here is {rules.world}", where=WORLD_MEMBER)
    return {}


def _types(value: Any, names: Names) -> Any:
    given = value if isinstance(value, list) else [value]
    if not given:
        raise BadRequestData("an entity needs a type", where="type", rule="4.5.1")
    if any(one in ("id", "type", "@id", "@type") for one in given):
        raise BadRequestData("a keyword is no type", where="type", rule="4.6.2")
    found = list(dict.fromkeys(names.inward(one, "type") for one in given))
    return found[0] if len(found) == 1 else found


def _scope(value: Any, rules: Rules) -> Any:
    if rules.nulls and value in (NULL, [NULL]):
        return None
    given = value if isinstance(value, list) else [value]
    for one in given:
        if not isinstance(one, str) or not _SCOPE.fullmatch(one):
            raise BadRequestData(f"{one!r} is no scope", where="scope", rule="4.18")
    found = list(dict.fromkeys("/" + one.lstrip("/") for one in given))
    return found[0] if len(found) == 1 else found
