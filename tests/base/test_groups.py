"""Units that go to disk together: who is refused by one of them can read what refused it."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest

from hansa.base.database import Database, Tx

TABLES = {"room": ("CREATE TABLE said(k INTEGER PRIMARY KEY)",)}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "graph.db", TABLES)
    yield opened
    opened.close()


def saying(tx: Tx) -> None:
    tx.execute("INSERT INTO said VALUES(1)")


def told(tx: Tx) -> int:
    return len(tx.all("SELECT k FROM said"))


def test_a_refusal_is_told_when_what_refused_it_can_be_read(store: Database) -> None:
    begin = threading.Event()
    seen: list[int] = []

    def look(_: Future[None]) -> None:
        seen.append(store.read_now(told))

    store.submit(lambda _: begin.wait(10) and None)  # both that follow go into one group
    first, second = store.submit(saying), store.submit(saying)
    second.add_done_callback(look)
    begin.set()

    assert first.result() is None
    with pytest.raises(Exception, match="UNIQUE"):
        second.result()
    store.close()  # the writer has told everybody
    assert seen == [1]
