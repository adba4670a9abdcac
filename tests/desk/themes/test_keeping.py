"""The suggestion in a city: learns from calls, forgets who is erased, says who read what."""

from datetime import timedelta
from pathlib import Path

import pytest

from hansa.base.clock import ManualClock
from hansa.context import Change, City, Op
from hansa.desk.themes import Suggester
from hansa.desk.themes.suggester import Learned
from hansa.guard import Grant, Kind
from tests.desk.themes.learning import CATALOGUE, call, learning, name_of, value

DRIPS = "капает с потолка"


def files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def desk_of_calls(city: City) -> Grant:
    return city.guard.machine("calls", city.world)


async def learned(suggester: Suggester, choices: int) -> Learned:
    """Wait until so many choices were learned from."""
    found = suggester.learned
    while found is None or found.choices != choices:
        found = await suggester.other(found)
    return found


def told(city: City, first: int, count: int, *, telephone: str = "") -> list[Change]:
    return [
        call(
            city,
            number,
            "no-heat",
            words=DRIPS,
            telephone=telephone or f"+7 000 000-01-{number:02d}",
        )
        for number in range(first, first + count)
    ]


async def test_choices_of_clerks_are_learned_when_enough_came(
    city: City, desk_of_calls: Grant
) -> None:
    suggester = Suggester()
    async with learning(city, CATALOGUE, suggester):
        await learned(suggester, 0)
        before = suggester.suggest(DRIPS)[0].confidence
        await city.write(desk_of_calls, told(city, 0, 4))
        await learned(suggester, 4)
    assert suggester.suggest(DRIPS)[0].theme == "no-heat"
    assert suggester.suggest(DRIPS)[0].confidence > before


async def test_fewer_are_learned_at_night(
    city: City, clock: ManualClock, desk_of_calls: Grant
) -> None:
    suggester = Suggester()
    async with learning(city, CATALOGUE, suggester):
        await learned(suggester, 0)
        await city.write(desk_of_calls, told(city, 0, 1))
        clock.advance(timedelta(days=1, minutes=1))
        await learned(suggester, 1)


async def test_who_is_erased_is_unlearned(city: City, desk_of_calls: Grant) -> None:
    suggester = Suggester()
    await city.write(desk_of_calls, told(city, 0, 4))
    async with learning(city, CATALOGUE, suggester):
        await suggester.other(None)
        untaught = suggester.suggest(DRIPS)
        await learned(suggester, 4)
        assert suggester.suggest(DRIPS) != untaught
        officer = city.guard.machine("privacy", city.world)
        await city.guard.vault.erase(officer, *(name_of(number) for number in range(4)))
        await learned(suggester, 0)
    assert suggester.suggest(DRIPS) == untaught


async def test_each_reading_is_journalled_with_its_purpose_and_what_it_read(
    city: City, desk_of_calls: Grant
) -> None:
    suggester = Suggester()
    named = {"callerName": value("Somebody"), "apartment": value("7")}
    body = {**told(city, 0, 1)[0].body, **named}
    await city.write(desk_of_calls, [Change(Op.CREATE, name_of(0), body)])
    async with learning(city, CATALOGUE, suggester):
        await learned(suggester, 1)
    (entry,) = await city.guard.journal.entries(Kind.PERSONAL_READ)
    assert (entry["actor"], entry["purpose"]) == ("machine:themes", "theme-learning")
    assert entry["facts"]["attributes"] == ["callerTelephone", "words"]


async def test_what_it_filed_itself_teaches_it_nothing(city: City, desk_of_calls: Grant) -> None:
    suggester = Suggester()
    shown = [("no-heat", 0.99)]
    own = call(city, 0, "no-heat", words=DRIPS, shown=shown, by="machine:calls")
    await city.write(desk_of_calls, [own, *told(city, 1, 1)])
    async with learning(city, CATALOGUE, suggester):
        await learned(suggester, 1)


async def test_nothing_of_it_lies_on_the_disk(
    city: City, tmp_path: Path, desk_of_calls: Grant
) -> None:
    suggester = Suggester()
    before = files(tmp_path)
    async with learning(city, CATALOGUE, suggester):
        await learned(suggester, 0)
        await city.write(desk_of_calls, told(city, 0, 4))
        await learned(suggester, 4)
    assert files(tmp_path) == before
