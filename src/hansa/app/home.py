"""A home: the folder of one city's store, owned by one process.

A home remembers its city, so that one city's rows never land in another's store, and holds a
lock that the kernel gives back when its process ends, however it ends.
"""

import fcntl
import os
import shutil
from pathlib import Path
from types import TracebackType

import orjson

from hansa.base.problems import StoreRefused

FORMAT = 1
_RESTORING = "restoring"  # stands in a home from the first to the last moment of a restore


class HomeBusy(StoreRefused):
    """Another process owns the home; commands go to it over its socket."""


class Home:
    """A claimed home. Use as a context manager; leaving it gives the lock back."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self._lock: int | None = None

    @property
    def socket(self) -> Path:
        """Where the owning process listens for commands."""
        return self.path / "control.sock"

    @property
    def inbox(self) -> Path:
        """The watched folder: one folder per source below it."""
        return self.path / "inbox"

    def claim(self, city: str, folder: Path, world: str) -> "Home":
        """Become the owner for this city; HomeBusy or StoreRefused says why not."""
        self._own()
        try:
            self._remember(city, folder, world)
        except StoreRefused:
            self.release()
            raise
        return self

    def begin_restore(self) -> "Home":
        """Become the owner of a new home that opens only after `end_restore`."""
        if self.path.exists() and any(self.path.iterdir()):
            raise StoreRefused(
                f"{self.path} is not empty",
                rule="a restore overwrites nothing",
                remedy="name a new folder with --home",
            )
        self._own()
        (self.path / _RESTORING).touch(0o600)
        flush(self.path)
        return self

    def end_restore(self, city: str, folder: Path, world: str) -> None:
        """Everything is in its place: from here on the home opens."""
        self._write(city, folder, world)
        (self.path / _RESTORING).unlink()
        flush(self.path)

    def undo_restore(self) -> None:
        """Remove what a restore that failed has written; the mark last."""
        for path in self.path.iterdir():
            if path.name not in (_RESTORING, "lock"):
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        (self.path / "lock").unlink()
        (self.path / _RESTORING).unlink()

    def _own(self) -> None:
        self.path.mkdir(parents=True, exist_ok=True)
        self.path.chmod(0o700)  # whoever may open its socket is an administrator
        lock = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            owner = os.read(lock, 32).decode("ascii", "replace").strip()
            os.close(lock)
            raise HomeBusy(
                f"{self.path} is owned by another process{f' ({owner})' if owner else ''}",
                remedy="use its console, or stop it first",
            ) from error
        os.ftruncate(lock, 0)
        os.write(lock, f"{os.getpid()}\n".encode())  # for people: the kernel's lock decides
        self._lock = lock

    def release(self) -> None:
        """Give the home back."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def remembered(self) -> tuple[str, Path, str] | None:
        """The city this home belongs to, its folder and its world; None for a new home."""
        if (self.path / _RESTORING).exists():
            raise StoreRefused(
                f"{self.path} is being restored, or its restore broke off",
                remedy="wait until hansa restore has ended; if it did not end, remove the folder"
                " and restore again",
            )
        try:
            told = orjson.loads((self.path / "home.json").read_bytes())
        except FileNotFoundError:
            return None
        except orjson.JSONDecodeError as error:
            raise self._damaged() from error
        if not isinstance(told, dict):
            raise self._damaged()
        if told.get("format", 0) > FORMAT:
            raise StoreRefused(
                f"{self.path} was made by a newer Hansa", remedy="start the newer version"
            )
        try:
            return str(told["city"]), Path(told["folder"]), str(told["world"])
        except (KeyError, TypeError) as error:
            raise self._damaged() from error

    def _damaged(self) -> StoreRefused:
        return StoreRefused(
            "is damaged",
            where=str(self.path / "home.json"),
            remedy="restore a backup into a new home: hansa restore",
        )

    def _remember(self, city: str, folder: Path, world: str) -> None:
        found = self.remembered()
        if found is not None and found[0] != city:
            raise StoreRefused(
                f"{self.path} is the home of {found[0]}, not of {city}",
                remedy="give each city a home of its own (--home)",
            )
        if found is not None and found[2] != world:
            raise StoreRefused(
                f"{self.path} lives in the world {found[2]}, not in {world}",
                rule="no query, count or rule mixes two worlds",
                remedy="give each world a home of its own (--home)",
            )
        if found != (city, folder, world):
            self._write(city, folder, world)

    def _write(self, city: str, folder: Path, world: str) -> None:
        told = {"city": city, "folder": str(folder), "world": world, "format": FORMAT}
        fresh = self.path / "home.json.new"
        with fresh.open("wb") as file:
            file.write(orjson.dumps(told))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.path / "home.json")

    def __enter__(self) -> "Home":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()


def flush(folder: Path) -> None:
    """The folder's own list of names to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
