"""`open311.yaml`: which services a citizen may ask for, and what each wants to know.

Members are those of GeoReport v2 (GET Service List, GET Service Definition). Without the file
the city has no services and takes no requests; what it holds of other sources is still read.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec

from hansa.base import yamlfile
from hansa.base.problems import BadFile

FILE = "open311.yaml"
Datatype = Literal["string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"]


class Attribute(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A question that a service asks. `values`: key -> words, for the lists."""

    code: str
    datatype: Datatype = "string"
    required: bool = False
    description: dict[str, str]
    values: dict[str, dict[str, str]] = msgspec.field(default_factory=dict)


class Service(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One kind of request."""

    code: str
    name: dict[str, str]
    description: dict[str, str] = msgspec.field(default_factory=dict)
    group: str = ""
    keywords: tuple[str, ...] = ()
    agency: str = ""
    attributes: tuple[Attribute, ...] = ()


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    jurisdiction: str = ""
    contact: dict[str, str] = msgspec.field(default_factory=dict)
    key_service: dict[str, str] = msgspec.field(default_factory=dict, name="keyService")
    answers: Literal["number", "token"] = "number"
    services: tuple[Service, ...] = ()


class Catalogue(msgspec.Struct, frozen=True, kw_only=True):
    """A checked `open311.yaml`. `language`: the city's first, in which names are kept."""

    jurisdiction: str
    contact: Mapping[str, str]
    key_service: Mapping[str, str]
    tokens: bool
    services: Mapping[str, Service]
    language: str


def load_catalogue(folder: Path, languages: tuple[str, ...]) -> Catalogue:
    """The services of a city's folder; BadFile names file, line and field."""
    path = folder / FILE
    given = yamlfile.load(path, _File) if path.exists() else _File()
    for number, service in enumerate(given.services):
        _check(path, number, service, languages)
    codes = [one.code for one in given.services]
    for number, code in enumerate(codes):
        if code in codes[:number]:
            raise BadFile(
                f"the service {code} stands twice",
                where=yamlfile.line_of(path, "services", number, "code"),
            )
    return Catalogue(
        jurisdiction=given.jurisdiction,
        contact=given.contact,
        key_service=given.key_service,
        tokens=given.answers == "token",
        services={one.code: one for one in given.services},
        language=languages[0],
    )


def _check(path: Path, number: int, service: Service, languages: tuple[str, ...]) -> None:
    missing = [one for one in languages if not service.name.get(one)]
    if missing:
        raise BadFile(
            f"the service {service.code} has no name in {', '.join(missing)}",
            where=yamlfile.line_of(path, "services", number, "name"),
            rule="words in every language of the city",
        )
    if not service.code or "/" in service.code or "." in service.code:
        raise BadFile(
            f"{service.code!r} cannot be a service_code",
            where=yamlfile.line_of(path, "services", number, "code"),
            rule="it stands in paths: no dot, no slash",
        )
    for place, attribute in enumerate(service.attributes):
        if attribute.datatype.endswith("list") != bool(attribute.values):
            raise BadFile(
                f"{attribute.code}: lists, and only lists, name their values",
                where=yamlfile.line_of(path, "services", number, "attributes", place),
                rule="GeoReport v2, GET Service Definition",
            )
