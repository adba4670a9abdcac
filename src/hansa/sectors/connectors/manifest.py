"""What a connector says of itself, as data: the console's page and the documents are made of it."""

from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta

from hansa.base import yamlfile

LANGUAGES = ("en", "ru", "uk")
Words: TypeAlias = dict[str, str]
Kind: TypeAlias = Literal[
    "text", "number", "boolean", "list", "choice", "url", "secret", "path", "pointer"
]


class _Shape(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    pass


class Standard(_Shape, frozen=True, kw_only=True):
    """The standard that the connector speaks."""

    name: str
    version: str = ""
    link: str = ""


class Setting(_Shape, frozen=True, kw_only=True):
    """One member of `settings`. `default` is absent where the member must be written."""

    kind: Kind
    words: Words
    default: str | int | float | bool | None = None
    required: bool = False
    choices: tuple[str, ...] = ()
    unit: Literal["", "s", "B", "1"] = ""


class Limit(_Shape, frozen=True, kw_only=True):
    """Where the connector stops: beyond it something is refused and named."""

    value: int
    unit: Literal["s", "B", "1"]
    words: Words


class Manifest(_Shape, frozen=True, kw_only=True):
    """A `manifest.yaml`.

    `way`: a *folder* is watched, an address is asked again and again (*poll*), or it sends by
    itself (*subscription*). `health`: how it is judged whether a source of this kind is well.
    """

    name: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]*$")]
    title: Words
    about: Words
    way: Literal["folder", "poll", "subscription"]
    standard: Standard | None = None
    settings: dict[str, Setting]
    limits: dict[str, Limit] = msgspec.field(default_factory=dict)
    health: Words
    documentation: str


def _home() -> Path:
    return Path(str(resources.files("hansa.sectors.connectors")))


def load_manifest(name: str) -> Manifest:
    """The manifest of one connector."""
    return _load(_home() / name.replace("-", "_") / "manifest.yaml")


def load_manifests() -> tuple[Manifest, ...]:
    """Every connector's manifest, by name."""
    return tuple(_load(path) for path in sorted(_home().glob("*/manifest.yaml")))


@lru_cache(maxsize=64)  # files of the package: they do not change while it runs
def _load(path: Path) -> Manifest:
    return yamlfile.load(path, Manifest)
