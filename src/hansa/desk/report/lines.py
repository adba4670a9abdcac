"""Figures and due lines out of computed indicators. Pure.

Numbers are rounded here, once, to the digits that their indicator declares: what stands in the
document is what is shown, and no digit depends on how a machine adds.
"""

from collections.abc import Sequence

from hansa.base.glossary import Glossary
from hansa.base.vocabulary import Vocabulary
from hansa.desk.indicators.computed import Computed, Group
from hansa.desk.indicators.intervals import CONFIDENCE
from hansa.desk.indicators.model import Bounds, Indicator
from hansa.desk.indicators.moments import Moments
from hansa.desk.report.model import (
    Breakdown,
    Comparison,
    Due,
    Figure,
    Interval,
    Point,
    Row,
    Words,
)
from hansa.desk.report.resting import basis_of
from hansa.desk.report.speaking import Speaker


class Lines:
    """Makes lines of one report's moment."""

    def __init__(
        self,
        speaker: Speaker,
        vocabulary: Vocabulary,
        moments: Moments,
        top: int,
        names: Glossary,
    ) -> None:
        self._speaker = speaker
        self._vocabulary = vocabulary
        self._moments = moments
        self._top = top
        self._names = names

    def figure(self, found: Computed) -> Figure:
        """A number with all that is needed to judge it."""
        one, moments = found.indicator, self._moments
        trend = tuple(
            Point(at, _round(value, one.digits))
            for at, value in zip(moments.points, found.trend, strict=False)
        )
        return Figure(
            id=one.id,
            label=self._speaker.all(one.title),
            value=_round(found.measure.value, one.digits),
            unit=one.unit,
            digits=one.digits,
            n=found.measure.n,
            good=one.good,
            as_of=moments.at,
            basis=basis_of(one, found.rests, moments.at),
            why=self._why(found),
            interval=_interval(found.measure.bounds, one.digits),
            observed_at=found.observed_at,
            fresh=one.fresh,
            compare=self._compare(trend),
            trend=trend,
            breakdown=self.breakdown(found),
            note=self._note(found),
        )

    def due(self, found: Computed) -> Due:
        """What falls due before the day ends."""
        one = found.indicator
        number = self._speaker.number(found.measure.n, 0)
        return Due(
            what=self._speaker.say("due", label=self._speaker.all(one.title), value=number),
            sector=one.sector,
            due=self._moments.until,
            count=found.measure.n,
            basis=basis_of(one, found.rests, self._moments.at),
            breakdown=self.breakdown(found),
        )

    def breakdown(self, found: Computed, most: int | None = None) -> Breakdown | None:
        """The worst groups; None where it was not asked by groups."""
        if not found.grouping:
            return None
        top = self._top if most is None else most
        rows = tuple(self._row(found.indicator, one) for one in found.groups[:top])
        label = self._label(found.indicator.type, found.grouping)
        return Breakdown(found.grouping, label, rows, len(found.groups))

    def _row(self, indicator: Indicator, group: Group) -> Row:
        named = self._names.get(group.name)
        return Row(
            name=group.name,
            value=_round(group.measure.value, indicator.digits),
            n=group.measure.n,
            interval=_interval(group.measure.bounds, indicator.digits),
            basis=basis_of(indicator, group.rests, self._moments.at),
            words={} if named is None else self._speaker.all(named),
        )

    def _label(self, type_name: str, attribute: str) -> Words:
        definition = self._vocabulary.types[type_name].attributes[attribute]
        return self._speaker.all(definition.words or {"en": attribute})

    def _why(self, found: Computed) -> Words:
        if found.measure.value is not None:
            return {}
        one, n = found.indicator, found.measure.n
        if found.stale_at(self._moments.at):
            return self._speaker.say("nothing-newer")
        if not one.of_cases:
            return self._speaker.say("no-reading")
        return self._speaker.say("too-few", n, least=str(one.at_least))

    def _note(self, found: Computed) -> Words:
        one = found.indicator
        parts = [self._speaker.all(one.note)] if one.note else []
        claimed, value = found.claimed, found.measure.value
        if claimed is not None and value is not None and differs(claimed, value, one.digits):
            said = self._speaker.number(claimed, one.digits, one.unit)
            parts.append(self._speaker.say("claimed", value=said))
        return self._speaker.join(parts, "; ") if parts else {}

    def _compare(self, trend: Sequence[Point]) -> Comparison | None:
        if len(trend) <= self._moments.back:
            return None
        point = trend[-1 - self._moments.back]
        return Comparison(point.value, point.at, f"P{self._moments.back}D")


def differs(one: float, other: float, digits: int) -> bool:
    """Whether two numbers look different when they are shown."""
    return _round(one, digits) != _round(other, digits)


def _interval(bounds: Bounds | None, digits: int) -> Interval | None:
    if bounds is None:
        return None
    low, high = _round(bounds.low, digits + 1), _round(bounds.high, digits + 1)
    return Interval(low, high, bounds.method, CONFIDENCE)


def _round(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits) + 0.0
