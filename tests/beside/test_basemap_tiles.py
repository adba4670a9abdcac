"""What goes into a vector tile comes out of it, to the unit; what is nothing stays out."""

from itertools import pairwise

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiPoint, Point, Polygon, box

from hansa.beside.basemap import mvt
from tests.beside import tiles

WHOLE = st.integers(-64, 4160)
PLACES = st.tuples(WHOLE, WHOLE)
WORDS = st.dictionaries(
    st.sampled_from(["class", "name", "name_ru", "from"]),
    st.text(max_size=12) | st.integers(0, 1 << 40),
)


def _round_trip(geometry: shapely.Geometry, said: dict[str, str | int]) -> list[tiles.Decoded]:
    content = mvt.Content("road", np.array([geometry], dtype=object), [said])
    return tiles.tile(mvt.tile([content])).get("road", [])


@given(st.lists(PLACES, min_size=2, max_size=40), WORDS)
def test_a_line_comes_back_without_standing_still(
    path: list[tuple[int, int]], said: dict[str, str | int]
) -> None:
    moved = [place for index, place in enumerate(path) if index == 0 or place != path[index - 1]]

    found = _round_trip(LineString(path), said)

    assert [one.parts for one in found] == ([[moved]] if len(moved) > 1 else [])
    assert all(one.properties == said for one in found)


@given(st.lists(PLACES, min_size=1, max_size=9))
def test_points_come_back_in_their_order(places: list[tuple[int, int]]) -> None:
    geometry = Point(places[0]) if len(places) == 1 else MultiPoint(places)

    (found,) = _round_trip(geometry, {})

    assert [part[0] for part in found.parts] == places


@given(st.lists(PLACES, min_size=3, max_size=12, unique=True))
def test_an_area_comes_back_with_its_outer_ring_positive(places: list[tuple[int, int]]) -> None:
    hull = MultiPoint(places).convex_hull
    if not isinstance(hull, Polygon):
        return

    (found,) = _round_trip(hull, {})

    (ring,) = found.parts
    assert _signed_area(ring) > 0
    assert Polygon(ring).equals(hull)


def test_a_hole_winds_the_other_way() -> None:
    (found,) = _round_trip(box(0, 0, 100, 100) - box(20, 20, 40, 40), {})

    assert [_signed_area(ring) > 0 for ring in found.parts] == [True, False]


def test_a_tile_of_what_rounding_made_nothing_is_empty() -> None:
    assert _round_trip(box(0.1, 0.1, 0.3, 0.3), {}) == []
    assert mvt.tile([mvt.Content("road", np.array([], dtype=object), [])]) == b""


def _signed_area(ring: list[tuple[int, int]]) -> int:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))
