"""What the package knows of any city: services with their themes, first steps, time zones."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from importlib import resources
from pathlib import Path

import msgspec

from hansa.app.newcity.model import Service
from hansa.base import yamlfile

_DEGREES = {"lat": 2, "lon": 3}  # digits of whole degrees (ISO 6709)


class ServiceEntry(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="camel"
):
    """One service of `starter/services.yaml`."""

    sector: str
    themes: tuple[str, ...]
    resource: str = ""
    incident_type: str = ""
    keeper: bool = False


class StepEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The first step of a playbook."""

    name: dict[str, str]
    what: dict[str, str]


class ServicesFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The members of `starter/services.yaml`."""

    services: dict[str, ServiceEntry]
    steps: dict[str, StepEntry]


def starter() -> Path:
    """The folder of the package that every new city begins with."""
    return Path(str(resources.files("hansa.app.newcity") / "starter"))


def services_file() -> ServicesFile:
    """Services and steps as the package knows them."""
    return yamlfile.load(starter() / "services.yaml", ServicesFile)


def services_of(file: ServicesFile) -> Mapping[str, Service]:
    """The services by key."""
    return {
        key: Service(key, one.sector, one.themes, one.resource, one.incident_type, one.keeper)
        for key, one in file.services.items()
    }


def place_of_zone(zone: str) -> tuple[float, float] | None:
    """Longitude and latitude of the city a time zone is named after; None where nobody tells."""
    for line in _tab().splitlines():
        parts = line.split("\t")
        if len(parts) > 2 and not line.startswith("#") and parts[2] == zone:
            lat, lon = _degrees(parts[1])
            return round(lon, 3), round(lat, 3)
    return None


def _tab() -> str:
    with suppress(FileNotFoundError, ModuleNotFoundError):
        return (resources.files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8")
    return ""


def _degrees(text: str) -> Iterator[float]:
    """±DDMM[SS]±DDDMM[SS] as degrees, latitude first."""
    cut = max(text.rfind("+"), text.rfind("-"))
    for part, digits in ((text[:cut], _DEGREES["lat"]), (text[cut:], _DEGREES["lon"])):
        sign, rest = (-1 if part[0] == "-" else 1), part[1:]
        minutes, seconds = rest[digits : digits + 2] or "0", rest[digits + 2 :] or "0"
        yield sign * (int(rest[:digits]) + int(minutes) / 60 + int(seconds) / 3600)
