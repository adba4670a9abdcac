"""What guard refuses, and how each refusal reads."""

from hansa.base.problems import HANSA, Forbidden, InvalidRequest, Problem, Unauthenticated


class UnknownRole(Forbidden):
    """A grant names a role that roles.yaml does not have."""

    type = HANSA + "unknown-role"
    title = "There is no such role"


class WrongCredentials(Unauthenticated):
    """Name and password do not belong together; which of the two is never said."""

    type = HANSA + "wrong-credentials"
    title = "Name or password is wrong"


class CsrfRefused(Forbidden):
    """A change was asked for without the header that only our own page can send."""

    type = HANSA + "csrf"
    title = "The request did not come from the console"


class WeakPassword(InvalidRequest):
    """The password is too short, too long or the account's own name."""

    type = HANSA + "weak-password"
    title = "Choose another password"


class JournalUnavailable(Problem):
    """What must be journalled could not be, so it was not done."""

    type = HANSA + "journal-unavailable"
    title = "The journal cannot be written"
    status = 503


class Damaged(Problem):
    """A sealed value does not open although its key is there: it is not what was written."""

    type = HANSA + "damaged"
    title = "A stored personal value is damaged"
