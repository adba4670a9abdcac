"""Files that people send: held aside while they are looked at, moved into the inbox when meant.

What is held lies in a hidden folder of the inbox, which no source reads and only the node's own
account may open, and is gone when the look is over. A move within one file system is whole or
not at all, so the watcher never meets half a file.
"""

import hashlib
import re
import shutil
import tempfile
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

from hansa.sectors.errors import BadUpload
from hansa.sectors.mapping.load import Source
from hansa.sectors.places import patterns

ASIDE = ".incoming"
_LONGEST = 80  # characters of a name: below 255 bytes in any script
_UNFIT = re.compile(r"[^\w.() -]+")
_ENDINGS = {
    "csv": (".csv", ".txt", ".tsv"),
    "jsonl": (".jsonl", ".ndjson"),
    "xlsx": (".xlsx",),
    "geojson": (".geojson", ".json"),
    "table": (".csv", ".xlsx"),
}


class Stored(NamedTuple):
    """A file of the inbox: its name there, below the folder of its source."""

    file: str
    digest: str


def clean(name: str) -> str:
    """A file name without path, control characters and other surprises; "" where none is left."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    fit = _UNFIT.sub("-", last).strip(" .-")
    stem, dot, ending = fit.rpartition(".")
    return fit if len(fit) <= _LONGEST else stem[: _LONGEST - len(ending) - 1] + dot + ending


def name_for(source: Source, given: str) -> str:
    """Under which name the source takes the file; BadUpload where it is of another kind."""
    name = clean(given)
    if name and _takes(source, name):
        return name
    stem, packed = name.removesuffix(".gz"), name.endswith(".gz")
    endings = _ENDINGS[source.files.format]
    ending = next((one for one in endings if stem.lower().endswith(one)), None)
    if ending is None or (packed and source.files.format in ("xlsx", "table")):
        raise BadUpload(
            f"{name or 'a file without a name'} is no file of this source",
            where="name",
            rule="the ending tells the form",
            remedy=f"send {source.files.format}: a name that ends with {' or '.join(endings)}",
        )
    for pattern in patterns(source):
        wish = pattern.replace("*", stem[: -len(ending)] or source.name)
        same = source.files.format != "table" or wish.lower().endswith(ending)
        if same and fnmatchcase(wish, pattern) and wish.endswith(".gz") == packed:
            return wish
    raise BadUpload(
        f"{name} has a name that the source does not take",
        where="name",
        rule="files of the mapping",
        remedy=f"name it like {', '.join(patterns(source))}",
    )


def _takes(source: Source, name: str) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns(source))


def _numbered(source: Source, name: str, number: int) -> str:
    """The name with a number, set where the source's pattern allows one."""
    stem, dot, rest = name.partition(".")
    after = f"{stem}-{number}{dot}{rest}"
    return after if _takes(source, after) else f"{number}-{name}"


def is_fixed(source: Source, name: str) -> bool:
    """Whether the source knows one file of just this name: a new one takes the old one's place."""
    return name in patterns(source)


class Incoming:
    """The inbox of a city as people send files to it. Its methods block: call them in a thread."""

    def __init__(self, inbox: Path) -> None:
        self._inbox = inbox
        self._aside = inbox / ASIDE
        shutil.rmtree(self._aside, ignore_errors=True)  # what a killed node left
        self._lock = threading.Lock()  # of two files that come at once each keeps its name

    @contextmanager
    def held(self, name: str, data: bytes) -> Iterator[Path]:
        """The file aside, under its name, for as long as the context lasts."""
        self._aside.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryDirectory(dir=self._aside, prefix="look-") as folder:
            path = Path(folder) / name
            path.write_bytes(data)
            yield path

    def there(self, source: Source, name: str) -> bool:
        """Whether the source's folder holds a file of this name."""
        return (self._inbox / source.name / name).exists()

    def free_name(self, source: Source, name: str) -> str:
        """The name under which the file is kept: its own, or its own with a number."""
        if is_fixed(source, name):
            return name
        number, found = 1, name
        while self.there(source, found):
            number += 1
            found = _numbered(source, name, number)
        return found

    def bring(self, source: Source, name: str, data: bytes) -> Stored:
        """Put the file where the watcher reads it. A text gets the end of its last line."""
        data = _ended(source, name, data)
        home = self._inbox / source.name
        home.mkdir(parents=True, exist_ok=True)
        with self.held(name, data) as path, self._lock:
            kept = self.free_name(source, name)
            path.replace(home / kept)
        return Stored(kept, hashlib.sha256(data).hexdigest())


def _ended(source: Source, name: str, data: bytes) -> bytes:
    """A last line without an end is waited for by the watcher; this file is whole."""
    text = source.files.format in ("csv", "jsonl") and not name.endswith(".gz")
    return data + b"\n" if text and data and not data.endswith(b"\n") else data
