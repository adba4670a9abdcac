"""History in segments: Parquet files of attribute instances, sorted by series, and hourly sums.

A segment is written once and never changed. A row is one instance: `eid`, `key` (the name, and
the datasetId after a blank), `ord` and `n` (its place, see `hansa.context.store.state`),
`recorded`, `observed` (microseconds), `back` (back-filled), `num` (the value where it is a
number), `val` (the plain value as JSON; NULL:
none, or personal), `body` (the instance as JSON; NULL: dropped). Which
files there are, and which instances are gone, the caller's manifest says.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
import orjson

from hansa.base.sealed import File, Made, Prune, Span
from hansa.beside import engine, files

UNKNOWN = -(1 << 62)  # `observed` where an instance has none
Row: TypeAlias = tuple[int, int, int, int, int | None, int, bytes]
"""A hot row: eid, ord, n, recorded, observed, back, {key: instance or null} as JSON."""
Gone: TypeAlias = tuple[int, str, int, int]
"""A tombstone: eid, attribute ("" every one), and the change numbers from and to."""
Want: TypeAlias = tuple[int, str, int]
"""The newest instance of (eid, key) whose ord is up to a bound."""

_TYPES = {
    "eid": "i",
    "key": "s",
    "ord": "i",
    "n": "i",
    "recorded": "i",
    "observed": "i",
    "back": "b",
    "num": "f",
    "val": "s",
    "body": "s",
}
_CLEAN = (
    f"SELECT eid, key, ord, n, recorded, nullif(observed, {UNKNOWN}) AS observed, back, "
    "CASE WHEN isnan(num) THEN NULL ELSE num END AS num, val, body FROM given"
)
_REF = "@ref"  # the value lies in the vault: nothing of it is here
_MEMBERS = ("value", "object", "languageMap", "vocab", "json", "valueList", "objectList")


# ---- writing


def seal(place: str, name: str, rows: Sequence[Row], gone: Sequence[Gone], world: str) -> Made:
    """Write hot rows as a segment `name` in the folder `place`; what is gone is left out."""
    con = engine.connection()
    con.register("given", engine.arrays(_columns(rows), _TYPES))
    try:
        return files.write(place, name, _ordered(_without(_CLEAN, gone)), world)
    finally:
        con.unregister("given")


def merge(
    place: str, name: str, old: Sequence[File], gone: Sequence[Gone], cutoff: int | None, world: str
) -> Made | None:
    """One segment of several, without what is gone; None where nothing is left.

    `cutoff`: instances recorded before it are dropped, save the newest of each series, which
    still says how things stood at that time.
    """
    source = _without(_rows(old), gone)
    if cutoff is not None:
        source = (
            f"SELECT * FROM ({source}) QUALIFY recorded >= {int(cutoff)} OR "
            f"row_number() OVER (PARTITION BY eid, key, recorded < {int(cutoff)} "
            "ORDER BY ord DESC, n DESC) = 1"
        )
    made = files.write(place, name, _ordered(source), world)
    if not made.rows:
        files.remove(place, made)
        return None
    return made


def _columns(rows: Iterable[Row]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {name: [] for name in _TYPES}
    put = [found[name].append for name in _TYPES]
    for eid, order, n, recorded, observed, back, packed in rows:
        seen = UNKNOWN if observed is None else observed
        for key, body in orjson.loads(packed).items():
            number, value = _plain(body)
            text = None if body is None else orjson.dumps(body).decode()
            cells = (eid, key, order, n, recorded, seen, bool(back), number, value, text)
            for append, cell in zip(put, cells, strict=True):
                append(cell)
    return found


def _plain(body: dict[str, Any] | None) -> tuple[float, str | None]:
    if body is None or _REF in body:
        return float("nan"), None
    value = next((body[name] for name in _MEMBERS if name in body), None)
    if isinstance(value, dict) and "@value" in value:
        value = value["@value"]
    number = float(value) if isinstance(value, int | float) else float("nan")
    return number, orjson.dumps(value).decode()


def _ordered(source: str) -> str:
    return f"SELECT * FROM ({source}) ORDER BY eid, key, ord, n"


# ---- reading


def states(
    sealed: Sequence[File],
    at: int,
    names: Sequence[str] | None,
    prunes: Sequence[Prune],
    also: Sequence[int],
    only: Sequence[int] | None,
    gone: Sequence[Gone],
) -> list[tuple[int, str, bool]]:
    """Per entity the newest instance of each attribute recorded up to `at`.

    As (eid, JSON of [[key, ord, n, recorded, body], …], sure). `names`: these attributes alone.
    `prunes`: leave out entities that cannot match, unless they stand in `also`; `sure`: the
    entity meets every one of them by its one text value. `only`: these entities alone.
    """
    where = [f"recorded <= {int(at)}"]
    if only is not None:
        where.append(_among("eid", only))
    rows = f"SELECT * FROM ({_without(_rows(sealed), gone)}) WHERE {' AND '.join(where)}"
    wanted = rows if names is None else f"SELECT * FROM ({rows}) WHERE {_named(names)}"
    series, sure = "", "false"
    if prunes:
        numbered = list(enumerate(prunes))
        series = "WITH " + ", ".join(
            f"series{number} AS MATERIALIZED ({_judged(rows, one)})" for number, one in numbered
        )
        kept = " INTERSECT ".join(f"SELECT eid FROM series{number}" for number, _ in numbered)
        wanted = f"SELECT * FROM ({wanted}) WHERE eid IN ({kept}) OR {_among('eid', also)}"
        sure = " AND ".join(
            f"eid IN (SELECT eid FROM series{number} WHERE sure)" for number, _ in numbered
        )
    return engine.rows(
        f"{series} SELECT eid, '[' || string_agg('[\"' || key || '\",' || ord || ',' || n || ',' "
        "|| recorded || ',' || coalesce(body, 'null') || ']', ',') || ']', "
        f"{sure} FROM ({_newest(wanted, 'body')}) GROUP BY eid"
    )


def _newest(rows: str, value: str) -> str:
    """The newest instance of each series, with one column of it."""
    return (
        "SELECT eid, key, newest.ord AS ord, newest.n AS n, newest.recorded AS recorded, "
        f"newest.{value} AS {value} FROM (SELECT eid, key, max({{'ord': ord, 'n': n, "
        f"'recorded': recorded, '{value}': {value}}}) AS newest FROM ({rows}) GROUP BY eid, key)"
    )


def _judged(rows: str, prune: Prune) -> str:
    """Entities that may meet a condition on texts, and whether they surely do."""
    texts = ", ".join(engine.text(one) for one in prune.texts)
    series = f"SELECT * FROM ({rows}) WHERE {_named([prune.name])}"
    return (
        f"SELECT eid, count(*) = 1 AND bool_and(coalesce(val IN ({texts}), false)) AS sure "
        f"FROM ({_newest(series, 'val')}) GROUP BY eid "
        f"HAVING bool_or(val IN ({texts}) OR val NOT LIKE '\"%')"
    )


def instances(
    sealed: Sequence[File],
    eids: Sequence[int],
    names: Sequence[str],
    span: Span,
    last: int | None,
    gone: Sequence[Gone],
) -> list[tuple[Any, ...]]:
    """(eid, key, ord, n, recorded, observed, back, body) of entities, sorted by series."""
    wanted = _named(names) if names else "true"
    found = (
        f"SELECT eid, key, ord, n, recorded, observed, back, body FROM ("
        f"{_without(_rows(sealed), gone)}) WHERE {_among('eid', eids)} AND {wanted} "
        f"AND {_inside(span)}"
    )
    if last is not None:
        found += (
            " QUALIFY row_number() OVER (PARTITION BY eid, key ORDER BY ord DESC, n DESC) <= "
            f"{int(last)}"
        )
    return engine.rows(f"SELECT * FROM ({found}) ORDER BY eid, key, ord, n")


def sums(
    sealed: Sequence[File],
    eids: Sequence[int],
    names: Sequence[str],
    span: Span,
    bounds: Sequence[int],
    distinct: bool,
    gone: Sequence[Gone],
) -> list[tuple[Any, ...]]:
    """(eid, key, period, count, texts, sum, squares, min, max, least, most, distinct values).

    Periods are numbered by `bounds`. `texts` counts values that are no numbers, `least` and
    `most` are those of texts, where all of these are plain ones.
    """
    values = "list(DISTINCT val)" if distinct else "NULL"
    wanted = _named(names) if names else "true"
    return engine.rows(
        f"SELECT eid, key, {_period(span.column, bounds)} AS period, count(*), "
        "count(*) FILTER (num IS NULL), sum(num), sum(num * num), min(num), max(num), "
        f"{_of_texts('min')}, {_of_texts('max')}, {values} "
        f"FROM ({_without(_rows(sealed), gone)}) WHERE val IS NOT NULL AND "
        f"{_among('eid', eids)} AND {wanted} AND {_inside(span)} GROUP BY ALL"
    )


def _of_texts(choose: str) -> str:
    """An extreme by the texts themselves: by their JSON a quote would count as a character."""
    odd = "count(*) FILTER (num IS NULL AND val NOT LIKE '\"%')"
    return f"CASE WHEN {odd} = 0 THEN {choose}(val ->> '$') FILTER (num IS NULL) END"


def hourly(
    sealed: Sequence[File],
    eids: Sequence[int],
    names: Sequence[str],
    bounds: Sequence[int],
    end: int,
) -> list[tuple[Any, ...]]:
    """The same from hourly sums, where bounds and `end` are full hours and nothing is distinct."""
    wanted = _named(names) if names else "true"
    rows = files.scan([one.sums for one in sealed])
    return engine.rows(
        f"SELECT eid, key, {_period('hour', bounds)} AS period, sum(count), sum(texts), "
        "sum(total), sum(squares), min(least), max(most), NULL, NULL, NULL "
        f"FROM ({rows}) WHERE {_among('eid', eids)} AND {wanted} "
        f"AND hour >= {int(bounds[0])} AND hour < {int(end)} GROUP BY ALL"
    )


def known(
    sealed: Sequence[File], wants: Sequence[Want], gone: Sequence[Gone]
) -> list[tuple[int, str, int, int, int, int, str | None]]:
    """(eid, key, bound, ord, n, recorded, body) of the newest instance up to each bound."""
    con = engine.connection()
    columns = {
        "eid": np.array([one[0] for one in wants], dtype=np.int64),
        "key": np.array([one[1] for one in wants], dtype=object),
        "bound": np.array([one[2] for one in wants], dtype=np.int64),
    }
    con.register("wants", columns)
    eids = sorted({one[0] for one in wants})
    try:
        return engine.rows(
            "SELECT w.eid, w.key, w.bound, s.ord, s.n, s.recorded, s.body FROM wants w JOIN "
            f"(SELECT * FROM ({_without(_rows(sealed), gone)}) WHERE {_among('eid', eids)}) s "
            "ON s.eid = w.eid AND s.key = w.key AND s.ord <= w.bound QUALIFY row_number() OVER "
            "(PARTITION BY w.eid, w.key, w.bound ORDER BY s.ord DESC, s.n DESC) = 1"
        )
    finally:
        con.unregister("wants")


def changes(
    sealed: Sequence[File], numbers: Sequence[int], gone: Sequence[Gone]
) -> list[tuple[int, str, str | None]]:
    """(n, key, body) of the instances that changes of these numbers set or dropped."""
    low, high = min(numbers), max(numbers)
    return engine.rows(
        f"SELECT n, key, body FROM ({_without(_rows(sealed), gone)}) "
        f"WHERE n BETWEEN {int(low)} AND {int(high)} AND {_among('n', numbers)} ORDER BY n, key"
    )


def check(sealed: Sequence[File]) -> list[str]:
    """Which of the files are not what was written, each with the reason."""
    return files.check(sealed)


# ---- pieces of SQL


def _rows(sealed: Sequence[File]) -> str:
    return files.scan([one.rows for one in sealed])


def _without(source: str, gone: Sequence[Gone]) -> str:
    if not gone:
        return source
    listed = ", ".join(
        f"({int(eid)}, {engine.text(attr)}, {int(low)}, {int(high)})"
        for eid, attr, low, high in gone
    )
    return (
        f"SELECT r.* FROM ({source}) r WHERE NOT EXISTS (SELECT 1 FROM (VALUES {listed}) "
        "AS g(eid, attr, low, high) WHERE g.eid = r.eid AND r.n BETWEEN g.low AND g.high "
        "AND (g.attr = '' OR g.attr = split_part(r.key, ' ', 1)))"
    )


def _among(column: str, numbers: Sequence[int]) -> str:
    if not numbers:
        return "false"
    return f"{column} IN ({', '.join(str(int(one)) for one in numbers)})"


def _named(names: Sequence[str]) -> str:
    """The key is one of these names, with or without a dataset."""
    listed = ", ".join(engine.text(name) for name in dict.fromkeys(names))
    return f"(key IN ({listed}) OR split_part(key, ' ', 1) IN ({listed}))"


def _inside(span: Span) -> str:
    column = "observed" if span.column == "observed" else "recorded"
    parts = ["true"] if column == "recorded" else ["observed IS NOT NULL"]
    if span.low is not None:
        parts.append(f"{column} >= {int(span.low)}")
    if span.high is not None:
        parts.append(f"{column} < {int(span.high)}")
    if span.known is not None:
        parts.append(f"recorded <= {int(span.known)}")
    return " AND ".join(parts)


def _period(column: str, bounds: Sequence[int]) -> str:
    """The number of the period in which a time lies; equal lengths are divided, others sought."""
    lengths = {after - before for before, after in pairwise(bounds)}
    if len(lengths) == 1:
        return f"({column} - {int(bounds[0])}) // {int(lengths.pop())}"
    listed = ", ".join(str(int(one)) for one in bounds)
    return f"list_count(list_filter([{listed}], lambda bound: bound <= {column})) - 1"
