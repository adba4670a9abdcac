"""What a browser's trace says of script: how much of it ran in each frame of the page.

Chromium's trace tells every piece of script with the processor time it took; nested pieces are
counted once. A frame is what lies between two paintings of the main thread.
"""

import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession, Page

Event = Mapping[str, Any]

CATEGORIES = ("devtools.timeline", "disabled-by-default-devtools.timeline", "v8")
_SCRIPT = frozenset(
    {
        "EvaluateScript",
        "EventDispatch",
        "FireAnimationFrame",
        "FireIdleCallback",
        "FunctionCall",
        "MajorGC",
        "MinorGC",
        "RunMicrotasks",
        "TimerFire",
        "v8.compile",
    }
)
_FRAME = "PrePaint"  # once in each, after the script of the frame has run


class Tracing:
    """Records the trace of a page from `start` to `stop`."""

    def __init__(self, page: Page) -> None:
        self._session: CDPSession = page.context.new_cdp_session(page)
        self._events: list[Event] = []
        self._over = False
        self._session.on("Tracing.dataCollected", lambda told: self._events.extend(told["value"]))
        self._session.on("Tracing.tracingComplete", lambda _: self._end())
        self._page = page

    def start(self) -> None:
        """Begin to record."""
        told = {"recordMode": "recordAsMuchAsPossible", "includedCategories": [*CATEGORIES]}
        self._session.send("Tracing.start", {"traceConfig": told, "transferMode": "ReportEvents"})

    def stop(self) -> list[Event]:
        """End, and give what was recorded."""
        self._session.send("Tracing.end")
        while not self._over:
            self._page.wait_for_timeout(50)
        return self._events

    def _end(self) -> None:
        self._over = True


def script_per_frame(events: Iterable[Event]) -> list[float]:
    """Milliseconds of script in each frame, of the thread that made the most frames."""
    known = list(events)
    thread = _main_thread(known)
    mine = [one for one in known if (one["pid"], one["tid"]) == thread]
    begins = sorted(float(one["ts"]) for one in mine if one["name"] == _FRAME)
    spent = [0.0] * len(begins)
    for at, took in _outermost(mine):
        frame = bisect_right(begins, at) - 1
        if frame >= 0:
            spent[frame] += took / 1000
    return spent[:-1]  # the last one was cut off


def _main_thread(events: Iterable[Event]) -> tuple[int, int]:
    count: dict[tuple[int, int], int] = {}
    for one in events:
        if one["name"] == _FRAME:
            key = (one["pid"], one["tid"])
            count[key] = count.get(key, 0) + 1
    return max(count, key=lambda key: count[key])


def _outermost(events: Iterable[Event]) -> Iterator[tuple[float, float]]:
    """Begin and processor time of script that runs in no other script, in microseconds."""
    pieces = [one for one in events if one.get("ph") == "X" and one["name"] in _SCRIPT]
    end = 0.0
    for one in sorted(pieces, key=lambda one: (one["ts"], -one.get("dur", 0))):
        if one["ts"] >= end:
            end = one["ts"] + one.get("dur", 0)
            yield one["ts"], float(one.get("tdur", one.get("dur", 0)))


def keep(events: Iterable[Event], path: Path) -> None:
    """The trace as a file that DevTools opens."""
    path.write_text(json.dumps({"traceEvents": list(events)}), encoding="utf-8")
