"""Readings of posts: a daily wave, slow wandering, the noise of an instrument, and episodes."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import ceil, cos, floor, tau

from hansa.sectors.generator.dice import Dice
from hansa.sectors.generator.play import Play, Run, runs_between
from hansa.sectors.generator.row import Row, Value
from hansa.sectors.generator.script import Sensor, Series, Signal

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_STRETCH = timedelta(hours=1)
_WANDER = 5400.0  # seconds between two points that slow wandering joins


def series_rows(
    play: Play, name: str, series: Series, start: datetime, end: datetime
) -> Iterator[Row]:
    """A row per post and beat in [start, end), but for posts that are silent."""
    middle = min(max(start, play.opening), end)
    parts = ((start, middle, series.before), (middle, end, series.every))
    for begin, until, every in parts:
        for first, last in _stretches(begin, until):
            runs = tuple(runs_between(play, first, last))
            for moment in _beats(first, last, every):
                yield from _beat(play, runs, name, series, moment)


def _stretches(start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The interval in pieces, so that a reading looks only at the episodes of its own hour."""
    while start < end:
        stop = min(start + _STRETCH, end)
        yield start, stop
        start = stop


def _beats(start: datetime, end: datetime, every: int) -> Iterator[datetime]:
    """Moments in [start, end) on the grid of the beat, whatever the interval."""
    beat = ceil((start - _EPOCH).total_seconds() / every)
    while (moment := _EPOCH + timedelta(seconds=beat * every)) < end:
        yield moment
        beat += 1


def _beat(
    play: Play, runs: Sequence[Run], name: str, series: Series, moment: datetime
) -> Iterator[Row]:
    for sensor in series.sensors:
        if not _silent(play, runs, name, sensor, moment):
            yield _reading(play, runs, name, series, sensor, moment)


def _reading(
    play: Play, runs: Sequence[Run], name: str, series: Series, sensor: Sensor, moment: datetime
) -> Row:
    lon, lat = sensor.location
    fields: dict[str, Value] = {"sensor": sensor.id, "name": sensor.name, "at": moment}
    fields |= {"lon": lon, "lat": lat, "district": sensor.district}
    values: dict[str, float] = {}
    for label, signal in series.signals.items():
        added = sum(_added(play, run, name, label, sensor, moment) for run in runs)
        base = values[signal.follows] * signal.factor if signal.follows else signal.base
        key = (play.script.seed, name, sensor.id, label)
        value = base + sensor.shift.get(label, 0.0) + added + _weather(play, key, signal, moment)
        values[label] = max(signal.low, round(value, signal.digits or None))
    return Row(moment, sensor.id, fields | values)


def _weather(play: Play, key: tuple[object, ...], signal: Signal, moment: datetime) -> float:
    """What time of day, wandering and noise add."""
    local = moment.astimezone(play.zone)
    hour = local.hour + local.minute / 60
    wave = signal.wave * cos((hour - signal.peak) / 24 * tau)
    since = (moment - _EPOCH).total_seconds()
    drift = signal.drift * _wander(key, since / _WANDER) if signal.drift else 0.0
    noise = signal.noise * Dice(*key, int(since)).bell() if signal.noise else 0.0
    return wave + drift + noise


def _wander(key: tuple[object, ...], position: float) -> float:
    """A smooth line through chance points, from -1 to 1."""
    left = floor(position)
    part = position - left
    ease = part * part * (3 - 2 * part)
    low, high = (Dice(*key, "slow", left + step).between(-1, 1) for step in (0, 1))
    return low + (high - low) * ease


def _silent(play: Play, runs: Sequence[Run], name: str, sensor: Sensor, moment: datetime) -> bool:
    minute = play.minute(moment)
    return any(
        silence.after <= minute - run.begin < silence.until
        for run in runs
        for silence in run.episode.silences
        if silence.stream == name and sensor.id in silence.sensors
    )


def _added(play: Play, run: Run, name: str, label: str, sensor: Sensor, moment: datetime) -> float:
    """What one telling of an episode adds to a signal of a post."""
    minute = play.minute(moment) - run.begin
    return sum(
        _along(bump.shape, minute)
        for bump in run.episode.bumps
        if (bump.stream, bump.signal) == (name, label) and sensor.id in bump.sensors
    )


def _along(shape: Sequence[tuple[float, float]], minute: float) -> float:
    """The value of a broken line; before its first point 0, after its last the last."""
    if minute < shape[0][0]:
        return 0.0
    for (left, low), (right, high) in pairwise(shape):
        if minute < right:
            return low + (high - low) * (minute - left) / (right - left)
    return shape[-1][1]
