"""The settings in force written as a folder, which is a city's folder again.

What stays the folder's alone comes with them. Into the city's own folder nothing is written where
somebody changed a file meanwhile: that is a choice, and a person's.
"""

import asyncio
import shutil
from pathlib import Path

from hansa.app.folder import keeping, laying
from hansa.app.folder.comparing import Pair, Standing, texts_of
from hansa.app.folder.folder import Folder
from hansa.app.folder.model import ROOM
from hansa.base.problems import StoreRefused
from hansa.context import City


async def export(city: City, folder: Folder, target: Path) -> list[str]:
    """Write the folder (a resolved path); answers the files that were written."""
    pairs, own = await folder.pairs(), city.settings.folder
    if target == own:
        written = await asyncio.to_thread(_write_back, pairs, own)
        await _settle(city, folder, pairs, written)
        return written
    return await asyncio.to_thread(_write_new, await folder.texts(), own, target)


def _write_new(texts: dict[str, str], own: Path, target: Path) -> list[str]:
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise StoreRefused(
            f"{target} is not empty",
            rule="an export overwrites nothing but the city's own folder",
            remedy="name a new folder",
        )
    if own in target.parents:
        raise StoreRefused(f"{target} lies in the city's own folder", remedy="name one elsewhere")
    laying.write(target, texts)
    for path in laying.apart(own):
        copy = shutil.copytree if path.is_dir() else shutil.copy2
        copy(path, target / path.name)
    return sorted(texts)


def _write_back(pairs: list[Pair], own: Path) -> list[str]:
    """What was edited here, into the folder it came from."""
    parted = [one.path for one in pairs if one.standing in (Standing.BOTH, Standing.FOLDER)]
    if parted:
        raise StoreRefused(
            f"{', '.join(parted)} changed in the folder meanwhile",
            where=str(own),
            rule="no silent merge",
            remedy="choose for each first: hansa city diff, hansa city take",
        )
    edited = [one.setting for one in pairs if one.standing is Standing.EDITED and one.setting]
    try:
        for one in edited:
            if one.removed:
                (own / one.path).unlink(missing_ok=True)
        laying.write(own, texts_of(edited))
    except OSError as error:
        raise StoreRefused(
            f"{error.filename} cannot be written: {error.strerror}",
            remedy="export into a new folder",
        ) from error
    return [one.path for one in edited]


async def _settle(city: City, folder: Folder, pairs: list[Pair], written: list[str]) -> None:
    """The folder says now what is in force: so it was taken over."""
    digests = {one.path: one.setting.digest for one in pairs if one.setting}
    changes = [keeping.change_of(path, keeping.settled(digests[path])) for path in written]
    if changes:
        await city.write(city.guard.machine(ROOM, city.world), changes)
        await folder.read_again()
