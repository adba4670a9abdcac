"""What may be the same trouble twice: how like two incidents are, and the reasons told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hansa.desk.likeness import Trait, compare, suggestions
from hansa.desk.rules import DuplicateRule

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
RULE = DuplicateRule(metres=1000, minutes=240, at_least=0.4)
HYDRANT = Trait(
    id="urn:ngsi-ld:Incident:a",
    opened=NOON,
    place=(39.7, 54.6),
    texts={"en": "Hydrant leaks in Mill Street", "ru": "Гидрант течёт"},
    category="water-supply",
    rests_on=frozenset({"urn:ngsi-ld:Hydrant:7"}),
)
FLOOD = replace(
    HYDRANT,
    id="urn:ngsi-ld:Incident:b",
    opened=NOON + timedelta(minutes=14),
    place=(39.7, 54.601),
    texts={"en": "Water in Mill Street: hydrant"},
    rests_on=frozenset(),
)
LANGUAGES = ("ru", "en")


def test_reasons_are_told_in_numbers_and_words() -> None:
    found = compare(HYDRANT, FLOOD, RULE, LANGUAGES)
    assert found is not None
    assert found.metres == 111
    assert found.minutes == 14
    assert found.words == ("hydrant", "mill", "street")
    assert found.same_category
    assert found.entities == ()
    assert found.score > 0.7


def test_what_is_far_off_in_place_or_time_is_no_duplicate() -> None:
    far = replace(FLOOD, place=(39.8, 54.6))
    late = replace(FLOOD, opened=NOON + timedelta(hours=5))
    assert compare(HYDRANT, far, RULE, LANGUAGES) is None
    assert compare(HYDRANT, late, RULE, LANGUAGES) is None


def test_an_unknown_place_counts_neither_for_nor_against() -> None:
    nowhere = replace(FLOOD, place=None)
    found = compare(HYDRANT, nowhere, RULE, LANGUAGES)
    assert found is not None
    assert found.metres is None
    assert found.score > 0.5


def test_the_likeliest_comes_first_and_none_is_its_own_duplicate() -> None:
    same = replace(FLOOD, id="urn:ngsi-ld:Incident:c", rests_on=HYDRANT.rests_on, opened=NOON)
    other = replace(
        FLOOD, id="urn:ngsi-ld:Incident:d", texts={"en": "Tram stopped"}, category="trams"
    )
    found = suggestions(HYDRANT, [other, FLOOD, HYDRANT, same], RULE, LANGUAGES)
    assert [one.id[-1] for one in found][:2] == ["c", "b"]
    assert HYDRANT.id not in {one.id for one in found}


TRAITS = st.builds(
    Trait,
    id=st.sampled_from(["x", "y"]),
    opened=st.integers(0, 600).map(lambda minutes: NOON + timedelta(minutes=minutes)),
    place=st.none() | st.tuples(st.floats(39.69, 39.71), st.floats(54.59, 54.61)),
    texts=st.dictionaries(st.sampled_from(["ru", "en"]), st.text(max_size=20)),
    category=st.sampled_from(["", "a", "b"]),
    rests_on=st.frozensets(st.sampled_from(["p", "q"])),
)


@given(one=TRAITS, other=TRAITS)
def test_likeness_is_mutual_and_within_bounds(one: Trait, other: Trait) -> None:
    here, there = compare(one, other, RULE, LANGUAGES), compare(other, one, RULE, LANGUAGES)
    assert (here is None) == (there is None)
    if here is not None and there is not None:
        assert replace(here, id="") == replace(there, id="")
        assert 0 <= here.score <= 1
