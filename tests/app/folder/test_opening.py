"""A home is opened over a folder that changed meanwhile: nothing merged unseen, nothing lost."""

from pathlib import Path

import pytest

from hansa.base.problems import BadFile
from tests.app.folder.conftest import RULE, Opened, ask, asking

AIR = "/settings/rules%2Fair.yaml"


def append(path: Path, text: str) -> str:
    """Go on writing a file; answers what it is then."""
    path.write_text(path.read_text("utf-8") + text, "utf-8")
    return path.read_text("utf-8")


async def test_at_first_every_file_is_a_setting_of_the_folder(opened: Opened) -> None:
    async with opened() as node, asking(node) as http:
        told = (await http.get("/settings")).json()
    files = {one["path"]: one for one in told["files"]}
    assert {"desk.yaml", "rules/air.yaml", "sources/air.yaml"} < files.keys()
    assert {one["origin"] for one in files.values()} == {"folder"}
    assert {one["difference"] for one in files.values()} == {"none"}
    assert {"city.yaml", "map/", "privacy/"} <= set(told["apart"])


async def test_what_changed_in_the_folder_alone_is_taken_over(opened: Opened, folder: Path) -> None:
    async with opened():
        pass
    text = append(folder / "rules/air.yaml", "# by hand\n")
    (folder / "rules/ours.yaml").write_text(RULE, "utf-8")
    (folder / "rules/river.yaml").unlink()
    async with opened() as node, asking(node) as http:
        assert (await ask(http, "rules/air.yaml"))["text"] == text
        assert (await ask(http, "rules/river.yaml"))["state"] == "removed"
        assert "heat-faults" in [rule.id for rule in node.rules]
        assert (await http.get("/settings/differences")).json() == []
        assert len((await http.get(f"{AIR}/versions")).json()) == 2


async def test_where_both_were_edited_the_setting_rules_until_somebody_chooses(
    opened: Opened, folder: Path
) -> None:
    async with opened() as node, asking(node) as http:
        before = await ask(http, "rules/air.yaml")
        ours = before["text"] + "# console\n"
        await http.put(AIR, json={"expect": before["change"], "text": ours})
    theirs = append(folder / "rules/air.yaml", "# folder\n")
    async with opened() as node, asking(node) as http:
        found = await ask(http, "rules/air.yaml")
        assert (found["text"], found["difference"]) == (ours, "both")
        assert found["folder"]["text"] == theirs
        wish = {"expect": found["change"], "take": "folder", "folder": found["folder"]["digest"]}
        assert (await http.post(f"{AIR}/choose", json=wish)).status_code == 200
        found = await ask(http, "rules/air.yaml")
        assert (found["text"], found["difference"]) == (theirs, "none")


async def test_who_keeps_the_console_is_not_asked_again(opened: Opened, folder: Path) -> None:
    async with opened() as node, asking(node) as http:
        before = await ask(http, "rules/air.yaml")
        ours = before["text"] + "# console\n"
        await http.put(AIR, json={"expect": before["change"], "text": ours})
        append(folder / "rules/air.yaml", "# folder\n")
        found = await ask(http, "rules/air.yaml")
        assert found["difference"] == "both"
        wish = {"expect": found["change"], "take": "console", "folder": "another"}
        assert (await http.post(f"{AIR}/choose", json=wish)).status_code == 409
        wish["folder"] = found["folder"]["digest"]
        assert (await http.post(f"{AIR}/choose", json=wish)).status_code == 200
    async with opened() as node, asking(node) as http:
        found = await ask(http, "rules/air.yaml")
        assert (found["text"], found["difference"]) == (ours, "edited")


async def test_the_same_text_on_both_sides_is_an_agreement(opened: Opened, folder: Path) -> None:
    async with opened() as node, asking(node) as http:
        before = await ask(http, "rules/air.yaml")
        text = append(folder / "rules/air.yaml", "# both\n")
        await http.put(AIR, json={"expect": before["change"], "text": text})
    async with opened() as node, asking(node) as http:
        assert (await ask(http, "rules/air.yaml"))["difference"] == "none"


async def test_a_bad_file_in_the_folder_leaves_the_last_good_one(
    opened: Opened, folder: Path
) -> None:
    async with opened() as node, asking(node) as http:
        good = (await ask(http, "rules/air.yaml"))["text"]
    (folder / "rules/air.yaml").write_text("rules:\n  - id: 7\n", "utf-8")
    river = append(folder / "rules/river.yaml", "# and this is good\n")
    async with opened() as node, asking(node) as http:
        found = await ask(http, "rules/air.yaml")
        assert (found["text"], found["difference"]) == (good, "folder")
        assert (found["fault"]["path"], found["fault"]["line"]) == ("rules/air.yaml", 2)
        assert (await ask(http, "rules/river.yaml"))["text"] == river
        wish = {"expect": found["change"], "take": "folder", "folder": found["folder"]["digest"]}
        refused = await http.post(f"{AIR}/choose", json=wish)
        assert (refused.status_code, refused.json()["line"]) == (422, 2)
    (folder / "rules/air.yaml").write_text(good + "# mended\n", "utf-8")
    async with opened() as node, asking(node) as http:
        found = await ask(http, "rules/air.yaml")
        assert (found["text"], found["fault"]) == (good + "# mended\n", None)


async def test_a_file_that_is_not_text_is_a_fault_not_an_end(opened: Opened, folder: Path) -> None:
    async with opened():
        pass
    (folder / "desk.yaml").write_bytes(b"openFrom: \xff\n")
    async with opened() as node, asking(node) as http:
        assert "UTF-8" in (await ask(http, "desk.yaml"))["fault"]["detail"]


async def test_without_a_good_version_the_start_is_refused(opened: Opened, folder: Path) -> None:
    (folder / "rules/air.yaml").write_text("rules:\n  - id: 7\n", "utf-8")
    with pytest.raises(BadFile) as refused:
        async with opened():
            pass
    assert refused.value.where.startswith(f"{folder}/rules/air.yaml:2")
    append(folder / "desk.yaml", "")
    (folder / "rules/air.yaml").unlink()
    async with opened() as node:
        assert node.rules


async def test_where_nothing_is_good_any_more_the_start_is_refused(
    opened: Opened, folder: Path
) -> None:
    """The city speaks one language more, and neither side says a word in it."""
    async with opened() as node, asking(node) as http:
        good = await ask(http, "rules/air.yaml")
        made = await http.put("/settings/rules%2Fours.yaml", json={"expect": 0, "text": RULE})
        assert made.status_code == 200
    city = (folder / "city.yaml").read_text("utf-8")
    (folder / "city.yaml").write_text(city.replace("languages: [", "languages: [de, "), "utf-8")
    with pytest.raises(BadFile, match="missing in de"):
        async with opened():
            pass
    (folder / "city.yaml").write_text(city, "utf-8")
    async with opened() as node, asking(node) as http:
        assert await ask(http, "rules/air.yaml") == good
