"""An organisation as the desk knows it: a department, enterprise, utility or company."""

from collections.abc import Mapping
from dataclasses import dataclass

from hansa.base.ids import urn
from hansa.desk.clocks.model import WorkingCalendar

ORGANIZATION = "Organization"

KINDS = ("department", "enterprise", "utility", "company")


def organization_id(key: str) -> str:
    """The id of the entity of the organisation that the city's folder calls `key`."""
    return urn(ORGANIZATION, key)


@dataclass(frozen=True, slots=True)
class Organization:
    """One that takes tasks. `telephone`: of its duty desk; `calendar`: by which it works."""

    key: str
    kind: str
    name: Mapping[str, str]
    telephone: str
    sectors: tuple[str, ...]
    calendar: WorkingCalendar

    @property
    def id(self) -> str:
        """The id of its entity."""
        return organization_id(self.key)
