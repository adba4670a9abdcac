"""What differs from city to city about calls: times, tries, reasons, incidents with people hurt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from importlib import resources
from pathlib import Path
from typing import TypeAlias

import msgspec

from hansa.base import yamlfile
from hansa.base.durations import parse_duration
from hansa.base.problems import BadFile
from hansa.desk.settings import DeskSettings
from hansa.desk.themes import CallKind, Catalogue

FILE = "calls.yaml"
Reasons: TypeAlias = Mapping[str, Mapping[str, str]]
"""Code to words."""


class InjuredEntry(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="camel"
):
    """The incident that opens where people are hurt and the theme names no type of incident."""

    severity: str = "high"
    incident_type: str = "other"


class CallsFile(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="camel"
):
    """The members of `calls.yaml`; each that is given replaces the default's."""

    due: dict[CallKind, str] | None = None
    late_after: str = ""
    call_back_tries: int | None = None
    join_within: str = ""
    nearby: float | None = None
    injured: InjuredEntry | None = None
    reasons: dict[str, dict[str, str]] | None = None
    themes: dict[str, str] | None = None
    house_within: float | None = None
    apps_within: str = ""


@dataclass(frozen=True, slots=True)
class CallSettings:
    """A checked `calls.yaml`.

    `due`: by kind, where the theme sets no time. `tries`: calls back without an answer, after
    which a call may be closed without one. `nearby`: metres. `services`: code of a citizen's app
    to theme. `house_within`: metres from what a citizen's app points at to the house that is meant;
    `apps_within`: a request that is older is no call any more.
    """

    due: Mapping[CallKind, timedelta]
    late_after: timedelta = timedelta(minutes=10)
    tries: int = 3
    join_within: timedelta = timedelta(hours=2)
    nearby: float = 500
    injured_severity: str = "high"
    injured_type: str = "other"
    reasons: Reasons = field(default_factory=dict)
    services: Mapping[str, str] = field(default_factory=dict)
    house_within: float = 30
    apps_within: timedelta = timedelta(days=2)


def load_calls(
    folder: Path, languages: Sequence[str], desk: DeskSettings, themes: Catalogue
) -> CallSettings:
    """The calls of a city's folder over the defaults; BadFile names file, line and field."""
    default = Path(str(resources.files("hansa.desk.calls") / "default.yaml"))
    own = folder / FILE
    path = own if own.exists() else default
    base, given = yamlfile.load(default, CallsFile), yamlfile.load(path, CallsFile)
    _check(given, path, languages if path == own else (), desk, themes)
    injured = given.injured or base.injured or InjuredEntry()
    return CallSettings(
        due=_dues(base, given, path),
        late_after=_duration(given.late_after or base.late_after, path, "lateAfter"),
        tries=_whole(given.call_back_tries, base.call_back_tries),
        join_within=_duration(given.join_within or base.join_within, path, "joinWithin"),
        nearby=_metres(given.nearby, base.nearby),
        injured_severity=injured.severity,
        injured_type=injured.incident_type,
        reasons=given.reasons or base.reasons or {},
        services=given.themes or {},
        house_within=_metres(given.house_within, base.house_within),
        apps_within=_duration(given.apps_within or base.apps_within, path, "appsWithin"),
    )


def _metres(given: float | None, otherwise: float | None) -> float:
    return float((otherwise or 0) if given is None else given)


def _whole(given: int | None, otherwise: int | None) -> int:
    return (otherwise or 0) if given is None else given


def _dues(base: CallsFile, given: CallsFile, path: Path) -> dict[CallKind, timedelta]:
    texts = {**(base.due or {}), **(given.due or {})}
    return {kind: _duration(text, path, "due", kind.value) for kind, text in texts.items()}


def _duration(text: str, path: Path, *steps: str) -> timedelta:
    try:
        return timedelta(microseconds=parse_duration(text))
    except ValueError as error:
        raise _bad(str(error), path, *steps) from error


def _check(
    given: CallsFile,
    path: Path,
    languages: Sequence[str],
    desk: DeskSettings,
    themes: Catalogue,
) -> None:
    for code, words in (given.reasons or {}).items():
        if missing := [one for one in languages if not words.get(one, "").strip()]:
            raise _bad(f"no words in {', '.join(missing)}", path, "reasons", code)
    injured = given.injured
    if injured is not None and injured.severity not in desk.scale:
        raise _bad(f"there is no severity {injured.severity!r}", path, "injured", "severity")
    if injured is not None and injured.incident_type not in desk.types:
        raise _bad(f"there is no type {injured.incident_type!r}", path, "injured", "incidentType")
    if given.call_back_tries is not None and given.call_back_tries < 1:
        raise _bad("is at least 1", path, "callBackTries")
    for service, theme in (given.themes or {}).items():
        if theme not in themes.themes:
            raise _bad(f"there is no theme {theme!r}", path, "themes", service)


def _bad(detail: str, path: Path, *steps: str) -> BadFile:
    return BadFile(detail, where=f"{yamlfile.line_of(path, *steps)} {'.'.join(steps)}")
