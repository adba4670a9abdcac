"""Houses, people, children and social objects: a union by house, exact against a town by hand."""

from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.desk import Office
from hansa.desk.outages.counting import House, extent_of
from tests.desk.outages.supplied import HEAT, NORTH, OUTLINE, house_id

HOUSES = st.lists(
    st.builds(
        House,
        st.sampled_from([f"h{number}" for number in range(12)]),
        st.none(),
        st.none(),
    ),
    max_size=20,
)
PEOPLE = {f"h{number}": (number * 7, number) for number in range(12)}


def _known(one: House) -> House:
    residents, children = PEOPLE[one.id]
    return House(one.id, residents, children, (residents / 10, 54.0))


@given(st.lists(HOUSES.map(lambda found: list(map(_known, found))), max_size=5))
def test_a_union_of_zones_never_counts_a_house_twice(zones: list[list[House]]) -> None:
    whole = extent_of(chain.from_iterable(zones), ())
    distinct = {one.id for zone in zones for one in zone}
    assert whole.houses == distinct
    assert (whole.people or 0) == sum(PEOPLE[one][0] for one in distinct)
    assert (whole.children or 0) == sum(PEOPLE[one][1] for one in distinct)
    alone = sum(extent_of(zone, ()).people or 0 for zone in zones)
    assert (whole.people or 0) <= alone
    doubled = extent_of(chain.from_iterable([*zones, *zones]), ())
    assert doubled == whole
    backwards = extent_of(chain.from_iterable(reversed(zones)), ())
    assert backwards == whole


def test_of_houses_of_which_nothing_is_known_the_people_are_unknown() -> None:
    found = extent_of([House("a"), House("b")], ())
    assert (len(found.houses), found.people, found.children) == (2, None, None)


@pytest.mark.parametrize(
    ("zones", "buildings", "houses", "people", "children", "social"),
    [
        ([NORTH], [], 3, 200, 40, [("kindergarten", "43")]),
        ([OUTLINE], [], 2, 130, 15, [("pumpingStation", "pump"), ("school", "21")]),
        (
            [NORTH, OUTLINE],
            [house_id("a")],
            4,
            250,
            45,
            [("kindergarten", "43"), ("pumpingStation", "pump"), ("school", "21")],
        ),
        ([HEAT], [], 2, 127, 31, [("kindergarten", "43"), ("school", "far")]),
        ([], [house_id("c")], 1, None, None, []),
        ([NORTH], [house_id("e")], 4, 207, 41, [("kindergarten", "43"), ("school", "far")]),
    ],
)
async def test_the_town_counted_by_hand(
    office: Office,
    zones: list[str],
    buildings: list[str],
    houses: int,
    people: int | None,
    children: int | None,
    social: list[tuple[str, str]],
) -> None:
    found = await office.houses.extent(zones, buildings)
    assert (len(found.houses), found.people, found.children) == (houses, people, children)
    assert list(found.social) == social


async def test_a_zone_with_an_outline_is_drawn_as_it_and_houses_as_points(
    office: Office,
) -> None:
    outlined = await office.houses.extent([OUTLINE], [])
    assert outlined.area is not None
    assert outlined.area["type"] == "Polygon"
    mixed = await office.houses.extent([OUTLINE, NORTH], [])
    assert mixed.area is not None
    assert mixed.area["type"] == "MultiPoint"
