"""Rows as a Parquet file, for people who go on with them elsewhere."""

from pathlib import Path
from typing import Any

from hansa.beside import engine
from hansa.beside.engine import Columns


def parquet(path: str, columns: Columns, types: dict[str, str], notes: dict[str, str]) -> int:
    """Write the columns to `path`; `notes` become the file's key-value metadata. Its size.

    A type is `i` (whole number), `f` (NaN: unknown), `b` or `s` (None: unknown).
    """
    found: dict[str, Any] = engine.arrays(columns, types)
    con = engine.connection()
    con.register("rows_out", found)
    meta = ", ".join(f"{key}: {engine.text(value)}" for key, value in notes.items())
    try:
        con.execute(
            f"COPY (SELECT * FROM rows_out) TO {engine.text(path)} "
            f"(FORMAT parquet, COMPRESSION zstd, KV_METADATA {{{meta}}})"
        )
    finally:
        con.unregister("rows_out")
    return Path(path).stat().st_size
