"""Areas from pieces: whole relations, relations cut by the border, the sea beside a coast."""

from itertools import pairwise

import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, Point, box
from shapely.geometry.base import BaseGeometry

from hansa.beside.basemap.assembling import area, sea

BOX = (0.0, 0.0, 10.0, 10.0)


def _same(one: BaseGeometry | None, other: BaseGeometry) -> bool:
    return one is not None and bool(shapely.symmetric_difference(one, other).area < 1e-6)


@given(st.integers(1, 6), st.randoms(use_true_random=False))
def test_pieces_of_a_ring_in_any_order_and_direction_make_its_area(
    count: int, random: object
) -> None:
    shuffle = random.shuffle  # type: ignore[attr-defined]
    ring = [(2.0, 2.0), (8.0, 2.0), (8.0, 5.0), (8.0, 8.0), (5.0, 8.0), (2.0, 8.0), (2.0, 2.0)]
    cuts = sorted({0, *range(1, count), len(ring) - 1})
    pieces = [LineString(ring[a : b + 1]) for a, b in pairwise(cuts)]
    turned = [piece.reverse() if index % 2 else piece for index, piece in enumerate(pieces)]
    shuffle(turned)

    assert _same(area(turned, [], BOX), box(2, 2, 8, 8))


def test_an_inner_ring_is_a_hole() -> None:
    found = area([_ring(1, 9)], [_ring(3, 5)], BOX)

    assert _same(found, box(1, 1, 9, 9) - box(3, 3, 5, 5))


def test_a_river_whose_banks_the_border_cuts_lies_between_them() -> None:
    banks = [LineString([(0, 4), (10, 4)]), LineString([(10, 5), (0, 5)])]

    assert _same(area(banks, [], BOX), box(0, 4, 10, 5))


def test_a_bank_that_ends_just_before_the_border_is_led_on_to_it() -> None:
    banks = [LineString([(0.2, 4), (9.9, 4)]), LineString([(0.1, 5), (9.8, 5)])]

    assert _same(area(banks, [], BOX), box(0, 4, 10, 5))


def test_the_side_that_has_the_holes_is_inside_however_large_it_is() -> None:
    found = area([LineString([(0, 2), (10, 2)])], [_ring(4, 6)], BOX)

    assert _same(found, box(0, 2, 10, 10) - box(4, 4, 6, 6))


def test_a_ring_torn_in_the_middle_of_the_extract_is_no_area() -> None:
    assert area([LineString([(2, 2), (8, 2), (8, 8)])], [], BOX) is None


def test_the_sea_lies_at_the_right_of_the_coast_and_around_islands() -> None:
    coast = [LineString([(0, 5), (5, 5)]), LineString([(5, 5), (10, 5)])]
    island = LineString([(4, 2), (6, 2), (6, 3), (4, 3), (4, 2)])

    assert _same(sea([*coast, island], BOX), box(0, 0, 10, 5) - box(4, 2, 6, 3))
    assert _same(sea([line.reverse() for line in coast], BOX), box(0, 5, 10, 10))


def test_a_coast_that_ends_in_the_middle_makes_no_sea() -> None:
    assert sea([LineString([(3, 5), (6, 5)])], BOX) is None
    assert sea([], BOX) is None


@given(st.lists(st.floats(1, 9), min_size=2, max_size=12))
def test_a_place_right_of_any_coast_is_wet_and_one_left_of_it_dry(heights: list[float]) -> None:
    step = 10 / (len(heights) - 1)
    coast = LineString([(index * step, height) for index, height in enumerate(heights)])

    found = sea([coast], BOX)

    assert found is not None
    assert found.contains(Point(5, 0.01))
    assert not found.intersects(Point(5, 9.99))


def _ring(low: float, high: float) -> LineString:
    return LineString([(low, low), (high, low), (high, high), (low, high), (low, low)])
