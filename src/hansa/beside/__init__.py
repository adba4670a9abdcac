"""The helper process: functions that `hansa.base.helper.Helper` calls by name.

The only package that may import DuckDB or a renderer of documents. It stands beside the rooms,
knows none of them, and no serving module imports it: what it needs comes as plain values.
"""

from hansa.beside.loop import find, main

__all__ = ["find", "main"]
