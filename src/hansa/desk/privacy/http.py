"""The privacy officer's routes. Who may is asked before anything is read."""

from collections.abc import Mapping
from typing import Any

from hansa.base.rights import OWN, Right, over
from hansa.base.web import Operation, Parameter, Route
from hansa.base.web.route import Handler
from hansa.context import City
from hansa.desk.privacy.asking import BODY
from hansa.desk.privacy.breach_http import Breaches
from hansa.desk.privacy.model import PrivacySettings
from hansa.desk.privacy.person_http import Persons
from hansa.desk.privacy.records_http import Records

_TAGS = ("privacy",)
_OFFICER, _LOOKS = over("erasure"), over("erasure", "journal")
_ACTS = Right(works=("privacy",), manages=("erasure",))
_PERSONAL = Right(works=("privacy",), manages=("erasure",), purpose=True)
_TEXT: Mapping[str, Any] = {"type": "string"}
_WHOLE: Mapping[str, Any] = {"type": "integer"}
_LIST: Mapping[str, Any] = {"type": "array", "items": {"type": "string"}}
_BY: Mapping[str, Any] = {
    "type": "object",
    "description": "One of them",
    "additionalProperties": False,
    "properties": {"telephone": _TEXT, "email": _TEXT, "name": _TEXT, "entity": _TEXT},
}
_LANGUAGE = Parameter("language", "Language of the sheet")
_FORMAT = Parameter("format", "json, csv or html")


def privacy_routes(city: City, settings: PrivacySettings) -> tuple[Route, ...]:
    """Every route below /privacy."""
    records, people = Records(city, settings), Persons(city, settings)
    breaches = Breaches(city, settings)
    person, breach = "/privacy/person", "/privacy/breaches"
    by = {"by": _BY}
    kept = {"text": _TEXT, "dataKinds": _LIST, "peopleAffected": _WHOLE, "measures": _TEXT}
    new = {**kept, "noticedAt": _TEXT, "happenedAt": _TEXT}
    hold = {"reason": _TEXT, "until": _TEXT, "entities": _LIST, "rule": _TEXT}
    erase = {**by, "word": _TEXT, "ground": _TEXT, "entities": _LIST}
    correct = {"entity": _TEXT, "attribute": _TEXT, "value": _TEXT, "expect": _WHOLE}
    notice = {"expect": _WHOLE, "toldAt": _TEXT, "foreignNumber": _TEXT}
    more = {**kept, "expect": _WHOLE, "close": {"type": "boolean"}}
    export = {**by, "format": _TEXT, "language": _TEXT}
    return (
        _get(
            "/privacy/profile",
            records.profile,
            "What of people this city refuses to hold",
            right=OWN,
        ),
        _get(
            "/privacy/register",
            records.register,
            "The register of processing",
            _FORMAT,
            _LANGUAGE,
            right=_LOOKS,
        ),
        _get("/privacy/flows", records.flows, "The data-flow sheet, HTML", _LANGUAGE, right=_LOOKS),
        _get("/privacy/retention", records.retention, "How long what is kept, and what is held"),
        _get(
            "/privacy/erasures",
            records.erasures,
            "What was erased and set right, newest first",
            Parameter("before", "Below this number: `next` of the page before", schema=_WHOLE),
        ),
        _post("/privacy/holds", records.hold, "Keep something from being erased", hold, 201),
        _post("/privacy/holds/{id}/lift", records.lift, "End a hold", {"expect": _WHOLE}),
        _person(person, people.person, "All about one person, by telephone, e-mail or name", by),
        _person(f"{person}/export", people.export, "The same as a file: json, html or pdf", export),
        _person(f"{person}/correct", people.correct, "Set a personal value right", correct),
        _person(f"{person}/erase", people.erase, "Forget a person for good", erase),
        _get(breach, breaches.breaches, "Breaches, and whom the law has told by when"),
        _post(breach, breaches.open_breach, "Keep a breach", new, 201),
        _post(f"{breach}/{{id}}", breaches.more_of_breach, "Add to a breach, or close it", more),
        _post("/privacy/notices/{id}/told", breaches.told, "Note that somebody was told", notice),
    )


def _get(
    path: str, handler: Handler, summary: str, *parameters: Parameter, right: Right = _OFFICER
) -> Route:
    operation = Operation(summary, _TAGS, parameters)
    return Route("GET", path, handler, operation=operation, strict=True, right=right)


def _person(path: str, handler: Handler, summary: str, members: Mapping[str, Any]) -> Route:
    """One that reads what is kept of somebody: the purpose is named with each request."""
    return _post(path, handler, summary, members, right=_PERSONAL)


def _post(
    path: str,
    handler: Handler,
    summary: str,
    members: Mapping[str, Any],
    status: int = 200,
    right: Right = _ACTS,
) -> Route:
    body = {"type": "object", "additionalProperties": False, "properties": members}
    told = {
        status: "Done",
        403: "Not for this role",
        404: "Nothing of that",
        409: "Held or changed",
    }
    operation = Operation(summary, _TAGS, request={"application/json": body}, responses=told)
    return Route("POST", path, handler, operation=operation, body_limit=BODY, right=right)
