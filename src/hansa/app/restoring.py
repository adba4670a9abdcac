"""`hansa restore`: a backup becomes a new home elsewhere, or nothing at all.

Everything is compared before anything is written, nothing that is there is written over, and the
new home opens only once all of it stands: what a restore that breaks off leaves behind is refused.
The keys do not come with a backup. With them their list of erasures is replayed, so that
nobody who was erased comes back; without them the personal values stay unreadable.
"""

import asyncio
import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hansa.app import backup, manifest
from hansa.app.home import Home
from hansa.app.manifest import BackedFile, Manifest
from hansa.base.clock import Clock
from hansa.base.faults import StoreDamaged
from hansa.base.problems import BadFile, StoreRefused
from hansa.base.settings import CitySettings, load_city
from hansa.base.vocabulary import load_vocabulary
from hansa.context import VERSIONS, City, place_in
from hansa.guard import KeysThen, bring_keys, check_keys, parse_head, unreadable, without_keys

UNREADABLE = "personal values without a key"
_AT_ONCE = 1 << 20


@dataclass(frozen=True, slots=True)
class Wanted:
    """A restore as it was asked for. `city`: another folder than the one in the backup."""

    source: Path
    home: Path
    keys: Path | None = None
    city: Path | None = None


def restore(wanted: Wanted, clock: Clock) -> Mapping[str, Any]:
    """Make the home, or refuse and leave everything as it was."""
    made = manifest.verify(wanted.source)
    _check_versions(made)
    settings = _settings(wanted, made)
    if wanted.keys is not None:
        check_keys(
            wanted.keys, KeysThen(made.keys.fingerprint, made.keys.erasures, made.keys.digest)
        )
    with Home(wanted.home).begin_restore() as home:
        try:
            with backup.speaking_of(home.path):
                _fill(home, wanted, made)
            asyncio.run(_settle(home, settings, made, clock))
            home.end_restore(settings.name, _folder(wanted, home), settings.world)
        except BaseException:
            home.undo_restore()
            raise
    return {
        "home": str(home.path),
        "city": made.city,
        "world": made.world,
        "change": made.change,
        "made": made.at,
        "files": len(made.files),
        UNREADABLE: unreadable(place_in(wanted.home)),
    }


def _check_versions(made: Manifest) -> None:
    for room, version in made.versions.items():
        if version > VERSIONS.get(room, 0):
            raise StoreRefused(
                f"the backup was made by a newer Hansa, {made.hansa} ({room} version {version}, "
                f"this one knows {VERSIONS.get(room, 0)})",
                remedy="restore it with the newer version",
            )


def _settings(wanted: Wanted, made: Manifest) -> CitySettings:
    settings = load_city(wanted.city or wanted.source / backup.CITY)
    if (settings.name, settings.world) != (made.city, made.world):
        raise StoreRefused(
            f"the backup is of {made.city} in the world {made.world}, "
            f"the folder of {settings.name} in {settings.world}",
            remedy="name the folder of the same city and world with --city",
        )
    return settings


def _folder(wanted: Wanted, home: Home) -> Path:
    return wanted.city.resolve() if wanted.city is not None else home.path / backup.CITY


def _fill(home: Home, wanted: Wanted, made: Manifest) -> None:
    """Copy every file and bring the keys."""
    for file in made.files:
        if wanted.city is None or not file.path.startswith(backup.CITY + "/"):
            _copy(manifest.locate(wanted.source, file), manifest.locate(home.path, file), file)
    place = place_in(home.path)
    if wanted.keys is None:
        without_keys(place)
    else:
        bring_keys(wanted.keys, place.keys_folder)


def _copy(source: Path, target: Path, file: BackedFile) -> None:
    """One file, compared once more on its way, to the disk."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    hasher = hashlib.sha256()
    with source.open("rb") as given, target.open("xb") as taken:
        while piece := given.read(_AT_ONCE):
            hasher.update(piece)
            taken.write(piece)
        taken.flush()
        os.fsync(taken.fileno())
    target.chmod(0o600)
    if hasher.hexdigest() != file.sha256:
        raise BadFile("changed while it was read", where=str(source), remedy="restore again")


async def _settle(home: Home, settings: CitySettings, made: Manifest, clock: Clock) -> None:
    """Open the city once: forget who was erased, follow the journal, say that it was restored."""
    city = await City.open(settings, load_vocabulary(), home.path, clock)
    try:
        report = await city.guard.journal.verify(parse_head(made.journal))
        if not report.intact or city.last_change != made.change:
            raise StoreDamaged(
                f"its journal does not hold at {report.broken}: {report.reason}"
                if not report.intact
                else f"it stands at change {city.last_change}, not at {made.change}",
                where=str(home.path),
                remedy="restore another backup",
            )
        await city.guard.restored(change=made.change, made=made.at, journal=made.journal)
    finally:
        await city.close()
