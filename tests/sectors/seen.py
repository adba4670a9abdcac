"""What can be counted in the files of the real city themselves, by the words of the document."""

import csv
import gzip
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from math import hypot
from pathlib import Path
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

Row: TypeAlias = dict[str, Any]
Pairs: TypeAlias = list[tuple[Row, Row]]
CITY = ZoneInfo("America/New_York")
REQUESTS, TEXTS = "requests.csv.gz", "open311_text.jsonl.gz"
BINS, BUOY = "waste_bigbelly_2014_same_weeks.csv.gz", "river_buoy_15min.csv.gz"
SITES, SAMPLES = "river_charles_sites.csv.gz", "river_samples_2015.csv.gz"
AIR, STOPS = "air_pm25_daily_2015.csv.gz", "gtfs_stops_2022.txt"
WEATHER, ENERGY = "weather_daily_2015.csv.gz", "energy_hourly_2015.csv.gz"
AREAS = "boston_neighborhoods.geojson"
BOUNDS = (-71.200, 42.220, -70.960, 42.405)


class Files:
    """The rows of the files, each read once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._rows: dict[str, list[Row]] = {}

    def __getitem__(self, name: str) -> list[Row]:
        if name not in self._rows:
            self._rows[name] = list(_rows(self._folder / name))
        return self._rows[name]

    @property
    def both(self) -> Pairs:
        """Requests that stand in both lists: the row, the answer of Open311."""
        listed = {row["CASE_ENQUIRY_ID"]: row for row in self[REQUESTS]}
        texts = self[TEXTS]
        return [
            (listed[one["service_request_id"]], one)
            for one in texts
            if one["service_request_id"] in listed
        ]


def _rows(path: Path) -> Iterator[Row]:
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8-sig")
    if ".jsonl" in path.name:
        yield from map(json.loads, text.splitlines())
    elif path.suffix == ".geojson":
        yield from (feature["properties"] for feature in json.loads(text)["features"])
    else:
        yield from csv.DictReader(text.splitlines())


def _local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CITY)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _count(rows: Sequence[Row], holds: Callable[[Row], Any]) -> int:
    return sum(bool(holds(row)) for row in rows)


def _groups(rows: Sequence[Row], *columns: str) -> dict[tuple[str, ...], list[Row]]:
    found: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        found[tuple(row[column].strip() for column in columns)].append(row)
    return found


def _metres(row: Row, other: Row) -> float:
    north = (float(row["LATITUDE"]) - other["lat"]) * 111_195
    return hypot(north, (float(row["LONGITUDE"]) - other["long"]) * 82_200)


def _same_text(row: Row, other: Row) -> bool:
    return bool(row["CLOSURE_REASON"].split() == (other["status_notes"] or "").split())


def _late(text: Row) -> bool:
    """The answer says when the request was closed: over an hour before the last update."""
    _, found, rest = (text["status_notes"] or "").partition("Closed date : ")
    if not found or _number(rest[:4]) is None:
        return False
    updated = datetime.fromisoformat(text["updated_datetime"])
    return updated - _local(rest[:19]) > timedelta(hours=1)


def _distinct(rows: Sequence[Row], of: Sequence[str], by: Sequence[str]) -> Counter[int]:
    """How many groups of `by` have how many different `of`."""
    found = _groups(rows, *by).values()
    return Counter(len({tuple(one[name] for name in of) for one in group}) for group in found)


PLACE = ("Latitude", "Longitude")


def _repeats(rows: Sequence[Row]) -> int:
    groups = _groups(rows, *PLACE).values()
    return sum(a["fullness"] == b["fullness"] for group in groups for a, b in pairwise(group))


def _red(rows: Sequence[Row]) -> int:
    """Stays of a bin in red, until it says anything else or the same again."""
    longest = timedelta(days=2)
    return sum(
        a["fullness"] == "RED"
        and datetime.fromisoformat(b["timestamp"]) - datetime.fromisoformat(a["timestamp"])
        > longest
        for group in _groups(rows, *PLACE).values()
        for a, b in pairwise(group)
    )


def _gaps(rows: Sequence[Row]) -> int:
    times = [datetime.fromisoformat(row["datetime_local"]) for row in rows]
    return sum(after - before > timedelta(hours=1) for before, after in pairwise(times))


def _samples(files: Files) -> list[list[Row]]:
    return list(_groups(files[SAMPLES], "Site_ID", "datetime_local", "Component_Name").values())


def _without_place(files: Files) -> int:
    sites = {row["Site_ID"].strip(): row for row in files[SITES]}
    sampled = {row["Site_ID"].strip() for row in files[SAMPLES]}
    return sum(not sites[name]["Latitude_DD"] for name in sampled)


def _differ(row: Row) -> bool:
    return _number(row["Actual_Result"]) != float(row["Reporting_Result"])


def _days(files: Files) -> list[list[Row]]:
    found = _groups(files[AIR], "Site Num", "POC", "Date Local").values()
    return [group for group in found if len(group) == 2]


def _far(group: list[Row]) -> bool:
    first, second = (float(row["Arithmetic Mean"]) for row in group)
    return abs(first - second) > 0.1001


def _doubled(files: Files) -> int:
    values = [float(row["demand_mw"]) for row in files[ENERGY]]
    threes = zip(values, values[1:], values[2:], strict=False)
    return sum(a > 0 and c > 0 and b > 1.7 * max(a, c) for a, b, c in threes)


def _outside(row: Row) -> bool:
    if not row["stop_lat"]:
        return False
    west, south, east, north = BOUNDS
    inside = west <= float(row["stop_lon"]) <= east and south <= float(row["stop_lat"]) <= north
    return not inside


def _coli(unit: str) -> Callable[[Files], int]:
    return lambda files: _count(
        files[SAMPLES],
        lambda row: row["Component_Name"] == "Escherichia coli" and row["unit"] == unit,
    )


def _alike(rows: Sequence[Row], skip: str) -> int:
    kept = Counter(tuple(v for k, v in row.items() if k != skip) for row in rows)
    return sum(times - 1 for times in kept.values())


SEEN: dict[str, Callable[[Files], int]] = {
    "requests in both files": lambda f: len(f.both),
    "… opened at another time": lambda f: sum(
        _local(a["OPEN_DT"]) != datetime.fromisoformat(b["requested_datetime"]) for a, b in f.both
    ),
    "… with another answer": lambda f: sum(not _same_text(a, b) for a, b in f.both),
    "… more than 50 m apart": lambda f: sum(_metres(a, b) > 50 for a, b in f.both),
    "… closed in one and open in the other": lambda f: sum(
        a["CASE_STATUS"].lower() != b["status"] for a, b in f.both
    ),
    "requests still open when the file was cut": lambda f: _count(
        f[REQUESTS], lambda row: not row["CLOSED_DT"]
    ),
    "requests without a target": lambda f: _count(f[REQUESTS], lambda row: not row["TARGET_DT"]),
    "requests closed without OnTime_Status": lambda f: _count(
        f[REQUESTS], lambda row: not row["OnTime_Status"]
    ),
    "requests without a district": lambda f: _count(
        f[REQUESTS], lambda row: not row["neighborhood"]
    ),
    "requests whose ward is written as a number": lambda f: _count(
        f[REQUESTS], lambda row: row["ward"].isdigit()
    ),
    "request rows equal but for their number": lambda f: _alike(f[REQUESTS], "CASE_ENQUIRY_ID"),
    "texts with an offset of winter in updated_datetime": lambda f: _count(
        f[TEXTS], lambda row: row["updated_datetime"].endswith("-05:00")
    ),
    "texts closed more than an hour before their last update": lambda f: _count(f[TEXTS], _late),
    "bin names": lambda f: len(_groups(f[BINS], "description")),
    "bin names at two places": lambda f: _distinct(f[BINS], PLACE, ("description",))[2],
    "bin places with two names": lambda f: _distinct(f[BINS], ("description",), PLACE)[2],
    "bins told in one event only": lambda f: sum(
        len(group) == 1 for group in _groups(f[BINS], *PLACE).values()
    ),
    "bin events that repeat the state before": lambda f: _repeats(f[BINS]),
    "bins red for more than two days": lambda f: _red(f[BINS]),
    "buoy rows whose tz is EST": lambda f: _count(f[BUOY], lambda row: row["tz"] == "EST"),
    "buoy gaps longer than an hour": lambda f: _gaps(f[BUOY]),
    "buoy values of −99.99 V": lambda f: _count(f[BUOY], lambda row: row["sysbattery"] == "-99.99"),
    "sites whose identifier ends with a blank": lambda f: _count(
        f[SITES], lambda row: row["Site_ID"].endswith(" ")
    ),
    "sites without river miles": lambda f: _count(
        f[SITES], lambda row: _number(row["River_Mile_Mouth"]) is None
    ),
    "sites that share a position": lambda f: sum(
        len(group) > 1 and key[0] != ""
        for key, group in _groups(f[SITES], "Latitude_DD", "Longitude_DD").items()
    ),
    "sites with miles as text": lambda f: _count(
        f[SITES], lambda row: row["River_Mile_Headwaters"].endswith("MI")
    ),
    "sampled sites without a position": _without_place,
    "samples of the same site, hour and component": lambda f: sum(
        len(group) == 2 for group in _samples(f)
    ),
    "second samples without a first of that hour": lambda f: sum(
        len(group) == 1 and group[0]["Activity_ID"].endswith("02") for group in _samples(f)
    ),
    "E. coli in most probable numbers": _coli("MPN/100ml"),
    "E. coli in colony-forming units": _coli("cfu/100ml"),
    "results that differ from the reported ones": lambda f: _count(f[SAMPLES], _differ),
    "conductance in volts": lambda f: _count(f[SAMPLES], lambda row: row["unit"] == "volts"),
    "oxygen over 200 percent": lambda f: _count(
        f[SAMPLES], lambda row: row["unit"] == "% Sat" and float(row["Actual_Result"]) > 200
    ),
    "days and instruments with two rows": lambda f: len(_days(f)),
    "site-days with two instruments": lambda f: _distinct(
        f[AIR], ("POC",), ("Site Num", "Date Local")
    )[2],
    "means that differ by more than a tenth": lambda f: sum(map(_far, _days(f))),
    "days without wind direction": lambda f: _count(f[WEATHER], lambda row: not row["wdir"]),
    "hours that hold two hours": _doubled,
    "stops outside the map of the city": lambda f: _count(f[STOPS], _outside),
    "stops with the name, kind and place of another": lambda f: sum(
        len(group) - 1
        for group in _groups(
            f[STOPS], "stop_name", "stop_lat", "stop_lon", "location_type"
        ).values()
    ),
    "neighbourhoods whose areas disagree": lambda f: _count(
        f[AREAS], lambda row: abs(row["Acres"] / 640 - row["SqMiles"]) > 0.006
    ),
}
