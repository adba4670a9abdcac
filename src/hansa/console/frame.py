"""What does not change while a person works: the city, its words, how values look."""

from collections.abc import Mapping
from typing import Any

import msgspec

from hansa.base.glossary import city_words
from hansa.base.symbols import symbols
from hansa.base.times import format_instant
from hansa.base.vocabulary import TypeDef, Vocabulary
from hansa.console.basemap import Archive
from hansa.console.files import File, notes
from hansa.console.layers import Layer
from hansa.console.replay import replay_of
from hansa.context import City
from hansa.guard import View


def frame(
    city: City,
    view: View,
    layers: Mapping[str, Layer],
    drawings: Mapping[str, File],
    base: Archive | None,
) -> dict[str, Any]:
    """The document of `GET /console/frame` (see `Frame` in the page's model.ts)."""
    settings, vocabulary = city.settings, city.vocabulary
    return {
        "city": {
            "name": settings.name,
            "title": settings.title,
            "headTitle": settings.head_title,
            "languages": settings.languages,
            "zone": settings.zone.key,
            "map": {
                "center": settings.map.center,
                "zoom": settings.map.zoom,
                "bounds": settings.map.bounds,
                "files": sorted(drawings),
                "notes": notes(drawings),
                "base": None if base is None else base.told(),
            },
        },
        "profile": settings.profile,
        "world": view.world.name,
        "now": format_instant(city.clock.now()),
        "replay": replay_of(city),
        "severities": [msgspec.to_builtins(step) for step in vocabulary.severity],
        "sectors": [msgspec.to_builtins(sector) for sector in vocabulary.sectors],
        "types": _types(vocabulary, view),
        "layers": {name: msgspec.to_builtins(layer) for name, layer in layers.items()},
        "units": symbols(),
        "words": city_words(settings.folder),
    }


def _types(vocabulary: Vocabulary, view: View) -> dict[str, Any]:
    return {
        name: {
            "words": definition.words,
            "sector": definition.sector,
            "attributes": _attributes(name, definition, view),
        }
        for name, definition in vocabulary.types.items()
        if view.admits((name,))
    }


def _attributes(type_name: str, definition: TypeDef, view: View) -> dict[str, Any]:
    """Words of the attributes that the view may see at all; the rest stays unsaid."""
    return {
        name: {"kind": details.kind, "unit": details.unit, "words": details.words}
        for name, details in definition.attributes.items()
        if view.sees((type_name,), name)
    }
