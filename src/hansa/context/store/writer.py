"""One unit of writing: entities are loaded once, changed as values, and flushed once.

A unit may hold thousands of changes of one import, or one. Everything that a change leaves
behind (state, indexes, history, life, log) is gathered and written table by table, which is
several times cheaper than statement by statement.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

import orjson

from hansa.base.database import Tx
from hansa.base.times import to_micros
from hansa.context.model import Change, ChangeKind, Outcome
from hansa.context.store import history, index, segments
from hansa.context.store.history import Held, Shape
from hansa.context.store.names import Names
from hansa.context.store.state import (
    REF,
    Effect,
    Key,
    Moment,
    State,
    Step,
    apply,
    assemble,
    flatten,
    pack,
    stamps_of,
    types_of,
    unpacked,
)

BACKFILLED, LATE, QUIET = 1, 2, 4

_COLUMNS = "eid, types, body, sys, refs, created, modified, change"
_LOAD = f"SELECT {_COLUMNS} FROM entity WHERE part=? AND id=?"
_SAVE = (
    "INSERT INTO entity VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10) ON CONFLICT(eid) DO UPDATE SET "
    "types=?4, body=?5, sys=?6, refs=?7, change=?8, created=?9, modified=?10"
)
_LIFE = "INSERT OR REPLACE INTO life VALUES(?,?,?,?,?)"
_LOG = "INSERT INTO log VALUES(?,?,?,?,?,?,?,?,?,?,?)"


Want: TypeAlias = tuple[int, str, int]
"""The newest sealed instance of (eid, key) with an ord up to a bound."""


class Remembered(NamedTuple):
    """What files said of instances, at one version of the manifest; None: there is none."""

    version: int
    held: Mapping[Want, Held | None]

    def beside(self, before: "Remembered") -> "Remembered":
        """With what was said before at the same version: an answer may lead to a new question,
        and the unit must not ask the old one again."""
        if before.version != self.version:
            return self
        return Remembered(self.version, {**before.held, **self.held})


NOTHING = Remembered(-1, {})


class NeedsFiles(Exception):
    """A late instance can only be judged with what files say of its time."""

    def __init__(self, wants: Sequence[Want]) -> None:
        super().__init__(f"{len(wants)} instances of sealed history are wanted")
        self.wants = wants


@dataclass(slots=True)
class Working:
    """An entity while a unit works on it; `was` is what the indexes hold."""

    eid: int
    state: State | None
    was: State | None
    created: int
    modified: int
    change: int
    dirty: bool = False


class Packed(NamedTuple):
    """A step with its shape, the shape's number, and its instances as history keeps them."""

    step: Step
    shape: Shape
    number: int
    body: bytes


class Unit:
    """The writer's work of one commit unit, in one partition."""

    def __init__(
        self,
        tx: Tx,
        names: Names,
        part: int,
        now: int,
        actor: str,
        indexed: frozenset[str],
        *,
        quiet: bool = False,
        remembered: Remembered = NOTHING,
    ) -> None:
        self.wants: list[Want] = []
        self._sealed_up_to = segments.highest(tx, part)
        same = remembered.version == segments.version(tx)
        self._remembered = remembered.held if same else {}
        self._base_flags = QUIET if quiet else 0
        self._tx = tx
        self._names = names
        self._part = part
        self._now = now
        self._actor = actor
        self._indexed = indexed
        self._entities: dict[str, Working] = {}
        self._history: list[tuple[Any, ...]] = []
        self._life: list[tuple[Any, ...]] = []
        self._log: list[tuple[Any, ...]] = []
        self._fragments: list[bytes] = []
        self._shapes: dict[tuple[tuple[str, ...], tuple[Key, ...]], tuple[Shape, int]] = {}
        self._changed: dict[tuple[int, ...], tuple[str, ...]] = {}
        last = tx.one("SELECT max(n), (SELECT max(eid) FROM entity) FROM log") or (0, 0)
        self._first = self.number = last[0] or 0
        self._eid = last[1] or 0

    def prefetch(self, ids: Sequence[str]) -> None:
        """Load many entities at once; what is not there is remembered as not there."""
        rows = self._tx.execute(
            f"SELECT id, {_COLUMNS} FROM entity WHERE part=? "
            "AND id IN (SELECT value FROM json_each(?))",
            (self._part, orjson.dumps(ids).decode()),
        )
        found = {row[0]: row[1:] for row in rows}
        for entity_id in ids:
            if entity_id not in self._entities:
                self._entities[entity_id] = self._working(found.get(entity_id))

    def change_of(self, entity_id: str) -> int:
        """The change number at which the entity stands; 0 where it does not exist."""
        working = self._load(entity_id)
        return 0 if working.state is None else working.change

    def owners_of(self, entity_id: str) -> frozenset[str] | None:
        """The sources that own the entity's attributes, "" for none; None where it is not there."""
        state = self._load(entity_id).state
        if state is None:
            return None
        return frozenset(stamp.owner or "" for stamp in state.stamps.values()) or frozenset({""})

    def types_of(self, change: Change) -> tuple[str, ...]:
        """The types that a change touches: those that stand and those it brings."""
        before = (self._entities.get(change.id) or self._load(change.id)).state
        given = types_of(change.body)
        if before is None or given == before.types:
            return given
        return (*before.types, *given)

    def apply(self, change: Change) -> Outcome:
        """Carry out one change; raises what `apply` raises and leaves nothing behind."""
        working = self._load(change.id)
        known = self._now if change.known_at is None else to_micros(change.known_at)
        effect = apply(change, working.state, Moment(recorded=known, now=self._now))
        steps = self._unknown(working.eid, effect.steps, known)
        if not steps and not (effect.created or effect.deleted or effect.reshaped):
            return Outcome(change.id, False, (), working.change, effect.refused)
        types_before = working.state.types if working.state else ()
        back = change.known_at is not None and known < self._now
        types = effect.state.types if effect.state else types_before
        if working.change and types != types_before and self._sealed_up_to is not None:
            segments.widen(self._tx, self._part, working.eid, types_before, types)
        packed = [self._pack(step, types) for step in steps]
        self._record(change.id, working, effect, packed, known, back, types_before)
        self._move(working, effect, known)
        self._remember(working.eid, packed, known, back)
        changed = packed[0].shape.names if len(packed) == 1 else self._names_of(packed)
        return Outcome(
            change.id, effect.created, changed, self.number, effect.refused, effect.deleted
        )

    def standing(self, entity_id: str) -> Mapping[str, Any] | None:
        """The entity as it stands now, personal values as references; None: there is none."""
        state = self._load(entity_id).state
        return None if state is None else assemble(entity_id, state)

    def log_timer(self, consumer: str, key: str, payload: bytes | None) -> None:
        """A timer that came due, as a change."""
        self._append(ChangeKind.TIMER, consumer, key, payload or b"null", "", self._now, 0)

    def flush(self) -> str:
        """Write all that was gathered; answers the digest of the log rows (SHA-256, hex)."""
        dirty = [one for one in self._entities.items() if one[1].dirty]
        self._tx.executemany(_SAVE, [self._row(*one) for one in dirty])
        moves = [index.Move(one.eid, one.was, one.state) for _, one in dirty]
        index.update(self._tx, self._part, moves, self._indexed)
        for _, working in dirty:
            working.was, working.dirty = working.state, False
        self._flush_history()
        self._tx.executemany(_LIFE, self._life)
        self._tx.executemany(_LOG, self._log)
        return digest(self._log, self._fragments)

    @property
    def count(self) -> int:
        """How many changes the unit has recorded."""
        return self.number - self._first

    # ---- loading

    def _load(self, entity_id: str) -> Working:
        if (found := self._entities.get(entity_id)) is not None:
            return found
        row = self._tx.one(_LOAD, (self._part, entity_id))
        working = self._entities[entity_id] = self._working(row)
        return working

    def _working(self, row: tuple[Any, ...] | None) -> Working:
        if row is None:
            self._eid += 1
            return Working(self._eid, None, None, 0, 0, 0)
        now = None if row[2] is None else read_state(row[1], row[2], row[3], row[4])
        return Working(row[0], now, now, row[5], row[6], row[7])

    def _unknown(self, eid: int, steps: Sequence[Step], known: int) -> Sequence[Step]:
        """Without the late instances that say what history says of their time already."""
        for step in steps:
            if step.late:
                break
        else:
            return steps
        self._flush_history()
        left = [self._without_known(eid, step, known) if step.late else step for step in steps]
        return [step for step in left if step.bodies]

    def _without_known(self, eid: int, step: Step, known: int) -> Step:
        held = history.ordered_at(self._tx, self._names, eid, step.order, step.bodies)
        fresh = {
            key: body
            for key, body in step.bodies.items()
            if (standing := self._standing(eid, key, step.order, held.get(key))) is None
            or standing.body != body
            or standing.recorded > known  # known sooner than history has it
        }
        return step._replace(bodies=fresh)

    def _standing(self, eid: int, key: Key, order: int, found: Held | None) -> Held | None:
        """The newest instance up to `order`, hot (`found`) or sealed; what only files can tell
        is noted in `wants`."""
        top = self._sealed_up_to
        if top is None or (found is not None and found.order > top and not self._may_go(found)):
            return found
        want = (eid, history.text_of(key), order)
        if want not in self._remembered:
            self.wants.append(want)
            return found
        sealed = self._remembered[want]
        if found is None or sealed is None:
            return found or sealed
        return max(found, sealed, key=lambda one: one[:2])

    def _may_go(self, found: Held) -> bool:
        """Whether an instance is of this unit, and files say of its time what may drop it."""
        return found.number > self._first and bool(self._remembered)

    # ---- gathering

    def _record(
        self,
        entity_id: str,
        working: Working,
        effect: Effect,
        packed: Sequence[Packed],
        known: int,
        back: bool,
        types_before: tuple[str, ...],
    ) -> None:
        flags = self._base_flags | (BACKFILLED if back else 0)
        current = [one for one in packed if not one.step.late]
        late = [one for one in packed if one.step.late] if len(current) < len(packed) else ()
        types = " ".join(effect.state.types if effect.state else types_before)
        if late:
            fragment, removed = _fragment(late)
            self._append(
                ChangeKind.UPDATED, entity_id, types, fragment, removed, known, flags | LATE
            )
        if current or effect.created or effect.deleted or effect.reshaped:
            kind = ChangeKind.UPDATED
            if effect.created or effect.deleted:
                kind = ChangeKind.CREATED if effect.created else ChangeKind.DELETED
            in_history = bool(self._base_flags) and not late and not effect.deleted
            fragment, removed = (_set_apart if in_history else _fragment)(
                () if effect.deleted else current
            )
            self._append(
                *(kind, entity_id, types, fragment, removed, known, flags), in_history=in_history
            )
        if effect.created or effect.deleted or effect.reshaped:
            alive = 0 if effect.deleted else 1
            self._life.append((working.eid, known, self.number, alive, types))

    def _append(
        self,
        kind: ChangeKind,
        entity_id: str,
        types: str,
        fragment: bytes,
        removed: str,
        known: int,
        flags: int,
        *,
        in_history: bool = False,
    ) -> None:
        """A row of the log; what the change set is left out of it where history keeps it."""
        self.number += 1
        kept = None if in_history else fragment
        self._log.append(
            (
                *(self.number, self._part, kind.value, entity_id, types, kept, removed),
                *(known, self._now, self._actor, flags),
            )
        )
        self._fragments.append(fragment)

    def _pack(self, step: Step, types: tuple[str, ...]) -> Packed:
        key = (types, tuple(step.bodies))
        found = self._shapes.get(key)
        if found is None:
            shape = history.shape_of(step.bodies)
            for name in shape.names:
                self._names.see(self._tx, self._part, types, name)
            found = self._shapes[key] = (shape, self._names.number(self._tx, shape.text))
        return Packed(step, *found, found[0].pack(step.bodies.values()))

    def _names_of(self, packed: Sequence[Packed]) -> tuple[str, ...]:
        shapes = tuple([one.number for one in packed])
        if (found := self._changed.get(shapes)) is None:
            names = dict.fromkeys(name for one in packed for name in one.shape.names)
            found = self._changed[shapes] = tuple(names)
        return found

    def _remember(self, eid: int, packed: Iterable[Packed], known: int, back: bool) -> None:
        for step, _, shape, body in packed:
            self._history.append(
                (eid, shape, step.order, self.number, known, step.observed, int(back), body)
            )

    def _flush_history(self) -> None:
        self._tx.executemany(history.INSERT, self._history)
        self._history.clear()

    def _move(self, working: Working, effect: Effect, known: int) -> None:
        if effect.created:
            working.created = known
        elif effect.state is not None and known < working.created:  # back-filled in any order
            working.created = known
            types = " ".join(effect.state.types)
            self._life.append((working.eid, known, self.number, 1, types))
        working.state = effect.state
        working.modified = max(working.modified, known)
        working.change = self.number
        working.dirty = True

    # ---- flushing

    def _row(self, entity_id: str, working: Working) -> tuple[Any, ...]:
        now = working.state
        types = (now or working.was or State((), {}, {})).types
        body, refs = (None, None) if now is None else render(entity_id, now)
        return (
            working.eid,
            self._part,
            entity_id,
            f" {' '.join(types)} ",
            body,
            None if now is None else pack(now.stamps),
            refs,
            working.change,
            working.created,
            working.modified,
        )


def digest(rows: Iterable[Sequence[Any]], fragments: Iterable[bytes]) -> str:
    """SHA-256 over log rows with what their changes set, wherever that is kept.

    The journal keeps it, so a log or a history that was changed shows.
    """
    told: list[bytes] = []
    for row, fragment in zip(rows, fragments, strict=True):
        n, part, kind, entity, types, _, removed, recorded, committed, actor, flags = row
        more = f"[{removed!r}, {recorded}, {committed}, {actor!r}, {flags}]"
        told += (f"{n} {part} {kind} {entity} {types} {more} ".encode(), fragment)
    return hashlib.sha256(b"".join(told)).hexdigest()


def render(entity_id: str, now: State) -> tuple[bytes, bytes | None]:
    """The body as kept (no personal values) and the references into the vault."""
    clear: dict[Key, dict[str, Any]] = {}
    refs: dict[str, dict[str, Any]] = {}
    for key, one in now.attributes.items():
        if REF in one:
            refs[f"{key[0]} {key[1]}" if key[1] else key[0]] = one
        else:
            clear[key] = one
    kept = State(now.types, clear, {}, now.scope)
    return orjson.dumps(assemble(entity_id, kept)), orjson.dumps(refs) if refs else None


def read_state(types: str, body: bytes, sys: bytes, refs: bytes | None) -> State:
    """The inverse of `render`, with the stamps."""
    document: Mapping[str, Any] = orjson.loads(body)
    attributes = flatten(document)
    if refs is not None:
        for key, instance in orjson.loads(refs).items():
            name, _, dataset = key.partition(" ")
            attributes[(name, dataset)] = instance
    stamps = dict(stamps_of(unpacked(sys), attributes))
    return State(tuple(types.split()), attributes, stamps, document.get("scope"))


def _set_apart(packed: Sequence[Packed]) -> tuple[bytes, str]:
    """What a change set as history keeps it, for the digest; and the names that it dropped."""
    removed = [
        name
        for one in packed
        if None in one.step.bodies.values()
        for (name, _), body in one.step.bodies.items()
        if body is None
    ]
    return b"".join([one.body for one in packed]), " ".join(removed)


def _fragment(packed: Sequence[Packed]) -> tuple[bytes, str]:
    if len(packed) == 1 and packed[0].shape.plain and None not in packed[0].step.bodies.values():
        return packed[0].body, ""
    fragment: dict[str, Any] = {}
    removed: list[str] = []
    for one in packed:
        for (name, _), body in one.step.bodies.items():
            if body is None:
                removed.append(name)
            elif name in fragment:
                held = fragment[name]
                fragment[name] = [*held, body] if isinstance(held, list) else [held, body]
            else:
                fragment[name] = body
    return orjson.dumps(fragment), " ".join(removed)
