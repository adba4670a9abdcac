"""What the sources of a city say between two moments: the same rows whenever one asks.

The face of the room's pure half. A row has the moment at which its source says it; an interval
is the filter of these moments, so that cutting it anywhere gives the same rows.
"""

from datetime import datetime

from hansa.sectors.generator.faults import fault_rows
from hansa.sectors.generator.play import Play
from hansa.sectors.generator.reports import report_rows
from hansa.sectors.generator.row import Row
from hansa.sectors.generator.series import series_rows


def rows_between(play: Play, start: datetime, end: datetime) -> dict[str, tuple[Row, ...]]:
    """Rows said in [start, end) per stream, in order; nothing before `play.begins`."""
    start = max(start, play.begins)
    told: dict[str, list[Row]] = {name: [] for name in play.script.streams()}
    if start >= end:
        return dict.fromkeys(told, ())
    for name, reports in play.script.reports.items():
        told[name] += report_rows(play, name, reports, start, end)
    for name, series in play.script.series.items():
        told[name] += series_rows(play, name, series, start, end)
    for name, faults in play.script.faults.items():
        told[name] += fault_rows(play, name, faults, start, end)
    return {
        name: tuple(sorted((row for row in rows if start <= row.at < end), key=Row.order))
        for name, rows in told.items()
    }
