"""History: the instances of an entity's attributes, by the shape in which they came.

Attributes that one change sets at one time lie in one row; the *shape* of a row is the set of
their keys, interned. A reading with nine values is one row, not nine, and still every question
of one attribute is a walk along a key: the newest row of a shape holds the newest instance of
each attribute in it, so the state as known at T is one seek per shape, folded by (ord, n).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson

from hansa.base.database import Tx
from hansa.context.store.names import Names
from hansa.context.store.state import Key

INSERT = "INSERT INTO history VALUES(?,?,?,?,?,?,?,?)"
_LATEST = (
    "SELECT ord, n, recorded, body FROM history WHERE eid=? AND shape=? AND {}<=? "
    "ORDER BY ord DESC, n DESC LIMIT 1"
)
_KNOWN = _LATEST.format("recorded")
_ORDERED = _LATEST.format("ord")
_SHAPES = "SELECT shape FROM history WHERE eid=? AND shape>? ORDER BY shape LIMIT 1"


@dataclass(frozen=True, slots=True)
class Past:
    """One instance of history; body None: dropped. Times in microseconds."""

    name: str
    dataset: str
    order: int
    number: int
    recorded: int
    observed: int | None
    back: bool
    body: Mapping[str, Any] | None


class Held(NamedTuple):
    """The newest instance of an attribute up to some bound."""

    order: int
    number: int
    recorded: int
    body: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Span:
    """Bounds of a history read in microseconds; `column` is `observed` or `recorded`."""

    column: str
    low: int | None
    high: int | None
    last: int | None
    known: int | None  # recorded at or before


def text_of(key: Key) -> str:
    """A key as text: the name, and the dataset after a blank."""
    return f"{key[0]} {key[1]}" if key[1] else key[0]


def key_of(text: str) -> Key:
    """The inverse of `text_of`."""
    name, _, dataset = text.partition(" ")
    return name, dataset


def fragment(held: Mapping[str, Any]) -> bytes:
    """Instances by the texts of their keys as a part of a document; dropped ones are left out."""
    found: dict[str, Any] = {}
    for text, body in held.items():
        name = key_of(text)[0]
        if body is None:
            continue
        if name not in found:
            found[name] = body
        elif isinstance(found[name], list):
            found[name].append(body)
        else:
            found[name] = [found[name], body]
    return orjson.dumps(found)


class Shape(NamedTuple):
    """A set of keys that came together: their texts, and the names and datasets in them."""

    text: str
    keys: tuple[str, ...]
    names: tuple[str, ...]
    plain: bool  # no datasets: a packed row reads as a fragment of a document

    def pack(self, bodies: Iterable[Mapping[str, Any] | None]) -> bytes:
        """The instances (in the order of the keys) as a row keeps them."""
        return orjson.dumps(dict(zip(self.keys, bodies, strict=True)))


def shape_of(keys: Iterable[Key]) -> Shape:
    """The shape of keys in this order; the text is the same in every order."""
    given = tuple(keys)
    texts = tuple(text_of(key) for key in given)
    names = tuple(dict.fromkeys(name for name, _ in given))
    return Shape("\n".join(sorted(texts)), texts, names, not any(ds for _, ds in given))


def shapes(tx: Tx, names: Names, eid: int) -> Iterator[tuple[int, frozenset[str]]]:
    """The shapes of an entity's history, by skipping through the key."""
    last = -1
    while row := tx.one(_SHAPES, (eid, last)):
        last = int(row[0])
        yield last, frozenset(names.text(tx, last).split("\n"))


def known_at(tx: Tx, names: Names, eid: int, at: int) -> Mapping[Key, Held]:
    """The newest instance of each attribute among those recorded up to `at`."""
    return _fold(tx, eid, [shape for shape, _ in shapes(tx, names, eid)], _KNOWN, at)


def ordered_at(
    tx: Tx, names: Names, eid: int, order: int, keys: Iterable[Key]
) -> Mapping[Key, Held]:
    """The newest instance of the keys among those whose ord is up to `order`."""
    wanted = {text_of(key) for key in keys}
    found = [shape for shape, held in shapes(tx, names, eid) if wanted & held]
    return _fold(tx, eid, found, _ORDERED, order)


def _fold(tx: Tx, eid: int, numbers: Sequence[int], sql: str, bound: int) -> dict[Key, Held]:
    folded: dict[Key, Held] = {}
    for shape in numbers:
        row = tx.one(sql, (eid, shape, bound))
        if row is None:
            continue
        for text, body in orjson.loads(row[3]).items():
            key = key_of(text)
            standing = folded.get(key)
            if standing is None or row[:2] > standing[:2]:
                folded[key] = Held(row[0], row[1], row[2], body)
    return folded


def instances(tx: Tx, names: Names, eid: int, span: Span, only: frozenset[str]) -> Iterator[Past]:
    """Instances of an entity in a span, per attribute oldest first; `only` empty: all."""
    found: dict[str, list[Past]] = {}
    for shape, texts in shapes(tx, names, eid):
        wanted = [text for text in texts if not only or key_of(text)[0] in only]
        if wanted:
            _gather(_window(tx, eid, shape, span), wanted, found)
    for text in sorted(found):
        group = sorted(found[text], key=lambda past: (past.order, past.number))
        yield from group if span.last is None else group[-span.last :]


def _gather(
    window: Iterable[tuple[Any, ...]], wanted: Sequence[str], found: dict[str, list[Past]]
) -> None:
    for order, number, recorded, observed, back, packed in window:
        body = orjson.loads(packed)
        for text in wanted:
            name, dataset = key_of(text)
            past = Past(name, dataset, order, number, recorded, observed, bool(back), body[text])
            found.setdefault(text, []).append(past)


def _window(tx: Tx, eid: int, shape: int, span: Span) -> Iterator[tuple[Any, ...]]:
    sql = ["SELECT ord, n, recorded, observed, back, body FROM history WHERE eid=? AND shape=?"]
    params: list[Any] = [eid, shape]
    column = "recorded" if span.column == "recorded" else "observed"
    if span.low is not None:
        sql.append(f"AND {column} >= ?")
        params.append(span.low)
        if column == "observed":  # ord is never before observedAt
            sql.append("AND ord >= ?")
            params.append(span.low)
    if span.high is not None:
        sql.append(f"AND {column} < ?")
        params.append(span.high)
    if column == "observed":
        sql.append("AND observed IS NOT NULL")
    if span.known is not None:
        sql.append("AND recorded <= ?")
        params.append(span.known)
    sql.append("ORDER BY ord DESC, n DESC")
    if span.last is not None:
        sql.append("LIMIT ?")
        params.append(span.last)
    return tx.execute(" ".join(sql), params)
