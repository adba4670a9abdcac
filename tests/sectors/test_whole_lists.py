"""A list that is whole: what it leaves empty is emptied, what it names no more is marked."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote

import pytest

from hansa.base.clock import ManualClock
from hansa.context import City, Entity, Query, TypeIs
from hansa.desk import Addresses
from hansa.sectors import Source, file_reports, import_folder
from hansa.sectors.errors import BadMapping
from hansa.sectors.looking import shown
from hansa.sectors.preview import look
from tests.sectors.helpers import source_of

HOUSES = """
source: addresses
title: {en: Houses}
sector: territory
files: houses.csv
format: table
header: addresses
type: Building
id: "{key}"
knownSince: 2026-01-01T00:00
whole: true
fields:
  street: {column: street, required: true}
  houseNumber: {column: house, required: true}
  residents: {column: residents, as: integer, unit: C62}
  organization:
    column: management
    map: {Hearth: "urn:ngsi-ld:Organization:hearth"}
    otherwise: flag
    flag: unknown-organization
  zones:
    templates:
      - "urn:ngsi-ld:SupplyZone:heat:{zone.heat}"
      - "urn:ngsi-ld:SupplyZone:coldWater:{zone.coldWater}"
refuse:
  - {rule: range, column: residents, minimum: 0}
"""
HEAD = "id,street,house,residents,heat,water,managing company\n"
FIRST = (
    HEAD
    + "a,Mill Lane,1,10,North,East,Hearth\nb,Mill Lane,2,20,North,,Nobody\nc,Mill Lane,3,5,,,\n"
)


@pytest.fixture
def houses(tmp_path: Path) -> Source:
    return source_of(tmp_path, HOUSES)


async def told(city: City, source: Source, place: Path, text: str) -> dict[str, Entity]:
    """The houses once a table was read."""
    (place / "houses.csv").write_text(text, encoding="utf-8")
    await import_folder(city, [source], place)
    view = city.guard.view(city.guard.operator())
    page = await city.read(view, Query(types=TypeIs("Building")))
    return {one.id.rpartition(":")[2]: one for one in page.entities}


async def test_a_cell_that_is_empty_now_empties_the_attribute(
    city: City, houses: Source, tmp_path: Path
) -> None:
    before = (await told(city, houses, tmp_path, FIRST))["a"]
    assert before.value("residents") == 10
    after = (await told(city, houses, tmp_path, HEAD + "a,Mill Lane,1,,,East,Hearth\n"))["a"]
    assert after.value("residents") is None
    assert after.value("zones") == ["urn:ngsi-ld:SupplyZone:coldWater:East"]
    none = (await told(city, houses, tmp_path, HEAD + "a,Mill Lane,1,,,,\n"))["a"]
    assert none.attribute("zones") is None
    assert none.attribute("organization") is None


async def test_a_house_that_is_named_no_more_is_marked_and_comes_back(
    city: City, houses: Source, tmp_path: Path
) -> None:
    await told(city, houses, tmp_path, FIRST)
    addresses = Addresses(city)
    assert len(await addresses.index()) == 3

    table = HEAD + "a,Mill Lane,1,10,North,,\nc,Mill Lane,3,5,,,\n"
    gone = await told(city, houses, tmp_path, table)
    assert gone["a"].value("retiredAt") is None
    assert gone["b"].value("retiredAt") is not None
    assert gone["b"].value("street") == "Mill Lane"
    index = await addresses.index()
    assert len(index) == 2
    assert index.houses_of(["urn:ngsi-ld:SupplyZone:heat:North"]) == {"urn:ngsi-ld:Building:a"}
    (report,) = await file_reports(city, houses)
    assert report.flags == {"gone-from-table": 1}

    back = await told(city, houses, tmp_path, FIRST)
    assert back["b"].value("retiredAt") is None
    assert len(await addresses.index()) == 3


async def test_a_file_that_names_less_than_half_is_a_part_of_the_list(
    city: City, houses: Source, tmp_path: Path
) -> None:
    await told(city, houses, tmp_path, FIRST)
    after = await told(city, houses, tmp_path, HEAD + "d,Mill Lane,4,,,,\n")
    assert [one for one in after.values() if one.value("retiredAt") is not None] == []
    (report,) = await file_reports(city, houses)
    assert report.flags == {"part-of-list": 3}


async def test_a_row_that_is_refused_names_its_house_all_the_same(
    city: City, houses: Source, tmp_path: Path
) -> None:
    await told(city, houses, tmp_path, FIRST)
    wrong = FIRST.replace("2,20,", "2,-20,")
    assert (await told(city, houses, tmp_path, wrong))["b"].value("retiredAt") is None


async def test_the_same_table_twice_changes_nothing(
    city: City, houses: Source, tmp_path: Path, clock: ManualClock
) -> None:
    await told(city, houses, tmp_path, FIRST)
    first = {name: one.change for name, one in (await told(city, houses, tmp_path, FIRST)).items()}
    clock.advance(timedelta(hours=1))
    again = await told(city, houses, tmp_path, FIRST + "\n")
    assert {name: one.change for name, one in again.items()} == first


async def test_a_look_says_what_would_go_whose_name_is_unknown_and_zones_by_name(
    city: City, houses: Source, tmp_path: Path
) -> None:
    await told(city, houses, tmp_path, FIRST)
    new = tmp_path / "new.csv"
    rows = "a,Mill Lane,1,,Верх,,Strangers\nc,Mill Lane,3,5,,,\n"
    new.write_text(HEAD + rows, encoding="utf-8")
    seen = look(houses, new, new.name, city.clock.now())
    view = city.guard.view(city.guard.operator())
    preview = await shown(city, houses, view, seen)
    assert preview["entities"]["gone"] == 1
    assert preview["flags"] == {"unknown-organization": 1}
    (zone,) = preview["names"]
    assert (unquote(zone).endswith("heat:Верх"), preview["names"][zone]) == (True, "Верх")
    row = preview["sample"][0]
    (residents,) = (one for one in row["attributes"] if one["name"] == "residents")
    assert (residents["value"], residents["was"]) == (None, 10)


def test_only_a_list_of_what_can_be_retired_is_whole(tmp_path: Path) -> None:
    with pytest.raises(BadMapping, match="retiredAt"):
        source_of(tmp_path, HOUSES.replace("type: Building", "type: SupplyZone"))
