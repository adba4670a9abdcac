"""GTFS Realtime 2.0: vehicles and service alerts as rows. Trip updates are counted, not kept.

A vehicle's row says where it was (to a metre: the feed has no more) and when (`timestamp`); an
alert's row has its words per language and whom it concerns. Times are RFC 3339 text in UTC.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from google.protobuf.message import DecodeError
from google.transit import gtfs_realtime_pb2 as realtime

from hansa.base.problems import BadRequestData

_STATUS = {0: "incomingAt", 1: "stoppedAt", 2: "inTransitTo"}
_CAUSE = realtime.Alert.Cause
_EFFECT = realtime.Alert.Effect
SEVERITY = {  # SeverityLevel of the alert -> the scale of the house
    "INFO": "informational",
    "WARNING": "medium",
    "SEVERE": "high",
    "UNKNOWN_SEVERITY": "low",
}


class BadRealtime(BadRequestData):
    """The bytes are no FeedMessage."""

    title = "The GTFS-realtime feed cannot be read"


def read(data: bytes) -> realtime.FeedMessage:
    """The message; BadRealtime where the bytes are none or the version is not 1 or 2."""
    message = realtime.FeedMessage()
    try:
        message.ParseFromString(data)
    except DecodeError as error:
        raise BadRealtime(str(error), rule="GTFS Realtime 2.0, FeedMessage") from error
    version = message.header.gtfs_realtime_version
    if version.partition(".")[0] not in ("1", "2"):
        raise BadRealtime(f"{version!r} is no version that can be read", where="header")
    return message


def rows(data: bytes, what: str = "vehicles") -> Iterator[Mapping[str, Any]]:
    """The rows of one kind: `vehicles` or `alerts`; deleted entities are rows with `deleted`."""
    message = read(data)
    header = _moment(message.header.timestamp)
    for entity in message.entity:
        if what == "vehicles" and entity.HasField("vehicle"):
            yield _vehicle(entity, header)
        elif what == "alerts" and entity.HasField("alert"):
            yield _alert(entity, header)


def counts(data: bytes) -> Mapping[str, int]:
    """How many entities of each kind the message holds."""
    message = read(data)
    kinds = ("vehicle", "alert", "trip_update")
    return {kind: sum(one.HasField(kind) for one in message.entity) for kind in kinds}


def _vehicle(entity: realtime.FeedEntity, header: str) -> dict[str, Any]:
    found = entity.vehicle
    place = found.position if found.HasField("position") else None
    return {
        "id": found.vehicle.id or entity.id,
        "label": found.vehicle.label,
        "trip_id": found.trip.trip_id,
        "route_id": found.trip.route_id,
        "direction_id": found.trip.direction_id if found.trip.HasField("direction_id") else None,
        "stop_id": found.stop_id,
        "status": _STATUS.get(found.current_status, "") if found.stop_id else "",
        "latitude": None if place is None else round(place.latitude, 5),
        "longitude": None if place is None else round(place.longitude, 5),
        "bearing": round(place.bearing, 1) if place and place.HasField("bearing") else None,
        "speed": round(place.speed, 2) if place and place.HasField("speed") else None,  # m/s
        "occupancy": _occupancy(found),
        "timestamp": _moment(found.timestamp) or header,
        "deleted": entity.is_deleted,
    }


def _occupancy(found: realtime.VehiclePosition) -> str:
    if not found.HasField("occupancy_status"):
        return ""
    return str(realtime.VehiclePosition.OccupancyStatus.Name(found.occupancy_status))


def _alert(entity: realtime.FeedEntity, header: str) -> dict[str, Any]:
    found = entity.alert
    periods = [(_moment(one.start), _moment(one.end)) for one in found.active_period]
    level = realtime.Alert.SeverityLevel.Name(found.severity_level)
    return {
        "id": entity.id,
        "title": _words(found.header_text),
        "description": _words(found.description_text),
        "cause": _CAUSE.Name(found.cause),
        "effect": _EFFECT.Name(found.effect),
        "severity": SEVERITY.get(level, "low"),
        "activeFrom": min((one for one, _ in periods if one), default=""),
        "activeTo": "" if any(not end for _, end in periods) else max(
            (end for _, end in periods), default=""
        ),
        "routes": _informed(found, "route_id"),
        "stops": _informed(found, "stop_id"),
        "url": _words(found.url),
        "timestamp": header,
        "deleted": entity.is_deleted,
    }  # fmt: skip


def _words(text: realtime.TranslatedString) -> dict[str, str]:
    """Language -> text; a text without language stands under `@none` (NGSI-LD, 4.5.18)."""
    return {one.language or "@none": one.text.strip() for one in text.translation if one.text}


def _informed(alert: realtime.Alert, name: str) -> list[str]:
    return sorted({getattr(one, name) for one in alert.informed_entity if getattr(one, name)})


def _moment(seconds: int) -> str:
    """POSIX seconds as RFC 3339; "" for 0, which stands for unknown."""
    if not 0 < seconds < 1 << 33:
        return ""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
