"""`shifts.yaml` of the city's folder as a checked value; a mistake is told with file and line."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import time, timedelta
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec

from hansa.base import yamlfile
from hansa.base.durations import parse_duration
from hansa.base.problems import BadFile
from hansa.desk.shifts.model import Duty, Hours, Post, ShiftSettings

FILE = "shifts.yaml"
_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_WALL = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SHORTEST = timedelta(minutes=5)  # more often than that a person does nothing else
_WITHIN = "30 min"


class HoursFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Times of one shift."""

    begin: str = msgspec.field(name="from")
    until: str


class PostFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One post with its shifts."""

    title: dict[str, str]
    roles: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    shifts: tuple[HoursFile, ...] = ()


class DutyFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One duty; `at` or `every`."""

    post: str
    title: dict[str, str]
    at: tuple[str, ...] = ()
    every: str | None = None
    days: tuple[str, ...] = _DAYS
    within: str = _WITHIN
    escalate: str = ""


class ShiftsFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The members of `shifts.yaml`."""

    posts: dict[str, PostFile] = msgspec.field(default_factory=dict)
    duties: dict[str, DutyFile] = msgspec.field(default_factory=dict)


def load_shifts(
    folder: Path, zone: ZoneInfo, languages: Sequence[str], roles: Collection[str]
) -> ShiftSettings:
    """The shifts of a city's folder, none without the file; BadFile names file, line and field.

    `roles`: those that guard has.
    """
    path = folder / FILE
    if not path.exists():
        return ShiftSettings(zone, {}, {})
    given = yamlfile.load(path, ShiftsFile)
    return _Checked(path, tuple(languages), frozenset(roles)).settings(given, zone)


class _Checked:
    """Turns what the file says into values and says where it cannot."""

    def __init__(self, path: Path, languages: tuple[str, ...], roles: frozenset[str]) -> None:
        self._path = path
        self._languages = languages
        self._roles = roles

    def settings(self, given: ShiftsFile, zone: ZoneInfo) -> ShiftSettings:
        posts = {key: self._post(key, one) for key, one in given.posts.items()}
        duties = {key: self._duty(key, one, posts) for key, one in given.duties.items()}
        return ShiftSettings(zone, posts, duties)

    def _post(self, key: str, given: PostFile) -> Post:
        self._check_key(key, "posts")
        self._check_words(given.title, "posts", key, "title")
        for index, role in enumerate(given.roles):
            self._check_role(role, "posts", key, "roles", index)
        hours = tuple(
            Hours(
                self._wall(one.begin, "posts", key, "shifts", index, "from"),
                self._wall(one.until, "posts", key, "shifts", index, "until"),
            )
            for index, one in enumerate(given.shifts)
        )
        return Post(key, given.title, given.roles, hours)

    def _duty(self, key: str, given: DutyFile, posts: Mapping[str, Post]) -> Duty:
        self._check_key(key, "duties")
        self._check_words(given.title, "duties", key, "title")
        if given.post not in posts:
            raise self._bad(f"there is no post {given.post!r}", "duties", key, "post")
        if given.escalate:
            self._check_role(given.escalate, "duties", key, "escalate")
        if bool(given.at) == (given.every is not None):
            raise self._bad("give either `at` or `every`", "duties", key)
        return Duty(
            key=key,
            post=given.post,
            title=given.title,
            within=self._span(given.within, "duties", key, "within"),
            at=tuple(
                self._wall(one, "duties", key, "at", index) for index, one in enumerate(given.at)
            ),
            every=None if given.every is None else self._step(given.every, key),
            days=self._days(given.days, key),
            escalate=given.escalate,
        )

    def _step(self, text: str, key: str) -> timedelta:
        found = self._span(text, "duties", key, "every")
        if not _SHORTEST <= found <= timedelta(days=1):
            raise self._bad("is not between 5 min and 1 d", "duties", key, "every")
        return found

    def _days(self, given: Sequence[str], key: str) -> frozenset[int]:
        for index, one in enumerate(given):
            if one not in _DAYS:
                raise self._bad(
                    f"{one!r} is no day", "duties", key, "days", index, remedy=", ".join(_DAYS)
                )
        if not given:
            raise self._bad("a duty has a day of the week", "duties", key, "days")
        return frozenset(map(_DAYS.index, given))

    def _span(self, text: str, *steps: str | int) -> timedelta:
        try:
            found = timedelta(microseconds=parse_duration(text))
        except ValueError as error:
            raise self._bad(str(error), *steps) from error
        if found <= timedelta():
            raise self._bad("is no time to act in", *steps)
        return found

    def _wall(self, text: str, *steps: str | int) -> time:
        if not _WALL.fullmatch(text):
            raise self._bad(
                f"{text!r} is no time of a day", *steps, remedy='write "08:00", in quotes'
            )
        return time.fromisoformat(text)

    def _check_role(self, role: str, *steps: str | int) -> None:
        if role not in self._roles:
            raise self._bad(f"there is no role {role!r}", *steps, remedy="see guard/roles.yaml")

    def _check_words(self, words: Mapping[str, str], *steps: str | int) -> None:
        for language in self._languages:
            if not words.get(language, "").strip():
                raise self._bad(f"the text is missing in {language}", *steps)

    def _check_key(self, key: str, place: str) -> None:
        if not _KEY.fullmatch(key):
            raise self._bad(f"{key!r} is no key", place, key, remedy="a-z, 0-9 and -")

    def _bad(self, detail: str, *steps: str | int, remedy: str = "") -> BadFile:
        line = yamlfile.line_of(self._path, *steps)
        return BadFile(detail, where=f"{line} {'.'.join(map(str, steps))}", remedy=remedy)
