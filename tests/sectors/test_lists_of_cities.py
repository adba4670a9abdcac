"""Lists of organisations and works as cities of three languages write them, by one reading."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from hansa.sectors import read_table

ORGANIZATIONS = {
    "ru": (
        ("Наименование организации", "Телефон диспетчерской", "Чем занимается", "Район"),
        ("МУП «Вода»", "+0 1", "ХВС, водоотведение", "Весь город"),
    ),
    "uk": (
        ("Назва організації", "Контактний телефон", "Послуги", "Територія"),
        ("КП «Вода»", "+0 1", "холодна вода; каналізація", "усе місто"),
    ),
    "en": (
        ("Organisation", "Duty phone", "Responsible for", "Area"),
        ("Waterworks", "+0 1", "cold water\nsewerage", "Whole city"),
    ),
}
WORKS = {
    "ru": (
        ("№ п/п", "Вид ресурса", "Организация", "Дата начала", "Дата окончания", "Адреса"),
        ("7", "Горячая вода", "Тепло", "25.11.2026 9:00", "25.11.2026 в 16:30", "Мельничная, 1"),
    ),
    "uk": (
        ("Номер роботи", "Що вимикається", "Виконавець", "Початок", "Закінчення робіт", "Будинки"),
        ("7", "ГВП", "Теплові мережі", "2026-11-25 09:00", "25/11/2026 16:30", "Млинова, 1"),
    ),
    "en": (
        ("Work number", "What is off", "Contractor", "Start time", "Planned end", "Buildings"),
        ("7", "hot water", "Heat", "2026-11-25T09:00", "2026-11-25T16:30", "Mill Lane, 1"),
    ),
}  # fmt: skip


def written(path: Path, rows: tuple[tuple[Any, ...], ...]) -> Path:
    """A workbook with a title above its header, as people make them."""
    book = xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd hh:mm"})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ("A list",))
    for line, row in enumerate(rows, 1):
        sheet.write_row(line, 0, row)
    book.close()
    return path


@pytest.mark.parametrize("language", ["ru", "uk", "en"])
def test_a_list_of_organisations_is_understood(language: str, tmp_path: Path) -> None:
    table = read_table(written(tmp_path / "list.xlsx", ORGANIZATIONS[language]), "organizations")
    (row,) = table.rows
    assert table.columns.keys() == {"name", "telephone", "services", "territory"}
    assert (row.line, row.fields["telephone"]) == (3, "+0 1")
    assert row.fields["services"] == "coldWater; sewage"
    assert row.fields["territory"] is None


@pytest.mark.parametrize("language", ["ru", "uk", "en"])
def test_a_list_of_works_is_understood(language: str, tmp_path: Path) -> None:
    table = read_table(written(tmp_path / "works.xlsx", WORKS[language]), "works")
    (row,) = table.rows
    assert row.fields["number"] == "7"
    assert row.fields["resource"] == "hotWater"
    texts = [
        f"{datetime.fromisoformat(row.fields[name]):%m-%d %H:%M}" for name in ("from", "until")
    ]
    assert texts == ["11-25 09:00", "11-25 16:30"]
    assert row.fields["houses"]


def test_a_work_without_a_number_is_known_by_what_where_and_when(tmp_path: Path) -> None:
    head = ("Что отключается", "Начало", "Окончание", "Зоны")
    rows = (head, ("газ", "01.12.2026", "02.12.2026", "Север"), ("пар", "завтра", "", ""))
    first, second = read_table(written(tmp_path / "works.xlsx", rows), "works").rows
    assert first.fields["number"] == "gas-2026-12-01t00-00-север"
    assert (second.fields["resource"], second.fields["from"]) == ("пар", "завтра")


def test_a_table_without_its_columns_says_which_are_missing(tmp_path: Path) -> None:
    table = read_table(written(tmp_path / "list.xlsx", (("a", "b"), (1, 2))), "organizations")
    assert table.trouble is not None
    assert "'name' and 'telephone'" in table.trouble.detail
    assert table.rows == ()
