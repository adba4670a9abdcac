"""The node as an operator starts it, and files as a city's systems drop them."""

import json
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.error import URLError

READY = 60  # seconds until a start counts as failed


class Node:
    """The demo city without its generator: only what a test drops into the watched folder."""

    def __init__(
        self,
        city: Path,
        home: Path,
        words: Sequence[str] = ("up", "--no-generate"),
        *,
        ready: int = READY,
    ) -> None:
        self.city = city
        self._ready = ready
        self.words = words
        self.home = home
        self.port = _free_port()
        self._files = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @contextmanager
    def running(self) -> Iterator[None]:
        """The node from ready to stopped; its last words when it does not come up."""
        log = self.home / "node.log"
        hansa = str(Path(sys.executable).with_name("hansa"))
        command = [hansa, *self.words, "--city", str(self.city)]
        command += ["--home", str(self.home), "--port", str(self.port)]
        with (
            log.open("ab") as output,
            subprocess.Popen(command, stdout=output, stderr=output) as process,
        ):
            try:
                self._wait(process, log)
                yield
            finally:
                process.terminate()
                process.wait(READY)

    def _wait(self, process: "subprocess.Popen[bytes]", log: Path) -> None:
        deadline = datetime.now(UTC) + timedelta(seconds=self._ready)
        while process.poll() is None and datetime.now(UTC) < deadline:
            try:
                urllib.request.urlopen(f"{self.url}/health/ready", timeout=5).close()  # noqa: S310
            except (URLError, ConnectionError, TimeoutError):
                try:
                    process.wait(0.2)
                except subprocess.TimeoutExpired:
                    continue
            else:
                return
        raise RuntimeError(f"the node did not start:\n{log.read_text(errors='replace')[-2000:]}")

    # ---- what the city's systems say

    def fault(self, number: str, houses: int, *, status: str = "reported") -> None:
        """A fault of the heating network, as its company's system writes it."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        row = {
            "number": number,
            "changed": now,
            "network": "heat",
            "kind": "no-supply",
            "status": status,
            "severity": "high",
            "object": "Теплотрасса, улица Новосёлов",
            "company": "Тепловые сети",
            "district": "Октябрьский район",
            "address": "улица Новосёлов, 17",
            "lon": 39.80,
            "lat": 54.60,
            "reported": now,
            "houses": houses,
            "people": houses * 60,
            "supply_c": 41,
        }
        self.drop("network-faults", "jsonl", json.dumps(row, ensure_ascii=False) + "\n")

    def air(self, values: Mapping[str, float], *, minutes_ago: int = 0) -> None:
        """Readings of fine dust at posts."""
        at = datetime.now(UTC) - timedelta(minutes=minutes_ago)
        lines = ["post,name,measured,pm25,pm10,district,lat,lon"]
        for index, (post, value) in enumerate(values.items()):
            place = f"{54.60 + 0.02 * index:.4f},{39.66 + 0.05 * index:.4f}"
            name = f"Пост {index + 1}. Центр"
            moment = at.isoformat(timespec="seconds")
            lines.append(f"{post},{name},{moment},{value},{value * 1.6:.1f},Район,{place}")
        self.drop("air", "csv", "\n".join(lines) + "\n")

    def drop(self, source: str, ending: str, text: str) -> None:
        """Whole or not at all: written aside and moved into the watched folder."""
        self._files += 1
        folder = self.home / "inbox" / source
        folder.mkdir(parents=True, exist_ok=True)
        aside = self.home / f"drop-{self._files}"
        aside.write_text(text, encoding="utf-8")
        aside.rename(folder / f"{self._files:04}.{ending}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
