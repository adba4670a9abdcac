"""`faults` of a city's `outages.yaml`: which entities of a sector say that something is off.

The names of their attributes are data, so that whatever a network reports needs no code here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

from hansa.desk.outages.model import CutState

STATES = (CutState.PROPOSED.value, CutState.CONFIRMED.value)


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An attribute, and what its values mean here."""

    attribute: str
    values: dict[str, str] = msgspec.field(default_factory=dict)


class Among(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An attribute that has one of some values."""

    attribute: str
    values: frozenset[str]


class FaultShape(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="camel"
):
    """A rule as the city writes it."""

    type: str
    resource: Words
    houses: str
    restored: Among
    state: str = CutState.CONFIRMED.value
    people: str = ""
    starts: str = ""
    promised: str = ""
    ended: str = ""
    cause: str = "unknown"
    organization: Words | None = None


@dataclass(frozen=True, slots=True)
class FaultRule:
    """How faults of a type become outages. `resource`, `organization`: attribute and its values."""

    type: str
    state: CutState
    houses: str
    restored: str
    restored_values: frozenset[str]
    resource: str
    resources: Mapping[str, str]
    people: str = ""
    starts: str = ""
    promised: str = ""
    ended: str = ""
    cause: str = "unknown"
    organization: str = ""
    organizations: Mapping[str, str] = field(default_factory=dict)


def rule_of(shape: FaultShape) -> FaultRule:
    """The checked rule."""
    who = shape.organization
    return FaultRule(
        type=shape.type,
        state=CutState(shape.state),
        houses=shape.houses,
        restored=shape.restored.attribute,
        restored_values=shape.restored.values,
        resource=shape.resource.attribute,
        resources=shape.resource.values,
        people=shape.people,
        starts=shape.starts,
        promised=shape.promised,
        ended=shape.ended,
        cause=shape.cause,
        organization="" if who is None else who.attribute,
        organizations={} if who is None else who.values,
    )
