"""How often somebody may try to sign in: a few times at once, then less and less often.

Counted by account and address together, so that nobody locks another person out from elsewhere;
and, far more leniently, by account alone, so that many addresses do not make a crowd of guesses.
An attempt counts before its password is looked at: a hundred at once are a hundred attempts.
"""

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

from hansa.base.problems import TooManyRequests

_FORGOTTEN = timedelta(hours=1)
_REMEMBERED = 20_000


@dataclass(frozen=True, slots=True)
class Limit:
    """`free` attempts, then a pause that doubles from one second up to `longest`."""

    free: int
    longest: timedelta

    def pause(self, count: int) -> timedelta:
        """How long to wait after the attempt number `count`."""
        if count < self.free:
            return timedelta(0)
        return min(timedelta(seconds=2 ** min(count - self.free, 30)), self.longest)


@dataclass(frozen=True, slots=True)
class Streak:
    """Attempts in a row, and when the next one is let through."""

    count: int
    until: datetime


BY_ADDRESS = Limit(5, timedelta(minutes=15))
BY_ACCOUNT = Limit(50, timedelta(minutes=1))


class Attempts:
    """The attempts of one city, in memory: a restart forgives."""

    def __init__(self) -> None:
        self._streaks: dict[tuple[str, str], Streak] = {}

    def begin(self, account: str, address: str, now: datetime) -> None:
        """Count one attempt; TooManyRequests while the last pause has not run out."""
        keys = _keys(account, address)
        wait = max((self._wait(key, now) for key in keys), default=timedelta(0))
        if wait > timedelta(0):
            seconds = int(wait.total_seconds()) + 1
            raise TooManyRequests(
                "there were too many attempts",
                seconds=seconds,
                remedy=f"try again in {seconds} s",
            )
        for key, limit in keys.items():
            found = self._streaks.pop(key, None)
            count = 1 if found is None or _stale(found, now) else found.count + 1
            self._streaks[key] = Streak(count, now + limit.pause(count))
        self._trim(now)

    def succeeded(self, account: str, address: str) -> None:
        """Forget the attempts from this address on this account, and its crowd."""
        for key in _keys(account, address):
            self._streaks.pop(key, None)

    def _wait(self, key: tuple[str, str], now: datetime) -> timedelta:
        found = self._streaks.get(key)
        return timedelta(0) if found is None else found.until - now

    def _trim(self, now: datetime) -> None:
        if len(self._streaks) <= _REMEMBERED:
            return
        kept = [(key, one) for key, one in self._streaks.items() if not _stale(one, now)]
        self._streaks = dict(kept[-_REMEMBERED * 9 // 10 :])  # the newest; room for a while


def _keys(account: str, address: str) -> dict[tuple[str, str], Limit]:
    return {(account, network(address)): BY_ADDRESS, (account, ""): BY_ACCOUNT}


def _stale(streak: Streak, now: datetime) -> bool:
    return now >= streak.until + _FORGOTTEN


def network(address: str) -> str:
    """The address as one customer has it: an IPv6 /64, an IPv4 as it is (RFC 6177)."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        mapped = parsed.ipv4_mapped
        return str(mapped or ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def is_loopback(host: str) -> bool:
    """Whether a host (address or name, with or without port) is this machine itself."""
    name = host.strip().lower()
    if name.startswith("["):
        name = name[1:].partition("]")[0]
    elif name.count(":") == 1:
        name = name.partition(":")[0]
    if name == "localhost" or name.endswith(".localhost"):  # RFC 6761, 6.3
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
