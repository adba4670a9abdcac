"""What a mapping says of a SensorThings server."""

from typing import Annotated, Literal

from msgspec import Meta

from hansa.sectors.connectors.plan import Settings
from hansa.sectors.connectors.secrets import Secret


class SensorThingsSettings(Settings, frozen=True, kw_only=True, rename="camel"):
    """`url`: the service root, with its version. `filter`: which observations, in OData's words.

    `time`: by which time it is asked on: `resultTime`, when the server got to know of it, or
    `phenomenonTime` where a server keeps no other. `lookBack`: seconds, the first time.
    """

    url: str
    filter: str | None = None
    time: Literal["resultTime", "phenomenonTime"] = "resultTime"
    look_back: Annotated[float, Meta(ge=0)] = 86_400.0
    poll: Annotated[float, Meta(ge=1)] = 60.0
    page: Annotated[int, Meta(ge=1, le=1000)] = 500
    most_pages: Annotated[int, Meta(ge=1, le=10_000)] = 200
    secret: Secret | None = None
    secret_header: str = "Authorization"  # noqa: S105 - the name of a header
    secret_prefix: str = "Bearer "  # noqa: S105 - what stands before a secret is none
