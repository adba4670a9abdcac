"""A node whose clock the bench moves, in a process that it may kill."""

import asyncio
import signal
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

from bench import node


class Timed:
    """The process, its port, and its present moment. `start` after `kill` goes on where it was."""

    def __init__(self, city: Path, home: Path, start: datetime) -> None:
        self.now = start
        self.port = node.free_port()
        self.starts: list[float] = []
        self._city, self._home = city, home
        self._log = home.with_suffix(".log")
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def running(self) -> node.Node:
        """As the bench knows nodes: to sign in."""
        return node.Node(self._alive(), self.port, 0.0)

    def _alive(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise node.BenchFailedError("the node does not run")
        return self._process

    def start(self) -> None:
        """Until it is ready."""
        words = [sys.executable, "-m", "bench.day.served", str(self._city), str(self._home)]
        words += [str(self.port), self.now.isoformat()]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, cwd=node.ROOT
            )
        self.starts.append(node.wait_until_ready(self._process, self.port, self._log))
        self._until_said("http://")

    def _until_said(self, what: str) -> None:
        said = self._alive().stdout
        if said is None:
            raise node.BenchFailedError("the node has no voice")
        for line in said:
            if what.encode() in line:
                return
        raise node.BenchFailedError(f"the node ended:\n{self._log.read_text()[-2000:]}")

    async def pass_by(self, by: timedelta) -> None:
        """Move the node's clock; back once it stands there."""
        self.now += by
        said, hand = self.now.isoformat(), self._alive().stdin
        if hand is None:
            raise node.BenchFailedError("the node has no ear")
        hand.write(f"{said}\n".encode())
        hand.flush()
        await asyncio.to_thread(self._until_said, said)

    def kill(self) -> None:
        """SIGKILL: nothing is written any more."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """As an operator stops it."""
        if self._process is not None:
            self._end(signal.SIGTERM)

    def _end(self, with_signal: signal.Signals) -> None:
        process, self._process = self._alive(), None
        process.send_signal(with_signal)
        process.wait(30)
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
