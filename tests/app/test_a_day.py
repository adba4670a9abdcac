"""A desk's day in small: five operators, a storm, a kill. `make bench-day` does it in full size.

Nothing is timed here: what is asked is that nothing is lost, nothing edited unseen, and that a
storm is one outage.
"""

import pytest
import yaml

from bench import node
from bench.day import office, town, zones
from bench.day.plan import Shape

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

HOUSES = 970  # ten in each zone
DAY = Shape(rounds=26, storms={6: 7}, storm_rounds=8, killed_in=18, patience=120.0)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> town.Town:
    return town.build(tmp_path_factory.mktemp("day"), HOUSES)


@pytest.fixture(scope="module")
def result(built: town.Town) -> office.Result:
    text = (built.folder / "themes.yaml").read_text(encoding="utf-8")
    said = {key: one["examples"][0] for key, one in yaml.safe_load(text)["themes"].items()}
    return office.run(built, said, DAY)


def test_no_card_is_lost_not_even_by_a_kill(result: office.Result) -> None:
    assert result.journal.strange == []
    assert len(result.journal.acknowledged) == result.cards + result.journal.corrected
    assert result.journal.corrected > 0
    assert (result.lost_at_kill, result.lost) == ([], [])


def test_nothing_is_edited_unseen_and_who_was_faster_is_said(result: office.Result) -> None:
    assert result.journal.pairs > 2
    assert result.journal.refused > 0
    assert (result.unseen, result.journal.unshown) == ([], [])


def test_a_storm_is_one_outage_that_is_proposed_by_its_first_calls(result: office.Result) -> None:
    (storm,) = result.storms
    calls = [one for one, card in result.journal.acknowledged.items() if card.storm == storm.zone]
    assert len(calls) == 40
    assert storm.outage
    assert storm.at_call < 10
    assert {result.calls[one]["refOutage"] for one in calls} == {storm.outage}


def test_a_zone_is_counted_as_by_hand(built: town.Town, result: office.Result) -> None:
    assert result.cards  # the home is free again
    with node.node(built.folder, built.home, "--no-generate") as running:
        figures = zones.measure(built, running)
    assert (figures[0].value, figures[0].notes["wrong"]) == (0, [])
