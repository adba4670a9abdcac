"""`routing.yaml`: read, ordered from the most special on, refused where it is wrong."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from hansa.base.problems import BadFile
from hansa.desk.clocks import ROUND_THE_CLOCK, WorkingCalendar
from hansa.desk.organizations import Organization
from hansa.desk.routing import Table, load_routing

ZONE = ZoneInfo("Europe/Moscow")
CALENDARS = {
    "day": WorkingCalendar("day", ZONE, (((480, 1200),),) * 7),
    "evening": WorkingCalendar("evening", ZONE, (((1080, 1320),),) * 7),
    "night": WorkingCalendar("night", ZONE, (((0, 480), (1200, 1440)),) * 7),
    ROUND_THE_CLOCK.key: ROUND_THE_CLOCK,
}
ORGANIZATIONS = {
    name: Organization(name, "company", {}, "", (), ROUND_THE_CLOCK)
    for name in ("heat", "water", "housing", "lifts")
}
GOOD = """
rows:
  - {organization: housing}
  - {sectors: [water], organization: water}
  - {themes: [no-heat], organization: heat}
  - {themes: [no-heat], districts: [North], calendar: night, organization: housing}
  - {themes: [roof], by: house}
  - {themes: [lift], buildings: [b-1], organization: lifts}
"""


def load(folder: Path, text: str) -> Table:
    (folder / "routing.yaml").write_text(text)
    themes = {"no-heat", "roof", "lift"}
    return load_routing(folder, ORGANIZATIONS, CALENDARS, {"water"}, themes)


def test_the_most_special_rows_come_first(tmp_path: Path) -> None:
    table = load(tmp_path, GOOD)

    assert [row.line.rpartition(":")[2] for row in table.rows] == ["8", "6", "5", "7", "4", "3"]
    assert table.rows[0].grounds == {"urn:ngsi-ld:Building:b-1"}


def test_a_city_without_the_file_has_no_rows(tmp_path: Path) -> None:
    assert load_routing(tmp_path, ORGANIZATIONS, CALENDARS, ()).rows == ()


@pytest.mark.parametrize(
    ("text", "wrong", "said"),
    [
        ("[roof]", "[cellar]", r":7 rows\[4\]\.themes: there is no 'cellar'"),
        ("[water]", "[wine]", r":4 rows\[1\]\.sectors: there is no 'wine'"),
        ("organization: heat}", "organization: cold}", r":5 .*organization: there is no 'cold'"),
        ("calendar: night", "calendar: noon", r":6 rows\[3\]\.calendar: there is no 'noon'"),
        ("by: house", "by: street", r":7 "),
        ("by: house", "by: house, organization: heat", r":7 .*either an organization or by"),
        ("[roof], by: house", "[roof]", r":7 .*either an organization or by"),
        ("themes: [roof],", "themes: [roof], sectors: [water],", r":7 .*themes or sectors, not"),
        ("buildings: [b-1]", "buildings: [b-1], districts: [North]", r":8 .*one kind of territ"),
    ],
)
def test_a_wrong_row_is_refused_with_its_line(
    tmp_path: Path, text: str, wrong: str, said: str
) -> None:
    assert text in GOOD
    with pytest.raises(BadFile, match=said):
        load(tmp_path, GOOD.replace(text, wrong))


@pytest.mark.parametrize(
    ("row", "against"),
    [
        ("{organization: heat}", 3),
        ("{themes: [lift, no-heat], organization: water}", 5),
        ("{themes: [roof], organization: heat}", 7),
        ("{themes: [lift], buildings: [b-1, b-2], organization: heat}", 8),
        ("{themes: [no-heat], districts: [North], calendar: evening, organization: heat}", 6),
    ],
)
def test_rows_that_contradict_are_refused(tmp_path: Path, row: str, against: int) -> None:
    said = rf"routing\.yaml:9 rows: contradicts routing\.yaml:{against}"
    with pytest.raises(BadFile, match=said):
        load(tmp_path, f"{GOOD}  - {row}\n")


@pytest.mark.parametrize(
    "row",
    [
        "{organization: housing}",  # says the same again
        "{themes: [lift], organization: water}",
        "{themes: [lift], buildings: [b-2], organization: heat}",
        "{themes: [no-heat], districts: [North], calendar: day, organization: heat}",
        "{themes: [no-heat], districts: [South], calendar: night, organization: heat}",
    ],
)
def test_rows_that_never_meet_stand_beside_each_other(tmp_path: Path, row: str) -> None:
    assert len(load(tmp_path, f"{GOOD}  - {row}\n").rows) == 7
