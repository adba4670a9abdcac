"""Messages a second from an MQTT broker into the graph, each acknowledged after its commit.

Debian's mosquitto holds a backlog for a session of the city's (QoS 1, published while nobody
listened); then the source is followed, by the code that follows it in a node, until the last
message is committed. The broker's window of unacknowledged messages decides how many rows share
a commit, so it is measured with the broker's own default and with a wide one.
"""

import asyncio
import io
import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from bench.figure import Figure
from hansa.base.clock import SystemClock
from hansa.base.logs import make_logger
from hansa.base.outgoing import Outgoing
from hansa.base.settings import load_city
from hansa.base.vocabulary import load_vocabulary
from hansa.context import City
from hansa.sectors import Doors, Source, file_reports, load_source

MESSAGES = 10_000
POSTS = 200
WINDOWS = ((20, 500.0), (1000, 500.0))  # unacknowledged messages, and messages a second asked
PATIENCE = 300.0  # seconds
MAPPING = """\
source: gauges
title: {{en: Gauges}}
sector: river
connector: mqtt
settings: {{broker: "mqtt://127.0.0.1:{port}", topics: [bench/+/level], client: bench}}
type: WaterObserved
id: "{{mqtt.level.2}}"
observedAt: time
most: 1000000
fields:
  stationID: {{column: mqtt.level.2}}
  height: {{column: level, as: number, unit: MTR, required: true}}
"""
CITY = """\
name: bench
title: {en: Bench}
zone: UTC
world: "exercise:bench"
map: {center: [0, 0]}
"""


def measure(_data: Path, homes: Path, runs: int) -> list[Figure]:
    """One figure per window; none where mosquitto is not installed."""
    binary = shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin:/usr/bin")
    if binary is None:
        return []
    return [_figure(binary, homes, runs, window, asked) for window, asked in WINDOWS]


def _figure(binary: str, homes: Path, runs: int, window: int, asked: float) -> Figure:
    rates = []
    for number in range(runs):
        home = homes / f"doors-{window}-{number}"
        home.mkdir(parents=True)
        with _broker(binary, home, window) as port:
            _backlog(port)
            rates.append(MESSAGES / asyncio.run(_drained(home, port)))
    what = f"MQTT, QoS 1, into the graph, the broker's window {window}"
    notes: dict[str, object] = {"messages": MESSAGES, "posts": POSTS, "window": window}
    good = min(rates) >= asked
    return Figure(what, f"≥ {asked:g}/s", "messages/s", tuple(rates), good, notes)


@contextmanager
def _broker(binary: str, home: Path, window: int) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    settings = home / "mosquitto.conf"
    lines = ("allow_anonymous true", "max_queued_messages 0", f"max_inflight_messages {window}")
    settings.write_text("\n".join((f"listener {port} 127.0.0.1", *lines, "")))
    command = [binary, "-c", str(settings)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            _answers(port)
            yield port
        finally:
            process.terminate()


def _answers(port: int) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.05)
    raise RuntimeError("mosquitto did not start")


def _backlog(port: int) -> None:
    """A session that subscribes and goes, and messages that wait for it."""
    session = Client(CallbackAPIVersion.VERSION2, "bench", clean_session=False)
    session.on_connect = lambda client, *_: client.subscribe("bench/+/level", 1)
    session.on_subscribe = lambda client, *_: client.disconnect()
    session.connect("127.0.0.1", port)
    session.loop_forever()
    sender = Client(CallbackAPIVersion.VERSION2)
    sender.connect("127.0.0.1", port)
    sender.loop_start()
    sent = [sender.publish(*_message(number), qos=1) for number in range(MESSAGES)]
    for one in sent:
        one.wait_for_publish(PATIENCE)
    sender.disconnect()
    sender.loop_stop()


def _message(number: int) -> tuple[str, str]:
    moment = datetime.now(UTC) - timedelta(milliseconds=MESSAGES - number)
    payload = {"time": moment.isoformat(timespec="milliseconds"), "level": number % 97 / 10}
    return f"bench/post-{number % POSTS}/level", json.dumps(payload)


async def _drained(home: Path, port: int) -> float:
    """Seconds from the first attempt to the commit of the last message."""
    vocabulary = load_vocabulary()
    (home / "city.yaml").write_text(CITY)
    mapping = home / "gauges.yaml"
    mapping.write_text(MAPPING.format(port=port))
    source = load_source(mapping, vocabulary)
    clock = SystemClock()
    city = await City.open(load_city(home), vocabulary, home / "store", clock)
    outgoing = Outgoing([f"mqtt://127.0.0.1:{port}"], loopback=True)
    logger = make_logger("bench", clock, io.StringIO())
    doors = Doors(city, (source,), outgoing, home, logger)
    began = time.monotonic()
    tasks = [asyncio.ensure_future(job()) for _, job in doors.jobs()]
    try:
        async with asyncio.timeout(PATIENCE):
            await _all_read(city, source, tasks)
        return time.monotonic() - began
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await outgoing.close()
        await city.close()


async def _all_read(city: City, source: Source, tasks: Sequence["asyncio.Future[None]"]) -> None:
    while not any(task.done() for task in tasks):
        reports = await file_reports(city, source)
        if sum(one.accepted for one in reports) >= MESSAGES:
            return
        await asyncio.sleep(0.05)
    raise RuntimeError("the source is no longer followed")
