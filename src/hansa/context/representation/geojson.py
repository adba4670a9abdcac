"""Entities as GeoJSON features (GS CIM 009 v1.9.1, 4.5.16 and 4.5.17; RFC 7946)."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import orjson

from hansa.context.jsonld import Names
from hansa.context.model import Entity
from hansa.context.representation.geometry import looks_like_geometry
from hansa.context.representation.rendering import render_members
from hansa.context.representation.shape import Shape


def feature(
    entity: Entity, names: Names, shape: Shape, geometry: str = "location"
) -> dict[str, Any]:
    """One Feature; `geometry` is the canonical name of the GeoProperty to draw."""
    properties = render_members(entity, names, shape)
    properties.pop("id", None)
    return {
        "id": entity.id,
        "type": "Feature",
        "geometry": _geometry(entity, shape, geometry),
        "properties": properties,
        **shape.tail(),
    }


def collection(
    entities: Iterable[Entity], names: Names, shape: Shape, geometry: str = "location"
) -> bytes:
    """A FeatureCollection; the context stands once, the world in every feature."""
    inner = replace(shape, context=None)
    features = [feature(one, names, inner, geometry) for one in entities]
    return orjson.dumps({"type": "FeatureCollection", "features": features, **shape.tail()})


def _geometry(entity: Entity, shape: Shape, name: str) -> Any:
    """The geometry of the instance asked for, else of the default one, else null (4.5.16.1)."""
    given = entity.document.get(name)
    instances = given if isinstance(given, list) else [given]
    wanted = shape.datasets or ("@none",)
    for one in instances:
        if isinstance(one, dict) and one.get("datasetId", "@none") in wanted:
            value = one.get("value")
            return value if looks_like_geometry(value) else None
    return None
