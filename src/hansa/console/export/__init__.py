"""Entities as a file for other programs: CSV, GeoJSON, Parquet, with world and age in it."""

from hansa.console.export.answer import FORMATS, Asked, export

__all__ = ["FORMATS", "Asked", "export"]
