"""Tables of cities that never heard of us: the header is found and understood, no row is lost."""

from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from hansa.base.vocabulary import load_vocabulary
from hansa.sectors.connectors.files.fetch import Asked, items
from hansa.sectors.connectors.files.headers import parted
from hansa.sectors.errors import BadMapping
from hansa.sectors.mapping.load import Source, load_source
from hansa.sectors.model import Mapped, Refusal, Row, Trouble

MAPPING = """
source: addresses
title: {en: Houses}
sector: territory
files: [houses.csv, houses.xlsx]
format: table
header: addresses
type: Building
id: "{key}"
knownSince: 2026-01-01T00:00
fields:
  street: {column: street, required: true}
  streetNames: {column: streetNames, as: list}
  houseNumber: {column: house, required: true}
  residents: {column: residents, as: integer, unit: C62, range: [0, 20000]}
  location: {latitude: latitude, longitude: longitude}
  zones:
    templates:
      - "urn:ngsi-ld:SupplyZone:coldWater:{zone.coldWater}"
      - "urn:ngsi-ld:SupplyZone:heat:{zone.heat}"
"""


@pytest.fixture
def source(tmp_path: Path) -> Source:
    path = tmp_path / "addresses.yaml"
    path.write_text(MAPPING, encoding="utf-8")
    return load_source(path, load_vocabulary())


def read(source: Source, path: Path) -> list[Row | Refusal | Trouble]:
    return [one.what for one in items(Asked(path, path.name, source.files, source.columns))]


def sheet(path: Path, *sheets: list[list[Any]]) -> Path:
    book = xlsxwriter.Workbook(str(path))
    for rows in sheets:
        page = book.add_worksheet()
        for line, row in enumerate(rows):
            page.write_row(line, 0, row)
    book.close()
    return path


def text(path: Path, lines: list[str], encoding: str = "utf-8") -> Path:
    path.write_bytes("\n".join(lines).encode(encoding))
    return path


def row_of(found: object) -> Row:
    assert isinstance(found, Row), found
    return found


TABLES = {
    "ru": ["Реестр домов города", "", "№ п/п;Улица;№ дома;Корпус;Зона ХВС;Котельная;Кол-во жителей",
           "1;ул. Ленина;12;2;Север;К-1;1 240"],
    "uk": ["Назва вулиці,Номер будинку,Холодна вода,Опалення,Мешканців,Корпус",
           "ул. Ленина,12,Север,К-1,1240,2"],
    "en": ["Street name\tHouse no.\tCold water zone\tHeating\tPopulation\tBlock",
           "ул. Ленина\t12\tСевер\tК-1\t1240\t2"],
    "one column": ["Адрес;ХВС;Тепло;Население", "ул. Ленина, д. 12 к.2;Север;К-1;1240"],
}  # fmt: skip


@pytest.mark.parametrize("lines", TABLES.values(), ids=TABLES)
def test_a_header_is_understood_in_three_languages(
    source: Source, tmp_path: Path, lines: list[str]
) -> None:
    (found,) = read(source, text(tmp_path / "houses.csv", lines))
    row = row_of(found)
    mapped = source.mapper(row)
    assert isinstance(mapped, Mapped), mapped
    body = mapped.states[0].body
    assert row.line == len(lines)
    assert body["street"]["value"] == "ул. Ленина"
    assert body["houseNumber"]["value"] == "12 к.2"
    assert body["residents"]["value"] == 1240
    assert body["zones"]["object"] == [
        "urn:ngsi-ld:SupplyZone:coldWater:%D0%A1%D0%B5%D0%B2%D0%B5%D1%80",
        "urn:ngsi-ld:SupplyZone:heat:%D0%9A-1",
    ]


def test_a_workbook_of_several_sheets_is_read_where_the_table_is(
    source: Source, tmp_path: Path
) -> None:
    path = sheet(
        tmp_path / "houses.xlsx",
        [["Пояснительная записка"], ["Улица без номеров"]],
        [["Город", 2026], [], ["Улица", "Дом", "Жителей"], ["Мира", 7, 30], ["Мира", "7а", "-"]],
    )
    first, second = (row_of(one) for one in read(source, path))
    assert (first.line, first.fields["house"], first.fields["key"]) == (4, 7, "мира-7")
    assert (second.fields["residents"], second.fields["key"]) == (None, "мира-7а")


def test_an_old_encoding_is_read(source: Source, tmp_path: Path) -> None:
    lines = ["Улица;Дом", "Семёнова;1"]
    (found,) = read(source, text(tmp_path / "houses.csv", lines, "cp1251"))
    assert row_of(found).fields["street"] == "Семёнова"


def test_no_row_is_lost(source: Source, tmp_path: Path) -> None:
    lines = [
        "Улица;Дом;Жителей;Примечание",
        "Мира;1;двадцать;",  # no number
        ";2;5;",  # no street
        'Мира;3;5;"открыта',  # a quote that nothing closes
        "Мира;4;5;x;y",  # a cell too many
        "Мира;5;6",  # a cell too few: the rest is empty
        "Итого;;16;",
    ]
    found = read(source, text(tmp_path / "houses.csv", lines))
    outcomes = [source.mapper(one) if isinstance(one, Row) else one for one in found]
    told = [(one.line, one.rule) if isinstance(one, Refusal) else "accepted" for one in outcomes]
    assert told == [
        (2, "number"),
        (3, "id"),
        (4, "csv"),
        (5, "columns"),
        "accepted",
        (7, "id"),
    ]
    kept = outcomes[0]
    assert isinstance(kept, Refusal)
    assert kept.fields["Примечание"] == ""  # what was not understood stays


def test_a_table_without_a_header_says_what_is_needed(source: Source, tmp_path: Path) -> None:
    (found,) = read(source, text(tmp_path / "houses.csv", ["a;b", "c;d"]))
    assert isinstance(found, Trouble)
    assert "'street' and 'house' or 'address'" in found.detail
    (broken,) = read(source, text(tmp_path / "houses.xlsx", ["no workbook"]))
    assert isinstance(broken, Trouble)


@pytest.mark.parametrize(
    ("address", "street", "house"),
    [
        ("ул. Ленина, д. 12", "ул. Ленина", "12"),
        ("Ленина 12а", "Ленина", "12а"),
        ("пр-т Мира, дом № 4 корп. 1", "пр-т Мира", "4 корп. 1"),
        ("вул. Шевченка, буд. 3/5", "вул. Шевченка", "3/5"),
        ("1-я Линия, 8", "1-я Линия", "8"),
        ("Промзона", "Промзона", None),
    ],
)
def test_an_address_of_one_cell_is_parted(address: str, street: str, house: str | None) -> None:
    assert parted(address) == (street, house)


def test_a_mapping_may_name_only_columns_that_the_phrases_have(tmp_path: Path) -> None:
    path = tmp_path / "addresses.yaml"
    path.write_text(MAPPING.replace("column: residents", "column: resident"), encoding="utf-8")
    with pytest.raises(BadMapping, match="knows no column 'resident'"):
        load_source(path, load_vocabulary())
