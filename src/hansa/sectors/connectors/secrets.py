"""Secrets of sources: named in a mapping, kept elsewhere.

A city's folder is copied, shared and shown, so a password in it would be everybody's. A mapping
names a file in the home's `secrets/` or a variable of the node's environment; its name begins
with `HANSA_`, so that no mapping can carry off what was meant for another program.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from hansa.base.problems import HANSA, Problem

FOLDER = "secrets"
_LONGEST = 4096  # bytes


class BadSecret(Problem):
    """A secret that a mapping names is not where it says, or cannot be read."""

    type = HANSA + "bad-secret"
    title = "A secret of a source is not there"


class Secret(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where a secret is kept: exactly one of both."""

    file: Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")] | None = None
    env: Annotated[str, Meta(pattern=r"^HANSA_[A-Z0-9_]+$")] | None = None

    def __str__(self) -> str:
        return f"file {self.file}" if self.file is not None else f"env {self.env}"


class Secrets:
    """The secrets of one node. Reading a small file blocks no longer than a look-up does."""

    def __init__(self, home: Path) -> None:
        self._folder = home / FOLDER

    def read(self, given: Secret) -> str:
        """The secret's text without the end of its line."""
        if given.file is not None:
            return self._from_file(given.file)
        found = os.environ.get(given.env or "")
        if not found:
            raise BadSecret(f"the environment has no {given.env}", where=str(given))
        return found

    def _from_file(self, name: str) -> str:
        path = self._folder / name
        remedy = f"put it into {FOLDER}/{name} of the home, readable by the node only"
        try:
            with path.open("rb") as file:
                raw = file.read(_LONGEST + 1)
            if len(raw) > _LONGEST:
                raise BadSecret(f"has more than {_LONGEST} bytes", where=f"file {name}")
            return raw.decode().removesuffix("\n").removesuffix("\r")
        except OSError as error:
            detail = error.strerror or "cannot be read"
            raise BadSecret(detail, where=f"file {name}", remedy=remedy) from error
        except UnicodeDecodeError as error:
            raise BadSecret("is not UTF-8", where=f"file {name}") from error


def wrong(settings: msgspec.Struct) -> Iterator[tuple[str, str]]:
    """Members whose secret does not say where it is kept, with what is wrong."""
    for name in settings.__struct_fields__:
        one = getattr(settings, name)
        if isinstance(one, Secret) and (one.file is None) == (one.env is None):
            yield name, "a secret is kept in a file or in the environment: say one of both"
