"""Stored entities to what a client asked for: normalized, concise, simplified (4.5.1 to 4.5.4).

The common case, the node's own names in normalized form, joins stored bytes; everything else
walks the document once.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from hansa.base.times import format_instant, from_micros
from hansa.context.jsonld import Names
from hansa.context.model import Entity
from hansa.context.representation.geometry import looks_like_geometry
from hansa.context.representation.kinds import (
    NULL,
    PLAIN,
    SYSTEM,
    VALUE_OF,
    VALUES,
    looks_like_instance,
)
from hansa.context.representation.language import choose, preferences
from hansa.context.representation.shape import Form, Shape

# Names that the default context would still shorten; where none occurs, bytes go out as stored.
_SHORTENED = (b'"https://uri.etsi.org/ngsi-ld/', b'"https://purl.org/geojson/vocab#')
_FLAT = PLAIN | VALUES | SYSTEM | {"lang", "expiresAt", "entityIdSealed"}
_AMBIGUOUS = PLAIN | VALUES | {"@type", "@value", "@context"}


def render_all(entities: Iterable[Entity], names: Names, shape: Shape) -> bytes:
    """A JSON array of entities."""
    return b"[" + b",".join(render_bytes(one, names, shape) for one in entities) + b"]"


def render_bytes(entity: Entity, names: Names, shape: Shape) -> bytes:
    """One entity as JSON."""
    if shape.plain and names.native and not any(mark in entity.body for mark in _SHORTENED):
        tail = shape.tail()
        return entity.body[:-1] + b"," + orjson.dumps(tail)[1:] if tail else entity.body
    return orjson.dumps(render(entity, names, shape))


def render(entity: Entity, names: Names, shape: Shape) -> dict[str, Any]:
    """One entity as a document under the client's names, with what must never be missing."""
    return {**render_members(entity, names, shape), **shape.tail()}


def render_members(entity: Entity, names: Names, shape: Shape) -> dict[str, Any]:
    """The entity's own members: id, type, scope, attributes; all subject to projection."""
    walk = Walk(names, shape, preferences(shape.lang) if shape.lang is not None else None)
    shown: dict[str, Any] = {}
    for name, value in entity.document.items():
        if not shape.shows(name):
            continue
        if name == "type":
            shown["type"] = _renamed(value, names)
        elif name in ("id", "scope"):
            shown[name] = value
        elif (attribute := walk.attribute(name, value, entity.system)) is not None:
            shown[names.outward(name)] = attribute
    if shape.system:
        shown["createdAt"] = format_instant(entity.created_at)
        shown["modifiedAt"] = format_instant(entity.modified_at)
    return shown


def render_fragment(document: Mapping[str, Any], names: Names, shape: Shape) -> dict[str, Any]:
    """Attributes of a fragment without entity members: for one attribute, and for deltas."""
    walk = Walk(names, shape, preferences(shape.lang) if shape.lang is not None else None)
    shown = {name: walk.attribute(name, value, {}) for name, value in document.items()}
    return {names.outward(name): value for name, value in shown.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Walk:
    """One pass over the attributes of an entity under one shape."""

    names: Names
    shape: Shape
    wanted: tuple[str, ...] | None

    def attribute(self, name: str, value: Any, stamps: Mapping[str, Any]) -> Any:
        """An attribute in the form asked for; None where no instance is wanted."""
        instances = value if isinstance(value, list) else [value]
        if self.shape.datasets:
            instances = [
                one for one in instances if one.get("datasetId", "@none") in self.shape.datasets
            ]
        if not instances:
            return None
        if self.shape.form is Form.SIMPLIFIED:
            return self._simplified(instances)
        found = [self._full(one, _stamp(stamps, name, one)) for one in instances]
        if self.shape.form is Form.CONCISE:
            found = [concise(one) for one in found]
        return found[0] if len(found) == 1 else found

    def _full(self, instance: Mapping[str, Any], stamp: Any = None) -> dict[str, Any]:
        shown: dict[str, Any] = {}
        for key, value in self._translated(instance).items():
            if key in ("vocab", "objectType", "valueType", "entityTypeSealed"):
                shown[key] = _renamed(value, self.names)
            elif key in _FLAT:
                shown[key] = value
            elif isinstance(value, list):
                shown[self.names.outward(key)] = [self._full(one) for one in value]
            else:
                shown[self.names.outward(key)] = self._full(value)
        if self.shape.system and stamp is not None:
            shown["createdAt"] = format_instant(from_micros(stamp[0]))
            shown["modifiedAt"] = format_instant(from_micros(stamp[1]))
        return shown

    def _translated(self, instance: Mapping[str, Any]) -> Mapping[str, Any]:
        if self.wanted is None or not isinstance(instance.get("languageMap"), Mapping):
            return instance
        tag, text = choose(instance["languageMap"], self.wanted)
        rest = {key: one for key, one in instance.items() if key not in ("type", "languageMap")}
        return {"type": "Property", "value": text, "lang": tag, **rest}

    def _simplified(self, instances: list[Any]) -> Any:
        values = {
            one.get("datasetId", "@none"): self._value(self._translated(one)) for one in instances
        }
        if len(instances) == 1 and "@none" in values:
            return values["@none"]
        return {"dataset": values}

    def _value(self, instance: Mapping[str, Any]) -> Any:
        return simplified(instance, self.names)


def simplified(instance: Mapping[str, Any], names: Names) -> Any:
    """The value of an instance as 4.5.4 shows it."""
    member = VALUE_OF[instance["type"]]
    value = instance.get(member)
    if member == "vocab":
        return {"vocab": _renamed(value, names)}
    if member in ("languageMap", "json"):
        return {member: value}
    if member == "objectList" and isinstance(value, list):
        return [one["object"] for one in value]
    return value


def concise(instance: Mapping[str, Any]) -> Any:
    """A normalized instance (client's names) in the shortest form that loses nothing."""
    kind = instance["type"]
    short = {key: _concise_sub(key, one) for key, one in instance.items() if key != "type"}
    if kind == "ListRelationship" and isinstance(short.get("objectList"), list):
        short["objectList"] = [one["object"] for one in short["objectList"]]
    value = instance.get("value")
    if kind == "Property" and looks_like_geometry(value):
        return {"type": kind, **short}
    if short.keys() == {"value"} and (
        kind == "GeoProperty" or _unambiguous(value) or value == NULL
    ):
        return value
    return short


def _concise_sub(key: str, value: Any) -> Any:
    if key in _FLAT or key == "entityTypeSealed":
        return value
    if isinstance(value, list):
        return [concise(one) for one in value]
    return concise(value)


def _unambiguous(value: Any) -> bool:
    """Whether a bare value would be read back as the value of a Property and as nothing else."""
    if isinstance(value, Mapping):
        return not _AMBIGUOUS & value.keys() and not any(map(looks_like_instance, value.values()))
    if isinstance(value, list):
        return not any(map(looks_like_instance, value))
    return bool(value != NULL)


def _renamed(value: Any, names: Names) -> Any:
    if isinstance(value, list | tuple):
        return [names.outward(one) for one in value]
    return value if value == NULL else names.outward(value)


def _stamp(stamps: Mapping[str, Any], name: str, instance: Mapping[str, Any]) -> Any:
    """[created, modified, …] in microseconds of an instance (see `context.store.state.pack`)."""
    if not stamps:
        return None
    dataset = instance.get("datasetId", "")
    return stamps.get(f"{name} {dataset}" if dataset else name, stamps.get("*"))
