"""MQTT: subscribed, batched as it comes, acknowledged once it is committed."""

from collections.abc import AsyncGenerator, Iterator, Sequence
from typing import TYPE_CHECKING

from hansa.base.ids import fresh
from hansa.base.late import Late
from hansa.base.outgoing import STREAMS, EgressRefused, origin_of
from hansa.sectors.connectors import documents
from hansa.sectors.connectors.mqtt.messages import Message, records
from hansa.sectors.connectors.mqtt.settings import MqttSettings
from hansa.sectors.connectors.plan import Delivery, Door, Wrong

if TYPE_CHECKING:
    from hansa.sectors.connectors.mqtt import wire as wires
else:
    wires = Late("hansa.sectors.connectors.mqtt.wire")

MOST = 500  # messages of one delivery
_AGAIN = 5.0  # seconds


class Mqtt:
    """A subscription at a broker."""

    def wrong(self, settings: MqttSettings) -> Iterator[Wrong]:
        """An address, topics with wildcards where they may stand, a pointer."""
        try:
            origin_of(settings.broker, "", STREAMS)
        except EgressRefused as error:
            yield "broker", f"{error.detail}: write mqtt:// or mqtts://"
        for topic in settings.topics:
            if not is_filter(topic):
                yield "topics", f"{topic!r} is no topic filter (MQTT 3.1.1, 4.7)"
        if settings.list is not None and not documents.is_pointer(settings.list):
            yield "list", f"{settings.list!r} is no JSON Pointer: it begins with /"
        if settings.password is not None and settings.user is None:
            yield "password", "a password needs a user"

    def endpoint(self, settings: MqttSettings) -> str:
        """The broker."""
        return settings.broker

    def pause(self, settings: MqttSettings) -> float:
        """Seconds before it is subscribed again."""
        return _AGAIN

    async def stream(self, settings: MqttSettings, door: Door) -> AsyncGenerator[Delivery, None]:
        """What comes, for ever.

        The session's name is committed before the session exists, so that a node that is killed
        at any moment finds the messages that wait for it under the same name.
        """
        session = settings.client or _session(door)
        position = {"session": session}
        if door.position != position:
            yield Delivery((), position, heard=False)
        where = await door.outgoing.vetted(settings.broker)
        wire = await wires.Wire.open(_asked(settings, door, session), where, door.clock)
        try:
            yield Delivery((), position)  # we are heard, whether anything comes or not
            lain = True  # what waited for us comes first
            while True:
                lain = lain and not wire.idle
                came = await wire.take(MOST)
                yield _delivery(came, settings, door, position, wire.dropped(), lain=lain)
                wire.acknowledge(came)
        finally:
            await wire.close()


def _session(door: Door) -> str:
    found = door.position.get("session") if isinstance(door.position, dict) else None
    return str(found or f"hansa-{door.source[:40]}-{fresh(door.clock.now())[-12:]}")


def _asked(settings: MqttSettings, door: Door, session: str) -> "wires.Asked":
    return wires.Asked(
        broker=settings.broker,
        session=session,
        topics=settings.topics,
        qos=settings.qos,
        user=settings.user,
        password=door.secret(settings.password),
        authority=door.secret(settings.authority),
        keep_alive=settings.keep_alive,
    )


def _delivery(
    came: Sequence[Message],
    settings: MqttSettings,
    door: Door,
    position: dict[str, str],
    dropped: int,
    *,
    lain: bool,
) -> Delivery:
    wanted = [one for one in came if settings.retained or not one.retained]
    found = [record for one in wanted for record in records(one, door.columns, settings.list)]
    lain = lain or any(one.retained or one.again for one in wanted)
    return Delivery(tuple(found), position, dropped=dropped, lain=lain)


def is_filter(topic: str) -> bool:
    """Whether the text is a topic filter (MQTT 3.1.1, 4.7)."""
    levels = topic.split("/")
    if not topic or "\0" in topic or len(topic.encode()) > 65_535:
        return False
    wild = [level for level in levels if "+" in level or "#" in level]
    return all(level in ("+", "#") for level in wild) and "#" not in levels[:-1]
