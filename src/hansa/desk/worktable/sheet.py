"""The table as a spreadsheet: heads in the reader's language, figures as numbers, all in one sheet.

The library of XLSX is loaded when the first file is asked for: most nodes never are. Text is
written as text, so that a name beginning with a sign of equality is no formula.
"""

import io
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from hansa.base import yamlfile
from hansa.base.times import parse_instant
from hansa.desk.tasks import Work
from hansa.desk.worktable.model import COLUMNS

Row = tuple[str | int | datetime, ...]
_FALLBACK = "en"
_WIDTHS = {0: 40, 1: 17, 2: 17}


@cache
def heads() -> Mapping[str, Mapping[str, str]]:
    """The words of the file by language."""
    path = Path(str(resources.files("hansa.desk.worktable") / "words.yaml"))
    return yamlfile.load(path, dict[str, dict[str, str]])


def rows_of(found: Mapping[str, Any], work: Work, zone: ZoneInfo, language: str) -> Iterable[Row]:
    """The lines under the head, the total last; times of the window in the city's zone."""
    words = heads().get(language) or heads()[_FALLBACK]
    span = tuple(_local(found[end], zone) for end in ("from", "to"))
    for one in found["organizations"]:
        known = work.organization(str(one["organization"]))
        name = str(one["organization"])
        if known is not None:
            name = known.name.get(language) or next(iter(known.name.values()))
        yield (name, *span, *(one[column] for column in COLUMNS))
    yield (words["total"], *span, *(found["total"][column] for column in COLUMNS))


def xlsx(found: Mapping[str, Any], work: Work, zone: ZoneInfo, language: str) -> bytes:
    """The file. In an exercise its sheet and its first line say so."""
    import xlsxwriter  # noqa: PLC0415 - see the module's first lines

    words = heads().get(language) or heads()[_FALLBACK]
    exercise = found.get("hansaWorld")
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True}) as book:
        sheet = book.add_worksheet(words["exercise"] if exercise else words["organization"])
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        time = book.add_format({"num_format": "dd.mm.yyyy hh:mm", "align": "left"})
        top = 0
        if exercise:
            sheet.write_string(0, 0, f"{words['exercise']}: {exercise}", bold)
            top = 1
        for number, key in enumerate(("organization", "from", "until", *COLUMNS)):
            sheet.set_column(number, number, _WIDTHS.get(number, 13))
            sheet.write_string(top, number, words[key], bold)
        sheet.freeze_panes(top + 1, 1)
        for line, row in enumerate(rows_of(found, work, zone, language), top + 1):
            for number, cell in enumerate(row):
                if isinstance(cell, datetime):
                    sheet.write_datetime(line, number, cell, time)
                elif isinstance(cell, int):
                    sheet.write_number(line, number, cell)
                else:
                    sheet.write_string(line, number, cell)
    return written.getvalue()


def _local(instant: str, zone: ZoneInfo) -> datetime:
    """As a clock on the wall: a spreadsheet knows no zones."""
    return parse_instant(instant).astimezone(zone).replace(tzinfo=None)
