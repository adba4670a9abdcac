"""Every city's folder is whole: what a node would refuse at its start is refused here."""

from datetime import datetime
from pathlib import Path

import pytest
import yaml

from hansa.app.folder.model import kind_of
from hansa.base.settings import CitySettings, load_city
from hansa.base.vocabulary import load_vocabulary
from hansa.desk import load_desk, load_themes, load_work
from hansa.desk.routing import Matter, Place
from hansa.desk.tasks.calling import route
from hansa.guard import Catalogue, from_vocabulary, merge, read_overrides
from hansa.sectors import load_sources, privacy_overrides
from hansa.sectors.generator import SCRIPT, exercise_script
from hansa.watch import load_rules

CITIES = sorted(path.parent for path in (Path(__file__).parents[2] / "cities").glob("*/city.yaml"))


@pytest.fixture(params=CITIES, ids=lambda folder: folder.name)
def city(request: pytest.FixtureRequest) -> CitySettings:
    return load_city(request.param)


def test_a_city_bears_the_name_of_its_folder(city: CitySettings) -> None:
    assert city.name == city.folder.name


def test_a_city_has_a_title_in_each_of_its_languages(city: CitySettings) -> None:
    assert set(city.languages) <= set(city.title)


def test_the_map_opens_within_its_bounds(city: CitySettings) -> None:
    assert city.map.bounds is not None
    west, south, east, north = city.map.bounds
    lon, lat = city.map.center
    assert west < lon < east
    assert south < lat < north


def test_each_source_can_be_compiled(city: CitySettings) -> None:
    assert load_sources(city.folder, load_vocabulary())


def test_each_rule_can_be_compiled_and_speaks_the_languages_of_the_city(
    city: CitySettings,
) -> None:
    rules = load_rules(city.folder / "rules", load_vocabulary(), city.languages)
    assert all(set(city.languages) <= set(rule.title) for rule in rules)


def test_the_desk_closes_with_reasons_in_each_language(city: CitySettings) -> None:
    desk = load_desk(city.folder, load_vocabulary())
    assert all(set(city.languages) <= set(words) for words in desk.reasons.values())


def test_calls_are_sent_by_a_table_that_fits_the_catalogue(city: CitySettings) -> None:
    desk = load_desk(city.folder, load_vocabulary())
    themes = load_themes(city.folder, load_vocabulary(), city.languages, desk.types).themes
    work = load_work(city.folder, load_vocabulary(), city.languages, city.zone, themes)
    noon = datetime(2026, 3, 4, 12, tzinfo=city.zone)

    for one in themes.values():
        choice = route(work, Matter(one.key, one.sector, one.resource), Place(), noon)
        assert choice.organization is not None, one.key
    assert work.contacts


def test_organisations_work_by_calendars_and_playbooks(city: CitySettings) -> None:
    work = load_work(city.folder, load_vocabulary(), city.languages, city.zone)
    assert len(work.organizations) > 5
    assert work.playbooks


def test_each_playbook_is_for_what_a_rule_says(city: CitySettings) -> None:
    work = load_work(city.folder, load_vocabulary(), city.languages, city.zone)
    rules = load_rules(city.folder / "rules", load_vocabulary(), city.languages)
    said = {rule.category for rule in rules}
    assert {kind for one in work.playbooks for kind in one.types} <= said


def test_privacy_of_city_and_mappings_fit_the_vocabulary(city: CitySettings) -> None:
    vocabulary = load_vocabulary()
    own = read_overrides(city.folder / "privacy")
    mapped = privacy_overrides(load_sources(city.folder, vocabulary))
    assert isinstance(merge(from_vocabulary(vocabulary), [*own, *mapped]), Catalogue)


def test_words_are_there_in_each_language(city: CitySettings) -> None:
    files = {
        path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))
        for path in (city.folder / "words").glob("*.yaml")
    }
    assert not files or set(files) == set(city.languages)
    assert len({frozenset(words) for words in files.values()}) <= 1
    assert all(text.strip() for words in files.values() for text in words.values())


def test_only_an_exercise_has_a_generator(city: CitySettings) -> None:
    assert city.exercise or not (city.folder / SCRIPT).exists()


def test_each_stream_of_a_generator_is_a_source_of_the_same_form(city: CitySettings) -> None:
    if not (city.folder / SCRIPT).exists():
        return
    loaded = load_sources(city.folder, load_vocabulary())
    sources = {one.name: one.file for one in loaded if one.is_files}
    streams = exercise_script(city).streams()
    assert set(streams) <= set(sources)
    assert {name: (one.format, one.delimiter) for name, one in streams.items()} == {
        name: (sources[name].format, sources[name].delimiter) for name in streams
    }


def test_each_file_is_edited_in_the_console_or_stays_the_folders(city: CitySettings) -> None:
    """A room that reads a file which no layout holds would read nothing, and say nothing."""
    alone = {"city.yaml", "contacts.yaml", SCRIPT}  # names of people stay out of the graph
    files = {one.name for one in city.folder.glob("*.yaml")} - alone
    assert {name for name in files if not kind_of(name)} == set()
