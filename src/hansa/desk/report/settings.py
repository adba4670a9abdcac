"""What differs from city to city in its report: hour, notes, levels and their criteria.

`report.yaml` in the city's folder; each member replaces the default's as a whole. A criterion
is data: which incidents, which indicator or which sources, and how many are too many.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from importlib import resources
from pathlib import Path

import msgspec

from hansa.base import yamlfile
from hansa.base.problems import BadFile
from hansa.base.vocabulary import Vocabulary
from hansa.desk.indicators import Indicator
from hansa.desk.report.model import Words

_HOUR = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
HEALTH = (
    "ok", "late", "failing", "quarantined", "columns", "clock", "flooding", "paused", "unlisted"
)  # fmt: skip


class Incidents(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="camel"
):
    """So many open incidents of a severity or worse; `overdue`: only those that nobody took."""

    at_least: int
    severity: str = ""
    overdue: bool = False


class Value(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="camel"):
    """An indicator at or above a value, or at or below one."""

    id: str
    at_least: float | None = None
    at_most: float | None = None


class Sources(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="camel"
):
    """So many sources in one of these states of health."""

    at_least: int
    health: tuple[str, ...]


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A criterion of the level; one of `incidents`, `indicator` and `sources` is given."""

    id: str
    level: int
    text: dict[str, str]
    incidents: Incidents | None = None
    indicator: Value | None = None
    sources: Sources | None = None


class ReportFile(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="camel"
):
    """The members of `report.yaml`."""

    hour: str | None = None
    days: int | None = None
    compare_days: int | None = None
    top: int | None = None
    notes: tuple[dict[str, str], ...] | None = None
    levels: tuple[dict[str, str], ...] | None = None
    criteria: tuple[Rule, ...] | None = None


@dataclass(frozen=True, slots=True)
class ReportSettings:
    """A checked `report.yaml`. `scale`: severity name to rank."""

    hour: time
    days: int
    back: int
    top: int
    notes: Sequence[Words]
    levels: Sequence[Words]
    criteria: Sequence[Rule]
    indicators: Sequence[Indicator]
    scale: Mapping[str, int]
    terms: Mapping[str, Mapping[str, Words]]

    def word(self, level: int) -> Words:
        """The word of a level."""
        return self.levels[level - 1]


def load_report(
    folder: Path, vocabulary: Vocabulary, languages: Sequence[str], indicators: Sequence[Indicator]
) -> ReportSettings:
    """The report of a city's folder over the defaults; BadFile names file, line and field."""
    package = Path(str(resources.files("hansa.desk.report")))
    default = package / "default.yaml"
    own = folder / "report.yaml"
    base = yamlfile.load(default, ReportFile)
    given = yamlfile.load(own, ReportFile) if own.exists() else base
    path = own if own.exists() else default
    settings = ReportSettings(
        hour=parse_hour(given.hour or base.hour or "", path),
        days=_either(given.days, base.days),
        back=_either(given.compare_days, base.compare_days),
        top=_either(given.top, base.top),
        notes=base.notes or () if given.notes is None else given.notes,
        levels=given.levels or base.levels or (),
        criteria=base.criteria or () if given.criteria is None else given.criteria,
        indicators=tuple(indicators),
        scale={step.name: rank for rank, step in enumerate(vocabulary.severity)},
        terms=yamlfile.load(package / "terms.yaml", dict[str, dict[str, dict[str, str]]]),
    )
    _check(settings, path, languages if own.exists() else ())
    return settings


def parse_hour(text: str, path: Path) -> time:
    """A time of the city's day; BadFile where it is none."""
    if not _HOUR.fullmatch(text):
        raise BadFile(
            f"{text!r} is no hour of a day",
            where=yamlfile.line_of(path, "hour"),
            remedy='write for example "06:00", in quotes',
        )
    return time.fromisoformat(text)


def _either(given: int | None, default: int | None) -> int:
    return given if given is not None else default or 0


def _check(settings: ReportSettings, path: Path, languages: Sequence[str]) -> None:
    def bad(detail: str, *steps: str | int, remedy: str = "") -> BadFile:
        line = yamlfile.line_of(path, *steps)
        return BadFile(detail, where=f"{line} {'.'.join(map(str, steps))}", remedy=remedy)

    if not 2 <= settings.days <= 400:
        raise bad(f"{settings.days} days make no small multiple", "days", remedy="2 to 400")
    if not 0 < settings.back < settings.days:
        raise bad("the day to compare with is not among the days", "compareDays")
    if len(settings.levels) != 5:
        raise bad("the scale has five levels", "levels")
    texts = [
        *((("levels", index), words) for index, words in enumerate(settings.levels)),
        *((("notes", index), words) for index, words in enumerate(settings.notes)),
        *((("criteria", index, "text"), one.text) for index, one in enumerate(settings.criteria)),
    ]
    for steps, words in texts:
        for language in languages:
            if not words.get(language, "").strip():
                raise bad(f"the text is missing in {language}", *steps)
    for index, one in enumerate(settings.criteria):
        if trouble := _trouble(one, settings):
            raise bad(trouble, "criteria", index, remedy="see README of the desk")


def _trouble(one: Rule, settings: ReportSettings) -> str:
    """What is wrong with a criterion; "" where nothing is."""
    given = [each for each in (one.incidents, one.indicator, one.sources) if each is not None]
    if len(given) != 1:
        return "a criterion counts incidents, or looks at an indicator, or at sources"
    if not 2 <= one.level <= 5:
        return f"{one.level} is no level that a criterion may raise to (2 to 5)"
    if one.incidents is not None and one.incidents.severity not in ("", *settings.scale):
        return f"{one.incidents.severity!r} is no severity"
    if one.indicator is not None:
        if one.indicator.id not in {each.id for each in settings.indicators}:
            return f"the city has no indicator {one.indicator.id!r}"
        if (one.indicator.at_least is None) == (one.indicator.at_most is None):
            return "give atLeast or atMost"
    if one.sources is not None and not set(one.sources.health) <= set(HEALTH):
        return f"health is one of {', '.join(HEALTH)}"
    return ""
