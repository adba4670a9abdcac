"""How files are read. These settings stand at the top of a mapping, not under `settings`."""

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta

from hansa.sectors.connectors.plan import Settings

Format: TypeAlias = Literal["csv", "jsonl", "xlsx", "geojson", "table"]
Sign = Annotated[str, Meta(min_length=1, max_length=1)]


class FilesSettings(Settings, frozen=True, kw_only=True):
    """`files`: names that belong to the source, with `*`. `columns`: where a file has no header.

    `table`: a CSV or XLSX of somebody else, its header found by the phrases of `header`.
    """

    files: str | tuple[str, ...]
    format: Format
    encoding: str = "utf-8"
    delimiter: Sign = ","
    quote: Sign = '"'
    columns: tuple[str, ...] = ()
    sheet: str | int = 0
    header: str = ""
