"""Names of towns near a place: the largest, the near, and no name out of another language."""

import orjson
import pytest

from hansa.base.helper import Helper
from hansa.beside import places

ODESSA = (30.72, 46.48)


def _names(longitude: float, latitude: float, within: float, most: int) -> list[str]:
    answer = orjson.loads(places.near(longitude, latitude, within, most))
    return [one["properties"]["name"] for one in answer["features"]]


def test_the_largest_come_first_and_no_more_than_asked() -> None:
    answer = orjson.loads(places.near(*ODESSA, 150, 5))
    people = [one["properties"]["people"] for one in answer["features"]]

    assert len(people) == 5
    assert people == sorted(people, reverse=True)
    assert answer["features"][0]["properties"]["name_uk"] == "Одеса"


def test_what_is_farther_away_is_left_out_on_both_sides_of_the_date_line() -> None:
    assert set(_names(*ODESSA, 20, 60)) < set(_names(*ODESSA, 150, 60))
    assert _names(179.9, -16.8, 150, 60) == _names(-180.1, -16.8, 150, 60) != []
    assert _names(-30, 40, 150, 60) == []


@pytest.mark.parametrize(
    ("language", "latin", "others", "expected"),
    [
        ("ru", "Ramenskoye", ["Раменскае", "Раменское", "Раменскоје"], "Раменское"),
        ("ru", "Boston", ["Бостан", "Бостон", "Бостън"], "Бостон"),
        ("ru", "Malden", ["Малдэн", "Молден"], "Молден"),
        ("ru", "Pawtucket", ["Potaket", "Потакет"], "Потакет"),
        ("ru", "Methuen", ["Метуен", "Метьюэн", "Мэсюэн"], None),
        ("uk", "Rybnoye", ["Рыбное"], None),
        ("uk", "Somewhere", ["", "Somewhere"], None),
    ],
)
def test_a_name_is_in_a_language_only_where_one_is_left(
    language: str, latin: str, others: list[str], expected: str | None
) -> None:
    assert places.name_in(language, latin, others) == expected


async def test_the_helper_process_answers_them() -> None:
    helper = Helper()
    try:
        assert await helper.call("places.near", *ODESSA, 150.0, 3) == places.near(*ODESSA, 150, 3)
    finally:
        await helper.close()
