"""What a city's folder tells its rooms, read by the rooms' own loaders and checked together.

One function reads everything, so that what starts a node is also what an edit is tried against:
a room that gets a file of its own adds its loader here and is edited in the console from then on.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

from hansa import desk, sectors, watch
from hansa.base.settings import CitySettings
from hansa.base.vocabulary import Vocabulary
from hansa.context import City
from hansa.desk import (
    CallSettings,
    Catalogue,
    DeskSettings,
    OutageSettings,
    PrivacySettings,
    ReportSettings,
    ShiftSettings,
    Work,
)
from hansa.guard.policy import load_roles
from hansa.sectors import open311


@dataclass(frozen=True, slots=True)
class Rooms:
    """The settings of every room, as one that fits together."""

    sources: tuple[sectors.Source, ...]
    rules: tuple[watch.Rule, ...]
    desk: DeskSettings
    work: Work
    themes: Catalogue
    outages: OutageSettings
    calls: CallSettings
    shifts: ShiftSettings
    report: ReportSettings
    open311: open311.Catalogue
    privacy: PrivacySettings


def load_rooms(folder: Path, settings: CitySettings, vocabulary: Vocabulary) -> Rooms:
    """Read the files of `folder`; BadFile names the first that is wrong, with line and field."""
    languages = settings.languages
    indicators = desk.load_indicators(folder / "indicators", vocabulary, languages)
    desk_settings = desk.load_desk(folder, vocabulary)
    themes = desk.load_themes(folder, vocabulary, languages, desk_settings.types)
    return Rooms(
        sources=sectors.load_sources(folder, vocabulary),
        rules=watch.load_rules(folder / "rules", vocabulary, languages, settings.zone),
        desk=desk_settings,
        work=desk.load_work(folder, vocabulary, languages, settings.zone, themes.themes),
        outages=desk.load_outages(folder, vocabulary, languages, desk_settings.types),
        themes=themes,
        calls=desk.load_calls(folder, languages, desk_settings, themes),
        shifts=desk.load_shifts(folder, settings.zone, languages, load_roles().roles),
        report=desk.load_report(folder, vocabulary, languages, indicators),
        open311=open311.load_catalogue(folder, languages),
        privacy=desk.load_privacy(folder, vocabulary),
    )


def check_classes(rooms: Rooms, city: City) -> None:
    """BadFile where a mapping loosens a privacy class, or a rule would show what is kept closer."""
    guard = city.guard
    catalogue = guard.classified(sectors.privacy_overrides(rooms.sources))
    view = guard.view(guard.machine(watch.CONSUMER, city.world))
    watch.check_shown(rooms.rules, replace(view, classes=catalogue.classes, seen={}))


def keeping_turns(
    fresh: tuple[sectors.Source, ...], before: Collection[sectors.Source]
) -> tuple[sectors.Source, ...]:
    """The sources, of which those that were there before are still read by one at a time."""
    turns = {one.name: one.turn for one in before}
    return tuple(replace(one, turn=turns[one.name]) if one.name in turns else one for one in fresh)
