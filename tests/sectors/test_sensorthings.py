"""A SensorThings server that holds the sample of the shared data, and a client that reads on."""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from hansa.base.clock import ManualClock
from hansa.base.units import UNITS
from hansa.context import City, Entity, Query, TypeIs
from hansa.guard import View
from hansa.sectors import Source, file_reports, quarantine
from hansa.sectors.connectors.sensorthings.observations import Place, records
from hansa.sectors.connectors.sensorthings.units import QUDT, UCUM, code_of
from tests.sectors.helpers import source_of
from tests.sectors.served import Served, entity_once, followed, serving

MAPPING = """\
source: weather
title: {{en: Weather}}
sector: weather
connector: sensorthings
settings:
  url: {origin}/v1.1
  filter: Datastream/ObservedProperty/name eq 'Temperature'
  page: 3
  poll: 60
type: WeatherObserved
id: "{{Datastream.Thing.name}}"
observedAt: phenomenonTime.begin
backfill: 86400
fields:
  name: {{column: Datastream.Thing.name}}
  location: {{column: location, as: geometry}}
  temperature: {{column: result, as: number, unitColumn: unit, required: true}}
"""


class Server:
    """Answers as far as the client asks: filter by time and property, order, top, skip, expand."""

    def __init__(self, batch: Mapping[str, Any]) -> None:
        by_id = {f"${one['id']}": one for one in batch["requests"]}
        self.observations: list[dict[str, Any]] = []
        for one in batch["requests"]:
            if one["url"] == "Datastreams":
                self._stream(one["body"], by_id)

    def _stream(self, stream: Mapping[str, Any], by_id: Mapping[str, Any]) -> None:
        def body(kind: str) -> dict[str, Any]:
            found: dict[str, Any] = by_id[stream[kind]["@iot.id"]]["body"]
            return found

        thing = body("Thing")
        expanded = {
            "name": stream["name"],
            "unitOfMeasurement": stream["unitOfMeasurement"],
            "Thing": {**thing, "Locations": [LOCATION]},
            "ObservedProperty": body("ObservedProperty"),
        }
        for one in stream["Observations"]:
            self.add({**one, "resultTime": one["phenomenonTime"], "Datastream": expanded})

    def add(self, observation: Mapping[str, Any]) -> None:
        """Another observation, with an id of its own."""
        self.observations.append({"@iot.id": len(self.observations) + 1, **observation})

    def answer(self, request: web.Request) -> dict[str, Any]:
        """A page of observations."""
        asked = request.query
        assert asked["$expand"].startswith("Datastream($expand=Thing($expand=Locations)")
        _, _, since = asked["$filter"].partition("resultTime ge ")
        name = asked["$filter"].split("'")[1]
        found = sorted(
            (
                one
                for one in self.observations
                if one["resultTime"] >= since
                and one["Datastream"]["ObservedProperty"]["name"] == name
            ),
            key=lambda one: (one["resultTime"], one["@iot.id"]),
        )
        skip, top = int(asked.get("$skip", 0)), int(asked["$top"])
        page: dict[str, Any] = {"value": found[skip : skip + top]}
        if skip + top < len(found):
            following = request.url.update_query({"$skip": str(skip + top)})
            page["@iot.nextLink"] = str(following)
        return page


# hand-made: the sample's places stand in a request of their own
LOCATION = {
    "name": "roof",
    "encodingType": "application/geo+json",
    "location": {"type": "Point", "coordinates": [8.4, 49.0]},
}


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    async with serving() as server:
        yield server


@pytest.fixture
def server(served: Served, shared_data: Path) -> Server:
    sample = shared_data / "samples" / "sensorthings" / "dataBatchPost.json"
    found = Server(json.loads(sample.read_text(encoding="utf-8")))
    served.live = found.answer
    return found


@pytest.fixture
def source(tmp_path: Path, served: Served) -> Source:
    return source_of(tmp_path, MAPPING.format(origin=served.origin))


async def test_sample_is_read_page_by_page_with_unit_and_place(
    city: City,
    view: View,
    served: Served,
    server: Server,
    source: Source,
    tmp_path: Path,
    clock: ManualClock,
) -> None:
    clock.set(datetime(2026, 6, 2, tzinfo=UTC))
    for one in server.observations:
        one["resultTime"] = one["phenomenonTime"] = one["phenomenonTime"].replace(
            "2023-01-01T12", "2026-06-01T12"
        )
    async with followed(city, [source], tmp_path, [served.origin]):
        await entity_once(city, view, source.id, lambda one: one.value("nextReadAt") is not None)

    page = await city.read(view, Query(types=TypeIs("WeatherObserved")))
    (report,) = await file_reports(city, source)
    assert (report.read, report.accepted) == (16, 16)
    assert {one.value("temperature") for one in page.entities} == {4.0}
    assert {one.attribute("temperature")["unitCode"] for one in page.entities} == {"CEL"}  # type: ignore[index]
    assert page.entities[0].value("location") == LOCATION["location"]
    assert len(served.asked) == 6


async def test_only_what_is_new_is_a_row_and_what_comes_late_with_the_same_time_is_not_missed(
    city: City,
    view: View,
    served: Served,
    server: Server,
    source: Source,
    tmp_path: Path,
    clock: ManualClock,
) -> None:
    stream = server.observations[0]["Datastream"]
    now = {
        "resultTime": "2026-06-01T12:00:00Z",
        "phenomenonTime": "2026-06-01T11:50:00Z/2026-06-01T12:00:00Z",
    }
    server.add({**now, "result": 20.0, "Datastream": stream})
    counts = []
    for _ in range(3):
        async with followed(city, [source], tmp_path, [served.origin]):
            await entity_once(city, view, source.id, _waits_until(clock, 60))
        clock.advance(timedelta(seconds=1))
        (report,) = await file_reports(city, source)
        counts.append(report.read)
        if counts == [1]:
            server.add({**now, "result": 21.0, "Datastream": stream})

    assert counts == [1, 2, 2]


async def test_unit_that_contradicts_itself_is_refused(
    city: City,
    view: View,
    served: Served,
    server: Server,
    source: Source,
    tmp_path: Path,
) -> None:
    stream = dict(server.observations[0]["Datastream"])
    stream["unitOfMeasurement"] = {"name": "?", "symbol": "hPa", "definition": "ucum:Cel"}
    time = "2026-06-01T12:00:00Z"
    server.add({"result": 20, "resultTime": time, "phenomenonTime": time, "Datastream": stream})
    async with followed(city, [source], tmp_path, [served.origin]):
        await entity_once(city, view, source.id, lambda one: one.value("nextReadAt") is not None)

    (refused,) = await quarantine(city, source)
    assert refused.rule.startswith("unit")


def _waits_until(clock: ManualClock, seconds: int) -> Callable[[Entity], bool]:
    due = clock.now() + timedelta(seconds=seconds)
    return lambda one: str(due)[11:19] in str(one.value("nextReadAt"))


@pytest.mark.parametrize(
    ("unit", "code"),
    [
        ({"symbol": "°C", "definition": "ucum:T"}, "CEL"),
        ({"symbol": "degC", "definition": "http://www.qudt.org/qudt/unit#DegreeCelsius"}, "CEL"),
        ({"symbol": "?", "definition": "http://qudt.org/vocab/unit/MicroGM-PER-M3"}, "GQ"),
        ({"symbol": "μg/m³", "definition": ""}, "GQ"),
        ({"symbol": "m3/s", "definition": "http://unitsofmeasure.org/m3/s"}, "MQS"),
        ({"symbol": "furlong", "definition": None}, "furlong"),
        ({}, None),
        (None, None),
        ("m", None),
    ],
)
def test_units_become_common_codes(unit: object, code: str | None) -> None:
    assert code_of(unit) == code


def test_every_code_of_the_tables_is_one_that_the_house_knows() -> None:
    assert {*UCUM.values(), *QUDT.values()} <= set(UNITS)


@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.integers(0, 40)), max_size=30, unique_by=lambda t: t[1]
    )
)
def test_reading_on_from_a_place_loses_nothing_and_repeats_nothing(
    found: list[tuple[int, int]],
) -> None:
    """Observations (second, id) appear one by one; each poll sees what is there by then."""
    place, taken, there = Place("2026-06-01T12:00:00Z"), list[str](), list[dict[str, Any]]()
    for second, number in sorted(found):
        there.append({"@iot.id": number, "resultTime": f"2026-06-01T12:00:0{second}Z"})
        page = [one for one in there if one["resultTime"] >= place.time]
        taken += [str(one["@iot.id"]) for one in place.unknown(page)]
        place = Place.of(place.after(page, "resultTime").position(), "")

    assert sorted(taken) == sorted(str(number) for _, number in found)


def test_interval_has_a_begin_and_an_end_and_a_feature_a_geometry() -> None:
    thing = {"Locations": [{"location": {"type": "Feature", "geometry": LOCATION["location"]}}]}
    (found,) = records([{"phenomenonTime": "a/b", "Datastream": {"Thing": thing}}], frozenset())

    assert isinstance(found, dict)
    assert (found["phenomenonTime.begin"], found["phenomenonTime.end"]) == ("a", "b")
    assert found["location"] == LOCATION["location"]
