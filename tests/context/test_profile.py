"""A city without personal data: what is, or looks like, a person's is refused with a remedy."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from hansa.base.clock import ManualClock
from hansa.base.settings import load_city
from hansa.base.vocabulary import load_vocabulary
from hansa.context import Change, City, Op, PersonalRefused, Query

CITY = """
name: cautious
title: {en: Cautious}
zone: Europe/Moscow
world: exercise:cautious
profile: no-personal-data
map: {center: [39.74, 54.63]}
"""
NAME = "urn:ngsi-ld:Open311ServiceRequest:1"


@pytest.fixture
async def cautious(tmp_path: Path, clock: ManualClock) -> AsyncIterator[City]:
    folder = tmp_path / "cautious"
    folder.mkdir()
    (folder / "city.yaml").write_text(CITY)
    opened = await City.open(load_city(folder), load_vocabulary(), tmp_path / "home", clock)
    yield opened
    await opened.close()


def request(**attributes: Any) -> Change:
    body = {name: {"type": "Property", "value": value} for name, value in attributes.items()}
    return Change(Op.UPDATE_OR_CREATE, NAME, {"type": "Open311ServiceRequest", **body})


@pytest.mark.parametrize(
    ("attribute", "value", "said"),
    [
        ("phone", "1", "is personal"),
        ("first_name", "Anna", "is personal"),
        ("media_url", "https://pictures.example/1", "is personal"),
        ("description", "call me: 8 910 123-45-67", "telephone"),
        ("description", "write to anna@example.org", "e-mail"),
        ("description", "Иванова Анна Петровна просит", "name"),
        ("address_string", "Лесная 5, кв. 12", "flat"),
        ("answers", {"who": ["8 910 123-45-67"]}, "telephone"),
    ],
)
async def test_it_is_refused_with_what_where_rule_and_remedy(
    cautious: City, attribute: str, value: Any, said: str
) -> None:
    sectors = cautious.guard.machine("sectors", cautious.world)
    with pytest.raises(PersonalRefused, match=said) as refused:
        await cautious.write(sectors, [request(status="open", **{attribute: value})])
    assert refused.value.where == attribute
    assert "no-personal-data" in refused.value.rule
    assert refused.value.remedy
    assert cautious.last_change == 0
    assert await cautious.guard.vault.held([NAME]) == {}


async def test_words_by_which_nobody_is_known_are_kept(cautious: City) -> None:
    sectors = cautious.guard.machine("sectors", cautious.world)
    words = {"description": "нет воды с 14:05", "address_string": "Лесная 5"}
    await cautious.write(sectors, [request(status="open", **words)])
    assert await cautious.guard.vault.held([NAME]) == {NAME: 2}


async def test_one_refused_row_leaves_the_others(cautious: City) -> None:
    sectors = cautious.guard.machine("sectors", cautious.world)
    other = request(status="open")._replace(id=NAME + "2")
    commit = await cautious.write(sectors, [request(phone="4912 000111"), other], each=True)
    assert isinstance(commit.outcomes[0].problem, PersonalRefused)
    assert "4912" not in str(commit.outcomes[0].problem)
    assert commit.outcomes[1].problem is None
    page = await cautious.read(cautious.guard.view(sectors), Query())
    assert [one.id for one in page.entities] == [NAME + "2"]


async def test_another_city_keeps_them(city: City) -> None:
    sectors = city.guard.machine("sectors", city.world)
    await city.write(sectors, [request(phone="4912 000111", first_name="Anna")])
    assert await city.guard.vault.held([NAME]) == {NAME: 2}
