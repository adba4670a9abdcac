"""The manifest: which files hold sealed history, and which instances are gone.

A segment becomes visible and its hot rows go in one transaction, so every instance stands in
exactly one place. Every change of the manifest raises its version: a read that asked the helper
process about files looks at the version again in the snapshot in which it reads the hot rows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson

from hansa.base.database import Tx
from hansa.base.sealed import Span

FOLDER = "history"  # of a home, where the files lie

_ALL = (1 << 62) - 1
_COLUMNS = (
    "sid, types, file, digest, sums, sums_digest, rows, size, recorded_low, recorded_high, "
    "observed_low, observed_high, ord_low, ord_high, made"
)


@dataclass(frozen=True, slots=True)
class Segment:
    """A file of sealed history and the file of its hourly sums; bounds in microseconds."""

    sid: int
    types: tuple[str, ...]
    file: str
    digest: str
    sums: str
    sums_digest: str
    rows: int
    size: int
    recorded: tuple[int, int]
    observed: tuple[int | None, int | None]
    orders: tuple[int, int]
    made: int

    def meets(self, span: Span) -> bool:
        """Whether instances of a span may stand in it."""
        low, high = self.observed if span.column == "observed" else self.recorded
        if low is None or high is None:
            return False
        if span.known is not None and self.recorded[0] > span.known:
            return False
        return (span.low is None or high >= span.low) and (span.high is None or low < span.high)


class Gone(NamedTuple):
    """A tombstone: the attribute ("" all) of an entity, changes `low` to `high`."""

    eid: int
    attr: str
    low: int
    high: int

    def covers(self, name: str, number: int) -> bool:
        """Whether an instance of the attribute from this change is gone."""
        return self.attr in ("", name) and self.low <= number <= self.high


def version(tx: Tx) -> int:
    """The manifest's version; higher with every change of it."""
    row = tx.one("SELECT version FROM manifest")
    return 0 if row is None else int(row[0])


def listed(tx: Tx, part: int, types: Iterable[str] = ()) -> tuple[Segment, ...]:
    """The segments of a partition that hold entities of any of the types (none: all)."""
    where, params = "part=?", [part]
    given: list[int | str] = list(params)
    if names := list(types):
        where += " AND (" + " OR ".join(["instr(types, ?)"] * len(names)) + ")"
        given += [f" {name} " for name in names]
    rows = tx.execute(f"SELECT {_COLUMNS} FROM segment WHERE {where} ORDER BY sid", given)
    return tuple(_segment(row) for row in rows)


def _segment(row: Sequence[Any]) -> Segment:
    return Segment(
        sid=row[0],
        types=tuple(row[1].split()),
        file=row[2],
        digest=row[3],
        sums=row[4],
        sums_digest=row[5],
        rows=row[6],
        size=row[7],
        recorded=(row[8], row[9]),
        observed=(row[10], row[11]),
        orders=(row[12], row[13]),
        made=row[14],
    )


def digests(tx: Tx) -> list[tuple[str, str]]:
    """Every file that the manifest names, with its SHA-256."""
    rows = tx.execute("SELECT file, digest, sums, sums_digest FROM segment ORDER BY sid")
    return [one for row in rows for one in (row[:2], row[2:])]


def files(tx: Tx) -> list[str]:
    """Every file that the manifest names: what a backup must hold beside the store."""
    rows = tx.execute("SELECT file, sums FROM segment ORDER BY sid")
    return [name for row in rows for name in row]


def highest(tx: Tx, part: int) -> int | None:
    """The greatest ord in any segment of a partition, None where nothing is sealed."""
    row = tx.one("SELECT max(ord_high) FROM segment WHERE part=?", (part,))
    return None if row is None else row[0]


def add(tx: Tx, part: int, types: Iterable[str], columns: Sequence[object], made: int) -> None:
    """Make a segment visible: `columns` from `file` to `ord_high`; `made`: the version at
    which the tombstones that it leaves out were read. The first type is the one it is kept by."""
    tx.execute(
        "INSERT INTO segment(part, types, file, digest, sums, sums_digest, rows, size, "
        "recorded_low, recorded_high, observed_low, observed_high, ord_low, ord_high, made) "
        "VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        (part, f" {' '.join(types)} ", *columns, made),
    )
    _move(tx)


def widen(tx: Tx, part: int, eid: int, before: Iterable[str], types: Iterable[str]) -> None:
    """An entity takes on types: whoever asks for these finds what was sealed of it before."""
    known = {*before, *(name for names in kinds(tx, [eid]) for name in names)}
    for fresh in (name for name in types if name not in known):
        tx.executemany(
            "UPDATE segment SET types=types || ?1 || ' ' "
            "WHERE part=?2 AND instr(types, ?3) AND NOT instr(types, ' ' || ?1 || ' ')",
            [(fresh, part, f" {name} ") for name in sorted(known)],
        )


def types_of(tx: Tx, sids: Iterable[int]) -> set[str]:
    """The types of which segments hold entities."""
    rows = tx.execute(
        "SELECT types FROM segment WHERE sid IN (SELECT value FROM json_each(?))",
        (orjson.dumps(list(sids)).decode(),),
    )
    return {name for row in rows for name in row[0].split()}


def drop(tx: Tx, sids: Iterable[int]) -> None:
    """Take segments out of the manifest."""
    tx.executemany("DELETE FROM segment WHERE sid=?", [(sid,) for sid in sids])
    _move(tx)


def _move(tx: Tx) -> None:
    tx.execute("UPDATE manifest SET version=version+1")


def parts(tx: Tx) -> list[tuple[int, str]]:
    """Partitions with their worlds."""
    return [(row[0], row[1]) for row in tx.execute("SELECT part, world FROM part ORDER BY part")]


def types_seen(tx: Tx, part: int) -> list[str]:
    """Types of which there ever was an entity."""
    rows = tx.execute("SELECT DISTINCT type FROM seen WHERE part=? ORDER BY type", (part,))
    return [row[0] for row in rows]


def kinds(tx: Tx, eids: Sequence[int]) -> list[list[str]]:
    """The sets of types that entities ever had."""
    rows = tx.execute(
        "SELECT DISTINCT types FROM life WHERE eid IN (SELECT value FROM json_each(?))",
        (orjson.dumps(eids).decode(),),
    )
    return [row[0].split() for row in rows]


# ---- what is gone


def bury(tx: Tx, gone: Gone) -> None:
    """Hide instances from every read, at once."""
    _move(tx)
    high = min(gone.high, _ALL)
    tx.execute(
        "INSERT OR REPLACE INTO tombstone VALUES(?,?,?,?,?)",
        (gone.eid, gone.attr, gone.low, high, version(tx)),
    )


def gone(tx: Tx, eids: Sequence[int] | None = None) -> tuple[Gone, ...]:
    """The tombstones of entities (None: of all)."""
    if eids is None:
        rows = tx.execute("SELECT eid, attr, low, high FROM tombstone ORDER BY eid")
    else:
        rows = tx.execute(
            "SELECT eid, attr, low, high FROM tombstone "
            "WHERE eid IN (SELECT value FROM json_each(?))",
            (orjson.dumps(eids).decode(),),
        )
    return tuple(Gone(*row) for row in rows)


def buried_since(tx: Tx, number: int) -> tuple[Gone, ...]:
    """Tombstones that were set after a version of the manifest."""
    rows = tx.execute("SELECT eid, attr, low, high FROM tombstone WHERE made>?", (number,))
    return tuple(Gone(*row) for row in rows)


def done_with(tx: Tx) -> list[Gone]:
    """Tombstones whose instances no hot row and no older file can hold any more."""
    rows = tx.execute(
        "SELECT eid, attr, low, high FROM tombstone t WHERE NOT EXISTS(SELECT 1 FROM history h "
        "WHERE h.eid=t.eid AND h.n BETWEEN t.low AND t.high) "
        "AND NOT EXISTS(SELECT 1 FROM segment s WHERE s.made<t.made)"
    )
    return [Gone(*row) for row in rows]


def unbury(tx: Tx, gone: Iterable[Gone]) -> None:
    """Drop tombstones whose instances no row and no file holds any more."""
    tx.executemany("DELETE FROM tombstone WHERE eid=? AND attr=? AND low=? AND high=?", gone)


# ---- what retention did not keep


def forget_before(tx: Tx, part: int, type_name: str, moment: int) -> None:
    """Remember since when the history of a type is whole."""
    tx.execute(
        "INSERT INTO forgotten VALUES(?1,?2,?3) ON CONFLICT(part, type) "
        "DO UPDATE SET before=max(before, ?3)",
        (part, type_name, moment),
    )


def kept_since(tx: Tx, part: int, types: Iterable[str] | None) -> int | None:
    """The latest moment before which the history of one of the types (None: of any) was not
    kept."""
    rows = tx.execute(
        "SELECT max(before) FROM forgotten WHERE part=?1 "
        "AND (?2 IS NULL OR type IN (SELECT value FROM json_each(?2)))",
        (part, None if types is None else orjson.dumps(list(types)).decode()),
    )
    return next((row[0] for row in rows), None)


# ---- references into the vault


def keep_refs(tx: Tx, refs: Iterable[str]) -> None:
    """References that only files hold from now on; the vault must not take them for orphans."""
    tx.executemany("INSERT OR IGNORE INTO sealed_ref VALUES(?)", [(ref,) for ref in refs])


def refs(tx: Tx) -> set[str]:
    """References that were sealed since the vault was swept."""
    return {row[0] for row in tx.execute("SELECT ref FROM sealed_ref")}


def swept(tx: Tx) -> None:
    """The vault was swept: what it kept it never looks at again."""
    tx.execute("DELETE FROM sealed_ref")
