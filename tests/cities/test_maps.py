"""The base maps of the cities: valid GeoJSON (RFC 7946) that lies where the city says."""

import json
from pathlib import Path
from typing import Any

import pytest
from shapely.geometry import Point, Polygon, shape
from shapely.ops import unary_union

from hansa.base.settings import load_city
from hansa.sectors.generator import SCRIPT, load_script

CITIES = Path(__file__).parents[2] / "cities"
MAPS = sorted(CITIES.glob("*/map/*.geojson"))
EXERCISE = CITIES / "ryazan-exercise"

KINDS = {
    "land.geojson": {"builtup", "forest", "industry", "meadow"},
    "water.geojson": {"oldbed", "river", "stream", "water"},
    "districts.geojson": {"district"},
    "roads.geojson": {"highway", "main", "railway", "street"},
    "places.geojson": {"city", "landmark", "quarter", "town", "village"},
}


def read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def name_of(path: Path) -> str:
    return f"{path.parts[-3]}/{path.name}"


@pytest.mark.parametrize("path", MAPS, ids=name_of)
def test_a_map_lies_within_the_bounds_of_its_city(path: Path) -> None:
    bounds = load_city(path.parents[1]).map.bounds
    assert bounds is not None
    west, south, east, north = bounds
    for feature in read(path)["features"]:
        left, bottom, right, top = shape(feature["geometry"]).bounds
        assert west <= left <= right <= east, feature["properties"]
        assert south <= bottom <= top <= north, feature["properties"]


@pytest.mark.parametrize("path", MAPS, ids=name_of)
def test_shapes_are_valid_and_rings_are_closed_and_wound_as_rfc_7946_wants(path: Path) -> None:
    for feature in read(path)["features"]:
        geometry = shape(feature["geometry"])
        assert geometry.is_valid, feature["properties"]
        if isinstance(geometry, Polygon):
            ring = feature["geometry"]["coordinates"][0]
            assert ring[0] == ring[-1]
            assert geometry.exterior.is_ccw


@pytest.mark.parametrize("path", MAPS, ids=name_of)
def test_a_map_says_what_it_is(path: Path) -> None:
    assert read(path)["note"]


@pytest.mark.parametrize("name", sorted(KINDS))
def test_features_of_the_exercise_have_a_known_kind_and_a_name_in_both_languages(name: str) -> None:
    features = [one["properties"] for one in read(EXERCISE / "map" / name)["features"]]
    assert {one["kind"] for one in features} == KINDS[name]
    assert all(bool(one["name_ru"]) == bool(one["name_en"]) for one in features)


def test_the_schematic_map_warns_that_it_is_one() -> None:
    for path in (EXERCISE / "map").glob("*.geojson"):
        assert "not for navigation" in read(path)["note"]


def test_districts_share_their_borders_without_gap_or_overlap() -> None:
    features = read(EXERCISE / "map" / "districts.geojson")["features"]
    districts = [shape(feature["geometry"]) for feature in features]
    whole = unary_union(districts)
    assert len(districts) == 4
    assert isinstance(whole, Polygon)
    assert not whole.interiors
    assert whole.area == pytest.approx(sum(district.area for district in districts))


def test_areas_of_the_play_lie_in_the_districts_they_name() -> None:
    features = read(EXERCISE / "map" / "districts.geojson")["features"]
    districts = {one["properties"]["name_ru"]: shape(one["geometry"]) for one in features}
    for area in load_script(EXERCISE / SCRIPT).areas.values():
        assert districts[area.district].contains(Point(area.center)), area.name
