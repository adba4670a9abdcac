"""`hansa city`: what differs, choosing, and the settings in force as a folder again."""

from pathlib import Path

import pytest

from hansa.app.folder.verbs import VERBS, lines
from hansa.base.problems import StoreRefused
from tests.app.folder.conftest import Opened, ask, asking

AIR = "/settings/rules%2Fair.yaml"


def tree(folder: Path) -> dict[str, bytes]:
    found = (one for one in folder.rglob("*") if one.is_file())
    return {one.relative_to(folder).as_posix(): one.read_bytes() for one in found}


async def test_an_export_is_a_city_of_its_own(opened: Opened, folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "exported"
    async with opened() as node, asking(node) as http:
        before = await ask(http, "rules/air.yaml")
        text = before["text"] + "# here\n"
        await http.put(AIR, json={"expect": before["change"], "text": text})
        await VERBS["city-export"](node, {"to": str(target)})
        with pytest.raises(StoreRefused, match="not empty"):
            await VERBS["city-export"](node, {"to": str(target)})
    assert tree(target) == tree(folder) | {"rules/air.yaml": text.encode()}


async def test_an_export_into_the_own_folder_ends_the_difference(
    opened: Opened, folder: Path
) -> None:
    async with opened() as node, asking(node) as http:
        air, river = await ask(http, "rules/air.yaml"), await ask(http, "rules/river.yaml")
        text = air["text"] + "# here\n"
        await http.put(AIR, json={"expect": air["change"], "text": text})
        await http.post("/settings/rules%2Friver.yaml/remove", json={"expect": river["change"]})
        told = await VERBS["city-diff"](node, {})
        assert [one["path"] for one in told["differences"]] == [
            "rules/air.yaml",
            "rules/river.yaml",
        ]
        assert "+# here" in told["differences"][0]["diff"]
        await VERBS["city-export"](node, {"to": str(folder)})
        assert await VERBS["city-diff"](node, {}) == {"differences": []}
    there = tree(folder)
    assert there["rules/air.yaml"] == text.encode()
    assert "rules/river.yaml" not in there


async def test_an_export_runs_over_nobodys_change(opened: Opened, folder: Path) -> None:
    async with opened() as node, asking(node) as http:
        before = await ask(http, "rules/air.yaml")
        text = before["text"] + "# here\n"
        await http.put(AIR, json={"expect": before["change"], "text": text})
        theirs = before["text"] + "# there\n"
        (folder / "rules/air.yaml").write_text(theirs, "utf-8")
        with pytest.raises(StoreRefused, match=r"rules/air\.yaml changed in the folder"):
            await VERBS["city-export"](node, {"to": str(folder)})
        assert tree(folder)["rules/air.yaml"] == theirs.encode()
        assert "the console's is in force" in (await lines(node))[0]
        await VERBS["city-take"](node, {"path": "rules/air.yaml", "from": "console"})
        assert await lines(node) == []
        await VERBS["city-export"](node, {"to": str(folder)})
        assert tree(folder)["rules/air.yaml"] == text.encode()


async def test_whoever_starts_the_node_is_told_of_a_bad_file(opened: Opened, folder: Path) -> None:
    async with opened():
        pass
    (folder / "rules/air.yaml").write_text("rules:\n  - id: 7\n", "utf-8")
    async with opened() as node:
        (told,) = await lines(node)
    assert told.startswith("rules/air.yaml: not taken over: rules/air.yaml:2")
