"""Houses, zones and social objects as the index holds them, and what it answers. Frozen values."""

from dataclasses import dataclass
from enum import StrEnum

from hansa.desk.places import Point

BUILDING = "Building"
ZONE = "SupplyZone"
SOCIAL = "PointOfInterest"
TYPES = (BUILDING, ZONE, SOCIAL)


@dataclass(frozen=True, slots=True)
class Building:
    """A house. `zones`: those the table names and those whose outline holds it.

    `residents` and `children` are None where nobody told them.
    """

    id: str
    street: str
    house: str
    other_names: tuple[str, ...] = ()
    district: str = ""
    point: Point | None = None
    zones: tuple[str, ...] = ()
    residents: int | None = None
    children: int | None = None
    organization: str = ""
    managed_by: str = ""
    social: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The address as one line."""
        return f"{self.street}, {self.house}"


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone of supply. `outline`: its polygon as GeoJSON, None where houses name it."""

    id: str
    name: str
    resource: str
    organization: str = ""
    outline: object = None


@dataclass(frozen=True, slots=True)
class Social:
    """A school, a hospital, a pumping station: where people or supplies need more care."""

    id: str
    name: str
    category: str
    building: str = ""
    point: Point | None = None


class Match(StrEnum):
    """Why something was found."""

    EXACT = "exact"
    PREFIX = "prefix"
    TYPO = "typo"
    NEAR = "near"  # the street has no such house; these stand next to it


@dataclass(frozen=True, slots=True)
class Found:
    """A house, or (`building` is "") a street with its number of houses.

    `name`: the name by which the street was found, where it is not the one it bears now.
    """

    building: str
    street: str
    house: str
    match: Match
    name: str = ""
    houses: int = 0


@dataclass(frozen=True, slots=True)
class Count:
    """What is in some houses. `unknown`: houses of which nobody told how many live there."""

    houses: int = 0
    people: int = 0
    children: int = 0
    unknown: int = 0
    social: tuple[tuple[str, str], ...] = ()
