"""The files of a new city that follow from its spreadsheets, as text. Pure.

Each says in its first lines what it is and who changes it: the folder is read by people.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from statistics import median
from typing import Any

import yaml

from hansa.app.newcity.model import Company, Plan, Sent, Service
from hansa.app.newcity.starting import StepEntry, place_of_zone

_WIDTH = 1000  # one entry, one line: flow style is not broken
_UNKNOWN = "unknown-organization"  # flag of a row that names one which the city has not
_APART = 0.35  # degrees beyond which a house is not of the city: a slip of the pen


def city_yaml(
    key: str, name: str, zone: str, languages: Sequence[str], points: Sequence[tuple[float, float]]
) -> str:
    """`city.yaml`."""
    center, bounds = _opening(zone, points)
    told = "where the houses are" if points else "at the city of its time zone: move it"
    head = {
        "name": key,
        "title": dict.fromkeys(languages, name),
        "zone": zone,
        "world": "actual",
        "languages": list(languages),
    }
    opens: dict[str, Any] = {"center": list(center), "zoom": 11}
    if bounds is not None:
        opens["bounds"] = list(bounds)
    return (
        "# The city: its name, clock and languages (the first one is spoken first). `world: actual`"
        f" holds real\n# data. The map opens {told}.\n{_dump(head)}{_dump({'map': opens})}"
    )


def _opening(
    zone: str, points: Sequence[tuple[float, float]]
) -> tuple[tuple[float, float], tuple[float, float, float, float] | None]:
    if not points:
        return place_of_zone(zone) or (0.0, 0.0), None
    lon, lat = (round(median(one[axis] for one in points), 4) for axis in (0, 1))
    near = [one for one in points if abs(one[0] - lon) < _APART and abs(one[1] - lat) < _APART]
    west, east = min(one[0] for one in near), max(one[0] for one in near)
    south, north = min(one[1] for one in near), max(one[1] for one in near)
    box = (west - 0.1, south - 0.06, east + 0.1, north + 0.06)
    return (lon, lat), (round(box[0], 3), round(box[1], 3), round(box[2], 3), round(box[3], 3))


def organizations_yaml(
    companies: Sequence[Company], services: Mapping[str, Service], languages: Sequence[str]
) -> str:
    """`organizations.yaml`."""
    told = {
        one.key: {
            "kind": one.kind,
            "name": dict.fromkeys(languages, one.name),
            "telephone": one.telephone,
            "sectors": sorted({services[name].sector for name in one.services}),
        }
        for one in companies
    }
    return (
        "# Who does the work, from the city's list of organisations. Telephones are those of duty"
        " desks. From\n# here on it is edited in Administration. `calendar: office` where nobody"
        f" works at night.\n{_entries('organizations', told)}"
    )


def contacts_yaml(companies: Sequence[Company]) -> str:
    """`contacts.yaml`."""
    told = {
        f"{one.key}-duty": {"organization": one.key, "telephone": one.telephone}
        | ({"name": one.person} if one.person else {})
        for one in companies
    }
    return (
        "# Whom to call at whom, to begin with. Once the node has run, contacts are kept in the"
        " console, by the\n# organisation's head or dispatcher or the duty officer, from day to"
        f" day.\n{_entries('contacts', told)}"
    )


def routing_yaml(plan: Plan) -> str:
    """`routing.yaml`."""
    lines = "".join(f"  - {_flow(_row(one))}\n" for one in plan.rows)
    return (
        "# Who is asked, from what the list of organisations says of services and territories. The"
        " most special\n# row answers: theme before sector, house before zone before district,"
        " hours before any hour.\n# `by: zone` asks the supplier of the zone (inbox/supply-zones),"
        " `by: house` who manages the house.\n"
        f"rows:{'' if lines else ' []'}\n{lines}"
    )


def _row(one: Sent) -> dict[str, Any]:
    told: dict[str, Any] = {
        "themes": list(one.themes),
        "sectors": list(one.sectors),
        "districts": list(one.districts),
        "organization": one.company,
        "by": one.by,
    }
    return {name: value for name, value in told.items() if value}


def playbooks_yaml(
    plan: Plan, services: Mapping[str, Service], steps: Mapping[str, StepEntry]
) -> str:
    """`playbooks/outages.yaml`: of each kind of incident its first step."""
    told = list(_playbooks(plan, services, steps))
    body = _dump({"playbooks": told}, flow=None)
    return (
        "# STARTER: what is done when an incident opens. `put: proposed` waits for a person. Write"
        f" down here\n# what your people do anyway.\n{body}"
    )


def _playbooks(
    plan: Plan, services: Mapping[str, Service], steps: Mapping[str, StepEntry]
) -> Iterator[dict[str, Any]]:
    for service in services.values():
        first = next((one for one in plan.companies if service.key in one.services), None)
        step = steps.get(service.incident_type)
        if first is None or step is None:
            continue
        yield {
            "id": service.incident_type,
            "name": step.name,
            "types": [service.incident_type],
            "steps": [
                {
                    "id": "repair", "who": first.key, "what": step.what, "within": "30 min",
                    "put": "proposed",
                }
            ],
        }  # fmt: skip


def zones_csv(plan: Plan) -> str:
    """The table of zones with who supplies them."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("resource", "zone", "organization"))
    writer.writerows((one.resource, one.zone, one.company) for one in plan.supplied)
    return text.getvalue()


def source_yaml(text: str, column: str, known: Mapping[str, str], zone: str, language: str) -> str:
    """A starter mapping with the city's zone and language, and its organisations by their names."""
    ids = {name: f"urn:ngsi-ld:Organization:{key}" for name, key in known.items()}
    field = {"column": column, "map": ids, "otherwise": "flag", "flag": _UNKNOWN}
    line = f"organization: {_flow(field)}" if ids else "# organization: none is known by its name"
    return (
        text.replace("# organization", line, 1)
        .replace("zone: UTC", f"zone: {zone}")
        .replace("language: en", f"language: {language}")
    )


def named(companies: Sequence[Company], resolved: Mapping[str, str]) -> Mapping[str, str]:
    """Every name by which an organisation is known to a table."""
    return {one.name: one.key for one in companies} | dict(resolved)


def _entries(member: str, told: Mapping[str, Any]) -> str:
    lines = "".join(f"  {_flow(key)}: {_flow(one)}\n" for key, one in told.items())
    return f"{member}:{'' if lines else ' {}'}\n{lines}"


def _flow(value: Any) -> str:
    text: str = yaml.safe_dump(
        value, allow_unicode=True, sort_keys=False, default_flow_style=True, width=_WIDTH
    )
    return text.removesuffix("\n").removesuffix("\n...")


def _dump(value: Any, *, flow: bool | None = None) -> str:
    text: str = yaml.safe_dump(
        value, allow_unicode=True, sort_keys=False, default_flow_style=flow, width=_WIDTH
    )
    return text
