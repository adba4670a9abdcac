"""A store is copied as of one moment, whatever is written while it is copied."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hansa.base.copying import copy_store, in_file, versions
from hansa.base.database import Database, Tx
from hansa.base.faults import StoreDamaged
from hansa.base.problems import StoreRefused

TABLES = {"room": ("CREATE TABLE held(k INTEGER PRIMARY KEY, v BLOB NOT NULL)",)}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "store.db", TABLES)
    opened.submit(lambda tx: add(tx, 500)).result()
    yield opened
    opened.close()


def add(tx: Tx, many: int) -> None:
    tx.executemany("INSERT INTO held(v) VALUES(?)", ([bytes(4000)] for _ in range(many)))


def count(tx: Tx) -> int:
    return int(tx.all("SELECT count(*) FROM held")[0][0])


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """No file may grow beyond `size`: the operating system refuses, as a full disk does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_copy_shows_the_moment_that_was_looked_at(store: Database, tmp_path: Path) -> None:
    def look(tx: Tx) -> int:
        seen = count(tx)
        store.submit(lambda writing: add(writing, 1)).result()
        return seen

    target = tmp_path / "copy.db"
    assert copy_store(store.path, target, look) == 500
    assert in_file(target, count) == 500
    assert in_file(target, versions) == {"room": 1}
    assert store.read_now(count) == 501
    assert [path.name for path in tmp_path.glob("copy*")] == ["copy.db"]
    assert target.stat().st_mode & 0o777 == 0o600


def test_copy_is_a_store_that_opens(store: Database, tmp_path: Path) -> None:
    copy_store(store.path, tmp_path / "copy.db", count)
    again = Database(tmp_path / "copy.db", TABLES)
    again.submit(lambda tx: add(tx, 1)).result()
    assert again.read_now(count) == 501
    again.close()


def test_nothing_is_written_over(store: Database, tmp_path: Path) -> None:
    (tmp_path / "copy.db").write_bytes(b"something")
    with pytest.raises(FileExistsError):
        copy_store(store.path, tmp_path / "copy.db", count)
    assert (tmp_path / "copy.db").read_bytes() == b"something"


def test_no_room_for_the_copy_is_a_refusal_and_the_store_goes_on(
    store: Database, tmp_path: Path
) -> None:
    with largest_file(500_000), pytest.raises(StoreRefused, match="the disk did not") as refused:
        copy_store(store.path, tmp_path / "copy.db", count)
    assert refused.value.where.endswith("copy.db")
    store.submit(lambda tx: add(tx, 1)).result()
    assert store.read_now(count) == 501


def test_damaged_page_is_found_before_anybody_relies_on_the_copy(
    store: Database, tmp_path: Path
) -> None:
    store.close()
    with store.path.open("rb+") as file:
        file.seek(40 * 4096)
        file.write(b"\xa5" * 4096)
    with pytest.raises(StoreDamaged, match=r"store\.db is damaged"):
        copy_store(store.path, tmp_path / "copy.db", versions)
