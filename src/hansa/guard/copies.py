"""What a backup holds of the personal store, and what a restore asks for beside it.

The sealed values are in a backup and the keys never are, so a backup that was lost shows nobody's
personal data. It remembers how to tell the right keys from others, and how long the list of
erasures was: keys with a shorter list are older than the backup, and would bring back people who
had been erased before it was made.
"""

import hashlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from hansa.base.copying import copy_store, in_file, versions
from hansa.base.database import Tx
from hansa.base.problems import StoreRefused
from hansa.guard.blobs import FOLDER
from hansa.guard.sealing import Marks
from hansa.guard.shelves import ERASURES, KEYS, VALUES, Place
from hansa.guard.store import files, keys, records


@dataclass(frozen=True, slots=True)
class KeysThen:
    """The keys as they were when the backup was made: which, and how many were erased."""

    fingerprint: int
    erasures: int  # bytes of the list
    digest: str  # SHA-256 of those bytes, in hex


def copy_values(place: Place, folder: Path) -> tuple[KeysThen, dict[str, int]]:
    """Copy the sealed values into `folder`; which keys they need, and versions of their tables."""
    files.private_folder(folder)

    def look(tx: Tx) -> tuple[int, dict[str, int]]:
        return records.mark(tx, "keys") or 0, versions(tx)

    fingerprint, found = copy_store(place.folder / VALUES, folder / VALUES, look)
    _copy_blobs(place.folder / FOLDER, folder / FOLDER)
    listed = _list(place.keys_folder)
    return KeysThen(fingerprint, len(listed), _digest(listed)), found


def _copy_blobs(source: Path, target: Path) -> None:
    """The sealed attachments: whole files that never change, so each is copied as it is."""
    if not source.is_dir():
        return
    files.private_folder(target)
    for path in sorted(source.iterdir()):
        if not path.suffix:
            shutil.copyfile(path, target / path.name)


def check_keys(folder: Path, then: KeysThen) -> None:
    """StoreRefused where the keys are not those of the backup, or older than it."""
    path = folder / KEYS
    if not path.is_file():
        raise StoreRefused(
            f"{folder} holds no keys", remedy=f"name the folder with {KEYS} and {ERASURES}"
        )
    secret = in_file(path, keys.kept_secret)
    if secret is None or Marks(secret).fingerprint() != then.fingerprint:
        raise StoreRefused(
            f"the keys in {folder} are not those of this backup",
            remedy="name the folder with this city's keys, or restore without personal values",
        )
    if _digest(_list(folder)[: then.erasures]) != then.digest:
        raise StoreRefused(
            f"the keys in {folder} are older than the backup",
            rule="who was erased does not come back by a restore",
            remedy=f"take newer keys, with the {ERASURES} that lies beside them",
        )


def bring_keys(folder: Path, target: Path) -> None:
    """Copy keys and list of erasures from folder to folder, in place of an older copy of them.

    The keys are read first, so that a person who is erased meanwhile is on the list; the list is
    put in place first, so that a copy broken off forgets rather more than less.
    """
    files.private_folder(target)
    fresh_keys, fresh_list = target / (KEYS + ".new"), target / (ERASURES + ".new")
    fresh_keys.unlink(missing_ok=True)
    copy_store(folder / KEYS, fresh_keys, versions)
    _write(fresh_list, _list(folder))
    fresh_list.replace(target / ERASURES)
    fresh_keys.replace(target / KEYS)


def keep_keys(place: Place, target: Path) -> None:
    """Copy a city's keys while it is in use; StoreRefused where other things lie in `target`."""
    if target.exists() and any(target.iterdir()):
        secret = in_file(place.keys_folder / KEYS, keys.kept_secret)
        listed = _list(target)
        fingerprint = 0 if secret is None else Marks(secret).fingerprint()
        check_keys(target, KeysThen(fingerprint, len(listed), _digest(listed)))
        if not _list(place.keys_folder).startswith(listed):
            raise StoreRefused(
                f"the keys in {target} are newer than those of the home",
                rule="who was erased does not come back",
                remedy="name a new folder",
            )
    bring_keys(place.keys_folder, target)


def without_keys(place: Place) -> None:
    """Let a restored home go on with keys of its own; what was sealed before stays unreadable."""
    in_file(place.folder / VALUES, lambda tx: records.drop_mark(tx, "keys"))


def unreadable(place: Place) -> int:
    """How many values of a home that nobody has open lack their key, and were not erased."""
    held = in_file(place.keys_folder / KEYS, keys.names)
    return in_file(
        place.folder / VALUES, lambda tx: sum(name not in held for name in records.key_names(tx))
    )


def _list(folder: Path) -> bytes:
    path = folder / ERASURES
    listed = path.read_bytes() if path.exists() else b""
    return listed[: listed.rfind(b"\n") + 1]  # a line cut off was never an erasure


def _write(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _digest(listed: bytes) -> str:
    return hashlib.sha256(listed).hexdigest()
