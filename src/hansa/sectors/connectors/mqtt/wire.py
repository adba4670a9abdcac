"""One connection to a broker: paho-mqtt in a thread of its own, and its messages on our loop.

paho is told the address that was vetted, and TLS the name that it must belong to. It neither
connects again by itself nor acknowledges: both are the runner's to decide. What waits is bounded.
"""

import asyncio
import ssl
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from hansa.base.clock import Clock
from hansa.base.outgoing import Unreachable, Vetted
from hansa.sectors.connectors.mqtt.messages import LARGEST, Message
from hansa.sectors.connectors.plan import Bad

WAITING = 5000  # messages that wait to be committed
_BYTES = 16 << 20
_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of the broker. `session`: the name under which it keeps what we missed."""

    broker: str
    session: str
    topics: Sequence[str]
    qos: int
    user: str | None
    password: str | None
    authority: str | None
    keep_alive: int


class _Named(ssl.SSLContext):
    """Verifies the name in the broker's URL, though it is reached by an address.

    It shakes hands at once: paho would leave the socket open where that fails.
    """

    host: str = ""

    def wrap_socket(self, *args: Any, **kwargs: Any) -> ssl.SSLSocket:
        kwargs["server_hostname"] = self.host
        wrapped = super().wrap_socket(*args, **kwargs)
        try:
            wrapped.settimeout(_SECONDS)
            wrapped.do_handshake()
        except BaseException:
            wrapped.close()
            raise
        return wrapped


def _tls(host: str, authority: str | None) -> ssl.SSLContext:
    context = _Named(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.host = host
    if authority is None:
        context.load_default_certs()
        return context
    try:
        context.load_verify_locations(cadata=authority)
    except ssl.SSLError as error:
        raise Bad(f"the certificate authority is no PEM: {error.reason}") from error
    return context


class Wire:
    """A session at a broker, subscribed. Make it with `open`."""

    def __init__(self, asked: Asked, clock: Clock) -> None:
        self._asked = asked
        self._clock = clock
        self._loop = asyncio.get_running_loop()
        self._waiting: deque[Message] = deque()
        self._lock = threading.Lock()  # over the bytes that wait
        self._bytes = 0
        self._came = asyncio.Event()
        self._open: asyncio.Future[None] = self._loop.create_future()
        self._ended: str | None = None
        self._overflown = False
        self._dropped = 0
        self._client = Client(
            CallbackAPIVersion.VERSION2,
            asked.session,
            clean_session=False,
            protocol=MQTTProtocolVersion.MQTTv311,
            reconnect_on_failure=False,
            manual_ack=True,
        )
        self._client.connect_timeout = _SECONDS
        self._client.on_connect = self._connected
        self._client.on_subscribe = self._subscribed
        self._client.on_message = self._message
        self._client.on_disconnect = self._disconnected

    @classmethod
    async def open(cls, asked: Asked, where: Vetted, clock: Clock) -> "Wire":
        """Connect and subscribe. Raises Unreachable; Bad where the broker refuses us."""
        wire = cls(asked, clock)
        try:
            await asyncio.to_thread(wire._connect, where)
            async with asyncio.timeout(_SECONDS):
                await wire._open
        except TimeoutError as error:
            await wire.close()
            raise Unreachable(f"{asked.broker} did not answer within {_SECONDS:g} s") from error
        except (OSError, ValueError) as error:
            await wire.close()
            raise Unreachable(f"{asked.broker}: {error}") from error
        except BaseException:
            await wire.close()
            raise
        return wire

    async def take(self, most: int) -> tuple[Message, ...]:
        """The next messages, at least one. Unreachable once the connection is gone."""
        while not self._waiting:
            if self._ended is not None:
                raise Unreachable(f"{self._asked.broker}: {self._ended}")
            if self._overflown:
                raise Bad(f"{self._asked.broker} sends faster than is read; it is asked again")
            self._came.clear()
            if not self._waiting and self._ended is None:
                await self._came.wait()
        count = min(most, len(self._waiting))
        taken = tuple(self._waiting.popleft() for _ in range(count))
        with self._lock:
            self._bytes -= sum(len(one.payload) for one in taken)
        return taken

    @property
    def idle(self) -> bool:
        """Whether nothing waits: what comes next comes as it is sent."""
        return not self._waiting

    def dropped(self) -> int:
        """How many messages of QoS 0 were let go since this was asked last."""
        count, self._dropped = self._dropped, 0
        return count

    def acknowledge(self, messages: Sequence[Message]) -> None:
        """They are committed: the broker may forget them."""
        for one in messages:
            if one.qos:
                self._client.ack(one.mid, one.qos)

    async def close(self) -> None:
        """End the connection; the session stays at the broker."""
        if not self._open.done():
            self._open.cancel()
        self._client.disconnect()
        await asyncio.to_thread(self._client.loop_stop)

    # ---- in the thread of paho

    def _connect(self, where: Vetted) -> None:
        asked = self._asked
        if asked.user is not None:
            self._client.username_pw_set(asked.user, asked.password)
        if where.secure:
            self._client.tls_set_context(_tls(where.host, asked.authority))
        self._client.connect(where.address, where.port, keepalive=asked.keep_alive)
        self._client.loop_start()

    def _connected(
        self,
        client: Client,
        userdata: object,
        flags: ConnectFlags,
        code: ReasonCode,
        properties: Properties | None,
    ) -> None:
        if code.is_failure:
            self._opened(Bad(f"{self._asked.broker} refuses us: {code}"))
            return
        client.subscribe([(topic, self._asked.qos) for topic in self._asked.topics])

    def _subscribed(
        self,
        client: Client,
        userdata: object,
        mid: int,
        codes: list[ReasonCode],
        properties: Properties | None,
    ) -> None:
        refused = [
            topic for topic, code in zip(self._asked.topics, codes, strict=False) if code.is_failure
        ]
        problem = Bad(f"{self._asked.broker} refuses {', '.join(refused)}") if refused else None
        self._opened(problem)

    def _message(self, client: Client, userdata: object, message: MQTTMessage) -> None:
        payload = bytes(message.payload[: LARGEST + 1])  # enough to be refused for its size
        with self._lock:
            full = len(self._waiting) >= WAITING or self._bytes + len(payload) > _BYTES
            self._bytes += 0 if full else len(payload)
        if full:  # one that is not acknowledged comes again
            self._overflown |= message.qos > 0
            self._dropped += message.qos == 0
            return
        first = not self._waiting
        self._waiting.append(
            Message(
                message.topic,
                payload,
                message.qos,
                message.mid,
                message.retain,
                message.dup,
                self._clock.now(),
            )
        )
        if first:
            self._tell(self._came.set)

    def _disconnected(
        self,
        client: Client,
        userdata: object,
        flags: DisconnectFlags,
        code: ReasonCode,
        properties: Properties | None,
    ) -> None:
        self._ended = f"the connection ended ({code})"
        self._opened(Unreachable(f"{self._asked.broker}: {self._ended}"))
        self._tell(self._came.set)

    def _opened(self, problem: Exception | None) -> None:
        def settle() -> None:
            if self._open.done():
                return
            if problem is None:
                self._open.set_result(None)
            else:
                self._open.set_exception(problem)

        self._tell(settle)

    def _tell(self, what: Callable[[], None]) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(what)
