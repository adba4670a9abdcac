"""Names of a city in its languages: found by a name in any of them, else left as given."""

from pathlib import Path

from hansa.base.glossary import in_language, load_glossary


def test_a_name_is_found_by_what_any_language_calls_it(tmp_path: Path) -> None:
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "en.yaml").write_text("post.1: Post 1\nonly: One alone\n")
    (tmp_path / "words" / "ru.yaml").write_text("post.1: Пост 1\n")

    names = load_glossary(tmp_path)

    assert in_language(names, "Пост 1", "en") == "Post 1"
    assert in_language(names, "Post 1", "ru") == "Пост 1"
    assert in_language(names, "One alone", "ru") == "One alone"
    assert in_language(names, "Пост 2", "en") == "Пост 2"


def test_a_city_without_words_has_no_names(tmp_path: Path) -> None:
    assert load_glossary(tmp_path) == {}
