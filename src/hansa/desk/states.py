"""The life of an incident as one table: which order is taken in which state, and where to.

New -> Acknowledged -> Active -> Stable -> Closed. Closing is allowed from every open state (a
false alarm is closed at once) and needs a reason; a stable incident that breaks out again is
active again; a closed one is reopened, by a person as acknowledged, by an alert as new.
"""

from collections.abc import Mapping
from enum import StrEnum

from hansa.desk.errors import WrongState


class State(StrEnum):
    """The states, as the attribute `state` holds them."""

    NEW = "new"
    ACKNOWLEDGED = "acknowledged"
    ACTIVE = "active"
    STABLE = "stable"
    CLOSED = "closed"


class Verb(StrEnum):
    """What a person may order, as the path names it."""

    ACKNOWLEDGE = "acknowledge"
    ACTIVATE = "activate"
    STABILISE = "stabilise"
    CLOSE = "close"
    REOPEN = "reopen"
    ASSIGN = "assign"
    PRIORITISE = "prioritise"
    RETYPE = "retype"
    NOTE = "note"


ENTRY_KIND: Mapping[Verb, str] = {
    Verb.ACKNOWLEDGE: "acknowledged",
    Verb.ACTIVATE: "activated",
    Verb.STABILISE: "stabilised",
    Verb.CLOSE: "closed",
    Verb.REOPEN: "reopened",
    Verb.ASSIGN: "assigned",
    Verb.PRIORITISE: "prioritised",
    Verb.RETYPE: "retyped",
    Verb.NOTE: "note",
}
"""The kind of timeline entry that each order leaves."""

OPEN = (State.NEW, State.ACKNOWLEDGED, State.ACTIVE, State.STABLE)

TRANSITIONS: Mapping[tuple[State, Verb], State] = {
    (State.NEW, Verb.ACKNOWLEDGE): State.ACKNOWLEDGED,
    (State.ACKNOWLEDGED, Verb.ACTIVATE): State.ACTIVE,
    (State.STABLE, Verb.ACTIVATE): State.ACTIVE,
    (State.ACTIVE, Verb.STABILISE): State.STABLE,
    **{(state, Verb.CLOSE): State.CLOSED for state in OPEN},
    (State.CLOSED, Verb.REOPEN): State.ACKNOWLEDGED,
    **{
        (state, verb): state
        for state in OPEN
        for verb in (Verb.ASSIGN, Verb.PRIORITISE, Verb.RETYPE)
    },
    **{(state, Verb.NOTE): state for state in State},
}


def step(state: str, verb: Verb, where: str = "") -> State:
    """The state after the order; WrongState says what the present state allows."""
    found = TRANSITIONS.get((State(state), verb))
    if found is None:
        allowed = [one.value for (origin, one) in TRANSITIONS if origin == state]
        raise WrongState(
            f"an incident that is {state} cannot be ordered to {verb}",
            where=where,
            rule="new, acknowledged, active, stable, closed",
            remedy=f"now possible: {', '.join(allowed)}",
        )
    return found
