"""Laws of the memory, over generated changes on a real store."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import apsw
import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from hansa.base.database import Tx, migrate
from hansa.base.times import format_instant, to_micros
from hansa.context import Change, Op
from hansa.context.store import history, reader
from hansa.context.store.names import Names
from hansa.context.store.schema import MIGRATIONS
from hansa.context.store.writer import Unit

START = datetime(2026, 1, 1, tzinfo=UTC)
ID = "urn:ngsi-ld:Thing:1"
NAMES = ("a", "b", "c")


@dataclass
class Store:
    """An in-memory store with one entity's worth of changes."""

    tx: Tx
    names: Names = field(default_factory=Names)

    def write(self, changes: list[Change], now: datetime) -> list[tuple[str, ...]]:
        unit = Unit(self.tx, self.names, 1, to_micros(now), "test", frozenset(NAMES))
        outcomes = [unit.apply(change) for change in changes]
        unit.flush()
        return [one.changed for one in outcomes]

    def document(self) -> Any:
        rows = list(reader.select(self.tx, "e.id=?", (ID,)))
        return orjson.loads(rows[0].body) if rows else None

    def known(self, at: datetime) -> dict[str, Any]:
        held = history.known_at(self.tx, self.names, 1, to_micros(at))
        return {key[0]: one.body for key, one in held.items() if one.body is not None}


def opened() -> Store:
    connection = apsw.Connection(":memory:")
    migrate(connection, {"context": MIGRATIONS}, Path(":memory:"))
    return Store(Tx(connection))


@dataclass(frozen=True)
class Reading:
    """A source's row: values seen at a minute, known some minutes later."""

    minute: int
    delay: int
    values: dict[str, int]

    def change(self, *, by_observation: bool) -> Change:
        seen = START + timedelta(minutes=self.minute)
        body: dict[str, Any] = {"type": "Thing"}
        for name, value in self.values.items():
            body[name] = {"type": "Property", "value": value}
            if by_observation:
                body[name]["observedAt"] = format_instant(seen)
        return Change(
            Op.UPDATE_OR_CREATE,
            ID,
            body,
            known_at=seen + timedelta(minutes=self.delay),
            by_observation=by_observation,
        )


def readings(delays: st.SearchStrategy[int]) -> st.SearchStrategy[list[Reading]]:
    values = st.dictionaries(st.sampled_from(NAMES), st.integers(0, 3), min_size=1)
    one = st.builds(Reading, st.integers(0, 30), delays, values)
    return st.lists(one, min_size=1, max_size=12, unique_by=lambda reading: reading.minute)


def expected(told: list[Reading], at: datetime) -> dict[str, int]:
    """By the definition: of what was known, the value that was true last."""
    found: dict[str, tuple[int, int]] = {}
    for reading in told:
        if START + timedelta(minutes=reading.minute + reading.delay) <= at:
            for name, value in reading.values.items():
                found[name] = max(found.get(name, (-1, 0)), (reading.minute, value))
    return {name: value for name, (_, value) in found.items()}


@given(readings(st.integers(0, 20)), st.randoms(use_true_random=False), st.integers(0, 60))
@settings(max_examples=150)
def test_readings_in_any_order_give_the_same_memory(
    told: list[Reading], shuffler: Any, minute: int
) -> None:
    shuffled = list(told)
    shuffler.shuffle(shuffled)
    store = opened()
    for reading in shuffled:
        store.write([reading.change(by_observation=True)], START + timedelta(days=1))
    at = START + timedelta(minutes=minute)
    seen = {name: body["value"] for name, body in store.known(at).items()}
    assert seen == expected(told, at)
    now = {name: body["value"] for name, body in store.document().items() if name in NAMES}
    assert now == expected(told, START + timedelta(days=1))


@given(readings(st.just(0)), st.randoms(use_true_random=False))
@settings(max_examples=100)
def test_what_was_written_once_changes_nothing_again(told: list[Reading], shuffler: Any) -> None:
    store = opened()
    later = START + timedelta(days=1)
    for by_observation in (True, False):
        changes = [one.change(by_observation=by_observation) for one in told]
        store.write(changes, later)
        document = store.document()
        shuffler.shuffle(changes)
        assert not any(store.write(changes, later + timedelta(hours=1)))
        assert store.document() == document


@given(readings(st.just(0)), st.integers(1, 11))
@settings(max_examples=100)
def test_one_unit_or_many_come_to_the_same(told: list[Reading], cut: int) -> None:
    changes = [one.change(by_observation=True) for one in told]
    whole, split = opened(), opened()
    whole.write(changes, START + timedelta(days=1))
    split.write(changes[:cut], START + timedelta(days=1))
    split.write(changes[cut:], START + timedelta(days=1))
    assert whole.document() == split.document()
    logs = [reader.log(store.tx, 1, 0, 1000) for store in (whole, split)]
    assert logs[0] == logs[1]


@given(readings(st.just(0)))
@settings(max_examples=100)
def test_replay_of_the_log_equals_the_state(told: list[Reading]) -> None:
    store = opened()
    for reading in told:
        store.write([reading.change(by_observation=True)], START + timedelta(days=1))
    replayed: dict[str, Any] = {}
    for row in reader.log(store.tx, 1, 0, 1000):
        if not row.flags & 2:
            replayed |= orjson.loads(row.fragment)
        for name in row.removed.split():
            replayed.pop(name, None)
    document = store.document()
    assert replayed == {name: document[name] for name in NAMES if name in document}


@given(readings(st.just(0)))
@settings(max_examples=60)
def test_index_holds_exactly_the_values_of_the_state(told: list[Reading]) -> None:
    store = opened()
    for reading in told:
        store.write([reading.change(by_observation=True)], START + timedelta(days=1))
    document = store.document()
    cells = {(row[0], row[1]) for row in store.tx.execute("SELECT attr, val FROM value")}
    assert cells == {(name, document[name]["value"]) for name in NAMES if name in document}
    store.write([Change(Op.DELETE, ID)], START + timedelta(days=2))
    assert store.tx.all("SELECT * FROM value") == []
    assert store.tx.all("SELECT * FROM entity_type") == []
