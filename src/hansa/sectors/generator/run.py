"""The play on the city's clock: history first, then each row at its moment, for ever.

What was said is kept in one small file, so that a restart goes on where the last run stopped.
Between writing rows and noting them a crash may fall; then the same rows are written again to
the same file, and the connector finds nothing new in them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import floor
from pathlib import Path

import orjson

from hansa.base import times
from hansa.base.clock import Clock
from hansa.base.problems import BadFile, Problem
from hansa.base.settings import CitySettings
from hansa.sectors.generator import files
from hansa.sectors.generator.play import Play
from hansa.sectors.generator.row import Row, whole_second
from hansa.sectors.generator.rows import rows_between
from hansa.sectors.generator.script import Script, load_script

SCRIPT = "generator.yaml"
_STATE = ".generator.json"
_AHEAD = timedelta(seconds=60)
_KEPT = timedelta(hours=24)  # files stay so long after the history that they may hold
_SECOND = timedelta(seconds=1)

Told = Mapping[str, tuple[Row, ...]]


@dataclass(frozen=True, slots=True)
class Progress:
    """A play and the moment before which all its rows are written."""

    play: Play
    until: datetime


async def run_generator(
    settings: CitySettings, inbox: Path, clock: Clock, tempo: float | None = None
) -> None:
    """Write the city's `generator.yaml` into `inbox/<stream>/` until cancelled.

    `tempo`: minutes of the play per minute of the clock; None takes the script's. Raises
    BadFile where the script is wrong or the city is not an exercise.
    """
    script = exercise_script(settings)
    now = whole_second(clock.now())
    fresh = Play(script, settings.zone, now, _before(script, now), tempo or script.tempo)
    progress = _load(inbox, fresh) or Progress(fresh, fresh.begins)
    while True:
        progress = _catch_up(inbox, progress, whole_second(clock.now()))
        files.sweep(inbox, script.streams(), _before(script, progress.until) - _KEPT)
        progress = await _follow(inbox, progress, clock)


def exercise_script(settings: CitySettings) -> Script:
    """The script of an exercise city; invented rows never enter a city with real ones."""
    path = settings.folder / SCRIPT
    if not settings.exercise:
        raise BadFile(
            "only a city in an exercise world may be played",
            where=str(path),
            rule="no query mixes two worlds",
            remedy="set world: exercise:NAME in city.yaml, or take generator.yaml away",
        )
    return load_script(path)


def _before(script: Script, moment: datetime) -> datetime:
    return moment - timedelta(hours=script.history)


def _catch_up(inbox: Path, progress: Progress, now: datetime) -> Progress:
    """Write what is past. A play whose round ended meanwhile is finished and opened anew."""
    play = progress.play
    curtain = _curtain(play, progress.until)
    if progress.until > play.opening and curtain < now - _AHEAD:
        _write(inbox, play, progress.until, rows_between(play, progress.until, curtain))
        begins = max(curtain, _before(play.script, now))
        play = replace(play, opening=now, begins=begins)
        progress = _note(inbox, Progress(play, begins))
    if progress.until >= now:
        return progress
    _write(inbox, play, progress.until, rows_between(play, progress.until, now))
    return _note(inbox, Progress(play, now))


def _curtain(play: Play, moment: datetime) -> datetime:
    """When the round that runs at `moment` is over."""
    turn = floor(play.minute(moment) / play.script.round)
    return play.moment((turn + 1) * play.script.round)


async def _follow(inbox: Path, progress: Progress, clock: Clock) -> Progress:
    """Write the next minute's rows, each at its moment."""
    play, end = progress.play, progress.until + _AHEAD
    told = rows_between(play, progress.until, end)
    for moment in sorted({row.at for rows in told.values() for row in rows}):
        await clock.until(moment)
        _write(inbox, play, moment, _at(told, moment))
        progress = _note(inbox, Progress(play, moment + _SECOND))
    await clock.until(end)
    return _note(inbox, Progress(play, end))


def _at(told: Told, moment: datetime) -> Told:
    return {name: tuple(row for row in rows if row.at == moment) for name, rows in told.items()}


def _write(inbox: Path, play: Play, start: datetime, told: Told) -> None:
    """One file per stream that has rows, named by the first moment it may hold."""
    streams = play.script.streams()
    for name, rows in told.items():
        if rows:
            content = files.render(streams[name], play.zone, rows)
            files.deliver(inbox, name, files.title_of(start), streams[name], content)


def _note(inbox: Path, progress: Progress) -> Progress:
    """Keep how far the play is."""
    play = progress.play
    moments = {"opening": play.opening, "begins": play.begins, "until": progress.until}
    state: dict[str, object] = {name: times.format_instant(at) for name, at in moments.items()}
    files.replace(inbox, inbox / _STATE, orjson.dumps(state | {"tempo": play.tempo}))
    return progress


def _load(inbox: Path, fresh: Play) -> Progress | None:
    """How far the last run came; None where there was none."""
    path = inbox / _STATE
    if not path.exists():
        return None
    try:
        state = orjson.loads(path.read_bytes())
        opening, begins, until = (
            times.parse_instant(state[name]) for name in ("opening", "begins", "until")
        )
        play = replace(fresh, opening=opening, begins=begins, tempo=float(state["tempo"]))
    except (Problem, ValueError, KeyError, TypeError) as error:
        raise BadFile(
            "does not say how far the play is", where=str(path), remedy="delete it to begin anew"
        ) from error
    return Progress(play, until)
