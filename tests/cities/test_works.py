"""The exercise's table of planned works: what its rows say, and that a bad row says why."""

from datetime import datetime
from pathlib import Path

import xlsxwriter

from hansa.base.settings import load_city
from hansa.base.vocabulary import load_vocabulary
from hansa.context import City
from hansa.sectors import import_folder, load_sources, quarantine
from tests.desk.outages.supplied import all_of

HEAD = (
    *("number", "changed", "resource", "what", "cause", "company"),
    *("from", "until", "ended", "zones", "houses"),
)
ROWS = (
    ["W-1", "2026-06-01 09:00", "холодная вода", "Замена задвижек", "ремонт", "Водоканал",
     "2026-06-01 10:00", "2026-06-01 16:00", "", "Северная; Южная", "улица Ленина, 1"],
    ["W-2", "2026-06-01 09:00", "пар", "Нет такого", "", "Водоканал",
     "2026-06-01 10:00", "2026-06-01 16:00", "", "", ""],
    ["W-3", "2026-06-01 09:00", "газ", "Кончается раньше", "", "",
     "2026-06-01 16:00", "2026-06-01 10:00", "", "", ""],
)  # fmt: skip


async def test_a_work_of_the_table_is_a_work_of_the_graph(
    city: City, root: Path, tmp_path: Path
) -> None:
    folder = load_city(root / "cities" / "ryazan-exercise").folder
    sources = [one for one in load_sources(folder, load_vocabulary()) if one.name == "works"]
    inbox = tmp_path / "inbox" / "works"
    inbox.mkdir(parents=True)
    book = xlsxwriter.Workbook(str(inbox / "works-june.xlsx"), {"default_date_format": "yyyy"})
    sheet = book.add_worksheet()
    for number, row in enumerate([HEAD, *ROWS]):
        sheet.write_row(number, 0, row)
    book.close()

    await import_folder(city, sources, inbox.parent)

    (work,) = (await all_of(city, "PlannedWork")).values()
    assert work.id == "urn:ngsi-ld:PlannedWork:W-1"
    assert work.value("resource") == "coldWater"
    assert work.value("zoneNames") == ["Северная", "Южная"]
    assert work.value("houseNames") == ["улица Ленина, 1"]
    assert work.value("organization") == "urn:ngsi-ld:Organization:waterworks"
    assert work.value("title") == {"ru": "Замена задвижек"}
    begins = work.value("startsAt")
    text = begins["@value"] if isinstance(begins, dict) else begins
    assert datetime.fromisoformat(text) == datetime.fromisoformat("2026-06-01T10:00:00+03:00")
    refused = [(one.field, one.rule) for one in await quarantine(city, sources[0])]
    assert refused == [("resource", "one-of"), ("until", "order")]
