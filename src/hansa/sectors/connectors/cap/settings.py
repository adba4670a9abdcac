"""What a mapping says of warnings in CAP."""

from typing import Annotated

from msgspec import Meta

from hansa.sectors.connectors.fetched import FetchedSettings


class CapSettings(FetchedSettings, frozen=True, kw_only=True, rename="camel"):
    """`url`: one message, or an RSS or Atom feed whose items link to messages."""

    poll: Annotated[float, Meta(ge=1)] = 60.0
    most_messages: Annotated[int, Meta(ge=1, le=1000)] = 200
