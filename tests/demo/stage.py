"""Where the demonstration is played: the document's commands, its node, people at their screens."""

import json
import os
import re
import signal
import socket
import subprocess
import time
import urllib.request
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.error import URLError

from playwright.sync_api import Browser, expect

from tests.browser.driver import Console
from tests.browser.node import Node
from tests.browser.test_looks import Look
from tests.demo.paper import Step, Stroke

READY = 90  # seconds until a start counts as failed
PORT = "8080"  # of the document; the test takes a free one
DESK = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}
UNREACHED = "net::ERR_"
HOME = "var/demo/home"


class Reached(Node):
    """A node that the document's own commands started."""

    def __init__(self, port: int) -> None:
        self.port = port


@dataclass
class Stage:
    """One city from its three spreadsheets to its last file, and what the acts tell each other."""

    root: Path
    place: Path
    browser: Browser
    passwords: dict[str, str] = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    played: int = 0
    _process: "subprocess.Popen[bytes] | None" = None
    _waiting: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.node = Reached(_free_port())
        (self.place / "cities").symlink_to(self.root / "cities")
        (self.place / "docs").symlink_to(self.root / "docs")
        (self.place / ".venv").symlink_to(self.root / ".venv")

    @property
    def home(self) -> Path:
        return self.place / HOME

    def now(self) -> datetime:
        """What the city's clock says."""
        with urllib.request.urlopen(f"{self.node.url}/health/ready", timeout=5) as answer:  # noqa: S310
            return datetime.fromisoformat(json.load(answer)["at"])

    # ---- the document

    def begin(self, step: Step) -> None:
        """The commands of this step wait to be typed."""
        self._waiting = step.commands

    def end(self) -> None:
        """Every command of the step was typed, and the next act may begin."""
        assert self._waiting == []
        self.played += 1

    def type_command(self) -> str:
        """Type the next command as it stands in the document; what it printed."""
        line = self._waiting.pop(0).replace(PORT, str(self.node.port))
        if re.search(r"hansa up ", line):
            return self._start(line)
        if line.startswith("kill -9 "):
            assert self._process is not None
        exported = re.match(r"export ([A-Z]+)=", line)
        if exported:
            line += f'; printf %s "${exported[1]}"'
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", line],
            cwd=self.place,
            capture_output=True,
            text=True,
            env=os.environ | self.told,
            check=False,
        )
        assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
        if exported:
            self.told[exported[1]] = done.stdout
        return done.stdout

    def _start(self, line: str) -> str:
        log = self.place / "node.log"
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                ["bash", "-c", f"exec {line}"], cwd=self.place, stdout=output, stderr=output
            )
        deadline = time.monotonic() + READY
        while self._process.poll() is None and time.monotonic() < deadline:
            try:
                urllib.request.urlopen(f"{self.node.url}/health/ready", timeout=5).close()  # noqa: S310
            except (URLError, ConnectionError, TimeoutError):
                try:
                    self._process.wait(0.2)
                except subprocess.TimeoutExpired:
                    continue
            else:
                return ""
        raise AssertionError(f"{line}\n{log.read_text(errors='replace')[-2000:]}")

    def ended_by(self) -> int:
        """How the node's process ended."""
        assert self._process is not None
        return self._process.wait(READY)

    def stop(self) -> None:
        """The node is told to stop, as by Ctrl-C."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            assert self._process.wait(READY) == 0

    # ---- people

    def enter(self, account: str, *, language: str = "en", phone: bool = False) -> Console:
        """Somebody signs in at a screen of their own."""
        size: dict[str, Any] = {"viewport": DESK}
        if phone:
            size = {"viewport": PHONE, "has_touch": True}
        console = Console.open(self.browser, self.node, language=language, **size)
        page = console.page
        page.locator("input[autocomplete=username]").fill(account)
        page.locator("input[type=password]").fill(self.passwords[account])
        page.keyboard.press("Enter")
        console.expect_connection("live")
        return console

    def look(self, console: Console, page: str, *, alone: bool = False) -> None:
        """The page in ru, uk and en, light and dark: whole and readable.

        `alone`: the node is gone, so that the browser's own complaints of it are none of the page.
        """
        for language in ("ru", "uk", "en"):
            speak = console.page.get_by_role(
                "button", name=language.upper(), exact=True, include_hidden=True
            )
            speak.evaluate("(button) => button.click()")  # a dialog may stand before it
            expect(console.page.locator("html")).to_have_attribute("lang", language)
            seen = Look(console, self.root, language)
            seen.look(page)
            self.wrong += [
                f"{language}: {one}" for one in seen.wrong if not alone or UNREACHED not in one
            ]

    def files_with(self, *words: str) -> list[str]:
        """The files of the home in which one of these stands, in bytes that nobody unpacked."""
        wanted = [form for word in words for form in (word.encode(), word.encode("utf-16-le"))]
        return sorted(
            str(path.relative_to(self.home))
            for path in self.home.rglob("*")
            if path.is_file() and any(form in path.read_bytes() for form in wanted)
        )


def press(console: Console, strokes: list[Stroke]) -> None:
    """Type a line of keys."""
    for stroke in strokes:
        if stroke.text:
            console.page.keyboard.type(stroke.text)
        else:
            console.page.keyboard.press(stroke.key)


def taken(console: Console, state: str = "") -> None:
    """The card is taken."""
    mark = f"=taken]{f' [data-taken={state}]' if state else ''}"
    expect(console.page.locator(f"[data-card{mark}").first).to_be_visible()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
