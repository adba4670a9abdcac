"""What a mapping says of a GTFS archive."""

from typing import Annotated, Literal

from msgspec import Meta

from hansa.sectors.connectors.fetched import FetchedSettings


class GtfsSettings(FetchedSettings, frozen=True, kw_only=True, rename="camel"):
    """`table`: the rows of this file of the archive; timetables are not read."""

    table: Literal["stops.txt", "routes.txt", "trips.txt", "agency.txt"]
    poll: Annotated[float, Meta(ge=60)] = 86_400.0
