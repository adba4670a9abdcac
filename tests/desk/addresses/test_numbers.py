"""House numbers compare as people mean them."""

import pytest

from hansa.desk.addresses.numbers import keys, order
from hansa.desk.addresses.spelling import load_spelling

SPELLING = load_spelling()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("12а", "12 А"),
        ("12а", "12-а"),
        ("12а", "12A"),
        ("12а", "д. 12а"),
        ("12а", "дом 12, лит. А"),
        ("12 к.2", "12к2"),
        ("12 к.2", "12 корп. 2"),
        ("12 к.2", "12 корпус 2"),
        ("12 к.2", "12, block 2"),
        ("12 стр. 3", "12 строение 3"),
        ("12В", "12B"),
        ("12/1", "12 / 1"),
        ("№ 7", "7"),
        ("буд. 5", "5"),
    ],
)
def test_the_same_house(one: str, other: str) -> None:
    assert set(keys(SPELLING, one)) & set(keys(SPELLING, other))


@pytest.mark.parametrize(
    ("one", "other"),
    [("12", "12а"), ("12/1", "12 к.1"), ("12-14", "1214"), ("12а", "12б"), ("12 к2", "12 стр2")],
)
def test_another_house(one: str, other: str) -> None:
    assert not set(keys(SPELLING, one)) & set(keys(SPELLING, other))


def test_houses_stand_in_the_order_of_the_street() -> None:
    given = ["120", "12а", "2", "12", "1"]
    assert sorted(given, key=order) == ["1", "2", "12", "12а", "120"]
