"""What a city says of the personal data it keeps: why, how long, whom to tell of a breach."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import TypeAlias

Words: TypeAlias = Mapping[str, str]
"""Language to text."""


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """How long the personal values of a kind of record are kept, and then erased.

    `where`: an NGSI-LD query that the record meets; `since`: the attribute whose time counts.
    """

    key: str
    words: Words
    type: str
    where: str
    since: str
    days: int
    because: Words = field(default_factory=dict)

    def over(self, began: datetime, now: datetime) -> bool:
        """Whether the time of a record that began to count then is over."""
        return began + timedelta(days=self.days) <= now


@dataclass(frozen=True, slots=True)
class Entry:
    """What the register says of a type beside what the rooms know."""

    purpose: Words = field(default_factory=dict)
    basis: Words = field(default_factory=dict)
    recipients: Words = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NoticeDuty:
    """Whom a law has told of a breach, and within which time from noticing it.

    `within` None: without undue delay, so no hour is over.
    """

    key: str
    law: str
    words: Words
    within: timedelta | None
    cites: str

    def due(self, noticed: datetime) -> datetime | None:
        """By when the duty is done."""
        return None if self.within is None else noticed + self.within


@dataclass(frozen=True, slots=True)
class PrivacySettings:
    """What the city's folder `privacy/` says beside the classes. `sweep`: on the city's clock."""

    rules: tuple[RetentionRule, ...] = ()
    sweep: time = time(3, 30)
    controller: Words = field(default_factory=dict)
    officer: Words = field(default_factory=dict)
    register: Mapping[str, Entry] = field(default_factory=dict)
    duties: tuple[NoticeDuty, ...] = ()

    def rule(self, key: str) -> RetentionRule | None:
        """The rule of this key."""
        return next((one for one in self.rules if one.key == key), None)

    def duty(self, key: str) -> NoticeDuty | None:
        """The duty of this key."""
        return next((one for one in self.duties if one.key == key), None)
