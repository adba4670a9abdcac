"""Conditions in SQL that never lose a match, and how `and` and `or` combine them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Prune:
    """`sql` holds for every entity that matches; `exact`: and for no other.

    `rows`: `sql` is a SELECT of eids, which may drive a plan, in place of a condition on `e`.
    """

    sql: str
    params: tuple[Any, ...] = ()
    exact: bool = False
    rows: bool = False

    @property
    def condition(self) -> str:
        return f"e.eid IN ({self.sql})" if self.rows else self.sql

    @property
    def idle(self) -> bool:
        """It lets everything through."""
        return self.sql == "1"


ALL = Prune("1", exact=True)
NONE = Prune("0", exact=True)
UNKNOWN = Prune("1", exact=False)


def _select(part: Prune) -> str:
    return f"SELECT eid FROM ({part.sql})"  # noqa: S608 - our own text; values are parameters


def inexact(prune: Prune) -> Prune:
    """The same candidates, to be judged by the matcher afterwards."""
    return Prune(prune.sql, prune.params, False, prune.rows)


def both(parts: Sequence[Prune]) -> Prune:
    """Exact where all are: one that cannot prune only leaves more to the matcher."""
    exact = all(part.exact for part in parts)
    useful = [part for part in parts if not part.idle]
    if not useful:
        return ALL if exact else UNKNOWN
    if len(useful) == 1:
        return Prune(useful[0].sql, useful[0].params, exact, useful[0].rows)
    params = tuple(param for part in useful for param in part.params)
    if all(part.rows for part in useful):
        each = " INTERSECT ".join(_select(part) for part in useful)
        return Prune(each, params, exact, rows=True)
    return Prune(" AND ".join(f"({part.condition})" for part in useful), params, exact)


def either(parts: Sequence[Prune]) -> Prune:
    """One part that cannot prune spoils the whole."""
    if any(part.idle for part in parts):
        return ALL if any(part == ALL for part in parts) else UNKNOWN
    useful = [part for part in parts if part.sql != "0"]
    if not useful:
        return NONE
    if len(useful) == 1:
        return useful[0]
    exact = all(part.exact for part in useful)
    params = tuple(param for part in useful for param in part.params)
    if all(part.rows for part in useful):
        each = " UNION ALL ".join(_select(part) for part in useful)
        return Prune(each, params, exact, rows=True)
    return Prune(" OR ".join(f"({part.condition})" for part in useful), params, exact)
