"""Answers of Open311 in its two forms, JSON and XML, with its own shape of errors. Pure.

XML names are the standard's: a list `service_requests` of `request`, `services` of `service`;
where JSON has a list of keys, XML has an element per key.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree import ElementTree

import orjson

from hansa.base.problems import Problem
from hansa.base.web import Response

JSON, XML = "json", "xml"
_TYPES = {JSON: "application/json; charset=utf-8", XML: "text/xml; charset=utf-8"}
_MEMBERS = {  # list -> its member in XML
    "services": "service",
    "service_requests": "request",
    "errors": "error",
    "attributes": "attribute",
    "values": "value",
    "endpoints": "endpoint",
    "formats": "format",
}


def answer(
    name: str, value: Any, form: str, status: int = 200, headers: Sequence[tuple[str, str]] = ()
) -> Response:
    """`value` as a document whose XML root is `name`."""
    if form == JSON:
        body = orjson.dumps(value, option=orjson.OPT_UTC_Z)
    else:
        body = ElementTree.tostring(_element(name, value), "utf-8", xml_declaration=True)
    return Response(status, body, (("Content-Type", _TYPES[form]), *headers))


def refusal(problem: Problem, form: str) -> Response:
    """A problem in the words of GeoReport v2: a list of errors with code and description."""
    place = f"{problem.where}: " if problem.where else ""
    text = place + problem.detail + (f" ({problem.remedy})" if problem.remedy else "")
    errors = [{"code": problem.status, "description": text}]
    return answer("errors", errors, form, problem.status)


def _element(name: str, value: Any) -> ElementTree.Element:
    made = ElementTree.Element(name)
    if isinstance(value, Mapping):
        for key, inner in value.items():
            made.append(_element(key, inner))
    elif isinstance(value, list | tuple):
        for inner in value:
            made.append(_element(_MEMBERS.get(name, "value"), inner))
    elif isinstance(value, bool):
        made.text = "true" if value else "false"
    elif value is not None:
        made.text = _clean(str(value))
    return made


def _clean(text: str) -> str:
    """Without the control characters that XML 1.0 cannot hold (2.2)."""
    return "".join(one for one in text if one >= " " or one in "\t\n\r")
