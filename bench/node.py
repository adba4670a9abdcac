"""The product's commands as processes: run one to its end, or a node until it is stopped."""

import json
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HANSA = Path(sys.executable).with_name("hansa")
PATIENCE = 120.0  # seconds until a node that is not ready is given up
# Modules are compiled once, as an installation does it, though the caller's shell may forbid it.
ENVIRONMENT = {name: one for name, one in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


class BenchFailedError(RuntimeError):
    """A command did not do what the bench needs; its last words are in the message."""


def command(*words: str | Path) -> list[str]:
    """The command line of `hansa WORDS`."""
    return [str(HANSA), *map(str, words)]


@dataclass(frozen=True, slots=True)
class Run:
    """A command that ended: wall and CPU seconds of all its processes, and what it printed."""

    seconds: float
    cpu: float
    printed: str


def run(*words: str | Path) -> Run:
    """Run `hansa WORDS` to its end."""
    began, spent = time.perf_counter(), _cpu_of_children()
    answer = subprocess.run(
        command(*words), capture_output=True, text=True, check=False, cwd=ROOT, env=ENVIRONMENT
    )
    seconds = time.perf_counter() - began
    if answer.returncode:
        raise BenchFailedError(
            f"hansa {words[0]} ended with {answer.returncode}:\n{answer.stderr[-2000:]}"
        )
    return Run(seconds, _cpu_of_children() - spent, answer.stdout)


def _cpu_of_children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


@dataclass(slots=True)
class Node:
    """A running `hansa up`."""

    process: subprocess.Popen[bytes]
    port: int
    ready_after: float

    def get(self, path: str, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
        """One GET on a connection of its own: (status, body)."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", path, headers=headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def sign_in(self, role: str) -> str:
        """Pick a role (exercise on loopback); the value of the header Cookie."""
        return self._session({"role": role})

    def enter(self, name: str, password: str) -> str:
        """Sign in with an account; the value of the header Cookie."""
        return self._session({"name": name, "password": password})

    def _session(self, told: dict[str, str]) -> str:
        body = json.dumps(told)
        headers = {"Content-Type": "application/json", "Hansa-CSRF": "1"}
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            connection.request("POST", "/console/session", body, headers)
            answer = connection.getresponse()
            text = answer.read()
        if answer.status >= 300:
            raise BenchFailedError(f"no session: {answer.status} {text[:500]!r}")
        return (answer.getheader("Set-Cookie") or "").partition(";")[0]

    def memory(self) -> int:
        """Proportional set size of the process and all below it, in bytes."""
        return sum(map(_pss, _family(self.process.pid)))


@contextmanager
def node(city: Path, home: Path, *more: str, verb: str = "up") -> Iterator[Node]:
    """A node on a free port of loopback, ready; stopped at the end. `verb` may be `replay`."""
    port = free_port()
    words = command(verb, "--city", city, "--home", home, "--port", str(port), *more)
    log = home.with_suffix(".log")
    home.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        began = time.perf_counter()
        process = subprocess.Popen(
            words, stdout=output, stderr=subprocess.STDOUT, cwd=ROOT, env=ENVIRONMENT
        )
        try:
            wait_until_ready(process, port, log)
            yield Node(process, port, time.perf_counter() - began)
        finally:
            _stop(process)


def wait_until_ready(process: subprocess.Popen[bytes], port: int, log: Path) -> float:
    """Seconds until it was ready; BenchFailedError with its last words where it never was."""
    began = time.perf_counter()
    until = began + PATIENCE
    while time.perf_counter() < until and process.poll() is None:
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/health/ready")
            if connection.getresponse().status == 200:
                return time.perf_counter() - began
        except OSError:
            pass  # not listening yet
        finally:
            connection.close()
        time.sleep(0.01)
    raise BenchFailedError(
        f"the node did not become ready:\n{log.read_text(errors='replace')[-2000:]}"
    )


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _family(pid: int) -> list[int]:
    """A process and all that descend from it."""
    family = [pid]
    for parent in family:
        for task in Path(f"/proc/{parent}/task").glob("*/children"):
            family.extend(int(child) for child in task.read_text().split())
    return family


def _pss(pid: int) -> int:
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    line = next(line for line in rollup.splitlines() if line.startswith("Pss:"))
    return int(line.split()[1]) * 1024


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0))
