"""Connection, transaction and migrations of an embedded store.

One writer thread owns the writing connection. What was queued while the last commit ran goes
into the next one together (group commit), each unit in a savepoint of its own, so
`synchronous=FULL` costs one flush per group and a unit that fails undoes only itself. Readers
have connections of their own and never wait for the writer (WAL).
"""

import asyncio
import queue
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import apsw

from hansa.base.faults import FAULTS, meaning, undoing
from hansa.base.problems import StoreRefused

T = TypeVar("T")
Row = tuple[Any, ...]

_GROUP = 256  # units in one commit at the most, so that the first never waits for long
_READERS = 2
_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA cache_size=-32768",
    "PRAGMA wal_autocheckpoint=8192",
    "PRAGMA journal_size_limit=67108864",
    "PRAGMA busy_timeout=5000",
)


class Tx:
    """A transaction, handed to every function that touches rows."""

    __slots__ = ("_after", "_connection")

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._after: list[Callable[[], None]] = []

    def execute(self, sql: str, params: Sequence[Any] | Mapping[str, Any] = ()) -> Iterator[Row]:
        """Run one statement; the answer is an iterator of rows."""
        return self._connection.execute(sql, params)

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run one statement for each row of parameters."""
        for _ in self._connection.executemany(sql, rows):
            pass

    def one(self, sql: str, params: Sequence[Any] | Mapping[str, Any] = ()) -> Row | None:
        """The first row, or None."""
        return next(iter(self._connection.execute(sql, params)), None)

    def all(self, sql: str, params: Sequence[Any] | Mapping[str, Any] = ()) -> list[Row]:
        """Every row, as a list."""
        return list(self._connection.execute(sql, params))

    def changes(self) -> int:
        """Rows touched by the last statement."""
        return self._connection.changes()

    def after_commit(self, tell: Callable[[], None]) -> None:
        """Call `tell` in the writer thread once this unit is durable, never otherwise."""
        self._after.append(tell)


class Database:
    """One SQLite file with its writer and its readers."""

    def __init__(self, path: Path, migrations: Mapping[str, Sequence[str]]) -> None:
        self.path = path
        self._migrations = migrations
        self._units: queue.SimpleQueue[_Unit | None] = queue.SimpleQueue()
        self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix="reader")
        self._local = threading.local()
        self._connections: list[apsw.Connection] = []
        self._lock = threading.Lock()
        self._closed = False
        self._ready: Future[None] = Future()
        self._writer = threading.Thread(target=self._run, name=f"writer {path.name}", daemon=True)
        self._writer.start()
        self._ready.result()

    async def write(self, unit: Callable[[Tx], T]) -> T:
        """Run `unit` in the writer; returns when its commit is on disk."""
        return await asyncio.wrap_future(self.submit(unit))

    def submit(self, unit: Callable[[Tx], T]) -> "Future[T]":
        """Queue `unit`; the future is done when its commit is on disk."""
        if self._closed:
            raise StoreRefused(f"{self.path} is closed")
        future: Future[T] = Future()
        self._units.put(_Unit(unit, future))
        return future

    async def read(self, unit: Callable[[Tx], T]) -> T:
        """Run `unit` on a reader's connection, in one snapshot."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, self._read, unit)

    def read_now(self, unit: Callable[[Tx], T]) -> T:
        """Run a short `unit` on this thread, in one snapshot."""
        return self._read(unit)

    def close(self) -> None:
        """Finish what is queued, then close every connection."""
        if self._closed:
            return
        self._closed = True
        self._units.put(None)
        self._writer.join()
        self._readers.shutdown(wait=True)
        for connection in self._connections:
            connection.close()

    # ---- threads

    def _read(self, unit: Callable[[Tx], T]) -> T:
        connection = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = self._connect(writer=False)
        try:
            with connection:  # a savepoint: one snapshot for all statements of the unit
                return unit(Tx(connection))
        except FAULTS as error:
            raise meaning(error, _name(connection)) from error

    def _connect(self, *, writer: bool) -> apsw.Connection:
        flags = apsw.SQLITE_OPEN_READWRITE | (apsw.SQLITE_OPEN_CREATE if writer else 0)
        connection = apsw.Connection(str(self.path), flags=flags)
        for pragma in _PRAGMAS if writer else (*_PRAGMAS[2:], "PRAGMA query_only=ON"):
            connection.execute(pragma)
        with self._lock:
            self._connections.append(connection)
        return connection

    def _run(self) -> None:
        try:
            connection = self._connect(writer=True)
            migrate(connection, self._migrations, self.path)
        except (apsw.Error, StoreRefused) as error:
            for opened in self._connections:
                opened.close()
            self._ready.set_exception(_refusal(error, self.path))
            return
        self._ready.set_result(None)
        while (group := self._take()) is not None:
            _commit(connection, group)
        for unit in self._drain():
            if unit.future.set_running_or_notify_cancel():
                unit.future.set_exception(StoreRefused(f"{self.path} is closed"))

    def _take(self) -> "list[_Unit] | None":
        first = self._units.get()
        if first is None:
            return None
        group = [first]
        while len(group) < _GROUP:
            try:
                following = self._units.get_nowait()
            except queue.Empty:
                break
            if following is None:
                self._units.put(None)
                break
            group.append(following)
        return group

    def _drain(self) -> "Iterator[_Unit]":
        while True:
            try:
                unit = self._units.get_nowait()
            except queue.Empty:
                return
            if unit is not None:
                yield unit


class _Unit:
    __slots__ = ("future", "run")

    def __init__(self, run: Callable[[Tx], Any], future: "Future[Any]") -> None:
        self.run = run
        self.future = future


class _Ran:
    """A unit that was run, and what it came to; told once the group is on disk."""

    __slots__ = ("answer", "failed", "tx", "unit")

    def __init__(self, unit: _Unit, tx: Tx) -> None:
        self.unit = unit
        self.tx = tx
        self.answer: Any = None
        self.failed: Exception | None = None


def _commit(connection: apsw.Connection, group: Sequence[_Unit]) -> None:
    try:
        connection.execute("BEGIN IMMEDIATE")
        done = [one for unit in group if (one := _run(connection, unit)) is not None]
        connection.execute("COMMIT")
    except apsw.Error as error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        for unit in group:
            if not unit.future.done():
                unit.future.set_exception(meaning(error, _name(connection)))
        return
    for one in done:
        _tell(one)


def _run(connection: apsw.Connection, unit: _Unit) -> _Ran | None:
    """Run one unit in a savepoint; None where nobody waits for it any more."""
    if not unit.future.set_running_or_notify_cancel():
        return None  # whoever asked went away before it began; from here on it is done
    ran = _Ran(unit, Tx(connection))
    try:
        with connection:
            ran.answer = unit.run(ran.tx)
    except Exception as error:  # handed to the one who waits for it
        if not connection.in_transaction:  # undone by the engine, for the whole group
            raise undoing(error) from error
        ran.failed = meaning(error, _name(connection))
    return ran


def _tell(ran: _Ran) -> None:
    """Answer who waits; not before, for who was refused by a unit of the group reads it next."""
    if ran.failed is not None:
        ran.unit.future.set_exception(ran.failed)
        return
    for tell in ran.tx._after:
        tell()
    ran.unit.future.set_result(ran.answer)


def _name(connection: apsw.Connection) -> Path:
    """The store's file without its folder: clients are told of it, and folders are not theirs."""
    return Path(Path(connection.filename).name)


def migrate(
    connection: apsw.Connection, migrations: Mapping[str, Sequence[str]], path: Path
) -> None:
    """Bring every room's tables to the version this code knows; a newer store is refused."""
    with connection:
        connection.execute(
            "CREATE TABLE IF NOT EXISTS migration(room TEXT PRIMARY KEY, version INTEGER NOT NULL)"
        )
        for room, steps in migrations.items():
            found = next(
                iter(connection.execute("SELECT version FROM migration WHERE room=?", (room,))),
                (0,),
            )[0]
            if found > len(steps):
                raise StoreRefused(
                    f"{path} was written by a newer Hansa ({room} version {found}, "
                    f"this one knows {len(steps)})",
                    remedy="start the newer version, or restore a backup made by this one",
                )
            for step in steps[found:]:
                connection.execute(step)
            connection.execute(
                "INSERT INTO migration VALUES(?1, ?2) ON CONFLICT(room) DO UPDATE SET version=?2",
                (room, len(steps)),
            )


def _refusal(error: Exception, path: Path) -> Exception:
    if isinstance(error, (StoreRefused, *FAULTS)):
        return meaning(error, path)
    return StoreRefused(
        f"{path} cannot be opened: {error}",
        remedy="check the disk, the rights, and whether the file is a Hansa store",
    )
