"""A city's `sources/*.yaml` as checked, compiled sources."""

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec

from hansa.base import yamlfile
from hansa.base.ids import urn
from hansa.base.vocabulary import Vocabulary
from hansa.guard import Override
from hansa.sectors.connectors.files.settings import FilesSettings
from hansa.sectors.connectors.plan import Settings
from hansa.sectors.connectors.registry import CONNECTORS, FILES, Registry, load_settings
from hansa.sectors.errors import BadMapping
from hansa.sectors.mapping import check
from hansa.sectors.mapping.compile import (
    Mapper,
    compile_constants,
    compile_identity,
    compile_mapping,
    fields_of,
    personal_attributes,
)
from hansa.sectors.mapping.schema import SourceFile
from hansa.sectors.model import Row

ENTITY = "DataSource"


@dataclass(frozen=True, slots=True)
class Source:
    """One usable source. `id`: its DataSource entity, the owner of what it writes.

    `digest`: of the mapping's text; a changed mapping reads known files anew. `constants`: the
    attributes that are the same for every entity. `columns`: those a table must have.
    `personal`: columns whose cells must not stand in the clear, not even in quarantine. `turn`:
    who reads files of the source holds it, so that two readers do not count over each other.
    """

    name: str
    id: str
    path: Path
    digest: str
    file: SourceFile
    settings: Settings
    mapper: Mapper
    identity: Callable[[Row], str]
    constants: Mapping[str, Any]
    columns: frozenset[str]
    personal: bool
    turn: asyncio.Lock = field(default_factory=asyncio.Lock, compare=False, repr=False)

    @property
    def is_files(self) -> bool:
        """Whether its rows come in files."""
        return isinstance(self.settings, FilesSettings)

    @property
    def files(self) -> FilesSettings:
        """How its files are read; only of a source that has any."""
        assert isinstance(self.settings, FilesSettings)  # noqa: S101 - `is_files` was asked
        return self.settings

    def with_mapper(self, mapper: Mapper) -> "Source":
        """The same source with another mapping function."""
        return replace(self, mapper=mapper)


def load_sources(
    folder: Path, vocabulary: Vocabulary, registry: Registry = CONNECTORS
) -> tuple[Source, ...]:
    """Every source of the city's folder, by file name; BadMapping says what is wrong where."""
    sources = tuple(
        load_source(path, vocabulary, registry)
        for path in sorted((folder / "sources").glob("*.yaml"))
    )
    seen: dict[str, Path] = {}
    for source in sources:
        if source.name in seen:
            raise BadMapping(
                f"the source {source.name} stands in {seen[source.name].name} too",
                where=yamlfile.line_of(source.path, "source"),
                rule="a source has a name of its own",
            )
        seen[source.name] = source.path
    return sources


def load_source(path: Path, vocabulary: Vocabulary, registry: Registry = CONNECTORS) -> Source:
    """One checked and compiled source."""
    file = yamlfile.load(path, SourceFile)
    owner = urn(ENTITY, file.source)
    for where, detail, rule, remedy in check.findings(file, vocabulary):
        member = ".".join(str(step) for step in where)
        place = f"{yamlfile.line_of(path, *where)} {member}"
        raise BadMapping(detail, where=place, rule=rule, remedy=remedy)
    settings = _settings(path, file, registry)
    owned = msgspec.structs.replace(file, owner=file.owner or owner)
    return Source(
        name=file.source,
        id=owner,
        path=path,
        digest=hashlib.sha256(path.read_bytes()).hexdigest(),
        file=owned,
        settings=settings,
        mapper=compile_mapping(owned, vocabulary),
        identity=compile_identity(owned),
        constants=compile_constants(owned, vocabulary),
        columns=check.columns_of(owned),
        personal=bool(personal_attributes(owned, vocabulary)),
    )


def _settings(path: Path, file: SourceFile, registry: Registry) -> Settings:
    if file.connector != FILES:
        return load_settings(path, file.connector, registry)
    members = {name: getattr(file, name) for name in FilesSettings.__struct_fields__}
    return FilesSettings(**members)


def privacy_overrides(sources: tuple[Source, ...]) -> tuple[Override, ...]:
    """The privacy classes that mappings tighten; `app` hands them to the guard."""
    found: dict[tuple[str, str], Override] = {}
    for source in sources:
        for name, one in fields_of(source.file):
            if one.privacy is None:
                continue
            wish = Override(source.file.type, name, one.privacy, "", f"{source.path} fields.{name}")
            key = (source.file.type, name)
            if key not in found or found[key].klass.strictness < one.privacy.strictness:
                found[key] = wish
    return tuple(found.values())
