"""Indicators out of facts: value, interval, trend, groups, and what each rests on. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from hansa.base.times import from_micros, to_micros
from hansa.context import Period, Table
from hansa.desk.indicators import measure, readings
from hansa.desk.indicators.cases import Case, Cases, cases_of, grouped, micros
from hansa.desk.indicators.facts import DAY as DAYS
from hansa.desk.indicators.facts import HOUR as HOURS
from hansa.desk.indicators.facts import Facts, Of, shared
from hansa.desk.indicators.measure import DAY
from hansa.desk.indicators.model import WINDOWED, Indicator, Kind, Measure
from hansa.desk.indicators.moments import Moments

NAMED = 20  # entities that a figure names; the query finds them all
NAMED_OF_GROUP = 5


@dataclass(frozen=True, slots=True)
class Rests:
    """Which entities a number was made of; `since`: from when on their readings count."""

    q: str
    ids: tuple[str, ...]
    count: int
    attribute: str = ""
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """The indicator of one group."""

    name: str
    measure: Measure
    rests: Rests


@dataclass(frozen=True, slots=True)
class Computed:
    """An indicator at a moment. `claimed`: the share on time as the source says it itself."""

    indicator: Indicator
    measure: Measure
    rests: Rests
    observed_at: datetime | None
    trend: tuple[float | None, ...] = ()
    grouping: str = ""
    groups: tuple[Group, ...] = ()
    claimed: float | None = None

    def stale_at(self, at: datetime) -> bool:
        """Whether the newest thing that it rests on is older than it may be."""
        return is_old(self.indicator, self.observed_at, at)


def is_old(one: Indicator, observed_at: datetime | None, at: datetime) -> bool:
    """Whether what was true then is older than the indicator lets it be."""
    if one.fresh is None or observed_at is None:
        return False
    return (at - observed_at).total_seconds() > one.fresh


class Computing:
    """The indicators of one set of facts; what they share is made once."""

    def __init__(self, facts: Facts, moments: Moments) -> None:
        self._facts = facts
        self._moments = moments
        self._cases: dict[tuple[Of, str], Cases] = {}

    def compute(self, one: Indicator, grouping: str = "", *, trend: bool = True) -> Computed:
        """The indicator, by the values of an attribute if one is given."""
        if one.of_cases:
            return self._of_cases(one, grouping, trend=trend)
        return self._of_readings(one, grouping, trend=trend)

    # ---- cases

    def _of_cases(self, one: Indicator, grouping: str, *, trend: bool) -> Computed:
        moments, table = self._moments, self._facts.tables[shared(one)]
        cases = self._cases_of(one, table)
        at, until = moments.micros, moments.until_micros
        groups = self._groups_of_cases(one, table, cases, grouping) if grouping else ()
        newest = cases.newest_at(at)
        return Computed(
            one,
            _told(one, measure.measure(one, cases, at, until, bound=True), newest, at),
            self._rests(one, table, cases, NAMED),
            None if newest is None else from_micros(newest),
            tuple(self._trend(one, cases)) if trend else (),
            grouping,
            _worst_first(one, groups),
            measure.claimed_share(one, cases, at) if one.kind is Kind.ON_TIME_SHARE else None,
        )

    def _cases_of(self, one: Indicator, table: Table) -> Cases:
        if one.life is None:
            return Cases(())
        key = (shared(one), "|".join(one.life.columns))
        if key not in self._cases:
            self._cases[key] = cases_of(table.columns, table.rows, one.life, self._moments.micros)
        return self._cases[key]

    def _trend(self, one: Indicator, cases: Cases) -> Iterable[float | None]:
        for point in self._moments.points:
            moment, until = to_micros(point), self._moments.end_of(point)
            newest = cases.newest_at(moment)
            found = measure.measure(one, cases, moment, until, bound=False)
            # before the first case was known, none is unknown and not 0
            yield None if newest is None else _told(one, found, newest, moment).value

    def _groups_of_cases(
        self, one: Indicator, table: Table, cases: Cases, grouping: str
    ) -> Iterable[Group]:
        at, until = self._moments.micros, self._moments.until_micros
        column = table.columns.index(grouping)
        for name, group in grouped(cases, table.rows, column).items():
            found = measure.measure(one, group, at, until, bound=True)
            if found.n:
                rests = self._rests(one, table, group, NAMED_OF_GROUP, (grouping, name))
                yield Group(name, found, rests)

    def _rests(
        self,
        one: Indicator,
        table: Table,
        cases: Cases,
        most: int,
        narrow: tuple[str, str] | None = None,
    ) -> Rests:
        at, until = self._moments.micros, self._moments.until_micros
        found = measure.members(one, cases, at, until)
        first = sorted(found, key=_ORDER.get(one.kind, _by_opening))[:most]
        q = measure.query(one, at, until)
        if narrow is not None:
            q = measure.narrowed(q, *narrow)
        return Rests(q, tuple(table.ids[case.place] for case in first), len(found))

    # ---- readings and states

    def _of_readings(self, one: Indicator, grouping: str, *, trend: bool) -> Computed:
        table = self._facts.tables[shared(one)]
        every = dict(zip(table.ids, table.rows, strict=True))
        groups: Sequence[Group] = ()
        if grouping:
            column = table.columns.index(grouping)
            groups = [
                Group(
                    name,
                    self._read(one, table, ids),
                    self._rests_on(one, table, ids, (grouping, name)),
                )
                for name, ids in _by_column(every, column).items()
            ]
        ids = tuple(every)
        return Computed(
            one,
            self._read(one, table, ids),
            self._rests_on(one, table, ids),
            self._newest_reading(one, table),
            tuple(self._trend_of(one)) if trend else (),
            grouping,
            _worst_first(one, groups),
        )

    def _read(self, one: Indicator, table: Table, ids: Sequence[str]) -> Measure:
        if one.kind in (Kind.LATEST, Kind.MATCHING):
            column, wanted = table.columns.index(one.attribute), set(ids)
            pairs = zip(table.ids, table.rows, strict=True)
            values = [row[column] for name, row in pairs if name in wanted]
            make = readings.latest if one.kind is Kind.LATEST else readings.matching
            return make(one, values)
        sums = self._sums(one, DAYS)
        days = {name: sums.get(name, {}) for name in ids}
        last = self._moments.days - 1
        return readings.window(one, days, last - one.window // DAY + 1, last)

    def _sums(self, one: Indicator, period: Period) -> readings.Sums:
        return self._facts.sums.get((shared(one), one.attribute, period), {})

    def _trend_of(self, one: Indicator) -> Iterable[float | None]:
        points = self._moments.points
        if one.kind is Kind.LATEST:
            hours, begin = self._sums(one, HOURS), self._moments.begin
            ends = [round((point - begin).total_seconds() / 3600) for point in points]
            return [readings.latest_by(one, hours, end) for end in ends]
        if one.kind is Kind.MATCHING:
            states = self._facts.states.get((shared(one), one.attribute), {})
            return [readings.matching_at(one, states, to_micros(point)) for point in points]
        return readings.daily(one, self._sums(one, DAYS), self._moments.days)

    def _newest_reading(self, one: Indicator, table: Table) -> datetime | None:
        name = f"{one.attribute}.observedAt"
        if name not in table.columns:
            return None
        column = table.columns.index(name)
        found = [moment for row in table.rows if (moment := micros(row[column])) is not None]
        return from_micros(max(found)) if found else None

    def _rests_on(
        self,
        one: Indicator,
        table: Table,
        ids: Sequence[str],
        narrow: tuple[str, str] | None = None,
    ) -> Rests:
        q, since = one.attribute, self._moments.begin  # the small multiple's first day
        if one.kind in (Kind.LATEST, Kind.MATCHING):
            ids = self._telling(one, table, ids)
        if one.kind is Kind.MATCHING:
            q = f"{one.attribute}=={','.join(map(measure.quoted, one.values))}"
        if one.kind in (Kind.MEAN, Kind.SUM):
            since = self._moments.back_by(one.window // DAY)
        q = f"({one.where});{q}" if one.where else q
        if narrow is not None:
            q = measure.narrowed(q, *narrow)
        most = NAMED if narrow is None else NAMED_OF_GROUP
        return Rests(q, tuple(ids[:most]), len(ids), one.attribute, since)

    def _telling(self, one: Indicator, table: Table, ids: Sequence[str]) -> Sequence[str]:
        """The entities that the number is made of: with a value, or with one of the values."""
        column = table.columns.index(one.attribute)
        told = {name: row[column] for name, row in zip(table.ids, table.rows, strict=True)}
        if one.kind is Kind.MATCHING:
            return [name for name in ids if str(told[name]) in one.values]
        return [name for name in ids if told[name] is not None]


def _by_opening(case: Case) -> tuple[int, int]:
    return case.opened, case.place


def _by_due(case: Case) -> tuple[int, int]:
    return case.due or 0, case.place


_ORDER: Mapping[Kind, Callable[[Case], tuple[int, int]]] = {
    Kind.OVERDUE: _by_due,
    Kind.DUE: _by_due,
}


def _told(one: Indicator, found: Measure, newest: int | None, at: int) -> Measure:
    """What a window holds in which nothing was heard is unknown; what was open before is old."""
    if newest is None or one.kind not in WINDOWED:
        return found
    old = is_old(one, from_micros(newest), from_micros(at))
    return Measure(None, found.n) if old else found


def _by_column(rows: Mapping[str, Sequence[object]], column: int) -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = {}
    for name, row in rows.items():
        value = row[column]
        found.setdefault("" if value is None else str(value), []).append(name)
    return found


def _worst_first(one: Indicator, groups: Iterable[Group]) -> tuple[Group, ...]:
    sign = 1 if one.good == "up" else -1

    def place(group: Group) -> tuple[bool, float, str]:
        value = group.measure.value
        return value is None, sign * (value or 0.0), group.name

    return tuple(sorted(groups, key=place))
