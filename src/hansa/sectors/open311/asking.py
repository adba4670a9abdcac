"""A request as a citizen's app sends it (GeoReport v2, POST Service Request). Pure.

The form is `application/x-www-form-urlencoded`; answers to a service's questions come as
`attribute[code]`, lists as `attribute[code][]`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from hansa.base.problems import BadRequestData, Problem
from hansa.base.times import parse_instant
from hansa.sectors.open311.catalogue import Attribute, Catalogue, Service

_ATTRIBUTE = re.compile(r"attribute\[([^\]]+)\](\[\])?")
_LONGEST = 4000  # characters of the description (GeoReport v2)
_SHORT = 256
_MOST = 200  # members of a form
_PERSONAL = ("first_name", "last_name", "phone", "email", "media_url")


@dataclass(frozen=True, slots=True)
class Asked:
    """A checked request. `position`: longitude, latitude in degrees (WGS 84), or None.

    `address_id`: the house as the city's table of addresses calls it.
    """

    service: Service
    position: tuple[float, float] | None
    address: str
    description: str
    personal: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, Sequence[str]] = field(default_factory=dict)
    address_id: str = ""


class MissingServiceCode(BadRequestData):
    """GeoReport v2 answers 404 where the service_code is none of the city's."""

    title = "There is no such service"
    status = 404


def parse_form(raw: bytes) -> dict[str, list[str]]:
    """Members of the form, each with all its values, in order."""
    try:
        pairs = parse_qsl(raw.decode("utf-8"), keep_blank_values=True, max_num_fields=_MOST)
    except (UnicodeDecodeError, ValueError) as error:
        raise BadRequestData(f"the form cannot be read: {error}", where="body") from error
    form: dict[str, list[str]] = {}
    for name, value in pairs:
        form.setdefault(name, []).append(value.strip())
    return form


def parse_request(form: Mapping[str, Sequence[str]], catalogue: Catalogue) -> Asked:
    """The request that the form makes; BadRequestData names the member at fault."""
    service = service_of(one_of(form, "service_code"), catalogue)
    position, address = _position(form), one_of(form, "address_string")
    known = one_of(form, "address_id")
    if position is None and not address and not known:
        raise BadRequestData(
            "nobody could find the place",
            where="lat, long, address_string",
            rule="GeoReport v2: a location is required",
            remedy="send lat and long, or address_string",
        )
    description = one_of(form, "description")
    _check_length("description", description, _LONGEST)
    personal = {name: text for name in _PERSONAL if (text := one_of(form, name))}
    for name, text in (*personal.items(), ("address_string", address), ("address_id", known)):
        _check_length(name, text, _SHORT * 2)
    return Asked(service, position, address, description, personal, _answers(form, service), known)


def service_of(code: str, catalogue: Catalogue) -> Service:
    """The service of that code; 400 where none is named, 404 where there is none."""
    if not code:
        raise BadRequestData("service_code was not provided", where="service_code")
    found = catalogue.services.get(code)
    if found is None:
        raise MissingServiceCode(
            f"there is no service {code!r}", where="service_code", remedy="see GET services"
        )
    return found


def one_of(form: Mapping[str, Sequence[str]], name: str) -> str:
    """The first value of a member, "" where it is absent."""
    values = form.get(name, ())
    return values[0] if values else ""


def _position(form: Mapping[str, Sequence[str]]) -> tuple[float, float] | None:
    lat, lon = one_of(form, "lat"), one_of(form, "long")
    if not lat and not lon:
        return None
    try:
        x, y = float(lon), float(lat)
    except ValueError as error:
        raise BadRequestData(f"{lat!r}, {lon!r} is no place", where="lat, long") from error
    if not (abs(x) <= 180 and abs(y) <= 90):
        raise BadRequestData(f"{lat}, {lon} is outside WGS 84", where="lat, long")
    return x, y


def _answers(form: Mapping[str, Sequence[str]], service: Service) -> dict[str, list[str]]:
    given: dict[str, list[str]] = {}
    for name, values in form.items():
        if (match := _ATTRIBUTE.fullmatch(name)) is not None:
            given.setdefault(match[1], []).extend(one for one in values if one)
    known = {one.code: one for one in service.attributes}
    if unknown := given.keys() - known.keys():
        raise BadRequestData(
            f"{service.code} does not ask for {', '.join(sorted(unknown))}",
            where="attribute",
            remedy=f"see GET services/{service.code}",
        )
    for attribute in service.attributes:
        _check_answer(attribute, given.get(attribute.code, []))
    return {code: values for code, values in given.items() if values}


def _check_answer(attribute: Attribute, values: Sequence[str]) -> None:
    where = f"attribute[{attribute.code}]"
    if attribute.required and not values:
        raise BadRequestData("an answer is required", where=where)
    if len(values) > 1 and attribute.datatype != "multivaluelist":
        raise BadRequestData("one answer is expected", where=where)
    for value in values:
        _check_length(where, value, _LONGEST)
        if (reason := _unfit(attribute, value)) is not None:
            raise BadRequestData(reason, where=where, rule=f"datatype {attribute.datatype}")


def _unfit(attribute: Attribute, value: str) -> str | None:
    """Why the value is not of the attribute's datatype; None where it is."""
    try:
        if attribute.datatype == "number":
            float(value)
        elif attribute.datatype == "datetime":
            parse_instant(value)
    except (ValueError, Problem):
        return f"{value!r} is no {attribute.datatype}"
    if attribute.values and value not in attribute.values:
        return f"{value!r} is none of {', '.join(attribute.values)}"
    return None


def _check_length(where: str, text: str, most: int) -> None:
    if len(text) > most:
        raise BadRequestData(f"has more than {most} characters", where=where)
