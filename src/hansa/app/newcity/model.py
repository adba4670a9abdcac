"""What is asked of a new city, and what its spreadsheets say. Frozen values, no I/O."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

Words: TypeAlias = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Service:
    """What an organisation may do. `themes`: of the catalogue; `keeper`: of houses it manages."""

    key: str
    sector: str
    themes: tuple[str, ...] = ()
    resource: str = ""
    incident_type: str = ""
    keeper: bool = False


@dataclass(frozen=True, slots=True)
class Company:
    """An organisation as its row says it. `territory`: zones or districts by name."""

    key: str
    name: str
    telephone: str
    kind: str = "company"
    person: str = ""
    services: tuple[str, ...] = ()
    territory: tuple[str, ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True)
class Remark:
    """What is odd about a row. `refused`: it is left out; else it is taken, and a person looks."""

    file: str
    line: int
    field: str
    rule: str
    said: str
    remedy: str = ""
    refused: bool = True


@dataclass(frozen=True, slots=True)
class Houses:
    """What a table of houses names beside houses. `zones`: names by resource."""

    zones: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    districts: tuple[str, ...] = ()
    keepers: tuple[str, ...] = ()
    points: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Supplied:
    """Who supplies a zone."""

    resource: str
    zone: str
    company: str


@dataclass(frozen=True, slots=True)
class Sent:
    """One row of the routing table: for which themes or sectors, where, and to whom."""

    company: str = ""
    by: str = ""
    themes: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What follows from the spreadsheets together."""

    companies: tuple[Company, ...] = ()
    supplied: tuple[Supplied, ...] = ()
    rows: tuple[Sent, ...] = ()
    keepers: Mapping[str, str] = field(default_factory=dict)
    doers: Mapping[str, str] = field(default_factory=dict)
    remarks: tuple[Remark, ...] = ()
