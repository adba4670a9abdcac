"""Reading rows: the state now, the state as known at T, instances of history, the log.

Everything here answers values of the store (`Row`s with bodies as bytes); what a view may see
of them is decided above, in `context.door`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from hansa.base.database import Tx
from hansa.context.store import history, segments
from hansa.context.store.history import Held
from hansa.context.store.state import REF, Key, Stamp, State, assemble, pack
from hansa.context.store.writer import QUIET, render

_FOREVER = 1 << 62
_AT_ONCE = 2_000
_COLUMNS = "e.eid, e.id, e.types, e.body, e.sys, e.refs, e.change, e.created, e.modified"


@dataclass(frozen=True, slots=True)
class Stored:
    """A row of `entity` that is alive."""

    eid: int
    id: str
    types: tuple[str, ...]
    body: bytes
    sys: bytes
    refs: bytes | None
    change: int
    created: int
    modified: int


@dataclass(frozen=True, slots=True)
class LogRow:
    """A row of the change log. `held`: what hot history has of a quiet change, whose fragment
    the log leaves to history; files may have more of it."""

    number: int
    kind: str
    id: str
    types: str
    fragment: bytes
    removed: str
    recorded: int
    committed: int
    actor: str
    flags: int
    held: Mapping[str, Any] | None = None


def select(
    tx: Tx,
    where: str,
    params: Sequence[Any],
    source: str = "entity e",
    limit: str = "",
    order: str = "e.eid",
) -> Iterator[Stored]:
    """Living entities that meet an SQL condition on `entity e`, in the order they came.

    `order` names the column of the eid that drives the plan (see `Selection.sql_order`).
    """
    sql = f"SELECT {_COLUMNS} FROM {source} WHERE e.body IS NOT NULL AND {where}"
    for row in tx.execute(f"{sql} ORDER BY {order} {limit}", params):
        yield Stored(row[0], row[1], tuple(row[2].split()), *row[3:])


def count(tx: Tx, where: str, params: Sequence[Any], source: str = "entity e") -> int:
    """How many living entities meet an SQL condition."""
    row = tx.one(f"SELECT count(*) FROM {source} WHERE e.body IS NOT NULL AND {where}", params)
    return 0 if row is None else int(row[0])


def candidates_ever(
    tx: Tx, part: int, ids: Sequence[str], types: Iterable[str]
) -> list[tuple[int, str]]:
    """(eid, id) of entities, alive or not, with one of the ids and one of the types."""
    sql, params = "SELECT eid, id FROM entity WHERE part=?", [part]
    given: list[Any] = list(params)
    if ids:
        sql += f" AND id IN ({','.join('?' * len(ids))})"
        given += ids
    if names := list(types):
        sql += " AND (" + " OR ".join(["instr(types, ?)"] * len(names)) + ")"
        given += [f" {name} " for name in names]
    return [(row[0], row[1]) for row in tx.execute(sql + " ORDER BY eid", given)]


def types_of(tx: Tx, part: int, ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Types of entities by id; those that do not exist have none."""
    found: dict[str, tuple[str, ...]] = dict.fromkeys(ids, ())
    for entity_id in ids:
        row = tx.one(
            "SELECT types FROM entity WHERE part=? AND id=? AND body IS NOT NULL",
            (part, entity_id),
        )
        found[entity_id] = () if row is None else tuple(row[0].split())
    return found


def documents_of(tx: Tx, part: int, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """What stands of entities by id, without personal values; of those that exist."""
    rows = (
        (
            one,
            tx.one(
                "SELECT body FROM entity WHERE part=? AND id=? AND body IS NOT NULL", (part, one)
            ),
        )
        for one in ids
    )
    return {one: orjson.loads(row[0]) for one, row in rows if row is not None}


def references(tx: Tx) -> set[str]:
    """Every reference into the vault that a state or its history holds."""
    current = tx.execute(
        "SELECT j.value ->> '@ref' FROM entity e, json_each(e.refs) j WHERE e.refs IS NOT NULL"
    )
    past = tx.execute(
        "SELECT j.value ->> '@ref' FROM history h, json_each(h.body) j "
        "WHERE instr(h.body, '\"@ref\"') AND j.type='object' AND j.value ->> '@ref' IS NOT NULL"
    )
    return {row[0] for rows in (current, past) for row in rows} | segments.refs(tx)


# ---- the past


@dataclass(slots=True)
class Then:
    """An entity as known at a moment: what it was, and the newest instance of each attribute.

    `packed`: of files, as the helper process gives them; `hot`: of rows in the store.
    """

    eid: int
    id: str
    life: "Life"
    packed: str | None
    hot: Mapping[Key, Held]

    def held(self) -> Mapping[Key, Held]:
        """The newest instance of each attribute, of both places."""
        if self.packed is None:
            return self.hot
        both = {
            history.key_of(text): Held(order, number, recorded, body)
            for text, order, number, recorded, body in orjson.loads(self.packed)
        }
        for key, one in self.hot.items():
            standing = both.get(key)
            if standing is None or one[:2] > standing[:2]:
                both[key] = one
        return both

    def document(self) -> dict[str, Any]:
        """The normalized document, without personal values."""
        if not self.hot and self.packed is not None:
            types = self.life.types
            found = {"id": self.id, "type": types[0] if len(types) == 1 else types}
            for text, _, _, _, body in orjson.loads(self.packed):
                if " " in text:
                    break  # a data set: put together below
                if body and REF not in body:
                    found[text] = body
            else:
                return found
        kept = {k: one.body for k, one in self.held().items() if one.body and REF not in one.body}
        return assemble(self.id, State(self.life.types, kept, {}))

    def bare(self) -> Stored:
        """As a row without its body."""
        return Stored(
            self.eid,
            self.id,
            self.life.types,
            b"",
            b"{}",
            None,
            self.life.number,
            self.life.created,
            self.life.created,
        )

    def stored(self) -> Stored:
        """As a row that a query judges."""
        held = {key: one for key, one in self.held().items() if one.body}
        attributes = {key: one.body for key, one in held.items() if one.body is not None}
        stamps = {k: Stamp(one.recorded, one.recorded, one.order) for k, one in held.items()}
        change = max((one.number for one in held.values()), default=self.life.number)
        state = State(self.life.types, attributes, stamps)
        body, refs = render(self.id, state)
        created = self.life.created
        modified = max((stamp.modified for stamp in stamps.values()), default=created)
        packed = pack(stamps)
        return Stored(self.eid, self.id, state.types, body, packed, refs, change, created, modified)


def then(
    tx: Tx,
    part: int,
    lives: Mapping[int, Sequence[tuple[int, int, int, str]]],
    packed: Mapping[int, str],
    hot: Callable[[Sequence[int]], Mapping[int, Mapping[Key, Held]]],
) -> Iterator[Then]:
    """The entities that were alive, in the order they came; `hot` is asked a few at a time."""
    alive = {
        eid: found
        for eid, rows in lives.items()
        if (found := life_of(rows)) is not None and found.deleted is None
    }
    eids = sorted(alive)
    for start in range(0, len(eids), _AT_ONCE):
        some = eids[start : start + _AT_ONCE]
        ids = names_of(tx, part, some)
        rows = hot([eid for eid in some if eid in ids])
        for eid in some:
            if eid in ids:
                yield Then(eid, ids[eid], alive[eid], packed.get(eid), rows.get(eid, {}))


def names_of(tx: Tx, part: int, eids: Sequence[int]) -> dict[int, str]:
    """The ids of entities of a partition, by eid."""
    rows = tx.execute(
        "SELECT eid, id FROM entity WHERE eid IN (SELECT value FROM json_each(?)) AND part=?",
        (orjson.dumps(list(eids)).decode(), part),
    )
    return {row[0]: row[1] for row in rows}


def eids_of(tx: Tx, part: int, ids: Sequence[str]) -> list[int]:
    """The eids of entities by id, those that ever were."""
    rows = tx.execute(
        "SELECT eid FROM entity WHERE part=? AND id IN (SELECT value FROM json_each(?))",
        (part, orjson.dumps(list(ids)).decode()),
    )
    return [row[0] for row in rows]


@dataclass(frozen=True, slots=True)
class Life:
    """The newest life of an entity: microseconds, types, the change that shaped it last."""

    created: int
    deleted: int | None
    types: tuple[str, ...]
    number: int


def life(tx: Tx, eid: int, at: int | None = None) -> Life | None:
    """The newest life as known at `at` (None: now), or None where there was none yet."""
    return life_of(
        tx.execute(
            "SELECT recorded, n, alive, types FROM life WHERE eid=? AND recorded<=? "
            "ORDER BY recorded, n",
            (eid, _FOREVER if at is None else at),
        )
    )


def life_of(rows: Iterable[Sequence[Any]]) -> Life | None:
    """The newest life that rows (recorded, n, alive, types), in order, tell of."""
    found: Life | None = None
    for recorded, number, alive, types in rows:
        names = tuple(types.split())
        if not alive and found is not None:
            found = Life(found.created, recorded, names, number)
        elif found is None or found.deleted is not None:
            found = Life(recorded, None, names, number)
        else:
            found = Life(found.created, None, names, number)
    return found


# ---- the log


def log(tx: Tx, part: int, after: int, limit: int, *, loud: bool = False) -> list[LogRow]:
    """Rows of the change log after a number, in order; `loud`: without quiet ones."""
    rows = tx.all(
        "SELECT n, kind, id, types, fragment, removed, recorded, committed, actor, flags "
        "FROM log WHERE n>? AND part=? AND (flags & ?)=0 ORDER BY n LIMIT ?",
        (after, part, QUIET if loud else 0, limit),
    )
    bare = {row[2] for row in rows if row[4] is None}
    told = _held(tx, part, bare, rows[0][0], rows[-1][0]) if bare else {}
    return [LogRow(*row) if row[4] is not None else _told(row, told) for row in rows]


def rings(tx: Tx, part: int, consumer: str, after: int, limit: int) -> list[LogRow]:
    """The timers of a consumer that came due after a number, in order."""
    rows = tx.execute(
        "SELECT n, kind, id, types, fragment, removed, recorded, committed, actor, flags "
        "FROM log WHERE n>? AND part=? AND kind='timer' AND id=? ORDER BY n LIMIT ?",
        (after, part, consumer, limit),
    )
    return [LogRow(*row) for row in rows]


def _told(row: tuple[Any, ...], held: Mapping[int, Mapping[str, Any]]) -> LogRow:
    mine = held.get(row[0], {})
    return LogRow(*(*row[:4], history.fragment(mine), *row[5:], mine))


def _held(
    tx: Tx, part: int, ids: Iterable[str], first: int, last: int
) -> dict[int, dict[str, Any]]:
    """What changes set, by number, from history: quiet ones leave it out of the log."""
    found: dict[int, dict[str, Any]] = {}
    eids = eids_of(tx, part, list(ids))
    gone = segments.gone(tx, eids)
    for eid in eids:
        buried = [one for one in gone if one.eid == eid]
        for number, body in tx.execute(
            "SELECT n, body FROM history WHERE eid=? AND n BETWEEN ? AND ? ORDER BY n, shape",
            (eid, first, last),
        ):
            held = orjson.loads(body)
            for text in tuple(held) if buried else ():
                if any(one.covers(history.key_of(text)[0], number) for one in buried):
                    del held[text]
            found.setdefault(number, {}).update(held)
    return found


def committed(tx: Tx, number: int) -> int | None:
    """When the newest change up to a number was committed; None where there was none."""
    row = tx.one("SELECT committed FROM log WHERE n<=? ORDER BY n DESC LIMIT 1", (number,))
    return None if row is None else int(row[0])


def last_number(tx: Tx) -> int:
    """The newest change number of the store; 0 when nothing was written."""
    row = tx.one("SELECT max(n) FROM log")
    return 0 if row is None or row[0] is None else int(row[0])
