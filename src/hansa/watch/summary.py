"""How often, how long, how much at once: what a rule's firings come to over a span."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hansa.watch.replay import Firing, Replayed


@dataclass(frozen=True, slots=True)
class Summary:
    """One rule over a span. Times in seconds; `share` of the span with an alert open.

    `at_once`: the most alerts that were open together; `still_open`: at the end of the span.
    """

    rule: str
    times: int
    seconds: float
    longest: float
    share: float | None
    at_once: int
    still_open: int


def summarise(rules: Sequence[str], replayed: Replayed) -> tuple[Summary, ...]:
    """A summary of each rule, of those that never fired too."""
    return tuple(
        _summary(rule, [one for one in replayed.firings if one.rule == rule], replayed)
        for rule in rules
    )


def _summary(rule: str, firings: Sequence[Firing], over: Replayed) -> Summary:
    end = over.end or datetime.max.replace(tzinfo=over.begin.tzinfo if over.begin else None)
    spans = [(one.opened, max(one.cleared or end, one.opened)) for one in firings]
    lengths = [(cleared - opened).total_seconds() for opened, cleared in spans]
    begin = over.begin
    whole = 0.0 if begin is None else (end - begin).total_seconds()
    return Summary(
        rule=rule,
        times=len(spans),
        seconds=sum(lengths),
        longest=max(lengths, default=0.0),
        share=min(_covered(spans).total_seconds() / whole, 1.0) if whole > 0 else None,
        at_once=_at_once(spans),
        still_open=sum(one.cleared is None for one in firings),
    )


def _covered(spans: Iterable[tuple[datetime, datetime]]) -> timedelta:
    """How long at least one span lasted."""
    total, reached = timedelta(), None
    for opened, cleared in sorted(spans):
        start = opened if reached is None else max(opened, reached)
        total += max(cleared - start, timedelta())
        reached = cleared if reached is None else max(reached, cleared)
    return total


def _at_once(spans: Iterable[tuple[datetime, datetime]]) -> int:
    """The most that lasted at one moment; one that ends when another begins is not with it."""
    turns = sorted(turn for opened, cleared in spans for turn in ((opened, 1), (cleared, -1)))
    most = now = 0
    for _, step in turns:
        now += step
        most = max(most, now)
    return most
