"""The weekly and monthly table by organisation."""

from hansa.desk.worktable.http import worktable_routes

__all__ = ["worktable_routes"]
