"""Playbooks out of the folder: chosen by type and severity, refused where they are wrong."""

from pathlib import Path

import pytest

from hansa.base.problems import BadFile
from hansa.base.settings import CitySettings, load_city
from hansa.base.vocabulary import load_vocabulary
from hansa.desk import load_work
from tests.desk.tasks.working import FILES, work_of

NAME = "playbooks/water.yaml"


def test_a_playbook_is_for_its_types_from_its_severity_on(settings: CitySettings) -> None:
    work = work_of(settings)

    found = work.playbook("water", "critical")
    assert found is not None
    assert found.key == "burst"
    assert [one.key for one in found.following("")] == ["shut", "close-road"]
    assert [one.key for one in found.following("shut")] == ["repair"]
    assert work.playbook("water", "medium") is None
    assert work.playbook("air", "critical") is None


def test_a_step_is_for_the_sectors_it_names_and_so_is_what_waits_for_it(
    settings: CitySettings,
) -> None:
    named = FILES[NAME].replace("{id: shut,", "{id: shut, only: [water],")
    found = work_of(settings, **{NAME: named}).playbook("water", "high")

    assert found is not None
    assert [one.key for one in found.following("", "water")] == ["shut", "close-road"]
    assert [one.key for one in found.following("", "heat")] == ["close-road"]
    assert [one.key for one in found.following("", "")] == ["shut", "close-road"]
    assert found.following("shut", "heat") == ()


def test_a_step_cannot_wait_for_one_of_another_sector(settings: CitySettings) -> None:
    wrong = FILES[NAME].replace("{id: shut,", "{id: shut, only: [water],")
    wrong = wrong.replace("after: shut,", "after: shut, only: [heat],")
    with pytest.raises(BadFile, match="shut comes before, and not there"):
        work_of(settings, **{NAME: wrong})


def test_a_fault_of_the_exercise_is_proposed_the_crew_of_its_own_network(root: Path) -> None:
    city = load_city(root / "cities" / "ryazan-exercise")
    work = load_work(city.folder, load_vocabulary(), city.languages, city.zone)
    found = work.playbook("network-fault", "high")

    assert found is not None
    for sector, crew in (("heat", "repair"), ("water", "water-repair"), ("energy", "power-repair")):
        assert [one.key for one in found.following("", sector)] == ["houses", crew]


def test_the_playbook_for_the_severest_goes_before(settings: CitySettings) -> None:
    milder = FILES[NAME].replace("severity: high", "severity: low").replace("burst", "leak")
    work = work_of(settings, **{"playbooks/milder.yaml": milder})

    assert [
        found.key
        for severity in ("low", "high")
        if (found := work.playbook("water", severity)) is not None
    ] == ["leak", "burst"]


@pytest.mark.parametrize(
    ("text", "wrong", "said"),
    [
        ("who: roads", "who: nobody", r":9 .*there is no organisation 'nobody'"),
        ("sector: water, what: {en: Shut", "sector: heat, what: {en: Shut", r":8 .*of the sector"),
        ("sector: water, what: {en: Shut", "what: {en: Shut", r":8 .*either who or sector"),
        ("{en: Close the lane}", "{ru: Закрыть полосу}", r":9 .*no words in en"),
        ("{en: A main has burst}", "{}", r":4 .*no words in en"),
        ("after: shut", "after: later", r":1\d .*there is no step 'later' before repair"),
        ("id: close-road", "id: shut", r":9 .*the step shut stands twice"),
        ("within: 2 h", "within: soon", r":9 .*'soon' is not a duration"),
        ("severity: high", "severity: dire", r":6 .*'dire' is no severity"),
        ("types: [water]", "types: []", r":3 .*for nothing"),
        ("put: proposed", "put: perhaps", r":9 "),
        ("put: proposed", "only: [sewers]", r":9 .*there is no sector sewers"),
    ],
)
def test_a_wrong_playbook_is_refused_with_its_line(
    settings: CitySettings, text: str, wrong: str, said: str
) -> None:
    assert text in FILES[NAME]
    with pytest.raises(BadFile, match=said) as refused:
        work_of(settings, **{NAME: FILES[NAME].replace(text, wrong)})
    assert Path(refused.value.where.split(":")[0]).name == "water.yaml"


def test_two_playbooks_for_the_same_are_refused(settings: CitySettings) -> None:
    again = FILES[NAME].replace("id: burst", "id: other")
    with pytest.raises(BadFile, match="is for water of the same severity too"):
        work_of(settings, **{"playbooks/again.yaml": again})


def test_reasons_of_a_city_speak_its_languages(settings: CitySettings) -> None:
    with pytest.raises(BadFile, match=r"tasks\.yaml:3 reasons\.pause\.rain: no words in en"):
        work_of(settings, **{"tasks.yaml": "reasons:\n  pause:\n    rain: {ru: дождь}\n"})

    work = work_of(settings, **{"tasks.yaml": "within: 1 h\nescalate: mayor\n"})
    assert work.settings.escalate == "mayor"
    assert "weather" in work.settings.pause  # what is not given is the default's
