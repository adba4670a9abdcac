"""GTFS, static and realtime: hand-made archives and messages, and captured ones at hand."""

import contextlib
import io
import zipfile
from pathlib import Path

import pytest
from google.transit import gtfs_realtime_pb2 as realtime
from hypothesis import given
from hypothesis import strategies as st

from hansa.sectors.formats import gtfs, gtfs_rt

SAMPLES = Path(__file__).parents[3].parent / "shared" / "data" / "samples"
TABLES = {
    "stops.txt": "\ufeffstop_id,stop_name,stop_lat,stop_lon\na,Мост,54.6,39.7\nb,Nowhere,,\n",
    "routes.txt": "route_id,route_short_name,route_type\n1,17,3\n2,M,401\n",
    "trips.txt": "route_id,trip_id,shape_id\n1,t1,long\n1,t2,long\n1,t3,short\n2,t4,long\n",
    "shapes.txt": "shape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence\n"
    "long,2,2,20\nlong,1,1,3\nshort,0,0,1\nshort,9,9,2\n",
}


def _archive(tables: dict[str, str], folder: str = "") -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, text in tables.items():
            archive.writestr(folder + name, text)
    return held.getvalue()


@pytest.mark.parametrize("folder", ["", "export/"])
def test_stops_have_their_place_and_a_missing_one_is_none(folder: str) -> None:
    found = list(gtfs.rows(_archive(TABLES, folder), "stops.txt"))
    assert [one["stop_id"] for one in found] == ["a", "b"]
    assert found[0]["geometry"] == {"type": "Point", "coordinates": [39.7, 54.6]}
    assert found[1]["geometry"] is None
    assert [one["line"] for one in found] == [2, 3]


def test_routes_have_the_line_that_most_trips_run_even_where_two_share_it() -> None:
    first, second = gtfs.rows(_archive(TABLES), "routes.txt")
    assert first["geometry"]["coordinates"] == [[1.0, 1.0], [2.0, 2.0]]
    assert second["geometry"] == first["geometry"]
    assert (first["routeType"], second["routeType"]) == ("bus", "metro")


def test_a_broken_archive_and_a_missing_table_are_refused_by_name() -> None:
    with pytest.raises(gtfs.BadGtfs, match="zip"):
        list(gtfs.rows(b"PK no", "stops.txt"))
    with pytest.raises(gtfs.BadGtfs, match=r"routes\.txt"):
        list(gtfs.rows(_archive({"stops.txt": "stop_id\n"}), "routes.txt"))


def _message() -> realtime.FeedMessage:
    message = realtime.FeedMessage()
    message.header.gtfs_realtime_version = "2.0"
    message.header.timestamp = 1_700_000_000
    return message


def test_a_vehicle_is_where_it_was_when_it_was() -> None:
    message = _message()
    one = message.entity.add(id="e1").vehicle
    one.vehicle.id, one.trip.route_id, one.timestamp = "v1", "17", 1_700_000_060
    one.position.latitude, one.position.longitude, one.position.speed = 54.6, 39.7, 5
    (row,) = gtfs_rt.rows(message.SerializeToString())
    assert (row["id"], row["route_id"], row["speed"]) == ("v1", "17", 5.0)
    assert (row["latitude"], row["longitude"]) == (54.6, 39.7)
    assert row["timestamp"] == "2023-11-14T22:14:20Z"


def test_an_alert_says_it_in_every_language() -> None:
    message = _message()
    alert = message.entity.add(id="a1").alert
    alert.header_text.translation.add(text="Detour", language="en")
    alert.header_text.translation.add(text="Объезд", language="ru")
    alert.informed_entity.add(route_id="17")
    alert.active_period.add(start=1_700_000_000, end=1_700_003_600)
    alert.severity_level = realtime.Alert.SeverityLevel.SEVERE
    (row,) = gtfs_rt.rows(message.SerializeToString(), "alerts")
    assert row["title"] == {"en": "Detour", "ru": "Объезд"}
    assert (row["routes"], row["severity"]) == (["17"], "high")
    assert (row["activeFrom"], row["activeTo"]) == ("2023-11-14T22:13:20Z", "2023-11-14T23:13:20Z")


@given(st.binary(max_size=100))
def test_any_bytes_are_a_message_or_refused(data: bytes) -> None:
    with contextlib.suppress(gtfs_rt.BadRealtime):
        list(gtfs_rt.rows(data))


@pytest.mark.skipif(not SAMPLES.exists(), reason="the shared data are not at hand")
def test_captured_feeds_are_read() -> None:
    vehicles = (SAMPLES / "gtfs_rt" / "mbta_20221116_VehiclePositions.pb").read_bytes()
    found = list(gtfs_rt.rows(vehicles))
    assert len(found) == gtfs_rt.counts(vehicles)["vehicle"] == 449
    assert all(one["timestamp"] and one["latitude"] for one in found)
    routes = list(gtfs.rows((SAMPLES / "gtfs" / "poa_eptc.zip").read_bytes(), "routes.txt"))
    assert len(routes) == 115
    assert all(one["geometry"] for one in routes)
