"""Incidents and timeline entries as the graph holds them: ids, keys, bodies."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from hansa.base.ids import urn
from hansa.base.times import format_instant
from hansa.context import Change, Op
from hansa.guard import Grant

INCIDENT = "Incident"
CALL = "Call"
ENTRY = "TimelineEntry"
ALERT = "Alert"
CONSUMER = "desk"  # of the change log: the room that answers alerts and timers
MACHINE = "machine:desk"
MOST_NAMED = 200  # entities that an incident itself names; its alerts name them all
NULL = {"type": "Property", "value": "urn:ngsi-ld:null"}  # takes an attribute away (5.5.12)


def incident_id(alert: str) -> str:
    """The id of the incident that an alert opens: the same when the log is read again."""
    return urn(INCIDENT, alert.removeprefix("urn:ngsi-ld:Alert:"))


def local_name(incident: str) -> str:
    """What stands behind the type in an incident's id; ids of its entries begin with it."""
    return incident.rpartition(":Incident:")[2]


def incident_key(alert: str) -> str:
    """The open key of an incident: one open incident per alert."""
    return f"incident:{alert}"


def due_timer(incident: str) -> str:
    """The key of the timer that tells when nobody took an incident."""
    return f"due {incident}"


def prop(value: Any) -> dict[str, Any]:
    """A Property; moments as RFC 3339 text."""
    plain = format_instant(value) if isinstance(value, datetime) else value
    return {"type": "Property", "value": plain}


def refers(targets: str | Sequence[str]) -> dict[str, Any]:
    """A Relationship to one entity or several."""
    if not isinstance(targets, str) and len(targets) == 1:
        targets = targets[0]
    return {"type": "Relationship", "object": targets if isinstance(targets, str) else [*targets]}


def listed(targets: Any) -> tuple[str, ...]:
    """The objects of a Relationship, one or several, as a tuple."""
    if targets is None:
        return ()
    return (targets,) if isinstance(targets, str) else tuple(targets)


def said_by(by: str | Grant) -> dict[str, Any]:
    """Who says it, and for whom: what a person does by an appointment bears both names."""
    if isinstance(by, str):
        return {"by": prop(by)}
    return {"by": prop(by.actor), **on_behalf(by)}


def on_behalf(grant: Grant) -> dict[str, Any]:
    """The name of whom a person acts for; nothing where they act for themselves."""
    return {"onBehalf": prop(grant.on_behalf)} if grant.on_behalf else {}


def concerning(subject: str) -> dict[str, Any]:
    """What a line or a task is about: an incident, a call, an outage (its id says which)."""
    named = {":Call:": "refCall", ":Outage:": "refOutage"}
    name = next((one for part, one in named.items() if part in subject), "refIncident")
    return {name: refers(subject)}


def entry(
    local: str,
    subject: str,
    kind: str,
    by: str | Grant,
    at: datetime,
    *,
    machine: bool,
    more: Mapping[str, Any] | None = None,
) -> Change:
    """A timeline entry. UPSERT: the machine's ids come from the log and may come again."""
    body = {
        "type": ENTRY,
        **concerning(subject),
        "kind": prop(kind),
        **said_by(by),
        "machine": prop(machine),
        "at": prop(at),
        **(more or {}),
    }
    return Change(Op.UPSERT, urn(ENTRY, local), body)
