"""themes.yaml: what it may say, and how a mistake is named."""

from datetime import timedelta
from pathlib import Path

import pytest

from hansa.base.problems import BadFile
from hansa.base.vocabulary import load_vocabulary
from hansa.desk.themes import CallKind, Catalogue, load_themes

VOCABULARY = load_vocabulary()
TYPES = ("other", "water-supply")
NO_WATER = """\
themes:
  no-water:
    words: {en: No water, ru: Нет воды}
    sector: water
    resource: coldWater
    serviceMinutes: 90
    incidentType: water-supply
    examples: [The taps are dry, Нет воды]
  charges:
    words: {en: Charges, ru: Начисления}
    sector: requests
    kind: request
"""


def load(folder: Path, text: str) -> Catalogue:
    (folder / "themes.yaml").write_text(text)
    return load_themes(folder, VOCABULARY, ("en", "ru"), TYPES)


def test_a_theme_says_what_follows_from_it(tmp_path: Path) -> None:
    found = load(tmp_path, "alone: 0.95\nleast: 40\n" + NO_WATER)
    water, charges = found.themes.values()
    assert (water.key, water.resource, water.service) == (
        "no-water",
        "coldWater",
        timedelta(minutes=90),
    )
    assert water.kind is CallKind.REPAIR
    assert (charges.kind, charges.service, charges.resource) == (CallKind.REQUEST, None, "")
    assert (found.learning.alone, found.learning.least) == (0.95, 40)


def test_a_city_without_the_file_has_no_themes(tmp_path: Path) -> None:
    assert load_themes(tmp_path, VOCABULARY, ("en",), TYPES) == Catalogue()


@pytest.mark.parametrize(
    ("before", "after", "where"),
    [
        ("sector: water", "sector: sea", "4 themes.no-water.sector"),
        ("resource: coldWater", "resource: beer", "5 themes.no-water.resource"),
        ("serviceMinutes: 90", "serviceMinutes: 0", "6 themes.no-water.serviceMinutes"),
        ("Type: water-supply", "Type: flood", "7 themes.no-water.incidentType"),
        ("[The taps are dry, Нет", "[' ', Нет", "8 themes.no-water.examples.0"),
        (", ru: Начисления", "", "10 themes.charges.words"),
        ("kind: request", "kind: wish", "12 themes.charges.kind"),
        ("kind: request", "kinds: request", "12 themes.charges.kinds"),
        ("themes:\n", "alone: 1.5\nthemes:\n", "1 alone"),
        ("themes:\n", "least: 0\nthemes:\n", "1 least"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, before: str, after: str, where: str) -> None:
    with pytest.raises(BadFile) as refused:
        load(tmp_path, NO_WATER.replace(before, after, 1))
    assert refused.value.where == f"{tmp_path / 'themes.yaml'}:{where}"
