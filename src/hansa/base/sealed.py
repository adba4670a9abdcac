"""What crosses between the node and its helper process about sealed history: plain values.

They stand here because both sides import them and neither may import the other.
"""

from typing import NamedTuple


class Kept(NamedTuple):
    """A file on disk and the SHA-256 (hex) that it must have."""

    path: str
    digest: str


class File(NamedTuple):
    """A segment: its rows and its hourly sums."""

    rows: Kept
    sums: Kept


class Made(NamedTuple):
    """A segment that was just written: file names, digests, and what it spans (microseconds)."""

    rows_file: str
    rows_digest: str
    sums_file: str
    sums_digest: str
    rows: int
    size: int
    recorded_low: int
    recorded_high: int
    observed_low: int | None
    observed_high: int | None
    order_low: int
    order_high: int


class Prune(NamedTuple):
    """An entity whose every text value of `name` is none of `texts` is not asked for."""

    name: str
    texts: tuple[str, ...]  # as JSON


class Span(NamedTuple):
    """Bounds of a read: `column` is `observed` or `recorded`; `known`: recorded up to."""

    column: str
    low: int | None
    high: int | None
    known: int | None
