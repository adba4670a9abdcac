"""The three things to know: what is open and gravest, then what has moved for the worse. Pure.

First incidents, then alerts that no incident answers, by severity. Then figures that stand
outside of what the last weeks were used to, on the side that is worse; then sources that fail, or
that figures are old; then figures that are worse than the days before by more than chance would
make them.
"""

from collections.abc import Callable, Mapping, Sequence
from statistics import median
from zoneinfo import ZoneInfo

from hansa.desk.report.dating import said_moment
from hansa.desk.report.model import Basis, Figure, SourceLine, Thing, Trouble
from hansa.desk.report.speaking import Speaker
from hansa.desk.report.troubles import SOURCE

MOST = 3
_UNUSUAL = 2.0  # times the usual spread away from the middle of the last weeks
_ENOUGH = 14  # known days, fewer say nothing about what is usual
_SPREAD = 1.4826  # makes the median distance comparable with a standard deviation


def three_things(
    speaker: Speaker,
    troubles: Sequence[Trouble],
    figures: Sequence[tuple[str, Figure]],
    scale: Mapping[str, int],
    bad_sources: Basis,
    zone: ZoneInfo,
) -> tuple[Thing, ...]:
    """At most three; `figures` come with their sector."""
    found = [
        Thing(speaker.all(one.title), one.sector, one.severity, one.since, "", one.basis)
        for one in sorted(troubles, key=lambda one: _gravity(one, scale))
    ]
    strange = _most(figures, strangeness, _UNUSUAL)
    found += [_moved(speaker, sector, figure) for sector, figure in strange]
    if bad_sources.count:
        title = speaker.say("sources-bad", bad_sources.count)
        found.append(Thing(title, "", "", None, "", bad_sources))
    else:
        found += _old(speaker, [figure for _, figure in figures], zone)
    told = {figure.id for _, figure in strange}
    worse = _most([one for one in figures if one[1].id not in told], worsening, 0.0)
    found += [_moved(speaker, sector, figure) for sector, figure in worse]
    return tuple(found[:MOST])


def _most(
    figures: Sequence[tuple[str, Figure]], how_much: Callable[[Figure], float], floor: float
) -> Sequence[tuple[str, Figure]]:
    """The figures of which there is more than the floor, most first."""
    found = [(how_much(figure), sector, figure) for sector, figure in figures]
    found.sort(key=lambda one: (-one[0], one[2].id))
    return [(sector, figure) for much, sector, figure in found if much > floor]


def _old(speaker: Speaker, figures: Sequence[Figure], zone: ZoneInfo) -> Sequence[Thing]:
    """That figures are old, where no source says so itself: silence is not calm."""
    old = [one for one in figures if one.stale and one.observed_at is not None]
    if not old:
        return ()
    newest = max(one.observed_at for one in old if one.observed_at is not None)
    at = old[0].as_of
    title = speaker.say(
        "figures-old",
        len(old),
        of=str(len(figures)),
        at=said_moment(speaker.languages, zone, newest, at),
    )
    return (Thing(title, "", "", None, "", Basis(SOURCE, at)),)


def gravest_first(troubles: Sequence[Trouble], scale: Mapping[str, int]) -> tuple[Trouble, ...]:
    """Troubles in the order in which they are told."""
    return tuple(sorted(troubles, key=lambda one: _gravity(one, scale)))


def bad_sources(sources: Sequence[SourceLine], at: Basis) -> Basis:
    """The basis of the line about sources that fail or are late."""
    ids = tuple(one.id for one in sources if one.health in ("failing", "late"))
    return Basis(SOURCE, at.at, 'health=="failing","late"', ids[:20], len(ids))


def _gravity(one: Trouble, scale: Mapping[str, int]) -> tuple[object, ...]:
    since = one.since.timestamp() if one.since is not None else 0.0
    return -scale.get(one.severity, -1), one.kind != "Incident", not one.overdue, -since, one.id


def strangeness(figure: Figure) -> float:
    """How many usual spreads a figure stands on its worse side; 0 on its better one."""
    before = [point.value for point in figure.trend[:-1] if point.value is not None]
    if figure.value is None or not figure.good or figure.stale or len(before) < _ENOUGH:
        return 0.0
    middle = median(before)
    spread = _SPREAD * median(abs(one - middle) for one in before)
    step = float(10**-figure.digits)
    away = figure.value - middle if figure.good == "down" else middle - figure.value
    return max(away / max(spread, step), 0.0)


def worsening(figure: Figure) -> float:
    """By which part a figure is worse than some days before; 0 where chance may have done it."""
    before = None if figure.compare is None else figure.compare.value
    if figure.value is None or not before or figure.interval is None or not figure.good:
        return 0.0
    if figure.stale:
        return 0.0
    low, high = figure.interval.low, figure.interval.high
    if figure.good == "down":
        return (figure.value - before) / before if low is not None and before < low else 0.0
    return (before - figure.value) / before if high is not None and before > high else 0.0


def _moved(speaker: Speaker, sector: str, figure: Figure) -> Thing:
    value = speaker.number(figure.value or 0.0, figure.digits, figure.unit)
    compare = figure.compare
    if compare is None or compare.value is None:
        title = speaker.say("due", label=figure.label, value=value)
    else:
        days = speaker.say("days", (figure.as_of - compare.at).days)
        before = speaker.number(compare.value, figure.digits, figure.unit)
        title = speaker.say("changed", label=figure.label, value=value, days=days, before=before)
    return Thing(title, sector, "", None, figure.id, figure.basis)
