"""A Parquet file of an export holds what was given, and says what it is."""

from pathlib import Path

import duckdb

from hansa.beside import export
from hansa.beside.engine import Columns


def test_rows_and_notes_come_back(tmp_path: Path) -> None:
    path = tmp_path / "it's.parquet"
    columns: Columns = {"id": ["a", "b"], "n": [1, 2], "v": [1.5, float("nan")], "t": ["x'y", None]}

    size = export.parquet(
        str(path), columns, {"id": "s", "n": "i", "v": "f", "t": "s"}, {"world": "it's actual"}
    )

    with duckdb.connect() as con:
        files = f"'{tmp_path}/*.parquet'"
        kept = con.execute(f"SELECT id, n, t FROM read_parquet({files})").fetchall()
        told = con.execute(f"SELECT value FROM parquet_kv_metadata({files})").fetchall()
    assert size == path.stat().st_size
    assert kept == [("a", 1, "x'y"), ("b", 2, None)]
    assert told[0][0] == b"it's actual"
