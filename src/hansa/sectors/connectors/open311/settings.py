"""What a mapping says of another system that speaks Open311."""

from typing import Annotated

from msgspec import Meta

from hansa.sectors.connectors.fetched import FetchedSettings


class Open311Settings(FetchedSettings, frozen=True, kw_only=True, rename="camel"):
    """`url`: the base of the endpoint, without `requests.json`.

    Asked are the last `days` (GeoReport v2 allows 90). With `updates` the server knows the
    extension `updated_after`: after the first time only what has changed is asked for.
    """

    jurisdiction: str = ""
    days: Annotated[int, Meta(ge=1, le=90)] = 90
    page_size: Annotated[int, Meta(ge=1, le=1000)] = 100
    most_pages: Annotated[int, Meta(ge=1, le=10_000)] = 1000
    updates: bool = False
    secret_header: str = "X-Api-Key"  # noqa: S105 - the name of a header
    secret_prefix: str = ""
