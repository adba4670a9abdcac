"""Open311 GeoReport v2 as a client reads it: service requests of another system as rows.

JSON and XML carry the same members (GeoReport v2, GET Service Requests); both become rows with
those names. Coordinates are numbers or None, whatever the sender wrote.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from hansa.base.problems import BadRequestData
from hansa.base.xmltree import children, local, parse

MEMBERS = (
    "service_request_id", "status", "status_notes", "service_name", "service_code", "description",
    "agency_responsible", "service_notice", "requested_datetime", "updated_datetime",
    "expected_datetime", "address", "address_id", "zipcode", "lat", "long", "media_url",
)  # fmt: skip


class BadOpen311(BadRequestData):
    """The answer is neither a list of service requests nor an error of Open311."""

    title = "The Open311 answer cannot be read"


def rows(data: bytes) -> Iterator[Mapping[str, Any]]:
    """Requests of a page. An `errors` answer is raised with the words of the sender."""
    found = _from_xml(data) if data.lstrip()[:1] == b"<" else _from_json(data)
    for one in found:
        if "code" in one and "service_request_id" not in one:
            raise BadOpen311(f"the sender says {one.get('code')}: {one.get('description', '')}")
        yield {name: _plain(one.get(name)) for name in MEMBERS} | {
            "lat": _number(one.get("lat")),
            "long": _number(one.get("long")),
        }


def _from_json(data: bytes) -> list[Mapping[str, Any]]:
    try:
        found = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise BadOpen311(str(error), rule="RFC 8259") from error
    if isinstance(found, Mapping):  # some servers wrap the list
        found = next((value for value in found.values() if isinstance(value, list)), None)
    if not isinstance(found, list) or not all(isinstance(one, Mapping) for one in found):
        raise BadOpen311("is no list of requests", rule="GeoReport v2, GET Service Requests")
    return found


def _from_xml(data: bytes) -> list[Mapping[str, Any]]:
    root = parse(data)
    name = "error" if local(root) == "errors" else "request"
    return [
        {local(member): (member.text or "").strip() for member in one}
        for one in children(root, name)
    ]


def _plain(value: Any) -> Any:
    return "" if value is None else value


def _number(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if abs(number) <= 180 else None
