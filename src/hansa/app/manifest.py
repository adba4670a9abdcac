"""The manifest of a backup: what it holds, file by file, and whether it is all still there.

It is written last, so a folder without one is no backup, whatever lies in it. A restore reads
nothing that the manifest does not name, and everything that it names is compared first.
"""

import hashlib
import os
from pathlib import Path, PurePosixPath

import msgspec

from hansa.base.problems import BadFile

FORMAT = 1
NAME = "manifest.json"

_AT_ONCE = 1 << 20


class BackedFile(msgspec.Struct, frozen=True):
    """One file: where it lies in the backup, how long it is, its SHA-256 in hex."""

    path: str
    bytes: int
    sha256: str


class Keys(msgspec.Struct, frozen=True):
    """How to tell the right keys, which lie elsewhere (see `guard.copies`)."""

    fingerprint: int
    erasures: int
    digest: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in `manifest.json`. `change`, `journal`: the moment the backup shows."""

    format: int
    hansa: str
    city: str
    world: str
    at: str
    change: int
    journal: str
    versions: dict[str, int]
    keys: Keys
    files: tuple[BackedFile, ...]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.bytes for file in self.files)


class _Format(msgspec.Struct, frozen=True):
    format: int


def listed(folder: Path) -> tuple[BackedFile, ...]:
    """Every file below the folder, the manifest itself left out, in order of name."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    return tuple(
        BackedFile(path.relative_to(folder).as_posix(), path.stat().st_size, digest(path))
        for path in sorted(paths)
        if path.parent != folder or not path.name.startswith(NAME)
    )


def digest(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    hasher = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_AT_ONCE):
            hasher.update(piece)
    return hasher.hexdigest()


def write(path: Path, manifest: Manifest) -> None:
    """The manifest into `path`, to the disk."""
    with path.open("wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(manifest), indent=1))
        file.flush()
        os.fsync(file.fileno())


def read(folder: Path) -> Manifest:
    """The manifest of a backup; BadFile where there is none, or a newer one."""
    path = folder / NAME
    if not path.is_file():
        raise BadFile(
            f"{folder} is no whole backup: it has no {NAME}",
            remedy="take another backup; this one was broken off, or is none",
        )
    content = path.read_bytes()
    try:
        found = msgspec.json.decode(content, type=_Format).format
        if found > FORMAT:
            raise BadFile(
                f"the backup was made by a newer Hansa (format {found}, this one knows {FORMAT})",
                where=str(path),
                remedy="restore it with the newer version",
            )
        return msgspec.json.decode(content, type=Manifest)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise BadFile(
            f"is no manifest of a backup: {error}", where=str(path), remedy="take another backup"
        ) from error


def verify(folder: Path) -> Manifest:
    """The manifest of a backup whose every file is what it was; BadFile names one that is not."""
    manifest = read(folder)
    for file in manifest.files:
        path = locate(folder, file)
        if not path.is_file() or path.is_symlink():
            raise _spoilt(path, "is missing")
        if (size := path.stat().st_size) != file.bytes:
            raise _spoilt(path, f"has {size} bytes and had {file.bytes}")
        if digest(path) != file.sha256:
            raise _spoilt(path, "does not match its hash")
    return manifest


def locate(folder: Path, file: BackedFile) -> Path:
    """Where a file of the manifest lies below `folder`; BadFile where that is outside."""
    path = PurePosixPath(file.path)
    if path.is_absolute() or ".." in path.parts or path == PurePosixPath():
        raise BadFile(
            f"names the file {file.path!r}, which is not in it",
            where=str(folder / NAME),
            remedy="somebody changed the manifest: take another backup",
        )
    return folder / path


def _spoilt(path: Path, what: str) -> BadFile:
    return BadFile(
        what,
        where=str(path),
        rule="a backup is restored whole or not at all",
        remedy="copy the backup here again, or take another one",
    )
