"""What the shifts refuse, beside what the desk does."""

from hansa.base.problems import HANSA, BadRequestData, Conflict


class OnDutyAlready(Conflict):
    """Somebody is on duty at the post, and has not handed over."""

    type = HANSA + "on-duty-already"
    title = "Somebody is on duty there"


class NotOnDuty(Conflict):
    """Only who is on duty hands over, and only once."""

    type = HANSA + "not-on-duty"
    title = "You are not on duty there"


class SheetUnsigned(BadRequestData):
    """The sheet of the shift before is signed by who takes over, as it was handed over."""

    type = HANSA + "sheet-unsigned"
    title = "The hand-over sheet is to be signed"
