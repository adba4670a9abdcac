"""Parquet files of one shape as one file, without ever holding all of their rows."""

from collections.abc import Sequence
from pathlib import Path

from hansa.beside import engine


def join(parts: Sequence[str], path: str, notes: dict[str, str]) -> int:
    """Write the rows of `parts` to `path`, in order; its size.

    `notes` become the file's key-value metadata. What is not a number there is unknown here.
    """
    con = engine.connection()
    files = ", ".join(map(_text, parts))
    described = con.execute(f"DESCRIBE SELECT * FROM read_parquet([{files}])").fetchall()
    cells = ", ".join(_cell(str(name), str(kind)) for name, kind, *_ in described)
    meta = ", ".join(f"{key}: {_text(value)}" for key, value in notes.items())
    con.execute(
        f"COPY (SELECT {cells} FROM read_parquet([{files}])) TO {_text(path)} "
        f"(FORMAT parquet, COMPRESSION zstd, KV_METADATA {{{meta}}})"
    )
    return Path(path).stat().st_size


def _cell(name: str, kind: str) -> str:
    """A column; NaN, which stands for unknown numbers in a part, as NULL."""
    quoted = '"' + name.replace('"', '""') + '"'
    if kind != "DOUBLE":
        return quoted
    return f"CASE WHEN isnan({quoted}) THEN NULL ELSE {quoted} END AS {quoted}"


def _text(value: str) -> str:
    """A literal of SQL."""
    return "'" + value.replace("'", "''") + "'"
