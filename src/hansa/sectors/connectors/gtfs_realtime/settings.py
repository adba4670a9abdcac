"""What a mapping says of a GTFS-realtime feed."""

from typing import Annotated, Literal

from msgspec import Meta

from hansa.sectors.connectors.fetched import FetchedSettings


class GtfsRealtimeSettings(FetchedSettings, frozen=True, kw_only=True, rename="camel"):
    """`entities`: positions of vehicles, or service alerts. Trip updates are not read.

    `stops`: address of the operator's GTFS archive; an alert then stands amid its stops.
    """

    entities: Literal["vehicles", "alerts"]
    stops: str | None = None
    poll: Annotated[float, Meta(ge=5)] = 15.0
