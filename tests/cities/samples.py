"""The three sample spreadsheets of the exercise, as a city might have them. Everything is invented.

`python tests/cities/samples.py` writes them into cities/ryazan-exercise/samples; a test compares
what is kept there with what this says. Houses are those of the exercise's own table, so that the
two cannot drift apart. Works lie far ahead, so that none of them is ever late.
"""

import csv
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

import xlsxwriter

CITY = Path(__file__).parents[2] / "cities" / "ryazan-exercise"
SAMPLES = CITY / "samples"
NOTE = "Придумано для учений: ни одной настоящей организации, дома и работ; CC0-1.0"
MADE = datetime(2026, 1, 1, tzinfo=UTC)  # the same bytes whenever it is written
_NUMBERS = ("Широта", "Долгота", "Жителей", "в том числе детей")

Rows: TypeAlias = Sequence[Sequence[str | float]]

ORGANIZATIONS: Rows = (
    ("Код", "Организация", "Вид", "Телефон диспетчерской", "Чем занимается", "Территория",
     "Дежурный"),
    ("waterworks", "Водоканал (пример)", "предприятие", "+7 000 000-00-02",
     "холодная вода; канализация", "", "Диспетчер Учебный Второй"),
    ("heat-networks", "Тепловые сети (пример)", "предприятие", "+7 000 000-00-01",
     "отопление; горячая вода", "", "Диспетчер Учебный Первый"),
    ("power-grid", "Электрические сети (пример)", "сети", "+7 000 000-00-03",
     "электричество; освещение", "", ""),
    ("gas-service", "Газовая служба (пример)", "сети", "+7 000 000-00-09", "газ", "", ""),
    ("roads", "Дирекция дорог (пример)", "управление", "+7 000 000-00-04",
     "дороги; благоустройство; транспорт", "", "Мастер Учебный"),
    ("housing-primer", "Управляющая компания «Пример»", "управляющая компания",
     "+7 000 000-00-05", "жилые дома", "", ""),
    ("housing-uyut", "Управляющая компания «Уют»", "управляющая компания", "+7 000 000-00-15",
     "жилые дома", "", ""),
    ("housing-nadezhda", "Надежда (ТСЖ)", "ТСЖ", "+7 000 000-00-25", "жилые дома", "", ""),
    ("lifts", "Лифтовая служба (пример)", "компания", "+7 000 000-00-10", "лифты", "", ""),
    ("waste", "Вывоз отходов (пример)", "компания", "+7 000 000-00-11", "мусор", "", ""),
    ("ecology", "Отдел экологии (пример)", "отдел", "+7 000 000-00-06", "экология; река", "", ""),
    ("rescue", "Служба спасения (пример)", "управление", "+7 000 000-00-07",
     "спасатели; животные; порядок", "", ""),
)  # fmt: skip
WORKS: Rows = (
    ("Номер", "Что отключается", "Содержание работ", "Причина", "Организация", "Начало",
     "Окончание", "Зоны", "Дома"),
    ("П-1", "Холодная вода", "Замена задвижек на водоводе", "ремонт", "Водоканал",
     "03.06.2030 09:00", "03.06.2030 17:00", "Вокзал", ""),
    ("П-2", "Горячая вода", "Испытания тепловой сети", "испытания", "Тепловые сети",
     "10.06.2030 08:00", "20.06.2030 20:00", "ГВС К-1; ГВС К-2", ""),
    ("П-3", "Электроснабжение", "Замена кабеля", "ремонт", "Электрические сети",
     "05.06.2030 10:00", "05.06.2030 15:00", "", "улица Ленина, 1; улица Ленина, 3"),
    ("П-4", "Лифт", "Замена лебёдки", "ремонт", "Лифтовая служба", "07.06.2030 09:00",
     "08.06.2030 18:00", "", "улица Есенина, 1"),
)  # fmt: skip


def addresses() -> Rows:
    """The exercise's own table of houses; numbers as a spreadsheet has them."""
    lines = (CITY / "inbox" / "addresses" / "houses.csv").read_text(encoding="utf-8").splitlines()
    head, *rows = csv.reader(lines[1:], delimiter=";")
    numbers = {place for place, name in enumerate(head) if name in _NUMBERS}
    return (
        head,
        *(
            [float(cell) if cell and place in numbers else cell for place, cell in enumerate(row)]
            for row in rows
        ),
    )


def tables() -> dict[str, Rows]:
    """The sheets by the name of their file."""
    return {"organizations": ORGANIZATIONS, "addresses": addresses(), "works": WORKS}


def write(folder: Path) -> None:
    """The three files."""
    folder.mkdir(exist_ok=True)
    for name, rows in tables().items():
        book = xlsxwriter.Workbook(str(folder / f"{name}.xlsx"))
        book.set_properties({"created": MADE, "comments": NOTE})
        sheet = book.add_worksheet()
        sheet.write_string(0, 0, NOTE)
        for number, row in enumerate(rows, 1):
            for place, cell in enumerate(row):
                write_cell = sheet.write_number if isinstance(cell, float) else sheet.write_string
                write_cell(number, place, cell)
        book.close()


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else SAMPLES)
