"""The life of an outage and of a work as one table: which order is taken in which state.

An outage is proposed by calls and confirmed by a person, or opened by one at once; a work is
announced and runs from its hour on. Both are ended or cancelled, and nothing comes after.
"""

from collections.abc import Mapping
from enum import StrEnum

from hansa.desk.errors import WrongState
from hansa.desk.outages.model import OPEN, OUTAGE, WORK, Cut, CutState


class CutVerb(StrEnum):
    """What a person may order, as the path names it."""

    CONFIRM = "confirm"
    PROMISE = "promise"
    REPORT = "report"
    AREA = "area"
    END = "end"
    CANCEL = "cancel"


ENTRY_KIND: Mapping[CutVerb, str] = {
    CutVerb.CONFIRM: "outage-confirmed",
    CutVerb.PROMISE: "outage-promised",
    CutVerb.REPORT: "outage-reported",
    CutVerb.AREA: "outage-area",
    CutVerb.END: "outage-ended",
    CutVerb.CANCEL: "outage-cancelled",
}
OPENED = "outage-opened"
PROPOSED = "outage-proposed"
ANNOUNCED = "work-announced"
BEGAN = "work-began"
LATE = "outage-report-overdue"

_FROM: Mapping[CutVerb, frozenset[CutState]] = {
    CutVerb.CONFIRM: frozenset({CutState.PROPOSED}),
    CutVerb.END: frozenset({CutState.CONFIRMED, CutState.RUNNING}),
}
_TO: Mapping[CutVerb, CutState] = {
    CutVerb.CONFIRM: CutState.CONFIRMED,
    CutVerb.END: CutState.ENDED,
    CutVerb.CANCEL: CutState.CANCELLED,
}


def step(cut: Cut, verb: CutVerb) -> CutState:
    """The state after an order; WrongState where it is not taken."""
    if cut.state is None or cut.state not in _FROM.get(verb, OPEN):
        raise WrongState(
            f"{cut.state or 'it'} takes no order to {verb}",
            where=cut.id,
            remedy=f"allowed from: {', '.join(sorted(_FROM.get(verb, OPEN)))}",
        )
    return _TO.get(verb, cut.state)


def first_state(kind: str, *, begun: bool) -> CutState:
    """In what state a cut begins that a person tells of."""
    if kind == OUTAGE:
        return CutState.CONFIRMED
    assert kind == WORK  # noqa: S101 - there are two kinds
    return CutState.RUNNING if begun else CutState.ANNOUNCED
