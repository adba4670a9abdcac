"""How much one person, program or stranger may ask: a bucket that fills again by itself.

A burst is let through, then so many a second; whoever asks more is told when to come back, and
nobody else waits for it. In memory: a restart forgives.
"""

import math
from dataclasses import dataclass
from datetime import datetime

from hansa.base.access import Limits, Rate
from hansa.base.clock import Clock
from hansa.base.problems import TooManyRequests
from hansa.guard.attempts import network
from hansa.guard.model import Grant

_REMEMBERED = 20_000


@dataclass(frozen=True, slots=True)
class Bucket:
    """What was left when it was last looked at."""

    left: float
    at: datetime

    def now(self, rate: Rate, now: datetime) -> float:
        """What is left at this moment."""
        passed = max((now - self.at).total_seconds(), 0.0)
        return min(self.left + passed * rate.per_second, float(rate.burst))


class Rates:
    """The buckets of one city."""

    def __init__(self, limits: Limits, clock: Clock) -> None:
        self._limits = limits
        self._clock = clock
        self._buckets: dict[str, Bucket] = {}

    def count(self, grant: Grant | None, address: str) -> None:
        """Count one request; TooManyRequests says in how many seconds the next is let through."""
        rate, key = self._place(grant, address)
        now = self._clock.now()
        found = self._buckets.pop(key, None)
        left = float(rate.burst) if found is None else found.now(rate, now)
        granted = left >= 1
        self._buckets[key] = Bucket(left - 1 if granted else left, now)
        if len(self._buckets) > _REMEMBERED:  # those that were not used for longest
            for old in list(self._buckets)[: _REMEMBERED // 10]:
                del self._buckets[old]
        if not granted:
            seconds = max(math.ceil((1 - left) / rate.per_second), 1)
            raise TooManyRequests(
                "there were too many requests",
                seconds=seconds,
                rule="city.yaml: access.limits",
                remedy=f"try again in {seconds} s",
            )

    def _place(self, grant: Grant | None, address: str) -> tuple[Rate, str]:
        if grant is None:
            return self._limits.strangers, f"from {network(address)}"
        if grant.actor.startswith("token:"):
            return self._limits.programs, grant.actor
        return self._limits.people, grant.session or grant.actor
