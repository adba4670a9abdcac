"""Classes come from the vocabulary; a city may tighten, and loosens only with a reason."""

from pathlib import Path

import pytest

from hansa.base.problems import BadFile
from hansa.base.settings import CitySettings
from hansa.base.vocabulary import Vocabulary
from hansa.guard import Catalogue, PrivacyClass, from_vocabulary, merge, read_overrides

REQUEST = "Open311ServiceRequest"


@pytest.fixture
def catalogue(vocabulary: Vocabulary) -> Catalogue:
    return from_vocabulary(vocabulary)


def write(settings: CitySettings, text: str, name: str = "city.yaml") -> Path:
    folder = settings.folder / "privacy"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_every_attribute_of_the_vocabulary_has_its_class(catalogue: Catalogue) -> None:
    assert catalogue.privacy_class([REQUEST], "phone") is PrivacyClass.PERSONAL
    assert catalogue.privacy_class([REQUEST], "service_code") is PrivacyClass.PUBLIC
    assert catalogue.personal([REQUEST], "description")


def test_what_nobody_named_is_restricted(catalogue: Catalogue) -> None:
    assert catalogue.privacy_class([REQUEST], "shoeSize") is PrivacyClass.RESTRICTED
    assert catalogue.privacy_class(["Unheard"], "name") is PrivacyClass.RESTRICTED
    assert catalogue.privacy_class([], "name") is PrivacyClass.RESTRICTED


def test_a_city_tightens_without_a_word(catalogue: Catalogue, settings: CitySettings) -> None:
    folder = write(settings, f"types:\n  {REQUEST}:\n    service_code: restricted\n")
    merged = merge(catalogue, read_overrides(folder))
    assert merged.privacy_class([REQUEST], "service_code") is PrivacyClass.RESTRICTED
    assert catalogue.privacy_class([REQUEST], "service_code") is PrivacyClass.PUBLIC


def test_a_city_loosens_with_a_reason(catalogue: Catalogue, settings: CitySettings) -> None:
    folder = write(
        settings,
        f"types:\n  {REQUEST}:\n    title: {{class: public, because: published as open data}}\n",
    )
    merged = merge(catalogue, read_overrides(folder))
    assert merged.privacy_class([REQUEST], "title") is PrivacyClass.PUBLIC
    assert merged.reasons[REQUEST, "title"] == "published as open data"


@pytest.mark.parametrize(
    "wish",
    ["title: public", "title: {class: public}", 'title: {class: public, because: " "}'],
    ids=["bare", "no reason", "blank reason"],
)
def test_loosening_without_a_reason_is_refused(
    catalogue: Catalogue, settings: CitySettings, wish: str
) -> None:
    folder = write(settings, f"types:\n  {REQUEST}:\n    {wish}\n")
    with pytest.raises(BadFile) as caught:
        merge(catalogue, read_overrides(folder))
    assert caught.value.where.endswith("city.yaml:3")


def test_an_unknown_attribute_counts_as_restricted_when_loosened(
    catalogue: Catalogue, settings: CitySettings
) -> None:
    folder = write(settings, "types:\n  Tram:\n    route: public\n")
    with pytest.raises(BadFile, match="restricted and would become public"):
        merge(catalogue, read_overrides(folder))


def test_a_class_set_twice_is_refused(catalogue: Catalogue, settings: CitySettings) -> None:
    write(settings, f"types:\n  {REQUEST}:\n    group: restricted\n", "a.yaml")
    folder = write(settings, f"types:\n  {REQUEST}:\n    group: personal\n", "b.yaml")
    with pytest.raises(BadFile, match="twice"):
        merge(catalogue, read_overrides(folder))


def test_a_class_that_is_none_names_the_line(settings: CitySettings) -> None:
    folder = write(settings, f"types:\n  {REQUEST}:\n    group: secret\n")
    with pytest.raises(BadFile) as caught:
        read_overrides(folder)
    assert "city.yaml:3" in caught.value.where


def test_no_folder_means_no_overrides(settings: CitySettings) -> None:
    assert read_overrides(settings.folder / "privacy") == ()
