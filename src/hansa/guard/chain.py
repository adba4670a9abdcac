"""The hash chain under the journal, as pure functions of values.

Each row's hash covers the row before it, so a changed, removed, added or moved row breaks every
row after it. What a chain cannot show by itself is its own end: whoever rewrites the tail makes
a chain that holds. So remember a head (print it, send it to a partner) and verify against it.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import orjson

from hansa.base import times
from hansa.guard.model import JournalEntry


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a chain: the last row's number and hash. Worth writing down."""

    number: int
    hash: bytes

    def __str__(self) -> str:
        return f"{self.number}:{self.hash.hex()}"


GENESIS = Head(0, bytes(32))


def parse_head(text: str) -> Head:
    """The head that `str` of it wrote; ValueError if it is none."""
    number, _, digest = text.strip().partition(":")
    head = Head(int(number), bytes.fromhex(digest))
    if head.number < 0 or len(head.hash) != 32:
        raise ValueError(f"{text!r} is no head of a journal")
    return head


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it is stored: `body` is canonical JSON, `hash` 32 bytes."""

    number: int
    kind: str
    body: bytes
    hash: bytes

    @property
    def head(self) -> Head:
        """The chain's head once this row is its last."""
        return Head(self.number, self.hash)


@dataclass(frozen=True, slots=True)
class Report:
    """What verification found: rows that hold, and the first number that does not (or None).

    `head` is the last row that holds. `reason` says what is wrong with `broken`.
    """

    rows: int
    head: Head
    broken: int | None = None
    reason: str = ""

    @property
    def intact(self) -> bool:
        """Whether every row holds and the expected head was met."""
        return self.broken is None


def chain(previous: Head, entry: JournalEntry) -> Row:
    """The row that follows `previous`. Keys sorted, no floats: one entry, one text (RFC 8785)."""
    number = previous.number + 1
    body = orjson.dumps(
        {
            "number": number,
            "kind": entry.kind,
            "actor": entry.actor,
            "at": times.format_instant(entry.at),
            "role": entry.role,
            "purpose": entry.purpose,
            "world": entry.world,
            "tenant": entry.tenant,
            "facts": dict(entry.facts),
            **({"onBehalf": entry.on_behalf} if entry.on_behalf else {}),
        },
        option=orjson.OPT_SORT_KEYS,
    )
    return Row(number, entry.kind, body, _link(previous.hash, body))


def verify(rows: Iterable[Row], expected_head: Head | None = None, start: Head = GENESIS) -> Report:
    """Follow the chain from `start`; rows are needed one at a time and none is kept.

    `expected_head` is a head remembered from before: the chain must pass through it, which
    finds a tail that was cut off or written anew.
    """
    head, count = start, 0
    for row in rows:
        if reason := _fault(head, row) or _mismatch(row.head, expected_head):
            return Report(count, head, head.number + 1, reason)
        head, count = row.head, count + 1
    return Report(count, head)


def ended(report: Report, expected_head: Head | None) -> Report:
    """The report of a chain read to its end: broken where it stops before `expected_head`."""
    if expected_head is None or not report.intact or report.head.number >= expected_head.number:
        return report
    reason = f"the chain ends before {expected_head.number}, which was there once"
    return Report(report.rows, report.head, report.head.number + 1, reason)


def _link(previous: bytes, body: bytes) -> bytes:
    return hashlib.sha256(previous + body).digest()


def _fault(head: Head, row: Row) -> str:
    if row.number != head.number + 1:
        return f"expected number {head.number + 1}, found {row.number}"
    if _link(head.hash, row.body) != row.hash:
        return "the hash does not fit the row and the one before it"
    if _told(row.body) != (row.number, row.kind):
        return "number or kind differ from what the entry says"
    return ""


def _told(body: bytes) -> tuple[object, object]:
    try:
        told = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None, None
    return (told.get("number"), told.get("kind")) if isinstance(told, dict) else (None, None)


def _mismatch(head: Head, expected: Head | None) -> str:
    if expected is None or head.number != expected.number or head.hash == expected.hash:
        return ""
    return "the hash differs from the one that was remembered"
