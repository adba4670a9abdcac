"""An edit in the console: tried by the rooms, written with who, told to them, undone."""

import asyncio
from pathlib import Path

from hansa.context import Change, Op
from tests.app.folder.conftest import RULE, Opened, ask, asking

AIR = "/settings/rules%2Fair.yaml"


async def test_a_good_edit_is_in_force_at_once_and_says_who(opened: Opened) -> None:
    async with opened() as node, asking(node) as http:
        before = await ask(http, "rules/air.yaml")
        text = before["text"] + "# looked at in autumn\n"
        done = await http.put(
            AIR, json={"expect": before["change"], "text": text, "comment": "autumn"}
        )
        assert done.status_code == 200, done.text
        assert done.json()["rooms"] == ["watch"]
        after = await ask(http, "rules/air.yaml")
        assert (after["text"], after["origin"], after["difference"]) == (text, "console", "edited")
        assert after["comment"] == "autumn"
        assert after["editedBy"].startswith("visitor-")
        assert (node.folder.layout / "rules/air.yaml").read_text("utf-8") == text


async def test_a_rule_edited_while_the_node_runs_watches_from_then_on(opened: Opened) -> None:
    async with opened() as node, asking(node) as http:
        made = await http.put("/settings/rules%2Fours.yaml", json={"expect": 0, "text": RULE})
        assert made.status_code == 200, made.text
        assert "heat-faults" in [rule.id for rule in node.rules]
        body = {
            "type": "NetworkFault",
            "sector": {"type": "Property", "value": "heat"},
            "name": {"type": "Property", "value": "boiler 3"},
        }
        machine = node.city.guard.machine("sectors", node.city.world)
        await node.city.write(machine, [Change(Op.CREATE, "urn:ngsi-ld:NetworkFault:9", body)])
        await asyncio.wait_for(node.city.settled(["watch"]), 30)
        told = await http.get("/ngsi-ld/v1/entities?type=Alert&q=rule==%22heat-faults%22")
        assert len(told.json()) == 1


async def test_a_mistake_is_refused_with_its_line_and_the_old_one_stays(opened: Opened) -> None:
    async with opened() as node, asking(node) as http:
        before = await ask(http, "rules/air.yaml")
        text = before["text"].replace("severity: ", "severity: very-", 1)
        line = next(n for n, one in enumerate(text.splitlines(), 1) if "very-" in one)
        refused = await http.put(AIR, json={"expect": before["change"], "text": text})
        told = refused.json()
        assert (refused.status_code, told["path"], told["line"]) == (422, "rules/air.yaml", line)
        assert "severity" in told["field"]
        assert "HOME" not in told["where"]
        assert str(node.home.path) not in refused.text
        assert await ask(http, "rules/air.yaml") == before
        assert list(node.folder.layout.parent.iterdir()) == [node.folder.layout]


async def test_what_no_longer_fits_together_is_refused(opened: Opened) -> None:
    """Each file is good, the two are not: one id in two of them."""
    async with opened() as node, asking(node) as http:
        air = await ask(http, "rules/air.yaml")
        made = await http.put("/settings/rules%2Fzz.yaml", json={"expect": 0, "text": air["text"]})
        assert (made.status_code, made.json()["path"]) == (422, "rules/zz.yaml")
        assert "stands at rules/air.yaml" in made.json()["detail"]


async def test_who_is_slower_overwrites_nothing(opened: Opened) -> None:
    async with opened() as node, asking(node) as http:
        before = await ask(http, "rules/air.yaml")
        first = {"expect": before["change"], "text": before["text"] + "# one\n"}
        assert (await http.put(AIR, json=first)).status_code == 200
        second = await http.put(AIR, json=first | {"text": before["text"] + "# two\n"})
        assert second.status_code == 409
        now = await ask(http, "rules/air.yaml")
        assert second.json()["change"] == now["change"]
        assert second.json()["editedBy"] == now["editedBy"]
        assert now["text"].endswith("# one\n")


async def test_an_edit_is_undone_as_a_new_version(opened: Opened) -> None:
    async with opened() as node, asking(node) as http:
        before = await ask(http, "rules/air.yaml")
        await http.put(AIR, json={"expect": before["change"], "text": before["text"] + "# x\n"})
        versions = (await http.get(f"{AIR}/versions")).json()
        assert [one["origin"] for one in versions] == ["console", "folder"]
        older = (await http.get(f"{AIR}/versions/{versions[1]['change']}")).json()
        assert older["text"] == before["text"]
        wish = {"expect": versions[0]["change"], "version": versions[1]["change"]}
        assert (await http.post(f"{AIR}/undo", json=wish)).status_code == 200
        assert (await ask(http, "rules/air.yaml"))["text"] == before["text"]
        versions = (await http.get(f"{AIR}/versions")).json()
        assert [one["origin"] for one in versions] == ["console", "console", "folder"]


async def test_a_file_is_taken_away_and_comes_back(opened: Opened) -> None:
    async with opened() as node, asking(node) as http:
        before = await ask(http, "rules/air.yaml")
        ids = {rule.id for rule in node.rules}
        gone = await http.post(f"{AIR}/remove", json={"expect": before["change"]})
        assert gone.status_code == 200, gone.text
        assert {rule.id for rule in node.rules} < ids
        now = await ask(http, "rules/air.yaml")
        assert (now["state"], now["text"]) == ("removed", "")
        wish = {"expect": now["change"], "version": before["change"]}
        assert (await http.post(f"{AIR}/undo", json=wish)).status_code == 200
        assert {rule.id for rule in node.rules} == ids


async def test_an_edit_outlives_the_node_and_the_layout(opened: Opened, tmp_path: Path) -> None:
    async with opened() as node, asking(node) as http:
        before = await ask(http, "rules/air.yaml")
        text = before["text"] + "# kept\n"
        await http.put(AIR, json={"expect": before["change"], "text": text})
    async with opened() as node, asking(node) as http:
        after = await ask(http, "rules/air.yaml")
        assert (after["text"], after["difference"]) == (text, "edited")
        assert (node.folder.layout / "rules/air.yaml").read_text("utf-8") == text


async def test_each_role_edits_what_is_its_own(opened: Opened) -> None:
    async with opened() as node:
        async with asking(node, "clerk") as http:
            source = await ask(http, "sources/air.yaml")
            sent = {"expect": source["change"], "text": source["text"] + "# seen\n"}
            assert (await http.put("/settings/sources%2Fair.yaml", json=sent)).status_code == 200
            assert (await http.put(AIR, json={"expect": 1, "text": ""})).status_code == 403
        async with asking(node, "analyst") as http:
            assert (await http.get("/settings")).json()["files"] == []
            assert (await http.get(AIR)).status_code == 403


async def test_nobody_writes_a_setting_past_the_rules(opened: Opened) -> None:
    async with opened() as node, asking(node) as http:
        body = {"content": {"type": "Property", "value": "rules: []"}}
        answer = await http.post(
            "/ngsi-ld/v1/entities/urn:ngsi-ld:CitySetting:rules:air.yaml/attrs", json=body
        )
        assert answer.status_code == 403


async def test_a_name_that_climbs_is_no_setting(opened: Opened) -> None:
    async with opened() as node, asking(node) as http:
        for path in ("city.yaml", "privacy%2Fx.yaml", "rules%2F..%2Fx.yaml", "rules%2Fa%2Fb.yaml"):
            answer = await http.put(f"/settings/{path}", json={"expect": 0, "text": "rules: []"})
            assert answer.status_code in (400, 404), path


FAULTS = "/settings/sources%2Fnetwork-faults.yaml"
PRESSURE = "column: supply_bar, as: number, unit: BAR"


async def test_a_mapping_that_tightens_a_class_does_so_at_once(opened: Opened) -> None:
    async with opened() as node, asking(node) as http:
        before = await ask(http, "sources/network-faults.yaml")
        asked = ("NetworkFault",), "supplyPressure"
        assert node.city.guard.catalogue.privacy_class(*asked) == "public"
        text = before["text"].replace(PRESSURE, f"{PRESSURE}, privacy: personal")
        done = await http.put(FAULTS, json={"expect": before["change"], "text": text})
        assert (done.status_code, done.json()["rooms"][0]) == (200, "sectors")
        assert node.city.guard.catalogue.privacy_class(*asked) == "personal"


async def test_a_mapping_under_which_a_rule_would_show_too_much_is_refused(opened: Opened) -> None:
    async with opened() as node, asking(node) as http:
        before = await ask(http, "sources/network-faults.yaml")
        text = before["text"].replace("column: houses,", "column: houses, privacy: restricted,")
        done = await http.put(FAULTS, json={"expect": before["change"], "text": text})
        assert (done.status_code, done.json()["path"]) == (422, "rules/networks.yaml")


async def test_a_dry_run_keeps_nothing(opened: Opened) -> None:
    async with opened() as node, asking(node) as http:
        before = await ask(http, "rules/air.yaml")
        good = await http.post(f"{AIR}/check", json={"text": before["text"] + "# more\n"})
        assert good.json() == {"good": True}
        bad = await http.post(f"{AIR}/check", json={"text": "rules:\n  - id: x\n"})
        assert (bad.status_code, bad.json()["line"]) == (422, 2)
        assert await ask(http, "rules/air.yaml") == before
        assert list(node.folder.layout.parent.iterdir()) == [node.folder.layout]
