"""RSS and Atom: items as they stand in the feed now; one that left the feed stays known."""

from collections.abc import Iterator, Mapping
from typing import Any

from hansa.sectors.connectors.feed.settings import FeedSettings
from hansa.sectors.connectors.fetched import Fetched
from hansa.sectors.connectors.plan import Door
from hansa.sectors.formats import feeds


def connector() -> Fetched[FeedSettings]:
    """The door."""
    return Fetched(_rows)


def _rows(_: FeedSettings, body: bytes, __: Door) -> Iterator[Mapping[str, Any]]:
    return feeds.rows(body)
