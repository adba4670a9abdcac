"""What is suggested from the catalogue alone, learned in the real helper process."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hansa.base.helper import Helper
from hansa.base.settings import load_city
from hansa.base.vocabulary import load_vocabulary
from hansa.desk import load_desk
from hansa.desk.themes import Catalogue, Suggester, load_themes
from hansa.desk.themes.learning import Choice, learn
from tests.desk.themes.learning import CATALOGUE

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
async def helper() -> AsyncIterator[Helper]:
    one = Helper()
    yield one
    await one.close()


async def suggester(helper: Helper, catalogue: Catalogue, *choices: Choice) -> Suggester:
    made = Suggester()
    made.take(await learn(helper, catalogue, choices, NOON))
    return made


async def test_the_catalogue_alone_suggests_in_each_language(helper: Helper) -> None:
    ours = await suggester(helper, CATALOGUE)
    said = ("у нас батареи еле холодные", "the taps have been dry", "колесо пробили на дороге")
    assert [ours.suggest(one)[0].theme for one in said] == ["no-heat", "no-water", "pothole"]


async def test_confidences_are_shares_of_one(helper: Helper) -> None:
    ours = await suggester(helper, CATALOGUE)
    found = ours.suggest("вода")
    assert len(found) == 3
    assert sum(one.confidence for one in found) == pytest.approx(1)
    assert [one.confidence for one in found] == sorted(
        (one.confidence for one in found), reverse=True
    )


async def test_words_that_nobody_used_suggest_nothing(helper: Helper) -> None:
    ours = await suggester(helper, CATALOGUE)
    assert ours.suggest("") == ()
    assert ours.suggest("42 17-15") == ()
    assert ours.suggest("щщщ") == ()
    assert Suggester().suggest("вода") == ()


async def test_clerks_choices_teach_what_the_catalogue_does_not_say(helper: Helper) -> None:
    choices = [Choice("капает с потолка", "no-heat", f"caller {number}") for number in range(4)]
    before = await suggester(helper, CATALOGUE)
    after = await suggester(helper, CATALOGUE, *choices)
    assert before.suggest("капает с потолка")[0].confidence < 0.5
    assert after.suggest("с потолка капает")[0].theme == "no-heat"
    assert after.learned is not None
    assert after.learned.choices == 4


async def test_what_too_few_people_said_is_not_kept(helper: Helper) -> None:
    often = [Choice("Кузнецовская яма", "pothole", "the same caller") for _ in range(9)]
    ours = await suggester(helper, CATALOGUE, *often)
    assert ours.suggest("Кузнецовская") == ()


async def test_the_exercise_finds_its_own_phrases_by_themselves(helper: Helper, root: Path) -> None:
    vocabulary = load_vocabulary()
    settings = load_city(root / "cities" / "ryazan-exercise")
    types = load_desk(settings.folder, vocabulary).types
    catalogue = load_themes(settings.folder, vocabulary, settings.languages, types)
    ours = await suggester(helper, catalogue)
    said = {
        "здравствуйте у нас с утра воды холодной нет на всех этажах": "no-cold-water",
        "в лифте человек застрял": "lift-stuck",
        "газом воняет на лестнице": "gas-smell",
        "у квартирі холодно батареї ледь теплі": "weak-heating",
        "street light does not work": "street-light",
    }
    for words, theme in said.items():
        assert theme in {one.theme for one in ours.suggest(words)}, words
