"""Interned names and partitions: the small tables whose numbers every other row carries."""

from functools import partial

from hansa.base.database import Tx

_PART = "SELECT part FROM part WHERE tenant=? AND world=?"


class Names:
    """Numbers of names and of (tenant, world) partitions, remembered once they are durable.

    A number is remembered only after its commit, so that a unit that is undone leaves no
    number behind that the store does not know.
    """

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {"": 0}
        self._texts: dict[int, str] = {0: ""}
        self._parts: dict[tuple[str, str], int] = {}
        self._seen: set[tuple[int, str, str]] = set()

    def number(self, tx: Tx, name: str) -> int:
        """The number of a name; a new one is stored."""
        if (known := self._numbers.get(name)) is not None:
            return known
        row = tx.one("SELECT nid FROM name WHERE name=?", (name,)) or tx.one(
            "INSERT INTO name(name) VALUES(?) RETURNING nid", (name,)
        )
        assert row is not None  # noqa: S101 - INSERT … RETURNING answers a row
        found = int(row[0])
        tx.after_commit(lambda: self._remember(name, found))
        return found

    def find(self, tx: Tx, name: str) -> int | None:
        """The number of a name, or None where it was never stored."""
        if (known := self._numbers.get(name)) is not None:
            return known
        row = tx.one("SELECT nid FROM name WHERE name=?", (name,))
        return None if row is None else int(row[0])

    def text(self, tx: Tx, number: int) -> str:
        """The name that a number stands for."""
        if (known := self._texts.get(number)) is not None:
            return known
        row = tx.one("SELECT name FROM name WHERE nid=?", (number,))
        return "" if row is None else str(row[0])

    def part(self, tx: Tx, tenant: str, world: str, *, create: bool) -> int | None:
        """The number of a partition; None where there is none and none is to be made."""
        key = (tenant, world)
        if (known := self._parts.get(key)) is not None:
            return known
        row = tx.one(_PART, key)
        if row is None and create:
            row = tx.one("INSERT INTO part(tenant, world) VALUES(?, ?) RETURNING part", key)
        if row is None:
            return None
        found = int(row[0])
        tx.after_commit(lambda: self._parts.__setitem__(key, found))
        return found

    def see(self, tx: Tx, part: int, types: tuple[str, ...], attribute: str) -> None:
        """Remember that entities of these types have had the attribute."""
        for name in types:
            key = (part, name, attribute)
            if key not in self._seen:
                tx.execute("INSERT OR IGNORE INTO seen VALUES(?,?,?)", key)
                tx.after_commit(partial(self._seen.add, key))

    def _remember(self, name: str, number: int) -> None:
        self._numbers[name] = number
        self._texts[number] = name
