"""An acting appointment as values: who acts for whom, in which role, from when to when. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from hansa.base.times import parse_instant
from hansa.context import instance_value
from hansa.guard import Delegation

APPOINTMENT = "ActingAppointment"
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class AppointmentState(StrEnum):
    """Of an ActingAppointment; the rights go by the clock, this word tells of them."""

    WAITING = "waiting"
    IN_FORCE = "inForce"
    ENDED = "ended"
    REVOKED = "revoked"


def state_at(begin: datetime, end: datetime, revoked: bool, now: datetime) -> AppointmentState:
    """What the clock says of an appointment."""
    if revoked:
        return AppointmentState.REVOKED
    if now < begin:
        return AppointmentState.WAITING
    return AppointmentState.IN_FORCE if now < end else AppointmentState.ENDED


def delegation_of(entity: str, document: Mapping[str, Any] | None, version: int) -> Delegation:
    """What an appointment means to guard; one that is gone, or revoked, delegates nothing."""
    told = {} if document is None else document
    begin, end = _moment(told, "actingFrom"), _moment(told, "actingUntil")
    revoked = _moment(told, "revokedAt")
    return Delegation(
        principal=_text(told, "principal"),
        acting=_text(told, "acting"),
        role=_text(told, "role"),
        valid_from=begin,
        valid_until=end if revoked == _NEVER else min(end, revoked),
        version=version,
        id=entity,
        rights=frozenset(listed_rights(_value(told, "rights"))),
        organization=_text(told, "organization"),
    )


def listed_rights(given: Any) -> tuple[str, ...]:
    """The rights of an appointment; a list of one is a single value in the graph."""
    if given is None:
        return ()
    return (given,) if isinstance(given, str) else tuple(map(str, given))


def _moment(told: Mapping[str, Any], name: str) -> datetime:
    """A time; one that is missing never comes, so what lacks it delegates nothing."""
    found = _value(told, name)
    return parse_instant(found) if isinstance(found, str) else _NEVER


def _text(told: Mapping[str, Any], name: str) -> str:
    found = _value(told, name)
    return "" if found is None else str(found)


def _value(told: Mapping[str, Any], name: str) -> Any:
    instance = told.get(name)
    if isinstance(instance, list):
        instance = next((one for one in instance if "datasetId" not in one), None)
    return None if instance is None else instance_value(instance)
