"""Settings laid out as a folder below the home, so that the rooms' own loaders read them.

The name of such a folder is the digest of what it holds: one that is there is whole, an edit that
is tried lies beside the one in force, and taking it over is giving the rooms another path. What
stays the city's folder's alone (`map/`, `privacy/`, …) is linked, so that a layout is a whole city.
"""

import hashlib
import secrets
import shutil
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from hansa.app.folder.model import AREAS, FolderFile, digest_of, patterns
from hansa.base.problems import Problem

_UNFINISHED = ".new-"


def read_folder(folder: Path) -> dict[str, FolderFile]:
    """The editable files of the city's own folder, as they are now."""
    return {one.path: one for one in _files(folder)}


def _files(folder: Path) -> Iterator[FolderFile]:
    for pattern in patterns():
        for path in sorted(folder.glob(pattern)):
            yield _read(path, path.relative_to(folder).as_posix())


def _read(path: Path, name: str) -> FolderFile:
    try:
        data = path.read_bytes()
    except OSError as error:
        return FolderFile(name, "", "", f"cannot be read: {error.strerror}")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return FolderFile(name, "", hashlib.sha256(data).hexdigest(), f"is not UTF-8: {error}")
    return FolderFile(name, text, digest_of(text))


class Layouts:
    """The folders below `place`, over the city's own `folder`."""

    def __init__(self, place: Path, folder: Path) -> None:
        self._place = place
        self._folder = folder

    def lay(self, texts: Mapping[str, str]) -> Path:
        """The folder that holds these texts; made where it is not there. Blocks."""
        target = self._place / _digest(texts)
        if target.is_dir():
            return target
        self._place.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = self._place / f"{_UNFINISHED}{secrets.token_hex(8)}"
        write(fresh, texts)
        for path in apart(self._folder):
            (fresh / path.name).symlink_to(path)
        fresh.replace(target)
        return target

    def clear(self) -> None:
        """Remove every layout; before the first one of a process, which owns the home."""
        shutil.rmtree(self._place, ignore_errors=True)

    def keep(self, wanted: Collection[Path]) -> None:
        """Remove the layouts that nobody reads any more."""
        for path in self._place.iterdir():
            if path not in wanted:
                shutil.rmtree(path, ignore_errors=True)

    def said(self, problem: Problem, prefix: str = "") -> Problem:
        """The same refusal, which names files as a person knows them."""
        for member in ("where", "detail", "remedy"):
            text: str = getattr(problem, member)
            setattr(problem, member, _known(text, self._place, prefix))
        return problem


def write(folder: Path, texts: Mapping[str, str]) -> None:
    """The texts as files of a folder."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path, text in texts.items():
        target = folder / path
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(text.encode())


def apart(folder: Path) -> list[Path]:
    """What of the city's folder no console edits."""
    return [one for one in sorted(folder.iterdir()) if one.name not in AREAS and one.name[0] != "."]


def _digest(texts: Mapping[str, str]) -> str:
    named = "".join(f"{path}\n{digest_of(text)}\n" for path, text in sorted(texts.items()))
    return digest_of(named)[:24]


def _known(text: str, place: Path, prefix: str) -> str:
    before, found, after = text.partition(f"{place}/")
    while found:
        before += prefix + after.partition("/")[2]
        before, found, after = before.partition(f"{place}/")
    return before
