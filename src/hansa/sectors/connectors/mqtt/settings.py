"""What a mapping says of a broker and the topics that are listened to."""

from typing import Annotated

from msgspec import Meta

from hansa.sectors.connectors.plan import Settings
from hansa.sectors.connectors.secrets import Secret


class MqttSettings(Settings, frozen=True, kw_only=True, rename="camel"):
    """`broker`: mqtt://host:port, or mqtts:// with TLS. `topics` may hold the wildcards + and #.

    `list`: JSON Pointer to a list in the payload, each of whose objects is a row of its own.
    `client`: the name of the session at the broker, where it must be a certain one.
    """

    broker: str
    topics: Annotated[tuple[str, ...], Meta(min_length=1, max_length=100)]
    qos: Annotated[int, Meta(ge=0, le=1)] = 1
    user: str | None = None
    password: Secret | None = None
    authority: Secret | None = None
    list: str | None = None
    retained: bool = True
    keep_alive: Annotated[int, Meta(ge=5, le=3600)] = 60
    client: Annotated[str, Meta(pattern=r"^[0-9A-Za-z_.-]{1,64}$")] | None = None
