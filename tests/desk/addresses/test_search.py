"""Every house is found by what people type: any spelling, language, order, and with one slip."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.desk.addresses import Found, Index, Match
from hansa.desk.addresses.spelling import load_spelling
from tests.desk.addresses.streets import HOUSES, STREETS, house, plan

SPELLING = load_spelling()
INDEX = plan()
LATIN = str.maketrans(
    {
        "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "yo", "ж": "zh", "з": "z",
        "и": "i", "й": "y", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r",
        "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh",
        "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya", "і": "i",
    }
)  # fmt: skip
places = st.tuples(st.sampled_from([name for name, _ in STREETS]), st.sampled_from(HOUSES))


def first(text: str, index: Index = INDEX) -> Found:
    return index.search(text)[0]


@pytest.mark.parametrize(
    ("typed", "street", "number"),
    [
        ("ленина 12", "улица Ленина", "12"),
        ("Ленина,12", "улица Ленина", "12"),
        ("ул. Ленина, д. 12, корп. 2, кв. 5", "улица Ленина", "12 к.2"),
        ("ленина 12к2", "улица Ленина", "12 к.2"),
        ("Lenina 12", "улица Ленина", "12"),
        ("Lenin street 12", "улица Ленина", "12"),
        ("леніна 12 а", "улица Ленина", "12а"),
        ("Ленина 12A", "улица Ленина", "12а"),  # a Latin A
        ("Lenina 12B", "улица Ленина", "12В"),  # a Latin B by its look
        ("Ленина 12v", "улица Ленина", "12В"),  # by its sound
        ("ленина 12/1", "улица Ленина", "12/1"),
        ("елнина 12", "улица Ленина", "12"),  # swapped
        ("кенина 12", "улица Ленина", "12"),  # the first letter is wrong
        ("енина 12", "улица Ленина", "12"),  # and is left out
        ("астраханская 12", "улица Ленина", "12"),
        ("ktybyf 12", "улица Ленина", "12"),  # on the other keyboard
        ("пр-т Мира 2", "проспект Мира", "2"),
        ("ул мира 2", "улица Мира", "2"),
        ("м. горького 2", "улица Максима Горького", "2"),
        ("горького 2", "улица Максима Горького", "2"),
        ("9 мая 12", "улица 9 Мая", "12"),
        ("1 линия 12", "1-я Линия", "12"),
        ("новосадовая 2", "Ново-Садовая улица", "2"),
        ("ново садовая 2", "Ново-Садовая улица", "2"),
        ("наб 12", "Набережная улица", "12"),
        ("улциа Ленина 12", "улица Ленина", "12"),
        ("проспет мира 12", "проспект Мира", "12"),
        ("Schorsa 1", "улица Щорса", "1"),
        ("Shchorsa 1", "улица Щорса", "1"),
        ("Haharina 1", "вулиця Гагаріна", "1"),
        ("гагарина 1", "вулиця Гагаріна", "1"),
        ("семенова 1", "улица Семёнова", "1"),
        ("весеняя 1", "Весенняя улица", "1"),
        ("12 main st", "Main Street", "12"),
        ("г. Город, ул. Ленина 12", "улица Ленина", "12"),
    ],
)
def test_what_people_type_finds_the_house(typed: str, street: str, number: str) -> None:
    found = first(typed)
    assert (found.street, found.house) == (street, number)
    assert found.building == house(street, number)


def test_three_letters_offer_streets_and_a_number_their_houses() -> None:
    streets = INDEX.search("лен")
    assert [(one.street, one.houses) for one in streets] == [
        ("улица Ленина", len(HOUSES)),
        ("Ленинградская улица", len(HOUSES)),
    ]
    assert {one.building for one in streets} == {""}
    houses = INDEX.search("лен 120")
    assert [one.street for one in houses] == ["улица Ленина", "Ленинградская улица"]
    assert {one.house for one in houses} == {"120"}


def test_a_find_says_why() -> None:
    assert first("ленина 12").match is Match.EXACT
    assert first("ленин 12").match is Match.PREFIX
    assert first("лемина 12").match is Match.TYPO
    old = first("Астраханская 12")
    assert (old.match, old.name) == (Match.EXACT, "Астраханская улица")
    near = INDEX.search("ленина 14")
    assert {one.match for one in near} == {Match.NEAR}
    assert near[0].house == "12"


def test_what_is_exact_stands_before_beginnings_and_those_before_slips() -> None:
    found = INDEX.search("мира 12", 50)
    order = [one.match for one in found if one.match is not Match.NEAR]
    rank = {Match.EXACT: 0, Match.PREFIX: 1, Match.TYPO: 2}
    assert order == sorted(order, key=rank.__getitem__)
    assert [one.street for one in found[:2]] == ["проспект Мира", "улица Мира"]


@pytest.mark.parametrize("nothing", ["", " ", "а", "12", "!!!", "ул.", "ыыыыыыы 12", "0" * 500])
def test_what_says_nothing_finds_nothing(nothing: str) -> None:
    assert INDEX.search(nothing) == () or nothing == "12"


@given(places)
def test_every_house_is_the_first_find_of_its_own_address(place: tuple[str, str]) -> None:
    street, number = place
    found = first(f"{street}, {number}")
    assert found.building == house(street, number)
    assert found.match is Match.EXACT


@given(places)
def test_every_house_is_found_in_latin_letters(place: tuple[str, str]) -> None:
    street, number = place
    typed = f"{street}, {number}".lower().translate(LATIN)
    assert house(street, number) in {one.building for one in INDEX.search(typed, 20)}


@given(places, st.data())
def test_every_house_is_found_with_one_slip_in_its_street(
    place: tuple[str, str], data: st.DataObject
) -> None:
    street, number = place
    bare = max((word for word in street.split() if word[0].isalpha()), key=_unkind)
    if len(SPELLING.sound(bare)) < 5:
        return
    at = data.draw(st.integers(0, len(bare) - 1))
    kind = data.draw(st.sampled_from(("wrong", "more", "less", "swapped")))
    letter = data.draw(st.sampled_from("абвгдеиклмнопрсту"))
    slipped = {
        "wrong": bare[:at] + letter + bare[at + 1 :],
        "more": bare[:at] + letter + bare[at:],
        "less": bare[:at] + bare[at + 1 :],
        "swapped": bare[:at] + bare[at + 1 : at + 2] + bare[at : at + 1] + bare[at + 2 :],
    }[kind]
    typed = street.replace(bare, slipped)
    assert house(street, number) in {one.building for one in INDEX.search(f"{typed} {number}", 40)}


def _unkind(word: str) -> tuple[bool, int]:
    return SPELLING.kind(word) is None, len(word)


@given(st.text(max_size=60))
def test_no_text_breaks_the_search(text: str) -> None:
    assert len(INDEX.search(text, 7)) <= 7
