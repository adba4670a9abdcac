"""A table of somebody else read for its own sake: rows under the names of a list of headers.

The same reading as that of a source with `format: table`; for whoever needs the cells before there
is a source (a city that loads itself).
"""

from dataclasses import dataclass
from pathlib import Path

from hansa.sectors.connectors.files.fetch import Asked, items, understood_in
from hansa.sectors.connectors.files.headers import told
from hansa.sectors.connectors.files.settings import FilesSettings
from hansa.sectors.model import Refusal, Row, Trouble


@dataclass(frozen=True, slots=True)
class Table:
    """A table that was read. `columns`: which header was understood as which column."""

    columns: dict[str, str]
    rows: tuple[Row, ...] = ()
    refused: tuple[Refusal, ...] = ()
    trouble: Trouble | None = None


def read_table(path: Path, header: str) -> Table:
    """The rows of a CSV or XLSX by the phrases of `headers/HEADER.yaml`; blocks."""
    settings = FilesSettings(files=path.name, format="table", header=header)
    asked = Asked(path, path.name, settings, frozenset())
    found = understood_in(asked)
    if isinstance(found, Trouble):
        return Table({}, trouble=found)
    read = [one.what for one in items(asked)]
    return Table(
        dict(told(found[1])),
        tuple(one for one in read if isinstance(one, Row)),
        tuple(one for one in read if isinstance(one, Refusal)),
        next((one for one in read if isinstance(one, Trouble)), None),
    )
