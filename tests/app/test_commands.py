"""The commands as a person types them: on a home of their own, and on a running node's."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hansa.app.cli import main
from tests.app.running import running_node

CITY = """
name: hand-made
title: {en: Hand-made}
zone: Europe/Moscow
world: exercise:hand-made
map: {center: [39.7, 54.6]}
"""
SOURCE = """
source: river
title: {en: River}
sector: river
files: "*.csv"
format: csv
type: WaterObserved
id: "{post}"
observedAt: time
fields:
  height: {column: level, as: number, unit: CMT, range: [0, 1000], required: true}
"""
ROWS = "post,time,level\na,2026-05-04T10:00:00Z,310\na,2026-05-04T11:00:00Z,high\n"


@pytest.fixture
def city(tmp_path: Path) -> Path:
    folder = tmp_path / "city"
    (folder / "sources").mkdir(parents=True)
    (folder / "city.yaml").write_text(CITY)
    (folder / "sources" / "river.yaml").write_text(SOURCE)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "in.csv").write_text(ROWS)
    return folder


def hansa(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def imported(city: Path, *more: str) -> Result:
    folder = city.parent
    return hansa("import", "--city", city, "--home", folder / "h", "--data", folder / "data", *more)


def test_import_counts_and_quarantine_names_the_row(city: Path) -> None:
    first = imported(city, "--json")
    (file,) = json.loads(first.output)["files"]
    assert (file["read"], file["accepted"], file["refused"], file["changed"]) == (2, 1, 1, 1)
    (again,) = json.loads(imported(city, "--json").output)["files"]
    assert (again["read"], again["changed"]) == (2, 0)
    listed = hansa("quarantine", "list", "--home", city.parent / "h")
    assert "in.csv" in listed.output
    assert "number" in listed.output


def test_mended_file_is_run_again(city: Path) -> None:
    imported(city)
    (city.parent / "data" / "in.csv").write_text(ROWS.replace("high", "320"))
    rerun = hansa("quarantine", "rerun", "--source", "river", "--home", city.parent / "h")
    assert rerun.exit_code == 0, rerun.output
    assert hansa("quarantine", "list", "--home", city.parent / "h").output == "nothing to show\n"


def test_journal_holds_and_shows_that_it_was_touched(city: Path) -> None:
    imported(city)
    home = city.parent / "h"
    whole = json.loads(hansa("journal", "verify", "--home", home, "--json").output)
    assert whole["intact"]
    assert hansa("journal", "verify", "--home", home, "--head", whole["head"]).exit_code == 0
    wrong = f"{whole['entries']}:{'00' * 32}"
    assert hansa("journal", "verify", "--home", home, "--head", wrong).exit_code == 2


def test_doctor_finds_nothing_wrong(city: Path) -> None:
    imported(city)
    checks = json.loads(hansa("doctor", "--home", city.parent / "h", "--json").output)["checks"]
    assert {one["state"] for one in checks} <= {"well", "note"}
    assert [one["check"] for one in checks][:2] == ["folder", "store"]


def test_refusals_are_one_line_with_file_and_line(city: Path) -> None:
    (city / "sources" / "river.yaml").write_text(SOURCE.replace("CMT", "XXX"))
    refused = imported(city)
    assert refused.exit_code == 1
    assert "river.yaml:11" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_home_of_another_city_is_refused(city: Path) -> None:
    imported(city)
    (city / "city.yaml").write_text(CITY.replace("name: hand-made", "name: other"))
    refused = imported(city)
    assert "is the home of hand-made, not of other" in refused.stderr


def test_rules_test_writes_nothing(city: Path) -> None:
    (city / "rules").mkdir()
    (city / "rules" / "river.yaml").write_text(
        "rules:\n"
        "  - id: high-water\n"
        '    title: {en: "High water at {name}"}\n'
        "    when: {type: WaterObserved}\n"
        '    threshold: {attribute: height, operator: ">", value: 3}\n'
        "    severity: high\n"
    )
    imported(city)
    tested = json.loads(hansa("rules", "test", "--home", city.parent / "h", "--json").output)
    assert [one["rule"] for one in tested["firings"]] == ["high-water"]
    doctor = json.loads(hansa("doctor", "--home", city.parent / "h", "--json").output)
    again = json.loads(hansa("doctor", "--home", city.parent / "h", "--json").output)
    assert doctor["checks"][1] == again["checks"][1]


@pytest.fixture
def running(city: Path) -> Iterator[Path]:
    """A node as a process of its own; the path of its home."""
    home = city.parent / "h"
    with running_node(city, home):
        yield home


def test_commands_reach_a_running_node(running: Path) -> None:
    secret = "correct horse battery"
    added = hansa(
        "user", "add", "ann", "--role", "duty-officer", "--home", running, "--password", secret
    )
    assert added.exit_code == 0, added.output
    taken = hansa(
        "user", "add", "ann", "--role", "duty-officer", "--home", running, "--password", secret
    )
    assert "there is an account ann already" in taken.stderr
    listed = json.loads(hansa("user", "list", "--home", running, "--json").output)
    assert [one["name"] for one in listed] == ["ann"]
    issued = json.loads(hansa("token", "issue", "sensor", "--home", running, "--json").output)
    assert len(issued["token"]) > 20
    assert "sensor" in hansa("token", "list", "--home", running).output
    assert hansa("token", "revoke", "sensor", "--home", running).exit_code == 0
    assert hansa("token", "list", "--home", running).output == "nothing to show\n"
    assert hansa("journal", "verify", "--home", running).exit_code == 0
