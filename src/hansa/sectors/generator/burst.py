"""Load for the benchmark: many posts read at once, and one reading in a hundred is too high.

Each high reading comes from a post of its own, so each may open an alert and an incident.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from hansa.base.clock import Clock
from hansa.base.problems import BadFile
from hansa.base.settings import CitySettings
from hansa.sectors.generator import files
from hansa.sectors.generator.row import Row, Value
from hansa.sectors.generator.run import SCRIPT, exercise_script
from hansa.sectors.generator.script import Burst, Series

_CALM_POSTS = 2000  # more than readings in a second: none repeats another
_EACH = 100  # one reading in so many crosses
_STEPS = 10  # files per second


def burst_rows(series: Series, burst: Burst, moment: datetime, first: int, count: int) -> list[Row]:
    """`count` readings of one moment; `first` is the number of the first of the whole burst."""
    return list(_readings(series, burst, moment, range(first, first + count)))


def _readings(series: Series, burst: Burst, moment: datetime, numbers: range) -> Iterator[Row]:
    like = series.sensors[0]
    lon, lat = like.location
    for number in numbers:
        high = number % _EACH == _EACH - 1
        post = f"burst-{number}" if high else f"calm-{number % _CALM_POSTS}"
        values = {label: signal.base for label, signal in series.signals.items()}
        values[burst.signal] = burst.across if high else burst.rest + number % 10
        fields: dict[str, Value] = {"sensor": post, "name": post, "at": moment}
        fields |= {"lon": lon, "lat": lat, "district": like.district}
        yield Row(moment, post, fields | values)


async def burst(settings: CitySettings, inbox: Path, clock: Clock, rate: int, seconds: int) -> int:
    """Write `rate` readings a second for so many seconds; answers how many were written."""
    script = exercise_script(settings)
    if script.burst is None:
        raise BadFile("has no member burst", where=str(settings.folder / SCRIPT))
    series, start, written = script.series[script.burst.stream], clock.now(), 0
    for step in range(seconds * _STEPS):
        moment = start + timedelta(seconds=step / _STEPS)
        await clock.until(moment)
        until = rate * (step + 1) // _STEPS
        rows = burst_rows(series, script.burst, moment, written, until - written)
        content = files.render(series, settings.zone, rows)
        title = f"burst-{start:%Y%m%dT%H%M%S}-{step:06d}"
        files.deliver(inbox, script.burst.stream, title, series, content)
        written = until
    return written
