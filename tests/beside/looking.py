"""What tests of other rooms find in a Parquet file."""

from pathlib import Path
from typing import Any

import duckdb


def parquet(content: bytes, folder: Path) -> tuple[list[str], list[Any], dict[str, str]]:
    """(columns, rows, notes) of a file with this content."""
    (folder / "export.parquet").write_bytes(content)
    with duckdb.connect() as con:
        file = f"'{folder}/export.parquet'"
        found = con.execute(f"SELECT * FROM {file}")
        columns = [one[0] for one in found.description or ()]
        rows = found.fetchall()
        told = con.execute(f"SELECT key, value FROM parquet_kv_metadata({file})").fetchall()
    return columns, rows, {key.decode(): value.decode() for key, value in told}
