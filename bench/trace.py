"""What a browser's trace says of script: how much of it ran in each frame of the page.

A frame is Chromium's own "animation frame" (W3C, Long Animation Frames API), told by its
rendering: callbacks of `requestAnimationFrame`, style, layout. Rendering comes at the next
rendering opportunity, and a screen gives one per refresh (HTML, "update the rendering"): 60 a
second. A machine without a graphics card draws in software, here for 100 to 250 ms a picture, and
Chromium gives no opportunity until that is done. Between two renderings then lie ten refreshes,
and their script adds up by the slowness of drawing, which is not measured here. So script is told
in two ways:

* `at_refresh`: the rendering, and the fullest 1/60 s of script since the rendering before. No
  frame of a screen has to bear more, whenever its refresh comes. A task that begins in that time
  counts whole, however long it is.
* `between`: the rendering, and all script since the rendering before, waiting in between or not.

Nested pieces of script are counted once, in processor time of the thread where it is told.
"""

import json
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession, Page

Event = Mapping[str, Any]
Piece = tuple[float, float]  # when it began, and its processor time, in microseconds

CATEGORIES = ("devtools.timeline", "disabled-by-default-devtools.timeline", "v8")
REFRESH = 1e6 / 60  # microseconds
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
_FRAME, _RENDERING = "AnimationFrame", "AnimationFrame::Render"


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


@dataclass(frozen=True, slots=True)
class Scripts:
    """Milliseconds of script in each frame, told in both ways, and of each piece alone."""

    at_refresh: list[float]
    between: list[float]
    pieces: list[float]


def script_per_frame(events: Iterable[Event]) -> Scripts:
    """What the thread that made the most frames ran for each of them."""
    known = list(events)
    thread = _main_thread(known)
    mine = [one for one in known if (one["pid"], one["tid"]) == thread]
    pieces = sorted(_outermost(mine))
    renderings = _renderings(mine)
    at_refresh, between = [], []
    for (_, before), (begin, end) in pairwise(renderings):
        tasks, rendering = _within(pieces, before, begin), _sum(_within(pieces, begin, end))
        at_refresh.append(rendering + _fullest(tasks))
        between.append(rendering + _sum(tasks))
    return Scripts(at_refresh, between, [took / 1000 for _, took in pieces])


def _within(pieces: list[Piece], since: float, until: float) -> list[Piece]:
    first, last = bisect_left(pieces, (since, 0.0)), bisect_left(pieces, (until, 0.0))
    return pieces[first:last]


def _sum(pieces: list[Piece]) -> float:
    return sum(took for _, took in pieces) / 1000


def _fullest(pieces: list[Piece]) -> float:
    """The most script that begins within one refresh, wherever that lies."""
    within = (_within(pieces, at, at + REFRESH) for at, _ in pieces)
    return max(map(_sum, within), default=0.0)


def _renderings(events: Iterable[Event]) -> list[tuple[float, float]]:
    """Begin and end of the rendering of each frame, in order."""
    told = [one for one in events if one["name"] == _RENDERING]
    begins = sorted(float(one["ts"]) for one in told if one["ph"] == "b")
    ends = sorted(float(one["ts"]) for one in told if one["ph"] == "e")
    ends = ends[bisect_left(ends, begins[0]) :] if begins else []
    return list(zip(begins, ends, strict=False))  # the last one may have been cut off


def _main_thread(events: Iterable[Event]) -> tuple[int, int]:
    count = Counter((one["pid"], one["tid"]) for one in events if one["name"] == _FRAME)
    [(thread, _)] = count.most_common(1)
    return thread


def _outermost(events: Iterable[Event]) -> Iterator[Piece]:
    """Script that runs in no other script."""
    pieces = [one for one in events if one.get("ph") == "X" and one["name"] in _SCRIPT]
    end = 0.0
    for one in sorted(pieces, key=lambda one: (one["ts"], -one.get("dur", 0))):
        if one["ts"] >= end:
            end = one["ts"] + one.get("dur", 0)
            yield one["ts"], float(one.get("tdur", one.get("dur", 0)))


def keep(events: Iterable[Event], path: Path) -> None:
    """The trace as a file that DevTools opens."""
    path.write_text(json.dumps({"traceEvents": list(events)}), encoding="utf-8")
