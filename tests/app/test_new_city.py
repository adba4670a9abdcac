"""`hansa new`: three spreadsheets become a city that starts and takes a call."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest
import yaml
from click.testing import CliRunner, Result

from hansa.app.cli import main
from hansa.app.home import Home
from hansa.app.node import Node
from hansa.app.web import make_app
from hansa.base.clock import SystemClock
from hansa.base.settings import load_city
from hansa.context import Query, TypeIs
from hansa.sectors import read_table
from tests.cities import samples

SAMPLES = samples.SAMPLES
LIST = """\
Invented for a test
Organisation;Duty telephone;Services;Territory
Waterworks;+10;cold water;
Heat;+11;heating, dancing;North
Waterworks;+12;gas;
Nobody;;gas;
"""
HOUSES = """\
Street,House,Water,Heat,Managing company
Mill Lane,1,East,North,Waterworks
Mill Lane,,East,North,
Mill Lane,3,West,South,Strangers
"""


def hansa(*words: str | Path, typed: str = "") -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], input=typed)


def unattended(place: Path, **more: str | Path) -> Result:
    flags = [part for name, value in more.items() for part in (f"--{name}", value)]
    return hansa("new", place / "town", "--home", place / "home", "--yes", *flags)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """A city from the sample spreadsheets, and what the command said."""
    place = tmp_path_factory.mktemp("new")
    tables = {name: SAMPLES / f"{name}.xlsx" for name in ("organizations", "addresses", "works")}
    return (
        place,
        unattended(place, name="Пробный", zone="Europe/Moscow", languages="ru,uk,en", **tables),
    )


def passwords(said: str) -> Mapping[str, tuple[str, str]]:
    """Account to role and password, as printed."""
    rows = re.findall(r"^(\S+) +(\S+) +((?:[a-z]{4}-){4}[a-z]{4})$", said, re.MULTILINE)
    return {name: (role, secret) for name, role, secret in rows}


def test_what_is_kept_of_the_samples_is_what_their_script_says(tmp_path: Path) -> None:
    samples.write(tmp_path)
    for name in samples.tables():
        kept = read_table(SAMPLES / f"{name}.xlsx", name)
        assert kept.rows == read_table(tmp_path / f"{name}.xlsx", name).rows
        assert len(kept.rows) > 3
        assert not kept.refused


def test_a_city_of_three_spreadsheets_has_a_folder_that_a_doctor_calls_well(
    made: tuple[Path, Result],
) -> None:
    place, said = made
    assert said.exit_code == 0, said.output
    answer = hansa("doctor", "--home", place / "home", "--json").output
    checks = {one["check"]: one["state"] for one in json.loads(answer)["checks"]}
    assert checks["folder"] == checks["people"] == checks["store"] == "well"
    assert "wrong" not in checks.values()
    settings = load_city(place / "town")
    assert (settings.title["ru"], settings.languages) == ("Пробный", ("ru", "uk", "en"))
    assert f"hansa up --city {place / 'town'} --home {place / 'home'}" in said.output


def test_a_preview_says_columns_first_rows_and_times_by_the_citys_clock(
    made: tuple[Path, Result],
) -> None:
    said = made[1].output
    assert "Телефон диспетчерской = telephone" in said
    assert "waterworks: Водоканал (пример), +7 000 000-00-02, enterprise, does coldWater" in said
    assert "line 3: street улица Ленина" in said
    assert "zones of supply Центр-1; К-1 Центральная" in said
    assert "off from 2030-06-03 09:00" in said
    assert "urn:ngsi-ld" not in said


def test_each_account_signs_in_with_its_password_and_no_file_holds_one(
    made: tuple[Path, Result],
) -> None:
    place, said = made
    given = passwords(said.output)
    assert {role for role, _ in given.values()} == {
        "administrator", "duty-officer", "mayor", "privacy-officer", "clerk", "dispatcher",
    }  # fmt: skip
    assert given.keys() >= {"duty", "dispatcher-waterworks"}
    held = [path for path in place.rglob("*") if path.is_file()]
    for _, secret in given.values():
        assert [path for path in held if secret.encode() in path.read_bytes()] == []


async def test_it_starts_and_takes_a_call_on_the_first_address(made: tuple[Path, Result]) -> None:
    place, said = made
    settings, home = load_city(place / "town"), Home(place / "home")
    with home.claim(settings.name, settings.folder, settings.world):
        node = await Node.open(settings, home, SystemClock())
        try:
            await node.folder.settle()
            node.start()
            await _until_there(node, "PlannedWork", 4)
            await _until_there(node, "Building", 300)
            await _until_there(node, "SupplyZone", 14)
            await node.addresses.beyond(node.city.last_change)
            await _calls(node, passwords(said.output)["duty"][1])
        finally:
            await node.close()


async def _until_there(node: Node, kind: str, count: int) -> None:
    view = node.city.guard.view(node.city.guard.machine("desk", node.city.world))
    query = Query(types=TypeIs(kind))
    if len((await node.city.read(view, query)).entities) >= count:
        return
    async for _ in node.city.changes(view, None, after=0):
        if len((await node.city.read(view, query)).entities) >= count:
            return


async def _calls(node: Node, secret: str) -> None:
    transport = httpx.ASGITransport(make_app(node, host="127.0.0.1"), client=("127.0.0.1", 1))
    async with httpx.AsyncClient(
        transport=transport, base_url="http://127.0.0.1:8080", headers={"Hansa-CSRF": "1"}
    ) as client:
        who = {"name": "duty", "password": secret}
        entered = await client.post("/console/session", json=who)
        assert entered.status_code == 201, entered.text
        found = (await client.get("/desk/addresses", params={"q": "лен 1"})).json()
        card = {
            "draft": "first", "channel": "telephone", "theme": "no-cold-water",
            "building": found["found"][0]["id"], "words": "нет воды с утра",
        }  # fmt: skip
        taken = await client.post("/desk/calls", json=card)
        assert taken.status_code in (200, 201), taken.text
        call = (await client.get(f"/desk/calls/{taken.json()['id']}")).json()["call"]
        assert call["state"] == "routed"
        assert "urn:ngsi-ld:Organization:waterworks" in call["organizations"]


def test_refused_rows_are_told_with_line_rule_and_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text(LIST, encoding="utf-8")
    (tmp_path / "houses.csv").write_text(HOUSES, encoding="utf-8")
    said = unattended(
        tmp_path, organizations=tmp_path / "list.csv", addresses=tmp_path / "houses.csv"
    )
    assert said.exit_code == 0, said.output
    assert "list.csv, line 5, name (once): Waterworks stands in line 3 already" in said.output
    assert "list.csv, line 6, telephone (required): Nobody has no telephone" in said.output
    assert "line 4, services (one-of): dancing is not understood" in said.output
    assert "houses.csv, line 3, house (required)" in said.output
    assert "management (known): Strangers is none of the organisations" in said.output

    folder = tmp_path / "town"
    zones = (folder / "inbox" / "supply-zones" / "zones.csv").read_text(encoding="utf-8")
    assert zones.splitlines()[1:] == [
        "coldWater,East,waterworks", "coldWater,West,waterworks", "heat,North,heat",
    ]  # fmt: skip
    assert yaml.safe_load((folder / "city.yaml").read_text())["title"] == dict.fromkeys(
        ("en", "ru", "uk"), "town"
    )


def test_every_question_has_an_answer_that_may_be_typed(tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    (tmp_path / "list.csv").write_text(LIST, encoding="utf-8")
    typed = (
        "Riverton", "Mars/Olympus", "Europe/Kyiv", "uk", str(tmp_path / "gone.csv"),
        str(tmp_path / "bad.csv"), str(tmp_path / "list.csv"), "y", "", "",
    )  # fmt: skip
    said = hansa(
        "new", tmp_path / "town", "--home", tmp_path / "home", typed="\n".join(typed) + "\n"
    )
    assert said.exit_code == 0, said.output
    assert "'Mars/Olympus' is no time zone" in said.output
    assert "there is no file" in said.output
    assert "none of the first 30 rows has columns for" in said.output
    assert "Houses: none, bring it later" in said.output
    settings = load_city(tmp_path / "town")
    assert (str(settings.zone), settings.languages) == ("Europe/Kyiv", ("uk",))
    assert settings.map.center == (30.517, 50.433)


def test_a_table_that_was_looked_at_and_not_taken_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text(LIST, encoding="utf-8")
    typed = ("", "", "", str(tmp_path / "list.csv"), "n", "", "", "")
    said = hansa(
        "new", tmp_path / "town", "--home", tmp_path / "home", typed="\n".join(typed) + "\n"
    )
    assert said.exit_code == 0, said.output
    told = yaml.safe_load((tmp_path / "town" / "organizations.yaml").read_text())
    assert told == {"organizations": {}}
    assert "dispatcher-" not in said.output


def test_nothing_that_exists_is_overwritten(made: tuple[Path, Result], tmp_path: Path) -> None:
    place, _ = made
    before = (place / "town" / "city.yaml").read_bytes()
    again = unattended(place, name="Other")
    assert again.exit_code == 1
    assert "is there already" in again.stderr
    assert (place / "town" / "city.yaml").read_bytes() == before

    lived_in = hansa("new", tmp_path / "town", "--home", place / "home", "--yes")
    assert lived_in.exit_code == 1
    assert "is the home of" in lived_in.stderr
    assert not (tmp_path / "town").exists()


def test_what_cannot_be_read_stops_it_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    said = unattended(tmp_path, organizations=tmp_path / "list.csv")
    assert said.exit_code == 1
    assert "name" in said.stderr
    assert {one.name for one in tmp_path.iterdir()} == {"list.csv"}


def test_the_command_is_one_of_hansa(tmp_path: Path) -> None:
    command = [str(Path(sys.executable).with_name("hansa")), "new", "town", "--yes"]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=True, env=dict(os.environ)
    )
    assert "duty-officer" in done.stdout
    assert (tmp_path / "var" / "town").is_dir()
    assert done.stderr == ""
