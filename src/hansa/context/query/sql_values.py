"""One comparison of `q` as a SELECT over the value index, by the table of `semantics`.

| construct                                  | rows of the index                    | exact   |
|--------------------------------------------|--------------------------------------|---------|
| `attr`, `!attr`                            | any row, no row                      | yes     |
| `==` number, text, boolean, range, list    | the value itself                     | yes     |
| `> >= < <=` number                         | the interval                         | yes     |
| `> >= < <=` text                           | the interval (Relationships as well) | no      |
| `!=`                                       | a row that is another                | no      |
| `~= !~=`                                   | any text                             | no      |
| a bare date-time, date or time             | texts of the days around             | no      |
| numbers of 2^53 and more (doubles are sparse) | any number                        | no      |
| `attr.sub`, `attr[trail]`, `attr{…}`       | any row of attr                      | no      |
| `createdAt`, `modifiedAt`                  | the entity's own columns             | yes     |
| another attribute                          | none: nothing is pruned              | no      |
"""

from datetime import date, datetime, timedelta
from typing import Any

from hansa.base.times import to_micros
from hansa.context.query.ast import Compare, Instant, Path, Range, ValueList
from hansa.context.query.index import BOOLEAN, NUMBER, TEXT
from hansa.context.query.instants import moment
from hansa.context.query.prune import UNKNOWN, Prune, either, inexact
from hansa.context.query.semantics import as_temporal

_SAFE = 2**53
_DAY = timedelta(days=1)
_STAMPS = {"createdAt": "e.created", "modifiedAt": "e.modified"}
_SIGNS = {"==": "=", "!=": "<>", ">": ">", ">=": ">=", "<": "<", "<=": "<="}


def exists(part: int, attribute: str) -> Prune:
    """Entities that have the indexed attribute."""
    sql = "SELECT eid FROM value WHERE part=? AND attr=?"
    return Prune(sql, (part, attribute), exact=True, rows=True)


def compare(term: Compare, part: int, indexed: frozenset[str]) -> Prune:
    """Candidates of one comparison; UNKNOWN where no index helps."""
    path = term.path
    if path.attribute in _STAMPS and not (path.links or path.subs or path.trail):
        return _stamp(_STAMPS[path.attribute], term.operator, as_temporal(term.value))
    anchor = anchor_of(path)
    if anchor not in indexed:
        return UNKNOWN
    if path.links or path.subs or path.trail:
        return inexact(exists(part, anchor))
    return _Rows(part, anchor).compare(term.operator, term.value)


def anchor_of(path: Path) -> str:
    """The attribute of the entity itself without which the path leads nowhere."""
    return path.links[0].relationship if path.links else path.attribute


class _Rows:
    """SELECTs over the rows of one attribute."""

    def __init__(self, part: int, attribute: str) -> None:
        self.part = part
        self.attribute = attribute

    def select(self, where: str, params: tuple[Any, ...], *, exact: bool) -> Prune:
        sql = f"SELECT eid FROM value WHERE part=? AND attr=? AND {where}"  # noqa: S608 - ours
        return Prune(sql, (self.part, self.attribute, *params), exact, rows=True)

    def kind(self, kind: int) -> Prune:
        return self.select("kind=?", (kind,), exact=False)

    def compare(self, operator: str, value: Any) -> Prune:
        if operator in ("~=", "!~="):
            return self.kind(TEXT)
        if operator == "!=":
            return self.other(value)
        match value:
            case ValueList(members):
                return either([self.compare(operator, one) for one in members])
            case Range(low, high):
                return self.between(low, high)
            case Instant(text):
                return self.days(operator, text)
            case bool():
                return self.select("kind=? AND val=?", (BOOLEAN, int(value)), exact=True)
            case int() | float() if abs(value) >= _SAFE:
                return self.kind(NUMBER)
            case int() | float():
                return self.sign(NUMBER, operator, value, exact=True)
            case _:
                return self.sign(TEXT, operator, value, exact=operator == "==")

    def sign(self, kind: int, operator: str, value: Any, *, exact: bool) -> Prune:
        return self.select(f"kind=? AND val{_SIGNS[operator]}?", (kind, value), exact=exact)

    def between(self, low: Any, high: Any) -> Prune:
        """An interval, where both ends are plain numbers or texts."""
        match low, high:
            case (int() | float(), int() | float()) if max(abs(low), abs(high)) < _SAFE:
                return self.select(
                    "kind=? AND val BETWEEN ? AND ?", (NUMBER, low, high), exact=True
                )
            case (str(), str()):
                return self.select("kind=? AND val BETWEEN ? AND ?", (TEXT, low, high), exact=True)
            case (Instant(), _) | (_, Instant()):
                return self.kind(TEXT) if type(low) is not type(high) else self.span(low, high)
            case _:
                return inexact(exists(self.part, self.attribute))

    def other(self, value: Any) -> Prune:
        """For `!=`: a row beside the value. The rows of several instances look alike."""
        same: tuple[int, Any]
        match value:
            case bool():
                same = BOOLEAN, int(value)
            case int() | float() if abs(value) < _SAFE:
                same = NUMBER, value
            case str():
                same = TEXT, value
            case _:
                return inexact(exists(self.part, self.attribute))
        return self.select("NOT (kind=? AND val=?)", same, exact=False)

    def days(self, operator: str, text: str) -> Prune:
        """Texts of date-times begin with their day; offsets shift it by one at most."""
        day = _day(text)
        if day is None:
            return self.kind(TEXT)
        low, high = _before(day), _after(day)
        if operator in (">", ">="):
            return self.select("kind=? AND val>=?", (TEXT, low), exact=False)
        if operator in ("<", "<="):
            return self.select("kind=? AND val<?", (TEXT, high), exact=False)
        return self.select("kind=? AND val>=? AND val<?", (TEXT, low, high), exact=False)

    def span(self, low: Instant, high: Instant) -> Prune:
        first, last = _day(low.text), _day(high.text)
        if first is None or last is None:
            return self.kind(TEXT)
        bounds = (TEXT, _before(first), _after(last))
        return self.select("kind=? AND val>=? AND val<?", bounds, exact=False)


def _day(text: str) -> date | None:
    found = moment(text)
    key = found[1] if found else None
    return key.date() if isinstance(key, datetime) else key if isinstance(key, date) else None


def _before(day: date) -> str:
    return (day - _DAY).isoformat() if day > date.min + _DAY else ""


def _after(day: date) -> str:
    """The first text behind all those of the day after."""
    return (day + 2 * _DAY).isoformat() if day < date.max - 2 * _DAY else ":"


def _stamp(column: str, operator: str, value: Any) -> Prune:
    if isinstance(value, Range) and operator == "==":
        low, high = _micros(value.low), _micros(value.high)
        if low is None or high is None:
            return UNKNOWN
        return Prune(f"{column} BETWEEN ? AND ?", (low, high), exact=True)
    micros = _micros(value)
    if micros is None or operator not in _SIGNS:
        return UNKNOWN
    return Prune(f"{column}{_SIGNS[operator]}?", (micros,), exact=True)


def _micros(value: Any) -> int | None:
    found = moment(value.text) if isinstance(value, Instant) else None
    return to_micros(found[1]) if found and isinstance(found[1], datetime) else None
