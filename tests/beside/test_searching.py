"""The search finds what was planted: else it would say nothing that it finds nothing."""

import base64
import gzip
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import apsw
import duckdb
import pytest

from tests.beside.searching import Search

CANARY = "Канарейкина Зоряна"


def text_file(folder: Path) -> None:
    (folder / "a.txt").write_text(f"было: {CANARY}.", encoding="utf-8")


def utf_16(folder: Path) -> None:
    (folder / "a.txt").write_bytes(b"x" + f"было: {CANARY}".encode("utf-16-le"))


def in_base64(folder: Path) -> None:
    for shift in range(3):
        name = ("secret-" + "x" * shift).encode()
        (folder / f"{shift}.txt").write_bytes(base64.b64encode(name + CANARY.encode() + b"!"))


def escaped(folder: Path) -> None:
    (folder / "a.json").write_bytes(ascii(CANARY).encode())


def zipped(folder: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("inner.txt", CANARY * 3)
    (folder / "a.bin").write_bytes(gzip.compress(packed.getvalue()))


def parquet(folder: Path) -> None:
    with duckdb.connect() as engine:
        engine.execute("CREATE TABLE t(a BLOB)")
        engine.execute("INSERT INTO t VALUES (?)", [f'{{"value":"{CANARY}"}}'.encode()])
        engine.execute(f"COPY t TO '{folder}/a.parquet' (FORMAT parquet, COMPRESSION zstd)")


def free_page(folder: Path) -> None:
    database = apsw.Connection(str(folder / "a.db"))
    database.execute("PRAGMA secure_delete = OFF").fetchall()
    database.execute("CREATE TABLE t(a)")
    database.execute("INSERT INTO t VALUES (?)", (CANARY + "x" * 20_000,))
    database.execute("DELETE FROM t")
    database.close()


def cut_by_a_page(folder: Path) -> None:
    database = apsw.Connection(str(folder / "a.db"))
    database.execute("CREATE TABLE t(a)")
    for length in range(4040, 4096, 7):
        database.execute("INSERT INTO t VALUES (?)", ("x" * length + CANARY + "x" * 5000,))
    database.close()


def write_ahead_log(folder: Path) -> None:
    database = apsw.Connection(str(folder / "a.db"))
    database.execute("PRAGMA journal_mode = WAL").fetchall()
    database.execute("CREATE TABLE t(a)")
    database.execute("INSERT INTO t VALUES (?)", (CANARY,))
    for file in folder.glob("a.db-wal"):
        (folder / "left-wal").write_bytes(file.read_bytes())
    database.close()
    (folder / "a.db").unlink()


PLACES = (
    *(text_file, utf_16, in_base64, escaped, zipped, parquet),
    *(free_page, cut_by_a_page, write_ahead_log),
)


@pytest.mark.parametrize("plant", PLACES)
def test_what_was_planted_is_found(tmp_path: Path, plant: Callable[[Path], None]) -> None:
    assert Search([CANARY]).folder(tmp_path) == []
    plant(tmp_path)
    files = {one.name for one in tmp_path.iterdir()}
    found = Search([CANARY]).folder(tmp_path)
    assert {one.split(" ")[0].rstrip(":") for one in found} == files, found


def test_a_key_is_found(tmp_path: Path) -> None:
    secret = bytes(range(100, 132))
    (tmp_path / "keys.db").write_bytes(b"--" + secret + b"--")
    (tmp_path / "list.txt").write_text(secret.hex())
    assert len(Search(secrets=[secret]).folder(tmp_path)) == 2
