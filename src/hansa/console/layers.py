"""How entities become points of the map: data, read once, used here and by the page alike."""

from collections.abc import Iterator, Mapping
from importlib import resources
from pathlib import Path
from typing import Any, Literal

import msgspec

from hansa.base import yamlfile
from hansa.base.vocabulary import Vocabulary
from hansa.context import Document, instance_value

_SHAPED = frozenset({"line", "area", "hatch"})


class Layer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="camel"):
    """One type on the map; `layers.yaml` says what each member means. Times in seconds."""

    sector: str = ""
    sector_from: str | None = None
    title: str | None = None
    value: str | None = None
    at: str | None = None
    location: str = "location"
    open: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    measured: bool = False
    stale_after: float | None = None
    gone_after: float | None = None
    until: str | None = None
    hatch_by: str | None = None
    draw: Literal["point", "vehicle", "line", "area", "hatch"] = "point"


class LayersFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The members of `layers.yaml`."""

    layers: dict[str, Layer]


def load_layers(vocabulary: Vocabulary) -> Mapping[str, Layer]:
    """The layers of the package; a layer without a sector takes the one of its type."""
    path = Path(str(resources.files("hansa.console") / "layers.yaml"))
    given = yamlfile.load(path, LayersFile).layers
    return {
        name: msgspec.structs.replace(layer, sector=layer.sector or vocabulary.types[name].sector)
        for name, layer in given.items()
    }


def shown_of(layer: Layer) -> tuple[str, ...]:
    """The attributes from which a point is made."""
    named = (
        layer.location,
        layer.title,
        layer.value,
        layer.at,
        layer.sector_from,
        layer.until,
        layer.hatch_by,
    )
    return tuple(name for name in named if name)


def point_of(entity_id: str, kind: str, document: Document, layer: Layer) -> Any:
    """The entity as a point (see `Point` in the page's model.ts), or None off the map."""
    place = _value(document, layer.location)
    location = _location(place, layer)
    if location is None:
        return None
    headline = _instance(document, layer.value)
    return {
        "id": entity_id,
        "type": kind,
        "sector": _value(document, layer.sector_from) or layer.sector,
        "location": location,
        "at": _time(document, layer, headline),
        "title": _value(document, layer.title),
        "value": _scalar(instance_value(headline) if headline else None),
        "unit": headline.get("unitCode") if headline else None,
        "until": _moment(document, layer.until),
        "hatch": _value(document, layer.hatch_by),
        "shape": place if layer.draw in _SHAPED else None,
    }


def _location(place: Any, layer: Layer) -> list[float] | None:
    """Where the point stands: the place, or the middle of the shape's bounds."""
    if not isinstance(place, dict):
        return None
    if layer.draw in _SHAPED:
        corners = list(_corners(place.get("coordinates")))
        columns = list(zip(*corners, strict=True))
        return [(min(one) + max(one)) / 2 for one in columns] or None
    return place["coordinates"][:2] if place.get("type") == "Point" else None


def _corners(given: Any) -> Iterator[tuple[float, float]]:
    if isinstance(given, list) and given and isinstance(given[0], int | float):
        yield given[0], given[1]
    elif isinstance(given, list):
        for one in given:
            yield from _corners(one)


def _time(document: Document, layer: Layer, headline: Document | None) -> Any:
    if layer.at is None:
        return headline.get("observedAt") if headline else None
    return _moment(document, layer.at)


def _moment(document: Document, name: str | None) -> Any:
    """The time that an attribute holds, else the one at which it was true."""
    instance = _instance(document, name)
    found = None if instance is None else instance_value(instance)
    if isinstance(found, dict) and "@value" in found:
        return found["@value"]
    if isinstance(found, str):
        return found
    return None if instance is None else instance.get("observedAt")


def _scalar(value: Any) -> Any:
    return value if isinstance(value, int | float | str) else None


def _value(document: Document, name: str | None) -> Any:
    found = _instance(document, name)
    return None if found is None else instance_value(found)


def _instance(document: Document, name: str | None) -> Document | None:
    """The default instance of an attribute, else its first."""
    found: Any = document.get(name) if name else None
    if isinstance(found, list):
        found = next((one for one in found if "datasetId" not in one), found[0])
    return found if isinstance(found, dict) else None
