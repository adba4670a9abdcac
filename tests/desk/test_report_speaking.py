"""Plural forms, numbers and units in the languages of the houses' cities."""

import pytest

from hansa.desk.report.speaking import Speaker, load_texts, plural

SPEAKER = Speaker(("en", "ru", "uk", "lv"), load_texts())


@pytest.mark.parametrize(
    ("n", "form"),
    [
        (0, "many"),
        (1, "one"),
        (2, "few"),
        (4, "few"),
        (5, "many"),
        (11, "many"),
        (12, "many"),
        (14, "many"),
        (21, "one"),
        (22, "few"),
        (111, "many"),
        (1001, "one"),
        (1.5, "other"),
    ],
)
def test_plural_forms_of_russian_and_ukrainian(n: float, form: str) -> None:
    assert (plural("ru", n), plural("uk", n)) == (form, form)


def test_plural_forms_of_english_and_of_a_language_without_a_rule() -> None:
    assert [plural("en", n) for n in (0, 1, 2, 1.5)] == ["other", "one", "other", "other"]
    assert plural("lv", 1) == "other"


def test_a_sentence_in_every_language_and_in_english_where_none_is_written() -> None:
    assert SPEAKER.say("incidents-open", 3) == {
        "en": "3 open incidents",
        "ru": "3 открытых происшествия",
        "uk": "3 відкриті події",
        "lv": "3 open incidents",
    }
    assert SPEAKER.say("days", 1)["ru"] == "1 день"


def test_numbers_and_units_as_each_language_writes_them() -> None:
    told = SPEAKER.number(12345.678, 1, "M1")
    assert told["en"] == "12,345.7\u00a0mg/l"
    assert told["ru"] == "12\u00a0345,7\u00a0мг/л"
    assert SPEAKER.number(1842, 0, "C62")["uk"] == "1842"
    assert SPEAKER.number(81.4, 1, "P1")["ru"] == "81,4\u00a0%"


def test_a_half_goes_away_from_zero_as_in_the_console() -> None:
    for value, digits, text in ((6214.5, 0, "6,215"), (19.65, 1, "19.7"), (-2.5, 0, "-3")):
        assert SPEAKER.number(value, digits)["en"] == text


def test_every_sentence_is_in_three_languages_with_the_same_fields() -> None:
    for name, languages in load_texts().items():
        assert set(languages) == {"en", "ru", "uk"}, name
        fields = set()
        for forms in languages.values():
            texts = [forms] if isinstance(forms, str) else list(forms.values())
            fields |= {
                frozenset(part.split("}")[0] for part in one.split("{")[1:]) for one in texts
            }
        assert len(fields) == 1, name
