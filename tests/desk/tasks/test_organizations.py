"""Organisations: out of the folder, refused where they are wrong, brought into the graph."""

from pathlib import Path

import pytest

from hansa.base.problems import BadFile
from hansa.base.vocabulary import load_vocabulary
from hansa.context import City, Query, TypeIs
from hansa.desk.clocks import ROUND_THE_CLOCK
from hansa.desk.organizations import Organization, keep_organizations, load_organizations
from hansa.guard import Grant

CALENDARS = {ROUND_THE_CLOCK.key: ROUND_THE_CLOCK}
GOOD = """
organizations:
  waterworks:
    kind: enterprise
    name: {en: Waterworks, ru: Водоканал}
    telephone: "+7 000"
    sectors: [water, river]
"""


def load(folder: Path, text: str) -> dict[str, Organization]:
    (folder / "organizations.yaml").write_text(text)
    return dict(load_organizations(folder, load_vocabulary(), ("en", "ru"), CALENDARS))


def test_an_organisation_is_read_from_the_folder(tmp_path: Path) -> None:
    found = load(tmp_path, GOOD)["waterworks"]

    assert found.id == "urn:ngsi-ld:Organization:waterworks"
    assert (found.kind, found.sectors) == ("enterprise", ("water", "river"))
    assert found.calendar is ROUND_THE_CLOCK


@pytest.mark.parametrize(
    ("text", "wrong", "said"),
    [
        ("ru: Водоканал", "ru: ''", r":5 organizations\.waterworks\.name: no name in ru"),
        ("[water, river]", "[wine]", r":7 organizations\.waterworks\.sectors: there is no 'wine'"),
        ("sectors:", "calendar: sleepy\n    sectors:", r":7 .*there is no 'sleepy'"),
        ("enterprise", "club", r":4 organizations\.waterworks\.kind"),
    ],
)
def test_a_wrong_organisation_is_refused_with_its_line(
    tmp_path: Path, text: str, wrong: str, said: str
) -> None:
    with pytest.raises(BadFile, match=said):
        load(tmp_path, GOOD.replace(text, wrong))


async def test_the_graph_holds_what_the_folder_says(
    city: City, tmp_path: Path, officer: Grant
) -> None:
    await keep_organizations(city, load(tmp_path, GOOD))
    number = city.last_change
    await keep_organizations(city, load(tmp_path, GOOD))
    assert city.last_change == number  # nothing differs, nothing is written

    await keep_organizations(city, {})
    page = await city.read(city.guard.view(officer), Query(types=TypeIs("Organization")))
    (held,) = page.entities
    assert held.value("name") == {"en": "Waterworks", "ru": "Водоканал"}
    assert held.value("active") is False
