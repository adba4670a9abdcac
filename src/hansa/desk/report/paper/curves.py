"""A figure's last weeks as a small multiple between 0 and 1."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from hansa.base.times import parse_instant
from hansa.desk.report.paper.sheet import Curve, Point
from hansa.desk.report.paper.speech import Speech

_DIGITS = 4


def curve_of(figure: Mapping[str, Any], speech: Speech) -> Curve | None:
    """None where fewer than two days are known; an unknown day breaks the line."""
    trend = figure["trend"]
    known = [one for one in trend if one["value"] is not None]
    if len(known) < 2:
        return None
    values = [one["value"] for one in known]
    band = _ends(figure["interval"])
    ends = [*values, *(band or ())]
    low, size = min(ends), max(ends) - min(ends)

    def height(value: float) -> float:
        return round((value - low) / size, _DIGITS) if size else 0.5

    runs = _runs(trend, height)
    texts = [speech.number(value, figure["digits"]) for value in (min(values), max(values))]
    return Curve(
        runs=runs,
        last=runs[-1][-1],
        band=(height(band[0]), height(band[1])) if band else None,
        low=texts[0],
        high=texts[1],
        spoken=_spoken(figure, known, texts, speech),
    )


def _ends(interval: Mapping[str, Any] | None) -> tuple[float, float] | None:
    """The interval as a band; one that is open on a side is said in words only."""
    if interval is None or interval["low"] is None or interval["high"] is None:
        return None
    return interval["low"], interval["high"]


def _runs(
    trend: Sequence[Mapping[str, Any]], height: Callable[[float], float]
) -> tuple[tuple[Point, ...], ...]:
    """The stretches of days that are known."""
    times = [parse_instant(one["at"]).timestamp() for one in trend]
    start, length = times[0], max(times[-1] - times[0], 1.0)
    runs: list[list[Point]] = [[]]
    for at, one in zip(times, trend, strict=True):
        if one["value"] is None:
            runs.append([])
        else:
            runs[-1].append((round((at - start) / length, _DIGITS), height(one["value"])))
    return tuple(tuple(run) for run in runs if run)


def _spoken(
    figure: Mapping[str, Any],
    known: Sequence[Mapping[str, Any]],
    texts: Sequence[str],
    speech: Speech,
) -> str:
    since, until = (speech.moment(one["at"], figure["asOf"]) for one in (known[0], known[-1]))
    return speech.say(
        "curve",
        label=speech.text(figure["label"]),
        low=texts[0],
        high=texts[1],
        last=speech.number(known[-1]["value"], figure["digits"]),
        since=since,
        until=until,
    )
