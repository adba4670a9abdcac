"""The page on backups says what works: its commands are run here as they stand on it."""

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hansa.app.cli import main
from hansa.base.copying import in_file
from tests.app.backing import folder_of_city
from tests.app.running import running_node

HISTORY = "SELECT rootpage FROM sqlite_schema WHERE name='history'"


def hansa(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def commands(page: Path) -> Iterator[list[str]]:
    for line in re.findall(r"^\$ hansa (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE):
        yield shlex.split(line)


def test_every_command_of_the_page_works_on_a_running_node(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    lines = list(commands(root / "docs" / "backup.md"))
    assert len(lines) == 6
    with running_node(folder_of_city(tmp_path), tmp_path / "var" / "city"):
        for words in lines:
            answer = hansa(*words)
            assert answer.exit_code == 0, (words, answer.output)
    assert (tmp_path / "keys-of-city" / "keys.db").is_file()
    assert (tmp_path / "var" / "third" / "home.json").is_file()


def test_commands_work_on_a_home_that_nobody_runs(tmp_path: Path) -> None:
    city, home, kept = folder_of_city(tmp_path), tmp_path / "home", tmp_path / "kept"
    made = hansa("backup", "make", "--city", city, "--home", home, "--to", kept, "--json")
    assert json.loads(made.output)["change"] == 0
    verified = json.loads(hansa("backup", "verify", kept, "--json").output)
    assert (verified["city"], verified["world"]) == ("hand-made", "exercise:hand-made")
    (kept / "graph.db").unlink()
    refused = hansa("backup", "verify", kept)
    assert refused.exit_code == 1
    assert "graph.db: is missing" in refused.stderr


def test_keys_are_copied_again_over_their_older_copy_only(tmp_path: Path) -> None:
    city, home, keys = folder_of_city(tmp_path), tmp_path / "home", tmp_path / "keys"
    assert hansa("doctor", "--city", city, "--home", home).exit_code == 0
    for _ in range(2):
        assert hansa("backup", "keys", "--home", home, "--to", keys).exit_code == 0
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "mine.txt").write_text("mine")
    refused = hansa("backup", "keys", "--home", home, "--to", tmp_path / "mine")
    assert "holds no keys" in refused.stderr
    assert hansa("backup", "make", "--home", home, "--to", tmp_path / "kept").exit_code == 0
    refused = hansa("backup", "keys", "--home", home, "--to", tmp_path / "kept" / "keys")
    assert "must not find its keys" in refused.stderr


def test_doctor_finds_a_damaged_store_and_no_backup_is_made_of_it(tmp_path: Path) -> None:
    city, home, kept = folder_of_city(tmp_path), tmp_path / "home", tmp_path / "kept"
    assert hansa("doctor", "--city", city, "--home", home).exit_code == 0
    found = in_file(home / "graph.db", lambda tx: tx.all(HISTORY))
    with (home / "graph.db").open("rb+") as file:
        file.seek((found[0][0] - 1) * 4096)
        file.write(b"\xa5" * 4096)
    told = hansa("doctor", "--home", home, "--json")
    assert told.exit_code == 2, told.stderr
    wrong = [one["check"] for one in json.loads(told.output)["checks"] if one["state"] == "wrong"]
    assert wrong == ["store"]
    refused = hansa("backup", "make", "--home", home, "--to", kept)
    assert "graph.db is damaged" in refused.stderr
    assert not kept.exists()


def test_restore_says_when_personal_values_cannot_be_read(tmp_path: Path) -> None:
    city, home, kept = folder_of_city(tmp_path), tmp_path / "home", tmp_path / "kept"
    hansa("backup", "make", "--city", city, "--home", home, "--to", kept)
    answer = hansa("restore", kept, "--home", tmp_path / "new")
    assert answer.exit_code == 0, answer.output
    assert "personal values without a key  0" in answer.output
