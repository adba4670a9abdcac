"""`hansa export`: all that a city holds in open files, with nothing of any person."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from hansa.app.cli import main
from hansa.app.leaving.whole import export
from hansa.base.clock import ManualClock
from hansa.base.problems import StoreRefused
from tests.app.backing import REQUEST, folder_of_city, opened, request, writer

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


async def test_entities_with_their_history_and_no_street(tmp_path: Path) -> None:
    folder, clock = folder_of_city(tmp_path), ManualClock(NOON)
    async with opened(folder, tmp_path / "home", clock) as node:
        await node.city.write(writer(node.city), [request("1", "Secret street 1")])
        clock.advance(timedelta(minutes=1))
        await node.city.write(writer(node.city), [request("1", "Secret street 1", "closed")])
        told = await export(node, tmp_path / "out", attachments=True)
    out = tmp_path / "out"
    assert told["entities"] >= 1
    [one] = _lines(out / "entities" / "Open311ServiceRequest.jsonl")
    assert (one["id"], one["status"]["value"]) == (REQUEST + "1", "closed")
    assert one["world"] == "exercise:hand-made"
    [past] = _lines(out / "history" / "Open311ServiceRequest.jsonl")
    assert [each["value"] for each in past["status"]] == ["open", "closed"]
    assert past["status"][0]["recordedAt"] < past["status"][1]["recordedAt"]
    for path in (each for each in out.rglob("*") if each.is_file()):
        assert b"Secret" not in path.read_bytes()
    assert (out / "city" / "city.yaml").is_file()


async def test_the_list_names_every_file_with_its_digest(tmp_path: Path) -> None:
    folder = folder_of_city(tmp_path)
    async with opened(folder, tmp_path / "home", ManualClock(NOON)) as node:
        await node.city.write(writer(node.city), [request("1", "Secret street 1")])
        await export(node, tmp_path / "out", attachments=False)
    out = tmp_path / "out"
    told = json.loads((out / "manifest.json").read_text("utf-8"))
    named = {one["path"]: one["sha256"] for one in told["files"]}
    there = {str(one.relative_to(out)) for one in out.rglob("*") if one.is_file()}
    assert there - named.keys() == {"manifest.json"}
    assert {hashlib.sha256((out / one).read_bytes()).hexdigest() for one in named} == set(
        named.values()
    )
    assert not (out / "attachments").exists()


async def test_nothing_is_overwritten_and_nothing_half_is_left(tmp_path: Path) -> None:
    folder = folder_of_city(tmp_path)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    async with opened(folder, tmp_path / "home", ManualClock(NOON)) as node:
        for wrong in (tmp_path / "full", tmp_path / "home" / "out", folder / "out"):
            with pytest.raises(StoreRefused):
                await export(node, wrong, attachments=False)
    assert (tmp_path / "full" / "mine.txt").read_text() == "mine"
    assert not (tmp_path / "home" / "out").exists()


def test_the_command_says_what_it_wrote(tmp_path: Path) -> None:
    city, home = folder_of_city(tmp_path), tmp_path / "home"
    words = ["export", str(tmp_path / "out"), "--city", str(city), "--home", str(home), "--json"]
    answer = CliRunner().invoke(main, words)
    assert answer.exit_code == 0, answer.output
    assert json.loads(answer.output)["attachments"] == 0
    assert (tmp_path / "out" / "README.txt").is_file()
