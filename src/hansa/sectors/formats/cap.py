"""Common Alerting Protocol 1.2 (OASIS CAP-v1.2): an alert as rows, one per `info` block.

A message in three languages has three `info` blocks; the mapping chooses by `language`. Areas
become one GeoJSON geometry in degrees, longitude first; CAP writes latitude first (3.2.4).
"""

import math
from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree.ElementTree import Element

from hansa.base.xmltree import BadXml, child, children, local, parse, text_of

SEVERITY = {  # one scale of the house: vocabulary/severity.yaml
    "Extreme": "critical",
    "Severe": "high",
    "Moderate": "medium",
    "Minor": "low",
    "Unknown": "informational",
}
_ALERT = ("identifier", "sender", "sent", "status", "msgType", "source", "scope", "restriction",
          "addresses", "code", "note", "references", "incidents")  # fmt: skip
_INFO = ("language", "category", "event", "responseType", "urgency", "severity", "certainty",
         "audience", "effective", "onset", "expires", "senderName", "headline", "description",
         "instruction", "web", "contact")  # fmt: skip
_REQUIRED = ("identifier", "sender", "sent", "status", "msgType", "scope")
_CIRCLE_POINTS = 32
_KM_OF_DEGREE = 111.195  # mean Earth radius 6,371.0 km


def rows(data: bytes) -> Iterator[Mapping[str, Any]]:
    """The rows of a CAP message. BadXml where it is none, or misses what 3.2.1 requires."""
    alert = _alert(parse(data))
    head = {name: text_of(alert, name) for name in _ALERT}
    missing = [name for name in _REQUIRED if not head[name]]
    if missing:
        raise BadXml(
            f"a CAP alert without {', '.join(missing)}",
            where=head["identifier"] or "alert",
            rule="CAP-v1.2, 3.2.1",
        )
    infos = children(alert, "info")
    if not infos:  # an Ack, a Cancel without words
        yield head
    for info in infos:
        yield head | _info(info)


def references(text: str) -> tuple[str, ...]:
    """The identifiers in `references`: triples sender,identifier,sent (CAP-v1.2, 3.2.1)."""
    triples = (one.split(",") for one in text.split())
    return tuple(parts[1] for parts in triples if len(parts) == 3)


def _alert(root: Element) -> Element:
    """The alert itself, or the one inside an envelope (an Atom entry, EDXL-DE)."""
    found = next((one for one in root.iter() if local(one) == "alert"), None)
    if found is None:
        raise BadXml("holds no CAP alert", where=local(root), rule="CAP-v1.2, 3.2.1")
    return found


def _info(info: Element) -> dict[str, Any]:
    row: dict[str, Any] = {name: text_of(info, name) for name in _INFO}
    row["language"] = row["language"] or "en-US"  # the default of 3.2.2
    row["categories"] = [_text(one) for one in children(info, "category")]
    row["responseTypes"] = [_text(one) for one in children(info, "responseType")]
    row["severityHere"] = SEVERITY.get(row["severity"], "informational")
    row["eventCode"], row["parameter"] = _pairs(info, "eventCode"), _pairs(info, "parameter")
    areas = children(info, "area")
    row["areaDesc"] = "; ".join(filter(None, (text_of(one, "areaDesc") for one in areas)))
    row["geocode"] = _merged(_pairs(one, "geocode") for one in areas)
    row["geometry"] = _geometry(areas)
    return row


def _pairs(element: Element, name: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in children(element, name):
        found.setdefault(text_of(one, "valueName"), []).append(text_of(one, "value"))
    return found


def _merged(maps: Iterator[dict[str, list[str]]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in maps:
        for name, values in one.items():
            found.setdefault(name, []).extend(values)
    return found


def _geometry(areas: list[Element]) -> dict[str, Any] | None:
    rings = [_ring(_text(one)) for area in areas for one in children(area, "polygon")]
    rings += [_circle(_text(one)) for area in areas for one in children(area, "circle")]
    kept = [ring for ring in rings if len(ring) >= 4]
    if not kept:
        return None
    if len(kept) == 1:
        return {"type": "Polygon", "coordinates": [kept[0]]}
    return {"type": "MultiPolygon", "coordinates": [[ring] for ring in kept]}


def _ring(text: str) -> list[list[float]]:
    """`lat,lon lat,lon …`; closed here where the sender forgot to."""
    points = [_point(pair) for pair in text.split()]
    return points if not points or points[0] == points[-1] else [*points, points[0]]


def _circle(text: str) -> list[list[float]]:
    """`lat,lon radius`: radius in kilometres (3.2.4), as a ring. A point has no ring."""
    centre, _, radius = text.partition(" ")
    if not centre or not radius or float(radius) <= 0:
        return []
    lon, lat = _point(centre)
    high = float(radius) / _KM_OF_DEGREE
    wide = high / max(math.cos(math.radians(lat)), 0.01)
    turns = [2 * math.pi * step / _CIRCLE_POINTS for step in range(_CIRCLE_POINTS)]
    ring = [[lon + wide * math.cos(turn), lat + high * math.sin(turn)] for turn in turns]
    return [*ring, ring[0]]


def _point(pair: str) -> list[float]:
    lat, _, lon = pair.partition(",")
    try:
        point = [float(lon), float(lat)]
    except ValueError as error:
        raise BadXml(f"{pair!r} is no point", where="polygon", rule="CAP-v1.2, 3.2.4") from error
    if not (abs(point[0]) <= 180 and abs(point[1]) <= 90):
        raise BadXml(f"{pair!r} lies outside WGS 84", where="polygon", rule="CAP-v1.2, 3.2.4")
    return point


def _text(element: Element) -> str:
    return "".join(element.itertext()).strip()


def is_cap(data: bytes) -> bool:
    """Whether the document holds a CAP alert (a feed that lists alerts holds none)."""
    root = parse(data)
    return local(root) == "alert" or child(root, "alert") is not None
