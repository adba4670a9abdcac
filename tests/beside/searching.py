"""Looks for a text in every byte of a folder: in files, and in what is packed inside them.

A text may lie there as UTF-8, UTF-16, Windows-1251, base64, hex, escaped as JSON or in a URL; in a
database it may be cut in two by a page, so both halves are looked for there. SQLite files are read
as bytes, so free pages, WAL and journal are in it; what is compressed is unpacked first.
"""

import base64
import gzip
import io
import json
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import duckdb
from pypdf import PdfReader

_HALF = 10  # bytes from which on a half is looked for too
_FEWEST = 6


def forms(text: str) -> dict[str, bytes]:
    """How the text may be written."""
    found = {
        "utf-8": text.encode(),
        "lower case": text.casefold().encode(),
        "utf-16-le": text.encode("utf-16-le"),
        "utf-16-be": text.encode("utf-16-be"),
        "json": json.dumps(text)[1:-1].encode(),
        "url": quote(text).encode(),
        "form": quote(text, safe="").replace("%20", "+").encode(),
        "hex": text.encode().hex().encode(),
    }
    with suppress(UnicodeEncodeError):
        found["cp1251"] = text.encode("cp1251")
    return found | of_bytes(text.encode(), "utf-8") | of_bytes(text.encode("utf-16-le"), "utf-16")


def of_bytes(content: bytes, name: str = "bytes") -> dict[str, bytes]:
    """How bytes may be written: as they are, as hex, and as base64 at each of its three places."""
    found = {name: content, f"{name} hex": content.hex().encode()}
    for shift in range(3):
        whole = base64.b64encode(bytes(shift) + content)
        inner = whole[4 if shift else 0 : len(whole) - 4 if (len(content) + shift) % 3 else None]
        found[f"{name} base64/{shift}"] = inner
        found[f"{name} base64url/{shift}"] = inner.replace(b"+", b"-").replace(b"/", b"_")
    return found


class Search:
    """What is looked for, and where it was looked for."""

    def __init__(self, texts: Iterable[str] = (), secrets: Iterable[bytes] = ()) -> None:
        self._wanted = {
            f"{text!r} as {form}": given
            for text in texts
            for form, given in forms(text).items()
            if len(given) >= _FEWEST
        }
        for number, secret in enumerate(secrets):
            self._wanted |= {f"key {number}, {k}": v for k, v in of_bytes(secret).items()}
        self.places: list[str] = []

    def folder(self, folder: Path) -> list[str]:
        """Where in the folder something was found."""
        found: list[str] = []
        for path in sorted(one for one in folder.rglob("*") if one.is_file()):
            name = str(path.relative_to(folder))
            found += self.content(name, path.read_bytes())
            found += [f"{name}: the name itself" for _ in self._hits(name.encode())]
        return found

    def content(self, name: str, content: bytes) -> list[str]:
        """Where in the content, and in what is packed in it, something was found."""
        found: list[str] = []
        for place, given in unpacked(name, content):
            self.places.append(place)
            cut = given.startswith(b"SQLite format 3") or place.endswith("-wal")
            found += [f"{place}: {one}" for one in self._hits(given, cut=cut)]
        return found

    def _hits(self, given: bytes, *, cut: bool = False) -> Iterator[str]:
        for name, wanted in self._wanted.items():
            if wanted in given:
                yield name
            elif cut and len(wanted) >= 2 * _HALF and _own_script(name):
                middle = len(wanted) // 2
                if wanted[:middle] in given or wanted[middle:] in given:
                    yield f"half of {name}"


def _own_script(name: str) -> bool:
    """Whether half of it is still a word: half of an escaped letter is anybody's."""
    return name.endswith(("as utf-8", "as utf-16-le", "as utf-16-be", "as cp1251"))


def unpacked(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    """The content, and all that is packed in it, as deep as it goes."""
    yield name, content
    if content[:2] == b"\x1f\x8b":
        yield from unpacked(f"{name} (gzip)", gzip.decompress(content))
    elif content[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for one in packed.namelist():
                yield from unpacked(f"{name} (zip: {one})", packed.read(one))
    elif content[:4] == b"PAR1":
        yield f"{name} (rows)", rows(content)
    elif content[:5] == b"%PDF-":
        yield f"{name} (text)", text_of(content)
        for number, stream in enumerate(streams(content)):
            yield f"{name} (stream {number})", stream


def rows(content: bytes) -> bytes:
    """Every cell of a Parquet file, each as it is: texts as texts, bytes as bytes."""
    with tempfile.NamedTemporaryFile(suffix=".parquet") as file, duckdb.connect() as engine:
        file.write(content)
        file.flush()
        cells = (
            cell
            for row in engine.execute("SELECT * FROM read_parquet(?)", [file.name]).fetchall()
            for cell in row
        )
        return b"\n".join(cell if isinstance(cell, bytes) else str(cell).encode() for cell in cells)


def text_of(content: bytes) -> bytes:
    """The text of a PDF as a reader finds it."""
    pages = PdfReader(io.BytesIO(content)).pages
    return "\n".join(page.extract_text() for page in pages).encode()


def streams(content: bytes) -> Iterator[bytes]:
    """The compressed streams of a PDF."""
    for piece in content.split(b"stream")[1:]:
        engine = zlib.decompressobj()
        try:
            yield engine.decompress(piece.lstrip(b"\r\n"))
        except zlib.error:
            continue
