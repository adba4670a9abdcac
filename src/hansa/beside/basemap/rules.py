"""Tags into layers and classes, by the rules of `layers.yaml`."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from importlib import resources
from pathlib import Path

import msgspec

from hansa.base import yamlfile
from hansa.beside.basemap.model import HIGHEST, Placed, Shape

LANGUAGES = ("en", "ru", "uk")  # of the console; a name in another language is `name`

_LONGEST = 120  # letters of a name that a map can show

Tags = Mapping[str, str]
_Asked = dict[str, tuple[str, ...]]


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One rule of a layer; `layers.yaml` says what each member means."""

    kind: str = msgspec.field(name="class")
    zoom: int = msgspec.field(name="from")
    when: _Asked
    unless: _Asked = msgspec.field(default_factory=dict)
    keep: dict[str, str] = msgspec.field(default_factory=dict)

    def holds(self, tags: Tags) -> bool:
        """Whether an object with these tags is meant."""
        wanted = all(_has(tags, key, values) for key, values in self.when.items())
        return wanted and not any(_has(tags, key, values) for key, values in self.unless.items())


class Layer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One layer of the tiles."""

    shape: Shape
    hold: int
    rules: tuple[Rule, ...]
    names: int = HIGHEST + 1
    merge: bool = False
    sized: bool = False


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    layers: dict[str, Layer]


class Rules:
    """All layers in their order."""

    def __init__(self, layers: Mapping[str, Layer]) -> None:
        self.layers = dict(layers)

    @cached_property
    def _by_key(self) -> Mapping[str, list[tuple[int, int, Rule]]]:
        """Layer, rank and rule by the first key that the rule asks for."""
        found: dict[str, list[tuple[int, int, Rule]]] = {}
        for number, layer in enumerate(self.layers.values()):
            for rank, rule in enumerate(layer.rules):
                found.setdefault(next(iter(rule.when)), []).append((number, rank, rule))
        return found

    def placed(self, tags: Tags) -> Iterator[Placed]:
        """Where an object with these tags stands: once in each layer that wants it."""
        best: dict[int, tuple[int, Rule]] = {}
        for key in tags:
            for number, rank, rule in self._by_key.get(key, ()):
                if rule.holds(tags) and (number not in best or rank < best[number][0]):
                    best[number] = (rank, rule)
        layers = tuple(self.layers.values())
        for number, (rank, rule) in best.items():
            layer = layers[number]
            properties = _properties(rule, layer, tags)
            if not layer.sized or "name" in properties:
                yield Placed(number, layer.shape, rule.zoom, rank, properties, layer.sized)


def load(path: Path | None = None) -> Rules:
    """The layers of the package, or of another file."""
    shipped = Path(str(resources.files("hansa.beside.basemap") / "layers.yaml"))
    return Rules(yamlfile.load(path or shipped, _File).layers)


def _has(tags: Tags, key: str, values: tuple[str, ...]) -> bool:
    found = tags.get(key)
    return found is not None and (not values or found in values)


def _properties(rule: Rule, layer: Layer, tags: Tags) -> dict[str, str | int]:
    found: dict[str, str | int] = {"class": rule.kind}
    for key, name in rule.keep.items():
        if key in tags:
            found[name] = tags[key][:_LONGEST]
    if layer.names <= HIGHEST and "name" in tags:
        found |= _names(tags)
    if layer.shape is Shape.LINE and (tags.get("bridge", "no") != "no"):
        found["bridge"] = 1
    elif layer.shape is Shape.LINE and (tags.get("tunnel", "no") != "no"):
        found["tunnel"] = 1
    return found


def _names(tags: Tags) -> dict[str, str]:
    """The name as it is written there, and in a language of the console where it differs."""
    name = tags["name"][:_LONGEST]
    others = {f"name_{one}": tags.get(f"name:{one}", name)[:_LONGEST] for one in LANGUAGES}
    return {"name": name} | {key: text for key, text in others.items() if text != name}
