"""A source's local times as UTC, and what to do about hours that are twice there or not at all.

Where a zone springs forward an hour does not exist: a row that names it is refused. Where it
falls back an hour is there twice: the mapping says which is meant, and each is flagged.
Offsets are remembered per hour, since a file names the same hours again and again.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any, NamedTuple, TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from hansa.base import times
from hansa.sectors.mapping.refuse import Refused, is_missing, shown
from hansa.sectors.mapping.schema import Zone, ZoneColumn

AMBIGUOUS = "ambiguous-time"
EPOCHS = {"epoch": 1.0, "epoch-ms": 1000.0}  # formats that are numbers since 1970 in UTC
_REMEMBERED = 8192
_FIXED = re.compile(r"UTC(?:([+-])(\d\d):(\d\d))?")
_ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d")
_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?")
_UNKNOWN = timedelta.max
_LAST_OF_HOUR = timedelta(minutes=59, seconds=59)

Fields: TypeAlias = Mapping[str, Any]


class Moment(NamedTuple):
    """A moment, its text and its NGSI-LD value (4.6.3); `ambiguous`: the hour was there twice."""

    at: datetime
    text: str
    value: Mapping[str, str]
    ambiguous: bool = False


class Delay(NamedTuple):
    """How far times are moved: days by the calendar (noon stays noon), the rest as it elapses."""

    days: timedelta = timedelta()
    elapsed: timedelta = timedelta()

    def plus(self, other: "Delay") -> "Delay":
        """Both, one after the other."""
        return Delay(self.days + other.days, self.elapsed + other.elapsed)


NO_DELAY = Delay()
TimeReader: TypeAlias = Callable[[Fields, list[str]], "Moment | None"]


def zone_of(name: str) -> tzinfo:
    """The zone of an IANA name or of `UTC-05:00`; ValueError where it is neither."""
    if fixed := _FIXED.fullmatch(name):
        sign, hours, minutes = fixed.groups()
        if sign is None:
            return UTC
        offset = timedelta(hours=int(hours), minutes=int(minutes))
        return timezone(-offset if sign == "-" else offset)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is no zone: use Europe/Kyiv or UTC-05:00") from error


def delay_of(text: str | None) -> Delay:
    """An ISO 8601 duration of days, hours and minutes (`P364D`, `PT1H`); None is no delay."""
    found = _DURATION.fullmatch(text or "P")
    if found is None:
        raise ValueError(f"{text!r} is no duration: use P364D or PT1H30M")
    days, hours, minutes = (int(part or 0) for part in found.groups())
    return Delay(timedelta(days=days), timedelta(hours=hours, minutes=minutes))


class LocalTimes:
    """Texts of one zone as moments; remembers texts and the offsets of hours."""

    def __init__(
        self, name: str, ambiguous: str, pattern: str | None = None, delay: Delay = NO_DELAY
    ) -> None:
        self._days, self._elapsed = delay
        self._name = name
        self._zone = zone_of(name)
        self._ambiguous = ambiguous
        self._pattern = pattern
        self.known: dict[Any, Moment] = {}
        self._hours: dict[tuple[int, int, int, int], timedelta | None] = {}

    def moment(self, raw: Any, column: str) -> Moment:
        """The moment a cell names; raises Refused with the column and the rule."""
        if isinstance(raw, dict | list):
            raise Refused(column, "time", "is nested data where a time is needed")
        found = self.known.get(raw)
        if found is None:
            if len(self.known) >= _REMEMBERED:
                self.known.clear()
            try:
                found = self._read(raw, column)
                if self._elapsed:
                    moved = _moment(found.at + self._elapsed)
                    found = moved._replace(ambiguous=found.ambiguous)
                self.known[raw] = found
            except OverflowError as error:
                raise Refused(column, "time", f"{raw!r} is out of the calendar") from error
        return found

    def _read(self, raw: Any, column: str) -> Moment:
        local = (raw if isinstance(raw, datetime) else self._parse(raw, column)) + self._days
        if local.tzinfo is not None:
            return _moment(local.astimezone(UTC))
        hour = (local.year, local.month, local.day, local.hour)
        offset = self._hours.get(hour, _UNKNOWN)
        if offset is _UNKNOWN:
            if len(self._hours) >= _REMEMBERED:
                self._hours.clear()
            offset = self._hours[hour] = self._steady_offset(datetime(*hour))  # noqa: DTZ001
        return self._unsteady(local, column) if offset is None else _moment_of(local - offset)

    def _parse(self, raw: Any, column: str) -> datetime:
        text = str(raw).strip()
        try:
            if self._pattern in EPOCHS:
                return datetime.fromtimestamp(float(text) / EPOCHS[self._pattern], UTC)
            if self._pattern is not None:
                return datetime.strptime(text, self._pattern)  # noqa: DTZ007 - zone follows
            if _ISO.match(text):
                return datetime.fromisoformat(text)
        except (ValueError, OSError) as error:
            raise self._no_time(text, column) from error
        raise self._no_time(text, column)

    def _no_time(self, text: str, column: str) -> Refused:
        form = self._pattern or "2026-01-31 08:00:00"
        return Refused(column, "time", f"{shown(text)} is not a time of the form {form}")

    def _steady_offset(self, hour: datetime) -> timedelta | None:
        """The zone's offset where it is one and the same for the whole hour, else None."""
        try:
            offsets = {
                moment.replace(tzinfo=self._zone, fold=fold).utcoffset()
                for moment in (hour, hour + _LAST_OF_HOUR)
                for fold in (0, 1)
            }
        except OverflowError:
            return None
        return offsets.pop() if len(offsets) == 1 else None

    def _unsteady(self, local: datetime, column: str) -> Moment:
        """A time in an hour in which the clocks were moved."""
        first, last = (local.replace(tzinfo=self._zone, fold=fold) for fold in (0, 1))
        utc = first.astimezone(UTC)
        if first.utcoffset() == last.utcoffset():
            return _moment(utc)
        if utc.astimezone(self._zone).replace(tzinfo=None, fold=0) != local:
            raise Refused(
                column,
                "time-exists-in-zone",
                f"{local} does not exist in {self._name}: the clocks were put forward then",
            )
        if self._ambiguous == "refuse":
            raise Refused(
                column,
                "time-once-in-zone",
                f"{local} is twice in {self._name}: the clocks were put back then",
            )
        meant = first if self._ambiguous == "first" else last
        at = meant.astimezone(UTC)
        return _moment(at)._replace(ambiguous=True)


def _moment(utc: datetime) -> Moment:
    return _moment_of(utc.replace(tzinfo=None))


def _moment_of(naive: datetime) -> Moment:
    """The moment of a time in UTC that does not say so."""
    utc = naive.replace(tzinfo=UTC)
    text = times.format_instant(utc) if naive.microsecond else naive.isoformat() + "Z"
    return Moment(utc, text, {"@type": "DateTime", "@value": text})


class Calendar:
    """The times of one source: readers of its columns, which share what they remember."""

    def __init__(
        self, zone: Zone, ambiguous: str, pattern: str | None, delay: Delay = NO_DELAY
    ) -> None:
        self._delay = delay
        self._zone = zone
        self._ambiguous = ambiguous
        self._pattern = pattern
        self._known: dict[tuple[str, str | None, Delay], LocalTimes] = {}

    def fixed(self, text: str) -> TimeReader:
        """The same moment for every row, as the mapping says it in the source's zone."""
        zone = self._zone if isinstance(self._zone, str) else "UTC"
        moment = LocalTimes(zone, "first").moment(text, "knownSince")
        return lambda fields, flags: moment

    def reader(
        self,
        column: str,
        missing: frozenset[str],
        pattern: str | None = None,
        later: Delay = NO_DELAY,
    ) -> TimeReader:
        """From a row's cells to the moment in `column` (None where there is no value).

        `later`: so much after what the cell says.
        """
        form, delay = pattern or self._pattern, self._delay.plus(later)
        if not isinstance(self._zone, str):
            return _by_column(column, missing, self._zone, self._tables(self._zone, form, delay))
        local = self._local(self._zone, form, delay)
        known, moment = local.known, local.moment

        def read(fields: Fields, flags: list[str]) -> Moment | None:
            raw = fields.get(column)
            found = known.get(raw) if raw.__class__ is str else None
            if found is None:
                if is_missing(raw, missing):
                    return None
                found = moment(raw, column)
            if found.ambiguous and AMBIGUOUS not in flags:
                flags.append(AMBIGUOUS)
            return found

        return read

    def _tables(self, zone: ZoneColumn, form: str | None, delay: Delay) -> Mapping[str, LocalTimes]:
        return {word: self._local(name, form, delay) for word, name in zone.table.items()}

    def _local(self, name: str, form: str | None, delay: Delay) -> LocalTimes:
        key = (name, form, delay)
        if key not in self._known:
            self._known[key] = LocalTimes(name, self._ambiguous, form, delay)
        return self._known[key]


def _by_column(
    column: str, missing: frozenset[str], zone: ZoneColumn, tables: Mapping[str, LocalTimes]
) -> TimeReader:
    where, words = zone.column, ", ".join(sorted(tables))

    def read(fields: Fields, flags: list[str]) -> Moment | None:
        raw = fields.get(column)
        if is_missing(raw, missing):
            return None
        word = fields.get(where)
        local = tables.get(str(word).strip())
        if local is None:
            raise Refused(where, "zone-known", f"the zone {shown(word)} is not one of {words}")
        found = local.moment(raw, column)
        if found.ambiguous and AMBIGUOUS not in flags:
            flags.append(AMBIGUOUS)
        return found

    return read
