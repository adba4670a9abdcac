"""From a file in the watched folder to the event that a console's client reads.

The demo city's node runs without its generator; a burst of readings is dropped into its inbox at
a steady rate, one in a hundred across a threshold that opens an incident. A client of the
console's stream, in a thread of its own, notes when it has read each reading's change and each
incident. One clock (this process's) stands at both ends.
"""

import http.client
import json
import re
import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from bench import node, start
from bench.figure import Figure, percentile
from hansa.base.settings import CitySettings, load_city
from hansa.base.times import format_instant
from hansa.sectors.generator import files
from hansa.sectors.generator.burst import burst_rows
from hansa.sectors.generator.run import SCRIPT
from hansa.sectors.generator.script import Burst, Script, load_script

RATE = 500  # readings a second
STEPS = 20  # files a second
SECONDS = 30
WARM = 3  # seconds at the beginning that do not count
LIMIT = 250.0  # milliseconds
PATIENCE = 30.0  # seconds that late events are waited for

Key = TypeVar("Key")

_OBSERVED = re.compile(r'"observedAt": "([^"]+)"')


@dataclass(slots=True)
class Seen:
    """What the client has read, and when: (post, second observed), and post of an incident."""

    readings: dict[tuple[str, str], float] = field(default_factory=dict)
    incidents: dict[str, float] = field(default_factory=dict)
    post_of_alert: dict[str, str] = field(default_factory=dict)

    def note(self, record: dict[str, object], now: float) -> None:
        """Take in one record of the stream."""
        types, entity = record["types"], str(record["id"])
        if not isinstance(types, list):
            return
        text = json.dumps(record["fragment"])
        if "WaterObserved" in types:
            for observed in set(_OBSERVED.findall(text)):
                self.readings.setdefault((_post(entity), observed), now)
        elif "Alert" in types and "burst-" in text:
            self.post_of_alert.setdefault(entity, _post(text))
        elif "Incident" in types and record["kind"] == "created":
            alert = next((one for one in self.post_of_alert if one in text), None)
            if alert is not None:
                self.incidents.setdefault(self.post_of_alert[alert], now)


def measure(_data: Path, homes: Path, runs: int) -> list[Figure]:
    """p99 in milliseconds, of readings and of incidents."""
    readings: list[list[float]] = []
    incidents: list[list[float]] = []
    for number in range(runs):
        seen, sent = _burst(homes / f"live-{number}")
        readings.append(_delays(sent, seen.readings))
        incidents.append(_delays(_high(sent), seen.incidents))
    return [
        _figure("reading received → its event read by a console client", readings),
        _figure("the same, of the 1 in 100 that opens an incident: until the incident", incidents),
    ]


def _figure(what: str, runs: list[list[float]]) -> Figure:
    worst = tuple(percentile(run, 0.99) for run in runs)
    middle = [round(percentile(run, 0.5), 1) for run in runs]
    asked = f"p99 less than {LIMIT:.0f} ms at {RATE} readings/s"
    good = sorted(worst)[len(worst) // 2] < LIMIT
    return Figure(what, asked, "ms", worst, good, {"p50": middle, "n": [len(run) for run in runs]})


def _delays(sent: dict[Key, float], seen: dict[Key, float]) -> list[float]:
    """Milliseconds for each; one that never came counts as endless."""
    return [(seen.get(key, float("inf")) - at) * 1000 for key, at in sent.items()]


def _high(sent: dict[tuple[str, str], float]) -> dict[str, float]:
    return {post: at for (post, _), at in sent.items() if post.startswith("burst-")}


def _burst(home: Path) -> tuple[Seen, dict[tuple[str, str], float]]:
    """Run one node under load: what was seen, and when each counted reading was delivered."""
    settings = load_city(start.EXERCISE)
    script = load_script(start.EXERCISE / SCRIPT)
    if script.burst is None:
        raise node.BenchFailedError(f"{SCRIPT} has no member burst")
    seen = Seen()
    with node.node(start.EXERCISE, home, "--no-generate") as running:
        stream = _open_stream(running)
        reader = threading.Thread(target=_read, args=(stream, seen), daemon=True)
        reader.start()
        sent = deliver(settings, script, script.burst, home / "inbox")
        counted = {key: at for key, (at, step) in sent.items() if step >= WARM * STEPS}
        _await_all(seen, counted)
    reader.join(10)
    shutil.rmtree(home)
    return seen, counted


def deliver(
    settings: CitySettings, script: Script, burst: Burst, inbox: Path, seconds: int = SECONDS
) -> dict[tuple[str, str], tuple[float, int]]:
    """Drop the files, each at its moment; reading -> (when its file was there, step)."""
    series, began = script.series[burst.stream], time.perf_counter()
    sent: dict[tuple[str, str], tuple[float, int]] = {}
    each = RATE // STEPS
    for step in range(seconds * STEPS):
        time.sleep(max(0.0, began + step / STEPS - time.perf_counter()))
        moment = datetime.now(UTC).replace(microsecond=0)
        rows = burst_rows(series, burst, moment, step * each, each)
        content = files.render(series, settings.zone, rows)
        files.deliver(inbox, burst.stream, f"bench-{step:06d}", series, content)
        now = time.perf_counter()
        for row in rows:
            sent[str(row.fields["sensor"]), format_instant(moment)] = now, step
    return sent


def _await_all(seen: Seen, counted: dict[tuple[str, str], float]) -> None:
    high = _high(counted).keys()
    until = time.perf_counter() + PATIENCE
    while time.perf_counter() < until:
        if counted.keys() <= seen.readings.keys() and high <= seen.incidents.keys():
            return
        time.sleep(0.1)


def _open_stream(running: node.Node) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=60)
    connection.request(
        "GET", "/console/stream", headers={"Cookie": running.sign_in("duty-officer")}
    )
    answer = connection.getresponse()
    if answer.status != 200:
        raise node.BenchFailedError(f"no stream: {answer.status} {answer.read()[:500]!r}")
    return answer


def _read(stream: http.client.HTTPResponse, seen: Seen) -> None:
    try:
        for name, data in _events(stream):
            now = time.perf_counter()
            if name == "changes":
                for record in json.loads(data):
                    seen.note(record, now)
    except (OSError, http.client.HTTPException):
        return  # the node was stopped


def _events(stream: http.client.HTTPResponse) -> Iterator[tuple[str, str]]:
    """(event, data) of a text/event-stream."""
    name = data = ""
    for raw in stream:
        line = raw.decode().rstrip("\n")
        key, _, value = line.partition(": ")
        if key == "event":
            name = value
        elif key == "data":
            data += value
        elif not line and data:
            yield name, data
            name = data = ""


def _post(text: str) -> str:
    """`burst-99` of …:WaterObserved:burst-99, alone or within more text."""
    return text.rpartition("WaterObserved:")[2].partition('"')[0]
