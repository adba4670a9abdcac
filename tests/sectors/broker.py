"""Debian's mosquitto on loopback, for as long as a test lasts, and a client that publishes."""

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

MOSQUITTO = shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin:/usr/bin:/opt/homebrew/sbin")


@dataclass(slots=True)
class Broker:
    """A broker that runs. `home` keeps its sessions when it is started again."""

    home: Path
    port: int
    scheme: str = "mqtt"

    @property
    def url(self) -> str:
        """Where it is called."""
        return f"{self.scheme}://localhost:{self.port}"

    async def publish(
        self, *messages: tuple[str, bytes | str], qos: int = 1, retain: bool = False
    ) -> None:
        """Send messages and wait until the broker has them."""
        await asyncio.to_thread(self._publish, messages, qos, retain)

    def _publish(self, messages: Sequence[tuple[str, bytes | str]], qos: int, retain: bool) -> None:
        client = Client(CallbackAPIVersion.VERSION2)
        client.connect("127.0.0.1", self.port)
        client.loop_start()
        for sent in [client.publish(*message, qos=qos, retain=retain) for message in messages]:
            sent.wait_for_publish(30)
        client.disconnect()
        client.loop_stop()


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@asynccontextmanager
async def running(home: Path, *more: str, port: int | None = None) -> AsyncIterator[Broker]:
    """The broker; what is published to it is kept in `home`. `more`: lines of its settings."""
    if MOSQUITTO is None:
        pytest.skip("mosquitto is not installed (make setup installs it on Debian)")
    broker = Broker(home, port or free_port())
    lines = [
        f"listener {broker.port} 127.0.0.1",
        "allow_anonymous true",
        "persistence true",
        f"persistence_location {home}/",
        "user root",
        "max_queued_messages 100000",
        *more,
    ]
    settings = home / "mosquitto.conf"
    settings.write_text("\n".join(lines) + "\n")
    process = await asyncio.create_subprocess_exec(
        MOSQUITTO, "-c", str(settings), stderr=asyncio.subprocess.PIPE, limit=1 << 22
    )
    assert process.stderr is not None
    while b"running" not in (line := await process.stderr.readline()):
        assert line, "mosquitto ended"
    drain = asyncio.ensure_future(process.stderr.read())
    try:
        yield broker
    finally:
        process.terminate()
        await process.wait()
        await drain
