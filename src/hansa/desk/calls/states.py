"""The life of a call as one table: which order is taken in which state, and where to.

New -> routed (somebody has a task) or known (it belongs to an outage) -> done -> closed. Who
called is called back before closing; "not done" begins again, and that is counted. A call that
was taken wrongly is struck and stays readable.
"""

from collections.abc import Mapping
from enum import StrEnum

from hansa.desk.calls.errors import CallInAnotherState


class CallState(StrEnum):
    """The states, as the attribute `state` holds them."""

    NEW = "new"
    ROUTED = "routed"
    KNOWN = "known"
    DONE = "done"
    CLOSED = "closed"
    STRUCK = "struck"


class CallVerb(StrEnum):
    """What may be ordered about a call, as the path names it."""

    ATTACH = "attach"
    DETACH = "detach"
    THEME = "theme"
    INCIDENT = "incident"
    DONE = "done"
    CALLBACK = "callback"
    CLOSE = "close"
    REOPEN = "reopen"
    STRIKE = "strike"
    NOTE = "note"
    ROUTE = "route"


class CallBack(StrEnum):
    """What came of calling back."""

    CONFIRMED = "confirmed"
    NOT_DONE = "notDone"
    UNREACHABLE = "unreachable"


OPEN = (CallState.NEW, CallState.ROUTED, CallState.KNOWN, CallState.DONE)
WAITING = (CallState.NEW, CallState.ROUTED, CallState.KNOWN)
"""Something is still to be done; what is done only waits for the call back."""

KIND: Mapping[CallVerb, str] = {
    CallVerb.ATTACH: "call-attached",
    CallVerb.DETACH: "call-detached",
    CallVerb.THEME: "call-theme",
    CallVerb.INCIDENT: "call-joined",
    CallVerb.DONE: "call-done",
    CallVerb.CALLBACK: "call-called-back",
    CallVerb.CLOSE: "call-closed",
    CallVerb.REOPEN: "call-reopened",
    CallVerb.STRIKE: "call-struck",
    CallVerb.NOTE: "call-note",
    CallVerb.ROUTE: "call-routed",
}
"""The kind of timeline entry that each order leaves."""

_BESIDE = (CallVerb.THEME, CallVerb.INCIDENT)

TRANSITIONS: Mapping[tuple[CallState, CallVerb], CallState] = {
    (CallState.NEW, CallVerb.ATTACH): CallState.KNOWN,
    (CallState.ROUTED, CallVerb.ATTACH): CallState.KNOWN,
    (CallState.KNOWN, CallVerb.ATTACH): CallState.KNOWN,
    (CallState.KNOWN, CallVerb.DETACH): CallState.NEW,
    (CallState.NEW, CallVerb.ROUTE): CallState.ROUTED,
    (CallState.ROUTED, CallVerb.ROUTE): CallState.ROUTED,
    **{(state, verb): state for state in OPEN for verb in _BESIDE},
    **{(state, CallVerb.DONE): CallState.DONE for state in WAITING},
    (CallState.KNOWN, CallVerb.CALLBACK): CallState.KNOWN,
    (CallState.DONE, CallVerb.CALLBACK): CallState.DONE,
    (CallState.NEW, CallVerb.CLOSE): CallState.CLOSED,
    (CallState.KNOWN, CallVerb.CLOSE): CallState.CLOSED,
    (CallState.DONE, CallVerb.CLOSE): CallState.CLOSED,
    (CallState.DONE, CallVerb.REOPEN): CallState.NEW,
    (CallState.CLOSED, CallVerb.REOPEN): CallState.NEW,
    **{(state, CallVerb.STRIKE): CallState.STRUCK for state in (*OPEN, CallState.CLOSED)},
    **{(state, CallVerb.NOTE): state for state in CallState},
}
"""Where an order leads. Calling back leads on by what came of it, see `called_back`."""


def step(state: str, verb: CallVerb, where: str = "") -> CallState:
    """The state after the order; CallInAnotherState says what the present state allows."""
    origin = CallState(state)
    found = TRANSITIONS.get((origin, verb))
    if found is None:
        possible = ", ".join(one for state, one in TRANSITIONS if state is origin)
        raise CallInAnotherState(
            f"a call that is {state} cannot be ordered to {verb}",
            where=where,
            rule=", ".join(CallState),
            remedy=f"now possible: {possible}",
        )
    return found


def called_back(state: CallState, result: CallBack) -> CallState:
    """The state after a call back: confirmed closes, not done begins again, else it stays."""
    match result:
        case CallBack.CONFIRMED:
            return CallState.CLOSED
        case CallBack.NOT_DONE:
            return CallState.NEW
        case CallBack.UNREACHABLE:
            return state
