"""Houses, people and social objects of a zone, against a quarter that was counted by hand."""

from collections.abc import Sequence
from pathlib import Path

from hansa.base.settings import CitySettings
from hansa.context import Change, City, Op, Query, TypeIs
from hansa.desk import Addresses
from hansa.desk.addresses import Count, Index
from hansa.guard import Grant
from tests.desk.addresses.tables import (
    COLD,
    HEAT,
    POWER,
    QUARTER,
    house,
    house_id,
    refers,
    square,
    value,
)

POWER_ZONE = Change(
    Op.CREATE,
    POWER,
    {
        "type": "SupplyZone",
        "name": value("P7"),
        "resource": value("power"),
        "location": square(39.715, 54.59, 39.75, 54.62),  # lenina-5 and mira-2
    },
)


async def settled(addresses: Addresses, city: City) -> Index:
    """The index once it knows what followed from what was written too."""
    while True:
        number = city.last_change
        index = await addresses.beyond(number)
        if city.last_change == number:
            return index


async def written(
    city: City, grant: Grant, addresses: Addresses, changes: Sequence[Change]
) -> Index:
    await city.write(grant, changes)
    return await settled(addresses, city)


def counted(index: Index, zone: str) -> Count:
    return index.count(index.houses_of((zone,)), (zone,))


async def test_a_zone_that_houses_name_is_counted_exactly(
    city: City, sectors: Grant, addresses: Addresses
) -> None:
    index = await written(city, sectors, addresses, QUARTER)
    social = (("kindergarten", "Детский сад № 43"), ("school", "Школа № 21"))
    assert counted(index, COLD) == Count(3, 200, 43, 1, social)
    assert counted(index, HEAT) == Count(1, 120, 31, 0, social[:1])
    assert index.count(index.every()) == Count(5, 255, 43, 1, social)
    # a house that is named twice is one house
    both = index.houses_of((COLD, HEAT), (house_id("lenina-1"), house_id("mira-2")))
    assert index.count(both).houses == 4


async def test_a_zone_with_an_outline_holds_houses_by_their_place(
    city: City, sectors: Grant, addresses: Addresses
) -> None:
    index = await written(city, sectors, addresses, (*QUARTER, POWER_ZONE))
    assert index.houses_of((POWER,)) == {house_id("lenina-5"), house_id("mira-2")}
    assert counted(index, POWER) == Count(2, 55, 0, 1, (("school", "Школа № 21"),))
    one = index.building(house_id("lenina-5"))
    assert one is not None
    assert one.zones == (COLD, POWER)
    # the house is built within the outline after the zone was drawn
    later = house("new", "проспект Мира", "6", location=QUARTER[3].body["location"])
    index = await written(city, sectors, addresses, (later,))
    assert house_id("new") in index.houses_of((POWER,))
    # and the zone is drawn anew
    moved = Change(Op.APPEND, POWER, {"location": square(39.79, 54.6, 39.81, 54.62)})
    index = await written(city, sectors, addresses, (moved,))
    assert index.houses_of((POWER,)) == {house_id("mira-4")}


async def test_what_a_table_names_comes_into_the_graph(
    city: City, sectors: Grant, addresses: Addresses
) -> None:
    await written(city, sectors, addresses, QUARTER)
    view = city.guard.view(sectors)
    zones = (await city.read(view, Query(types=TypeIs("SupplyZone")))).entities
    assert {(one.id, one.value("resource"), one.value("name")) for one in zones} == {
        (COLD, "coldWater", "North"),
        (HEAT, "heat", "K1"),
    }
    social = (await city.read(view, Query(types=TypeIs("PointOfInterest")))).entities
    assert {(one.value("name"), one.value("category")) for one in social} == {
        ("Детский сад № 43", "kindergarten"),
        ("Школа № 21", "school"),
    }
    # the school moved out: the next table says so
    emptied = house("lenina-5", "улица Ленина", "5", socialObjects=value([]))
    index = await written(city, sectors, addresses, (emptied,))
    assert index.social(house_id("lenina-5")) == ()


async def test_the_index_follows_the_log(city: City, sectors: Grant, addresses: Addresses) -> None:
    index = await written(city, sectors, addresses, QUARTER)
    assert index.search("мира 2")[0].building == house_id("mira-2")
    renamed = house("mira-2", "улица Новая", "2", streetNames=value(["проспект Мира"]))
    moved = house("lenina-3", "улица Ленина", "3", zones=refers(HEAT), residents=value(81))
    gone = Change(Op.DELETE, house_id("lenina-1"))
    index = await written(city, sectors, addresses, (renamed, moved, gone))
    found = index.search("мира 2")[0]
    assert (found.building, found.street, found.name) == (
        house_id("mira-2"),
        "улица Новая",
        "проспект Мира",
    )
    assert index.building(house_id("lenina-1")) is None
    assert "lenina-1" not in {one.building for one in index.search("ленина")}
    assert counted(index, HEAT).people == 81
    assert counted(index, COLD).houses == 1
    # read anew, it is the same
    fresh = await Addresses(city).index()
    assert fresh.count(fresh.every()) == index.count(index.every())
    assert fresh.search("ленина 3") == index.search("ленина 3")


async def test_a_street_without_houses_is_not_offered(
    city: City, sectors: Grant, addresses: Addresses
) -> None:
    await written(city, sectors, addresses, QUARTER[3:])
    gone = [Change(Op.DELETE, house_id(key)) for key in ("mira-2", "mira-4")]
    index = await written(city, sectors, addresses, gone)
    assert len(index) == 0
    assert index.search("мира") == ()


async def test_two_cities_in_one_process_share_no_house(
    city: City, sectors: Grant, addresses: Addresses, settings: CitySettings, tmp_path: Path
) -> None:
    index = await written(city, sectors, addresses, QUARTER)
    other = await City.open(settings, city.vocabulary, tmp_path / "other", city.clock)
    try:
        there = await Addresses(other).index()
        assert len(index) == 5
        assert (len(there), there.search("ленина 1")) == (0, ())
    finally:
        await other.close()
