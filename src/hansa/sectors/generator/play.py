"""The moments of a play: when which episode runs, as pure functions of the opening and tempo.

A play has an opening, the moment at which a visitor came. Before it lies a history in minutes
of the clock; after it rounds of episodes in minutes of the play.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import floor
from zoneinfo import ZoneInfo

from hansa.sectors.generator.script import Area, Episode, Script, length


@dataclass(frozen=True)
class Play:
    """A script that opened at a moment (whole seconds); rows begin at `begins`."""

    script: Script
    zone: ZoneInfo
    opening: datetime
    begins: datetime
    tempo: float = 1.0

    def minute(self, moment: datetime) -> float:
        """Minutes of the play at a moment; before the opening those of the clock, negative."""
        minutes = (moment - self.opening).total_seconds() / 60
        return minutes * self.tempo if minutes > 0 else minutes

    def moment(self, minute: float) -> datetime:
        """The moment of a minute of the play, to the second."""
        minutes = minute / self.tempo if minute > 0 else minute
        return self.opening + timedelta(seconds=round(minutes * 60))


@dataclass(frozen=True, slots=True)
class Run:
    """One telling of an episode: its number in the script, its round, begin and place."""

    episode: Episode
    number: int
    round: int
    begin: float
    area: Area | None

    @property
    def key(self) -> str:
        """Names this telling among all of a play."""
        return f"{self.episode.name}/{self.round}"


def runs_between(play: Play, start: datetime, end: datetime) -> Iterator[Run]:
    """Every telling that may have something to say in [start, end)."""
    first, last = play.minute(start), play.minute(end)
    for number, episode in enumerate(play.script.episodes):
        for turn in _turns(episode, play.script.round, first - length(episode), last):
            begin = episode.at if episode.once else turn * play.script.round + episode.at
            yield Run(episode, number, turn, begin, _area(play.script, episode, turn))


def _turns(episode: Episode, whole: float, first: float, last: float) -> range:
    """The rounds in which an episode begins between two minutes (a little generously)."""
    if episode.once:
        return range(1)
    return range(max(0, floor((first - episode.at) / whole)), max(0, floor(last / whole) + 1))


def _area(script: Script, episode: Episode, turn: int) -> Area | None:
    if not episode.areas:
        return None
    return script.areas[episode.areas[turn % len(episode.areas)]]
