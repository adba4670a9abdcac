"""What goes wrong with a store's file is said to a person; reads go on where they can."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hansa.base.database import Database, Tx
from hansa.base.faults import StoreDamaged, StoreFull
from hansa.base.problems import StoreRefused

PAGE = 4096
TABLES = {
    "room": (
        "CREATE TABLE small(k INTEGER PRIMARY KEY, v TEXT NOT NULL)",
        "CREATE TABLE large(k INTEGER PRIMARY KEY, v BLOB NOT NULL)",
    )
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "graph.db"


@pytest.fixture
def store(path: Path) -> Iterator[Database]:
    opened = Database(path, TABLES)
    yield opened
    opened.close()


def adding(k: int, pages: int) -> Callable[[Tx], None]:
    def unit(tx: Tx) -> None:
        tx.execute("INSERT INTO small VALUES(?, 'said')", (k,))
        tx.execute("INSERT INTO large VALUES(?, ?)", (k, bytes(pages * PAGE)))

    return unit


def told(tx: Tx) -> list[int]:
    return [row[0] for row in tx.execute("SELECT k FROM small ORDER BY k")]


def no_room(tx: Tx) -> None:
    """The file may not grow by more than a few pages: to the engine that is a full disk."""
    used = tx.all("PRAGMA page_count")[0][0]
    tx.all(f"PRAGMA max_page_count={used + 8}")


def room_again(tx: Tx) -> None:
    tx.all("PRAGMA max_page_count=1000000")


async def test_full_disk_refuses_the_write_and_reads_go_on(store: Database) -> None:
    await store.write(adding(1, 1))
    await store.write(no_room)
    with pytest.raises(StoreFull, match=r"no room to write to graph\.db") as refused:
        await store.write(adding(2, 64))
    assert refused.value.status == 507
    assert "make room" in refused.value.remedy
    assert await store.read(told) == [1]
    await store.write(adding(3, 1))
    await store.write(room_again)
    await store.write(adding(2, 64))
    assert await store.read(told) == [1, 2, 3]


async def test_full_disk_leaves_no_half_unit(store: Database) -> None:
    await store.write(no_room)
    queued = [store.submit(adding(k, 64 if k % 2 else 0)) for k in range(6)]
    outcomes = [one.exception() for one in queued]
    assert {type(one) for k, one in enumerate(outcomes) if k % 2} == {StoreFull}
    kept = [k for k, one in enumerate(outcomes) if one is None]
    assert await store.read(told) == kept


def overwrite(path: Path, page: int, pages: int = 1) -> None:
    with path.open("rb+") as file:
        file.seek((page - 1) * PAGE)
        file.write(b"\xa5" * PAGE * pages)


async def test_damaged_page_is_named_and_the_rest_is_read(path: Path) -> None:
    store = Database(path, TABLES)
    await store.write(adding(1, 64))
    root = await store.read(
        lambda tx: tx.all("SELECT rootpage FROM sqlite_schema WHERE name='large'")[0][0]
    )
    store.close()
    overwrite(path, root)

    again = Database(path, TABLES)
    with pytest.raises(StoreDamaged, match=r"graph\.db is damaged") as refused:
        await again.read(lambda tx: tx.all("SELECT * FROM large"))
    assert "hansa restore" in refused.value.remedy
    with pytest.raises(StoreDamaged):
        await again.write(lambda tx: tx.execute("INSERT INTO large VALUES(9, x'')"))
    assert await again.read(told) == [1]
    again.close()


@pytest.mark.parametrize("spoilt", [b"no store at all" * 1000, b"SQLite format 3\0" + bytes(5000)])
def test_file_that_is_no_store_is_refused_and_left_as_it_is(path: Path, spoilt: bytes) -> None:
    path.write_bytes(spoilt)
    with pytest.raises(StoreRefused, match=r"graph\.db"):
        Database(path, TABLES)
    assert path.read_bytes() == spoilt


def test_store_of_a_newer_version_is_refused_and_left_as_it_is(path: Path) -> None:
    newer = {"room": (*TABLES["room"], "CREATE TABLE later(k INTEGER)")}
    Database(path, newer).close()
    before = path.read_bytes()
    with pytest.raises(StoreRefused, match="written by a newer Hansa") as refused:
        Database(path, TABLES)
    assert "start the newer version" in refused.value.remedy
    assert path.read_bytes() == before
    Database(path, newer).close()
