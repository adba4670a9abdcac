"""Whatever is done to a written journal, verification finds it and says where."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import apsw
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.base.database import Database, Tx
from hansa.base.problems import Conflict
from hansa.guard import (
    MIGRATIONS,
    Grant,
    Guard,
    JournalEntry,
    Kind,
    commit_entry,
    entry_of,
    parse_head,
    verify_journal,
)
from hansa.guard.chain import GENESIS, Row, chain, ended, verify

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
ENTRIES = st.builds(
    JournalEntry,
    kind=st.sampled_from(["commit", "sign-in", "export"]),
    actor=st.text(max_size=5),
    at=st.just(NOON),
    facts=st.dictionaries(st.text(max_size=3), st.integers(0, 9) | st.text(max_size=3), max_size=2),
)


def written(entries: Sequence[JournalEntry]) -> list[Row]:
    rows, head = [], GENESIS
    for entry in entries:
        rows.append(chain(head, entry))
        head = rows[-1].head
    return rows


@given(st.lists(ENTRIES, max_size=8))
def test_an_untouched_chain_holds(entries: list[JournalEntry]) -> None:
    rows = written(entries)
    report = verify(rows)
    assert report.intact
    assert report.rows == report.head.number == len(entries)


@given(st.lists(ENTRIES, min_size=1, max_size=8), st.data())
def test_a_changed_byte_is_found_where_it_is(
    entries: list[JournalEntry], data: st.DataObject
) -> None:
    rows = written(entries)
    index = data.draw(st.integers(0, len(rows) - 1))
    in_body = data.draw(st.booleans())
    before = rows[index].body if in_body else rows[index].hash
    place = data.draw(st.integers(0, len(before) - 1))
    flipped = before[place] ^ data.draw(st.integers(1, 255))
    after = before[:place] + bytes([flipped]) + before[place + 1 :]
    row = rows[index]
    rows[index] = replace(row, body=after) if in_body else replace(row, hash=after)
    assert verify(rows).broken == index + 1


@given(st.lists(ENTRIES, min_size=2, max_size=8), st.data())
def test_a_removed_row_is_found(entries: list[JournalEntry], data: st.DataObject) -> None:
    rows = written(entries)
    index = data.draw(st.integers(0, len(rows) - 2))
    del rows[index]
    assert verify(rows).broken == index + 1


@given(st.lists(ENTRIES, min_size=2, max_size=8), st.data())
def test_two_rows_in_each_others_place_are_found(
    entries: list[JournalEntry], data: st.DataObject
) -> None:
    rows = written(entries)
    first = data.draw(st.integers(0, len(rows) - 2))
    second = data.draw(st.integers(first + 1, len(rows) - 1))
    rows[first], rows[second] = (
        replace(rows[second], number=first + 1),
        replace(rows[first], number=second + 1),
    )
    assert verify(rows).broken == first + 1


@given(st.lists(ENTRIES, min_size=1, max_size=8), st.data())
def test_a_cut_tail_shows_only_against_a_remembered_head(
    entries: list[JournalEntry], data: st.DataObject
) -> None:
    rows = written(entries)
    remembered = rows[-1].head
    kept = data.draw(st.integers(0, len(rows) - 1))
    assert verify(rows[:kept]).intact
    assert ended(verify(rows[:kept], remembered), remembered).broken == kept + 1


@given(st.lists(ENTRIES, min_size=1, max_size=8), st.data())
def test_a_rewritten_tail_shows_against_a_remembered_head(
    entries: list[JournalEntry], data: st.DataObject
) -> None:
    rows = written(entries)
    remembered = rows[-1].head
    index = data.draw(st.integers(0, len(entries) - 1))
    forged = written(
        [*entries[:index], replace(entries[index], actor="mallory"), *entries[index + 1 :]]
    )
    assert verify(forged).intact
    assert verify(forged, remembered).broken == len(rows)


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"number":2,"kind":"commit"}'])
def test_a_row_that_does_not_speak_of_itself_is_found(body: bytes) -> None:
    row = chain(GENESIS, JournalEntry("commit", "a", NOON))
    forged = replace(row, body=body, hash=hashlib.sha256(bytes(32) + body).digest())
    assert verify([forged]).broken == 1


def test_a_head_reads_back_from_its_text() -> None:
    head = chain(GENESIS, JournalEntry("commit", "a", NOON)).head
    assert parse_head(str(head)) == head


@pytest.mark.parametrize("text", ["", "7", "x:00", "1:00", f"-1:{'00' * 32}"])
def test_a_text_that_is_no_head_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_head(text)


async def test_an_entry_stands_or_falls_with_its_commit(
    guard: Guard, duty: Grant, database: Database
) -> None:
    def unit(tx: Tx) -> None:
        guard.journal(tx, commit_entry(duty, NOON, 1, 3, "abcd"))
        raise Conflict("somebody was first")

    with pytest.raises(Conflict):
        await database.write(unit)
    assert (await guard.journal.head()) == GENESIS


async def test_entries_are_listed_newest_first(guard: Guard, duty: Grant) -> None:
    for name in ("a.csv", "b.csv"):
        await guard.journal.write(entry_of(duty, Kind.EXPORT, NOON, file=name))
    await guard.journal.write(entry_of(duty, Kind.PICK, NOON))
    found = await guard.journal.entries(Kind.EXPORT)
    assert [entry["facts"]["file"] for entry in found] == ["b.csv", "a.csv"]
    assert found[0]["actor"] == "olga"
    older = await guard.journal.entries(Kind.EXPORT, before=found[0]["number"])
    assert [entry["facts"]["file"] for entry in older] == ["a.csv"]


async def test_a_long_journal_is_followed_in_batches(
    guard: Guard, duty: Grant, database: Database
) -> None:
    def unit(tx: Tx) -> None:
        for number in range(4500):
            guard.journal(tx, commit_entry(duty, NOON, number, number, ""))

    await database.write(unit)
    report = await guard.journal.verify(await guard.journal.head())
    assert report.intact
    assert report.rows == 4500


@pytest.mark.parametrize(
    ("tampering", "broken"),
    [
        ("UPDATE guard_journal SET body = replace(body, 'olga', 'ivan') WHERE number = 3", 3),
        ("UPDATE guard_journal SET kind = 'export' WHERE number = 3", 3),
        ("UPDATE guard_journal SET hash = zeroblob(32) WHERE number = 3", 3),
        ("UPDATE guard_journal SET body = x'ff' WHERE number = 3", 3),
        ("DELETE FROM guard_journal WHERE number = 3", 3),
        ("DELETE FROM guard_journal WHERE number = 1", 1),
        ("UPDATE guard_journal SET number = number + 1 WHERE number = 6", 6),
        (
            "INSERT INTO guard_journal SELECT 7, kind, body, hash FROM guard_journal LIMIT 1",
            7,
        ),
    ],
)
async def test_tampering_with_the_file_is_found(
    home: Path, duty: Grant, guard: Guard, database: Database, tampering: str, broken: int
) -> None:
    for number in range(6):
        await guard.journal.write(commit_entry(duty, NOON, number, number, ""))
    apsw.Connection(str(home / "city.db")).execute(tampering)
    report = await verify_journal(database)
    assert (report.intact, report.broken) == (False, broken)
    assert report.reason


async def test_the_tables_come_from_the_migrations(tmp_path: Path) -> None:
    database = Database(tmp_path / "again.db", {"guard": MIGRATIONS})
    assert (await verify_journal(database)).intact
    database.close()
