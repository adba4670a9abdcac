"""The one tree of errors, and what each says to a person.

Every refusal in Hansa is a `Problem`: what, where, which rule, what to do. `base.web`
turns it into an RFC 9457 document once; no handler builds an error answer of its own.
Types that ETSI names carry ETSI's URI (GS CIM 009 v1.9.1, 5.5.2 and table 6.3.2-1).
"""

from typing import ClassVar

ETSI = "https://uri.etsi.org/ngsi-ld/errors/"
HANSA = "urn:hansa:problem:"


class Problem(Exception):
    """A refusal that a person can act on.

    `where` names file, line and field or the member of the payload; `rule` the clause or
    rule that was broken; `remedy` what to do about it.
    """

    type: ClassVar[str] = ETSI + "InternalError"
    title: ClassVar[str] = "Internal error"
    status: ClassVar[int] = 500

    def __init__(self, detail: str, *, where: str = "", rule: str = "", remedy: str = "") -> None:
        super().__init__(detail)
        self.detail = detail
        self.where = where
        self.rule = rule
        self.remedy = remedy

    def __str__(self) -> str:
        parts = [f"{self.where}: {self.detail}" if self.where else self.detail]
        if self.rule:
            parts.append(f"(rule: {self.rule})")
        if self.remedy:
            parts.append(f"- {self.remedy}")
        return " ".join(parts)

    def document(self) -> dict[str, object]:
        """The RFC 9457 members."""
        members: dict[str, object] = {
            "type": self.type,
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
        }
        extra = {"where": self.where, "rule": self.rule, "remedy": self.remedy}
        return members | {name: text for name, text in extra.items() if text}


class InvalidRequest(Problem):
    """The request is not well formed: JSON, parameters, headers."""

    type = ETSI + "InvalidRequest"
    title = "The request is not valid"
    status = 400


class BadRequestData(Problem):
    """The request is well formed and its data are not what the rules allow."""

    type = ETSI + "BadRequestData"
    title = "The data do not meet the rules"
    status = 400


class AlreadyExists(Problem):
    type = ETSI + "AlreadyExists"
    title = "It exists already"
    status = 409


class ResourceNotFound(Problem):
    type = ETSI + "ResourceNotFound"
    title = "Not found"
    status = 404


class OperationNotSupported(Problem):
    type = ETSI + "OperationNotSupported"
    title = "This operation is not supported"
    status = 422


class TooComplexQuery(Problem):
    type = ETSI + "TooComplexQuery"
    title = "The query is too complex"
    status = 403


class TooManyResults(Problem):
    type = ETSI + "TooManyResults"
    title = "The query answers with too much"
    status = 403


class LdContextNotAvailable(Problem):
    type = ETSI + "LdContextNotAvailable"
    title = "The JSON-LD context cannot be had"
    status = 504


class NonexistentTenant(Problem):
    type = ETSI + "NonexistentTenant"
    title = "There is no such tenant"
    status = 404


class Unauthenticated(Problem):
    type = HANSA + "unauthenticated"
    title = "Please sign in"
    status = 401


class Forbidden(Problem):
    type = HANSA + "forbidden"
    title = "This role may not do that"
    status = 403


class ViewEnded(Forbidden):
    """The right to see ended while it was in use (time, role, agreement)."""

    type = HANSA + "view-ended"
    title = "The right to see this has ended"


class Conflict(Problem):
    """An `expect` did not hold: somebody else was first."""

    type = HANSA + "conflict"
    title = "It changed meanwhile"
    status = 409


class MethodNotAllowed(Problem):
    type = HANSA + "method-not-allowed"
    title = "This path does not know the method"
    status = 405


class NotAcceptable(Problem):
    type = HANSA + "not-acceptable"
    title = "None of the accepted media types can be given"
    status = 406


class LengthRequired(Problem):
    type = HANSA + "length-required"
    title = "Content-Length is required"
    status = 411


class PayloadTooLarge(Problem):
    type = HANSA + "payload-too-large"
    title = "The body is too large"
    status = 413


class UnsupportedMediaType(Problem):
    type = HANSA + "unsupported-media-type"
    title = "The media type of the body is not known"
    status = 415


class TooManyRequests(Problem):
    type = HANSA + "too-many-requests"
    title = "Too many attempts"
    status = 429

    def __init__(
        self,
        detail: str,
        *,
        seconds: int = 60,
        where: str = "",
        rule: str = "",
        remedy: str = "",
    ) -> None:
        super().__init__(detail, where=where, rule=rule, remedy=remedy)
        self.seconds = seconds  # Retry-After (RFC 9110, 10.2.3)


class BadFile(Problem):
    """A file of the city's folder, or a file of data, is not what it should be."""

    type = HANSA + "bad-file"
    title = "A file is not what it should be"
    status = 422


class StoreRefused(Problem):
    """The home cannot be used: another process owns it, another city, a newer version."""

    type = HANSA + "store-refused"
    title = "The home cannot be used"
    status = 503


class HistoryDamaged(StoreRefused):
    """A file of sealed history is not what was written."""

    type = HANSA + "history-damaged"
    title = "A part of the history is damaged"


class HistoryMissing(StoreRefused):
    """A file of sealed history is not there (any more)."""

    type = HANSA + "history-missing"
    title = "A part of the history is missing"


class HistoryNotKept(Problem):
    """What was known at that time was not kept: retention of the type ended before."""

    type = HANSA + "history-not-kept"
    title = "The history of that time was not kept"
    status = 410
