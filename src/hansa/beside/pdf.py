"""The situation report on paper: a template laid out over a sheet of ready words.

Which words, figures and curves stand on the paper is decided where the report is known; here
they only get their place. The same sheet makes the same bytes: fonts come from a package, the
file's date from the sheet. PDF/A and PDF/UA, so that it may lie in an archive and be read aloud.
"""

from importlib import resources
from pathlib import Path
from typing import Any

import fontpkg_inter
import orjson
import typst

from hansa.base.times import parse_instant


def report(sheet: bytes) -> bytes:
    """The PDF of a sheet, a JSON document as `hansa.desk.report.paper.sheet` makes it."""
    return _set("report.typ", sheet)


def handover(sheet: bytes) -> bytes:
    """The PDF of a hand-over sheet, as `hansa.desk.handover.paper` makes it."""
    return _set("handover.typ", sheet)


def _set(template: str, sheet: bytes) -> bytes:
    known: dict[str, Any] = orjson.loads(sheet)
    fonts = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[Path(fontpkg_inter.ROOT) / "files"],
    )
    made = typst.Compiler(font_paths=fonts).compile(
        b"\n".join(
            (resources.files("hansa.beside") / one).read_bytes() for one in ("common.typ", template)
        ),
        format="pdf",
        pdf_standards=["a-2a", "ua-1"],
        sys_inputs={"sheet": sheet.decode()},
        timestamp=parse_instant(known["moment"]).replace(microsecond=0),  # PDF knows none
    )
    if not isinstance(made, bytes):
        raise TypeError("typst made no single document")
    return made
