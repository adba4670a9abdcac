"""What a mapping says of a feed."""

from hansa.sectors.connectors.fetched import FetchedSettings


class FeedSettings(FetchedSettings, frozen=True, kw_only=True, rename="camel"):
    """`url`: of the feed, RSS or Atom; asked every `poll` seconds."""
