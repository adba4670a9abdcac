"""`hansa backup make`: everything a city needs to stand up again elsewhere, but for its keys.

The store as of one change number, taken while it is written to; the city's folder as it is now;
a manifest that is written last. The journal says that a backup was made before the backup is whole,
so there is none of which it does not know.
"""

import asyncio
import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hansa import __version__
from hansa.app import manifest
from hansa.app.home import flush
from hansa.app.manifest import Keys, Manifest
from hansa.app.node import Node
from hansa.base.faults import StoreFull
from hansa.base.problems import BadFile, StoreRefused
from hansa.base.times import format_instant
from hansa.context import Copied
from hansa.guard import Kind, entry_of, keep_keys

CITY = "city"
_UNFINISHED = manifest.NAME + ".unfinished"


async def make(node: Node, folder: Path) -> Manifest:
    """Make a backup in a new folder, and remove what there is of it where that fails."""
    await asyncio.to_thread(_begin, node, folder)
    try:
        with speaking_of(folder):
            copied = await node.city.copy_to(folder)
            await asyncio.to_thread(_copy_city, node, folder)
            made = _describe(node, copied, await asyncio.to_thread(manifest.listed, folder))
            await asyncio.to_thread(manifest.write, folder / _UNFINISHED, made)
            await _note(node, made, await asyncio.to_thread(manifest.digest, folder / _UNFINISHED))
            await asyncio.to_thread(_end, folder)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)  # a half backup helps nobody and takes room
        raise
    return made


async def keep(node: Node, folder: Path) -> None:
    """Copy the keys, which no backup holds, into a folder of their own; the journal says so."""
    for above in (folder, *folder.parents):
        if above == node.home.path or (above / manifest.NAME).exists():
            raise StoreRefused(
                f"{folder} lies in the home or in a backup",
                rule="whoever finds a backup must not find its keys",
                remedy="name a folder elsewhere, that fewer people can read",
            )
    guard = node.city.guard
    await guard.journal.write(entry_of(guard.operator(), Kind.KEYS, node.clock.now()))
    with speaking_of(folder):
        await asyncio.to_thread(keep_keys, guard.vault.place, folder)


@contextmanager
def speaking_of(folder: Path) -> Iterator[None]:
    """Errors of the operating system while `folder` is written, as refusals."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StoreFull(
                "there is no room for it on the disk", where=str(folder), remedy="make room there"
            ) from error
        raise StoreRefused(
            f"{error.filename or folder} cannot be written or read: {error.strerror}",
            remedy="check the disk, its limits and the rights",
        ) from error


def _begin(node: Node, folder: Path) -> None:
    """Take the folder; whoever comes second finds that it is not empty."""
    if node.home.path in (folder, *folder.parents):
        raise StoreRefused(
            f"{folder} lies in the home itself",
            remedy="name a folder elsewhere, best on another disk",
        )
    with speaking_of(folder):
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise StoreRefused(
                f"{folder} is not empty",
                rule="a backup overwrites nothing",
                remedy="name a new folder with --to",
            )
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        (folder / _UNFINISHED).touch(0o600, exist_ok=False)


def _copy_city(node: Node, folder: Path) -> None:
    """The city's folder as it is now, but for a home or a backup that lies in it."""
    source = node.settings.folder
    apart = {node.home.path, folder}

    def left_out(inside: str, names: list[str]) -> list[str]:
        here = Path(inside)
        return [name for name in names if here / name in apart or name.startswith(".")]

    shutil.copytree(source, folder / CITY, ignore=left_out)
    if not (folder / CITY / "city.yaml").is_file():
        raise BadFile("there is no city.yaml any more", where=str(source))


def _describe(node: Node, copied: Copied, files: tuple[manifest.BackedFile, ...]) -> Manifest:
    keys = copied.keys
    return Manifest(
        format=manifest.FORMAT,
        hansa=__version__,
        city=node.settings.name,
        world=node.settings.world,
        at=format_instant(node.clock.now()),
        change=copied.change,
        journal=str(copied.head),
        versions=dict(copied.versions),
        keys=Keys(keys.fingerprint, keys.erasures, keys.digest),
        files=files,
    )


async def _note(node: Node, made: Manifest, digest: str) -> None:
    guard = node.city.guard
    facts = {"change": made.change, "files": len(made.files), "bytes": made.size}
    entry = entry_of(guard.operator(), Kind.BACKUP, node.clock.now(), manifest=digest, **facts)
    await guard.journal.write(entry)


def _end(folder: Path) -> None:
    for path in (path for path in folder.rglob("*") if path.is_dir()):
        flush(path)
    (folder / _UNFINISHED).replace(folder / manifest.NAME)
    flush(folder)
