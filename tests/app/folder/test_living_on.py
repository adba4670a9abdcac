"""Settings go where the store goes: into a backup, out of it, and not out of a replay."""

import asyncio
from pathlib import Path

from hansa.app import backup
from hansa.app.restoring import Wanted, restore
from hansa.base.clock import ManualClock
from tests.app.backing import opened as asleep
from tests.app.folder.conftest import Opened, ask, asking

AIR = "/settings/rules%2Fair.yaml"
SOURCE = "/settings/sources%2Fair.yaml"


async def test_an_edit_comes_along_in_a_backup(
    opened: Opened, tmp_path: Path, clock: ManualClock
) -> None:
    async with opened() as node, asking(node) as http:
        before = await ask(http, "rules/air.yaml")
        text = before["text"] + "# kept\n"
        await http.put(AIR, json={"expect": before["change"], "text": text})
        await backup.make(node, tmp_path / "backup")
    wanted = Wanted(tmp_path / "backup", tmp_path / "elsewhere")
    await asyncio.to_thread(restore, wanted, clock)
    folder = tmp_path / "elsewhere" / backup.CITY
    async with asleep(folder, tmp_path / "elsewhere", clock) as node, asking(node) as http:
        after = await ask(http, "rules/air.yaml")
        assert (after["text"], after["difference"]) == (text, "edited")
        assert len((await http.get(f"{AIR}/versions")).json()) == 2


async def test_in_a_replay_rules_are_edited_and_sources_are_not(opened: Opened) -> None:
    async with opened() as node, asking(node) as http:
        node.folder.fixed = frozenset({"sources"})  # as `Node.replay` says
        listed = (await http.get("/settings")).json()
        assert listed["fixed"] == ["sources"]
        source, rule = await ask(http, "sources/air.yaml"), await ask(http, "rules/air.yaml")
        assert (source["mayEdit"], rule["mayEdit"]) == (False, True)
        sent = {"expect": source["change"], "text": source["text"] + "# x\n"}
        refused = await http.put(SOURCE, json=sent)
        assert (refused.status_code, "replay" in refused.json()["detail"]) == (422, True)
        sent = {"expect": rule["change"], "text": rule["text"] + "# x\n"}
        assert (await http.put(AIR, json=sent)).status_code == 200


async def test_who_reads_a_source_holds_its_turn_over_an_edit(opened: Opened) -> None:
    """Two readers of one source would count over each other."""
    async with opened() as node, asking(node) as http:
        turn = next(one.turn for one in node.sources if one.name == "air")
        before = await ask(http, "sources/air.yaml")
        sent = {"expect": before["change"], "text": before["text"] + "# x\n"}
        done = await http.put(SOURCE, json=sent)
        assert done.json()["rooms"][0] == "sectors"
        assert next(one.turn for one in node.sources if one.name == "air") is turn


async def test_a_source_that_is_asked_is_followed_anew_and_the_others_go_on(
    opened: Opened,
) -> None:
    async with opened() as node, asking(node) as http:
        other = node.doors["air-sensors"]
        before = await ask(http, "sources/weather-station.yaml")
        sent = {"expect": before["change"], "text": before["text"].replace("poll: 60", "poll: 30")}
        done = await http.put("/settings/sources%2Fweather-station.yaml", json=sent)
        shown = (await http.get("/sectors/sources/weather-station")).json()
        settings = {one["name"]: one["value"] for one in shown["connector"]["settings"]}

        assert done.json()["rooms"] == ["sectors", "source weather-station"]
        assert node.doors["air-sensors"] is other
        assert settings["poll"] == 30
        gone = {"expect": done.json()["change"]}
        left = await http.post("/settings/sources%2Fweather-station.yaml/remove", json=gone)
        assert left.status_code == 200, left.text
        assert "weather-station" not in node.doors
        assert "source weather-station" not in node.supervisor.health


async def test_a_room_that_only_told_once_is_told_again(opened: Opened) -> None:
    async with opened() as node, asking(node) as http:
        path = "organizations.yaml"
        before = await ask(http, path)
        text = before["text"].replace("000-00-02", "000-00-99")
        done = await http.put(f"/settings/{path}", json={"expect": before["change"], "text": text})
        assert done.status_code == 200, done.text
        assert "desk" in done.json()["rooms"]
        gone = await http.put(
            f"/settings/{path}",
            json={"expect": done.json()["change"], "text": text.replace("waterworks:", "other:")},
        )
        assert (gone.status_code, gone.json()["path"]) == (422, "playbooks/networks.yaml")
