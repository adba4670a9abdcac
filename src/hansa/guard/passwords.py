"""Passwords: hashed with argon2id (RFC 9106), a few at a time and never in the event loop.

One hash takes 64 MiB and a quarter of a second, so a crowd at the door must queue: two at once,
a short queue behind them, and the rest is told to come back.
"""

import asyncio
import unicodedata
from collections.abc import Callable
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from hansa.base.problems import TooManyRequests
from hansa.guard.errors import WeakPassword

T = TypeVar("T")

_AT_ONCE = 2
_WAITING = 32
_SHORTEST, _LONGEST = 12, 256  # characters; no rule of composition (NIST SP 800-63B, 5.1.1.2)


class Passwords:
    """The hashing of one city."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._places = asyncio.Semaphore(_AT_ONCE)
        self._here = 0

    async def hash(self, password: str) -> str:
        """The text to keep; it names its own parameters and salt."""
        return await self._queue(lambda: self._hasher.hash(_normal(password)))

    async def verify(self, kept: str | None, password: str) -> bool:
        """Whether `password` is the one kept. Without one, the same work and False."""
        return await self._queue(lambda: self._verify(kept, _normal(password)))

    def outdated(self, kept: str) -> bool:
        """Whether it was hashed with other parameters than would be used today."""
        return self._hasher.check_needs_rehash(kept)

    def _verify(self, kept: str | None, password: str) -> bool:
        if kept is None:
            self._hasher.hash(password)  # an unknown name takes as long as a known one
            return False
        try:
            return self._hasher.verify(kept, password)
        except VerifyMismatchError:
            return False

    async def _queue(self, work: Callable[[], T]) -> T:
        if self._here >= _AT_ONCE + _WAITING:
            raise TooManyRequests("many are signing in at this moment", remedy="try in a minute")
        self._here += 1
        try:
            async with self._places:
                return await asyncio.to_thread(work)
        finally:
            self._here -= 1


def check_strength(name: str, password: str) -> None:
    """WeakPassword where it is too short, too long, or the name of the account."""
    text = _normal(password)
    if not _SHORTEST <= len(text) <= _LONGEST:
        raise WeakPassword(
            f"a password has {_SHORTEST} to {_LONGEST} characters",
            where="password",
            remedy="take a sentence that you remember",
        )
    if name in text.casefold() and len(text) < len(name) + _SHORTEST:
        raise WeakPassword("the password holds the account's name", where="password")


def _normal(password: str) -> str:
    """One text however the keyboard composed it (NIST SP 800-63B, 5.1.1.2: NFKC)."""
    return unicodedata.normalize("NFKC", password)
