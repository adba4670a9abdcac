"""Parts of an export become one file, in order, with its notes and without NaN."""

from pathlib import Path

from hansa.beside import export, joining
from tests.beside.looking import parquet


def test_parts_are_one_file_and_no_number_is_nothing(tmp_path: Path) -> None:
    parts = [str(tmp_path / name) for name in ("a.parquet", "b.parquet")]
    kinds = {"id": "s", "O2.age": "f"}
    export.parquet(parts[0], {"id": ["z", "b"], "O2.age": [1.5, float("nan")]}, kinds, {})
    export.parquet(parts[1], {"id": [None], "O2.age": [2.0]}, kinds, {})

    size = joining.join(parts, str(tmp_path / "it's.parquet"), {"world": "it's exercise"})

    content = (tmp_path / "it's.parquet").read_bytes()
    assert len(content) == size
    assert parquet(content, tmp_path) == (
        ["id", "O2.age"],
        [("z", 1.5), ("b", None), (None, 2.0)],
        {"world": "it's exercise"},
    )
