"""The shape of `generator.yaml`: all that a play knows about its city stands there, not in code.

Times of day are hours of the city's zone; moments of episodes are minutes from the opening of
the play; places are degrees, longitude first.
"""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from hansa.base import yamlfile
from hansa.base.problems import BadFile

Span = tuple[float, float]
Point = tuple[float, float]


class Area(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A part of town: where its calls come from. `radius` in metres.

    `houses`: those of the city's own table, by its id for them, for calls that name a house.
    """

    name: str
    district: str
    center: Point
    radius: float
    streets: tuple[str, ...]
    houses: dict[str, str] = msgspec.field(default_factory=dict)


class Category(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A theme of requests. `weight` among the others, `close` after so many hours."""

    code: str
    name: str
    group: str
    agency: str
    weight: float
    due: float
    close: Span
    texts: tuple[str, ...]


class Stream(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every source has: its files. `columns`: header -> field of the row."""

    columns: dict[str, str]
    format: str = "csv"
    delimiter: str = ","
    times: str = "local"


class Reports(Stream, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Requests of citizens: `per_day` on average, spread over the day by 24 `hours` weights."""

    prefix: str = ""
    per_day: float
    hours: tuple[float, ...]
    channels: dict[str, float]
    opened: str
    closed: str
    categories: tuple[Category, ...]


class Signal(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One measured value.

    `wave`: half of the daily swing, highest at hour `peak`; `drift`: slow wandering over some
    hours; `noise`: of each reading; `follows` takes another signal times `factor` instead of
    `base`. `low`: never below.
    """

    base: float = 0.0
    wave: float = 0.0
    peak: float = 12.0
    drift: float = 0.0
    noise: float = 0.0
    follows: str = ""
    factor: float = 1.0
    low: float = 0.0
    digits: int = 1


class Sensor(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One post. `shift` is added to its signals."""

    id: str
    name: str
    location: Point
    district: str = ""
    shift: dict[str, float] = msgspec.field(default_factory=dict)


class Series(Stream, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Posts that read every `every` seconds, and `before` seconds before the opening."""

    every: int
    before: int
    sensors: tuple[Sensor, ...]
    signals: dict[str, Signal]


class Faults(Stream, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Faults of networks, told by episodes only; a row per change of status."""

    prefix: str = ""


class Fault(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A fault of an episode; moments in minutes from its begin. `swing`: supply, from and to."""

    stream: str
    sector: str
    kind: str
    severity: str
    name: str
    agency: str
    houses: tuple[int, int]
    per_house: int
    confirmed: float
    in_work: float
    restored: float
    promised: float
    supply: dict[str, Span] = msgspec.field(default_factory=dict)


class Calls(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Requests that an episode causes: `count` of them between the minutes `after` and `until`.

    They are closed one by one in the `closing` minutes that follow the minute `close`.
    """

    stream: str
    category: str
    after: float
    until: float
    count: int
    close: float
    closing: float = 5.0
    texts: tuple[str, ...] = ()


class Bump(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What an episode adds to a signal; `shape` is [minute, value] in order."""

    stream: str
    signal: str
    sensors: tuple[str, ...]
    shape: tuple[tuple[float, float], ...]


class Silence(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A post of the stream says nothing from one minute to another."""

    stream: str
    sensors: tuple[str, ...]
    after: float
    until: float


class Episode(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A trouble of the play. `at`: minutes from the opening, negative before it.

    `once` episodes happen once in minutes of the clock; others come again in each round, in
    minutes of the play (a tempo of 2 makes them half as long). The place is the next of `areas`.
    """

    name: str
    at: float
    once: bool = False
    areas: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    calls: tuple[Calls, ...] = ()
    bumps: tuple[Bump, ...] = ()
    silences: tuple[Silence, ...] = ()


class Burst(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the load test writes: a stream, a signal, its values at rest and across."""

    stream: str
    signal: str
    rest: float
    across: float


class Script(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The whole file. `history`: hours told before the opening; `round`: minutes of a round."""

    seed: int
    history: float = 24.0
    round: float
    tempo: float = 1.0
    areas: dict[str, Area]
    reports: dict[str, Reports] = msgspec.field(default_factory=dict)
    series: dict[str, Series] = msgspec.field(default_factory=dict)
    faults: dict[str, Faults] = msgspec.field(default_factory=dict)
    episodes: tuple[Episode, ...] = ()
    burst: Burst | None = None

    def streams(self) -> dict[str, Stream]:
        """Every stream by its name."""
        return {**self.reports, **self.series, **self.faults}


def load_script(path: Path) -> Script:
    """Read and check `generator.yaml`; BadFile names file, line and field."""
    script = yamlfile.load(path, Script)
    for number, episode in enumerate(script.episodes):
        for detail in _wrong(script, episode):
            raise BadFile(detail, where=yamlfile.line_of(path, "episodes", number))
    for name, reports in script.reports.items():
        if len(reports.hours) != 24:
            where = yamlfile.line_of(path, "reports", name, "hours")
            raise BadFile("a day has 24 hours", where=where)
    return script


def length(episode: Episode) -> float:
    """Minutes from the begin to the last thing that the episode says."""
    ends = [fault.restored for fault in episode.faults]
    ends += [calls.close + calls.closing for calls in episode.calls]
    ends += [bump.shape[-1][0] for bump in episode.bumps]
    ends += [silence.until for silence in episode.silences]
    return max(ends, default=0.0)


def _wrong(script: Script, episode: Episode) -> Iterator[str]:
    """What an episode names and the file does not have, and what does not fit its round."""
    yield from (f"there is no area {one!r}" for one in episode.areas if one not in script.areas)
    if (episode.faults or episode.calls) and not episode.areas:
        yield "an episode with faults or calls needs areas"
    if not episode.once and not 0 <= episode.at <= script.round - length(episode):
        yield "an episode begins and ends in its round"
    for fault in episode.faults:
        if fault.stream not in script.faults:
            yield f"there are no faults {fault.stream!r}"
    for calls in episode.calls:
        yield from _wrong_calls(script, calls)
    for bump in episode.bumps:
        yield from _wrong_sensors(script, bump.stream, bump.sensors)
    for silence in episode.silences:
        yield from _wrong_sensors(script, silence.stream, silence.sensors)


def _wrong_calls(script: Script, calls: Calls) -> Iterator[str]:
    known = script.reports.get(calls.stream)
    if known is None or calls.category not in {one.code for one in known.categories}:
        yield f"there are no requests {calls.stream!r} of {calls.category!r}"
    if not calls.after < calls.until <= calls.close:
        yield "calls need after < until <= close"


def _wrong_sensors(script: Script, stream: str, sensors: tuple[str, ...]) -> Iterator[str]:
    series = script.series.get(stream)
    known = set() if series is None else {sensor.id for sensor in series.sensors}
    for sensor in sensors:
        if sensor not in known:
            yield f"there is no sensor {sensor!r} in {stream!r}"
