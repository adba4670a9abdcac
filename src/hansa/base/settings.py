"""What `city.yaml` says: all that makes one city differ from another, as one frozen value."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from hansa.base import yamlfile
from hansa.base.access import Access
from hansa.base.problems import BadFile


class MapSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where the map opens; degrees, longitude first (RFC 7946)."""

    center: tuple[float, float]
    zoom: float = 11.0
    bounds: tuple[float, float, float, float] | None = None


class EgressSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Origins that the node may call; empty means none."""

    allow: tuple[str, ...] = ()


class CityFile(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="camel"
):
    """The members of `city.yaml`. `retention`: type -> days for which its history is kept.

    `profile`: `no-personal-data` in a city that is not (yet) allowed to hold any.
    """

    name: str
    title: dict[str, str]
    zone: str
    world: str = "actual"
    languages: tuple[str, ...] = ("en",)
    head_title: dict[str, str] = msgspec.field(default_factory=dict)
    map: MapSettings
    egress: EgressSettings = msgspec.field(default_factory=EgressSettings)
    tenants: tuple[str, ...] = ()
    retention: dict[str, Annotated[int, msgspec.Meta(ge=1)]] = msgspec.field(default_factory=dict)
    access: Access = msgspec.field(default_factory=Access)
    profile: Literal["full", "no-personal-data"] = "full"


class CitySettings(msgspec.Struct, frozen=True, kw_only=True):
    """A checked `city.yaml` and the folder it stands in."""

    name: str
    title: Mapping[str, str]
    zone: ZoneInfo
    world: str
    languages: tuple[str, ...]
    head_title: Mapping[str, str]
    map: MapSettings
    egress: EgressSettings
    tenants: tuple[str, ...]
    retention: Mapping[str, timedelta]
    folder: Path
    access: Access = msgspec.field(default_factory=Access)
    profile: str = "full"

    @property
    def impersonal(self) -> bool:
        """Whether the city holds no personal data: writes of them are refused."""
        return self.profile == "no-personal-data"

    @property
    def exercise(self) -> bool:
        """Whether the city lives in an exercise world."""
        return self.world != "actual"


def load_city(folder: Path) -> CitySettings:
    """Read and check `folder/city.yaml`; BadFile names file, line and field."""
    path = folder / "city.yaml"
    given = yamlfile.load(path, CityFile)
    if given.world != "actual" and not given.world.removeprefix("exercise:").strip():
        raise BadFile("an exercise needs a name", where=yamlfile.line_of(path, "world"))
    if given.world != "actual" and not given.world.startswith("exercise:"):
        raise BadFile(
            f"{given.world!r} is no world",
            where=yamlfile.line_of(path, "world"),
            remedy="write actual, or exercise:NAME",
        )
    return CitySettings(
        name=given.name,
        title=given.title,
        zone=_zone(given.zone, path),
        world=given.world,
        languages=given.languages,
        head_title=given.head_title,
        map=given.map,
        egress=given.egress,
        tenants=given.tenants,
        retention={name: timedelta(days=days) for name, days in given.retention.items()},
        folder=folder.resolve(),
        access=given.access,
        profile=given.profile,
    )


def _zone(name: str, path: Path) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadFile(
            f"{name!r} is not a time zone of the IANA database",
            where=yamlfile.line_of(path, "zone"),
            remedy="write for example Europe/Moscow",
        ) from error
