"""DuckDB as the helper process uses it: in memory, small, and never asking the network."""

import os
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import duckdb
import numpy as np

IOError = duckdb.IOException
Columns: TypeAlias = Mapping[str, Sequence[Any]]

_CONFIG = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "memory_limit": "256MB",
    "threads": "2",  # of a question: somebody waits for it, and the city with them
    "preserve_insertion_order": "true",
    # what does not fit in memory; DuckDB's own choice is a folder where the command was started
    "temp_directory": str(Path(tempfile.gettempdir()) / f"hansa-{os.getpid()}"),
}
_ours = threading.local()


def connection() -> duckdb.DuckDBPyConnection:
    """The connection of this thread; what it holds is views and temporary rows only."""
    found: duckdb.DuckDBPyConnection | None = getattr(_ours, "connection", None)
    if found is None:
        config: dict[str, str | bool | int | float | list[str]] = dict(_CONFIG)
        found = _ours.connection = duckdb.connect(":memory:", config=config)
        found.execute("SET TimeZone='UTC'; SET enable_progress_bar=false")
    return found


def arrays(columns: Columns, types: Mapping[str, str]) -> dict[str, Any]:
    """Columns as DuckDB reads them; a type is `i` (64 bits), `f`, `b` or `s` (text or None)."""
    kinds = {"i": np.int64, "f": np.float64, "b": np.bool_, "s": object}
    return {name: np.array(columns[name], dtype=kinds[types[name]]) for name in columns}


def alone(sql: str) -> None:
    """Run a long piece of upkeep on one core: the other serves the city."""
    con = connection()
    con.execute("SET threads=1")
    try:
        con.execute(sql)
    finally:
        con.execute("SET threads=2")


def rows(sql: str) -> list[tuple[Any, ...]]:
    """Every row of a query."""
    return connection().execute(sql).fetchall()


def text(value: str) -> str:
    """A literal of SQL."""
    return "'" + value.replace("'", "''") + "'"
