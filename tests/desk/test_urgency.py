"""Severity is what the machine says, type what it is about, priority what is done first."""

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from hansa.context import City
from hansa.desk import CONSUMER, DeskSettings, load_desk
from hansa.guard import Grant
from tests.desk.conftest import alert, change_of, id_of, incidents, on_duty, timeline, until

Client = Callable[..., httpx.AsyncClient]
ONE = f"/desk/incidents/{id_of('a')}"
TYPES = """
types:
  water-supply:
    words: {en: water supply, ru: водоснабжение, uk: водопостачання}
    categories: [water]
    priorities: {high: 1}
  litter: {words: {en: litter, ru: мусор, uk: сміття}, priorities: {high: 4, critical: 3}}
"""


@pytest.fixture
def desk(city: City, tmp_path: Path) -> DeskSettings:
    folder = tmp_path / "types"
    folder.mkdir()
    (folder / "desk.yaml").write_text(TYPES)
    return load_desk(folder, city.vocabulary)


@pytest.fixture
async def change(city: City, desk: DeskSettings, watch: Grant, officer: Grant) -> int:
    await city.write(watch, [alert("a")])
    async with on_duty(city, desk):
        return (await until(city, officer, "a", state="new")).change


async def urgency(city: City, grant: Grant) -> tuple[str, str, int]:
    found = (await incidents(city, grant))["a"]
    return found.value("severity"), found.value("incidentType"), found.value("priority")


async def test_the_citys_table_says_what_comes_first(
    city: City, officer: Grant, change: int
) -> None:
    assert await urgency(city, officer) == ("high", "water-supply", 1)


async def test_another_type_moves_the_priority_until_a_person_sets_it(
    client: Client, city: City, officer: Grant, change: int
) -> None:
    async with client() as http:
        body = {"expect": change, "incidentType": "litter"}
        done = (await http.post(f"{ONE}/retype", json=body)).json()
        assert await urgency(city, officer) == ("high", "litter", 4)
        body = {"expect": done["change"], "priority": 2}
        done = (await http.post(f"{ONE}/prioritise", json=body)).json()
        body = {"expect": done["change"], "incidentType": "other"}
        done = (await http.post(f"{ONE}/retype", json=body)).json()
        assert await urgency(city, officer) == ("high", "other", 2)
        body = {"expect": done["change"], "priority": None}
        await http.post(f"{ONE}/prioritise", json=body)
    assert await urgency(city, officer) == ("high", "other", 2)
    assert (await incidents(city, officer))["a"].value("prioritisedBy") is None
    assert await timeline(city, officer, "a") == [
        "opened",
        "retyped",
        "prioritised",
        "retyped",
        "prioritised",
    ]


async def test_a_rise_of_severity_leaves_a_persons_priority_alone(
    client: Client, city: City, desk: DeskSettings, watch: Grant, officer: Grant, change: int
) -> None:
    async with client() as http:
        await http.post(f"{ONE}/prioritise", json={"expect": change, "priority": 3})
    async with on_duty(city, desk):
        await city.write(watch, [change_of("a", severity="critical"), alert("b", key="b")])
        await city.write(watch, [change_of("b", severity="critical")])
        await city.settled([CONSUMER])
    assert await urgency(city, officer) == ("critical", "water-supply", 3)
    assert (await incidents(city, officer))["b"].value("priority") == 1


@pytest.mark.parametrize(
    ("verb", "body", "where"),
    [
        ("prioritise", {"priority": 5}, "priority"),
        ("prioritise", {"priority": 0}, "priority"),
        ("retype", {"incidentType": "fire"}, "incidentType"),
        ("retype", {}, "incidentType"),
    ],
)
async def test_bad_orders_name_the_member(
    client: Client, change: int, verb: str, body: dict[str, object], where: str
) -> None:
    async with client() as http:
        refused = await http.post(f"{ONE}/{verb}", json={"expect": change, **body})
    assert refused.status_code == 400
    assert refused.json()["where"] == where


async def test_settings_name_the_types(client: Client, change: int) -> None:
    async with client() as http:
        given = (await http.get("/desk/settings")).json()
    assert given["types"]["water-supply"]["ru"] == "водоснабжение"
    assert "other" in given["types"]
