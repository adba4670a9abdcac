"""GTFS Schedule: the tables of a zip as rows, and how its table of stops and routes hang together.

Only what a situation centre asks is read: stops, routes with the line of their most used shape,
trips by headsign. Timetables (stop_times) stay in the zip: nobody here plans a journey.
"""

import csv
import io
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from hansa.base.problems import BadRequestData

TABLES = ("stops.txt", "routes.txt", "trips.txt", "agency.txt")
_LARGEST = 512 << 20  # bytes of a table, unpacked
_ROUTE_TYPES = {  # GTFS reference, routes.txt; the extended types by their hundreds
    0: "tram", 1: "metro", 2: "rail", 3: "bus", 4: "ferry", 5: "cable-tram", 6: "aerialway",
    7: "funicular", 11: "trolleybus", 12: "monorail",
    100: "rail", 200: "coach", 400: "metro", 700: "bus", 800: "trolleybus", 900: "tram",
    1000: "ferry", 1100: "air", 1200: "ferry", 1300: "aerialway", 1400: "funicular",
    1500: "taxi",
}  # fmt: skip


class BadGtfs(BadRequestData):
    """The archive is broken, or misses a table that GTFS requires."""

    title = "The GTFS archive cannot be read"


def rows(data: bytes, table: str) -> Iterator[Mapping[str, Any]]:
    """The rows of one table, columns as the file names them, `line` as it stands in the file.

    Routes also get `routeType` (a word) and `geometry` (a LineString of the shape most trips
    run), stops `geometry`. BadGtfs where archive or table cannot be read.
    """
    with _archive(data) as archive:
        found = _table(archive, table)
        if table == "routes.txt":
            shapes = _shapes(archive)
            for row in found:
                yield row | {
                    "routeType": route_type(row.get("route_type", "")),
                    "geometry": shapes.get(row.get("route_id", "")),
                }
        else:
            for row in found:
                yield row | {"geometry": _point(row)} if table == "stops.txt" else row


def route_type(code: str) -> str:
    """The word for a route_type; "other" where the reference has none."""
    if not code.strip().isdigit():
        return "other"
    number = int(code)
    return _ROUTE_TYPES.get(number) or _ROUTE_TYPES.get(number // 100 * 100, "other")


def _archive(data: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile as error:
        raise BadGtfs(str(error), rule="GTFS Schedule: a zip of CSV files") from error


def _table(archive: zipfile.ZipFile, name: str) -> Iterator[dict[str, Any]]:
    """Rows of a table; an archive that wraps its files in one folder is forgiven."""
    inside = next((one for one in archive.infolist() if one.filename.split("/")[-1] == name), None)
    if inside is None:
        raise BadGtfs(f"holds no {name}", where=name, remedy=f"one of {', '.join(TABLES)}")
    if inside.file_size > _LARGEST:
        raise BadGtfs(f"unpacks to {inside.file_size} bytes", where=name)
    try:
        with archive.open(inside) as raw, io.TextIOWrapper(raw, "utf-8-sig", newline="") as text:
            reader = csv.DictReader(text, skipinitialspace=True, restval="")
            for row in reader:
                row.pop(None, None)  # cells beyond the header
                yield {str(key).strip(): value.strip() for key, value in row.items()} | {
                    "line": reader.line_num
                }
    except (zipfile.BadZipFile, UnicodeDecodeError, csv.Error) as error:
        raise BadGtfs(str(error), where=name) from error


def _shapes(archive: zipfile.ZipFile) -> dict[str, dict[str, Any]]:
    """Route -> the line of the shape that most of its trips run."""
    names = {one.filename.split("/")[-1] for one in archive.infolist()}
    if not {"shapes.txt", "trips.txt"} <= names:
        return {}
    used: dict[str, Counter[str]] = {}
    for trip in _table(archive, "trips.txt"):
        if trip.get("shape_id"):
            used.setdefault(trip["route_id"], Counter())[trip["shape_id"]] += 1
    chosen = {route: shapes.most_common(1)[0][0] for route, shapes in used.items()}
    wanted = set(chosen.values())
    points: dict[str, list[tuple[int, float, float]]] = {}
    for row in _table(archive, "shapes.txt"):
        point = _point(row, "shape_pt_lat", "shape_pt_lon")
        if row["shape_id"] in wanted and point is not None:
            lon, lat = point["coordinates"]
            order = int(row["shape_pt_sequence"] or 0)
            points.setdefault(row["shape_id"], []).append((order, lon, lat))
    lines = {shape: _line(found) for shape, found in points.items() if len(found) > 1}
    return {route: lines[shape] for route, shape in chosen.items() if shape in lines}


def _line(points: list[tuple[int, float, float]]) -> dict[str, Any]:
    return {"type": "LineString", "coordinates": [[lon, lat] for _, lon, lat in sorted(points)]}


def _point(
    row: Mapping[str, Any], lat: str = "stop_lat", lon: str = "stop_lon"
) -> dict[str, Any] | None:
    """A Point, or None where the place is empty or outside the world."""
    try:
        x, y = float(row.get(lon) or "nan"), float(row.get(lat) or "nan")
    except ValueError:
        return None
    if not (abs(x) <= 180 and abs(y) <= 90):
        return None
    return {"type": "Point", "coordinates": [x, y]}
