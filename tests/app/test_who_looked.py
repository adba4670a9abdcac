"""Whoever saw who called stands in the person's file: by the card, the task, the export of the API.

A list shows nobody's name, so who read a list did not look.
"""

from pathlib import Path
from typing import Any

from hansa.base.clock import ManualClock
from tests.app.test_erasure_leaves_nothing import FLAT_FILE, FLAT_PICTURE, Trial, trial_in

PHONE = "+7 (4912) 770-31-95"
CARD = {
    "name": "Зоряна", "telephone": PHONE, "apartment": "83", "words": "шипит в трубе",
    "address": "Лесная улица, 5", "channel": "telephone",
}  # fmt: skip


async def looks(trial: Trial) -> list[tuple[str, str, str, list[str]]]:
    """Who looked, oldest first: kind, role, purpose, attributes; without the officer's own."""
    found = await trial.post("privacy-officer", "/privacy/person", {"by": {"telephone": PHONE}})
    return [
        (one["kind"], one["role"], one["purpose"], one["attributes"])
        for one in reversed(found["looked"])
        if one["role"] != "privacy-officer"
    ]


async def get(trial: Trial, role: str, path: str, purpose: str = "") -> Any:
    headers = {"Hansa-Purpose": purpose} if purpose else {}
    answer = await (await trial.be(role)).get(path, headers=headers)
    assert answer.status_code == 200, (path, answer.text)
    return answer


async def test_every_way_of_looking_is_in_the_persons_file(
    root: Path, tmp_path: Path, clock: ManualClock
) -> None:
    async with trial_in(root, tmp_path, clock) as trial:
        call = (await trial.post("duty-officer", "/desk/calls", CARD))["id"]
        listed = await get(trial, "duty-officer", "/desk/calls")
        assert "Зоряна" not in listed.text
        for form in ("csv", "parquet"):
            await get(trial, "duty-officer", f"/console/export?type=Call&format={form}")
        assert await looks(trial) == [], "a list and an export name nobody"

        shown = (await get(trial, "clerk", f"/desk/calls/{call}")).json()["call"]
        path = f"/ngsi-ld/v1/entities?type=Call&id={call}"
        await get(trial, "duty-officer", path, "call-handling")
        wish = {"expect": shown["change"], "organization": "waterworks"}
        await trial.post("duty-officer", f"/desk/calls/{call}/route", wish)
        task = (await get(trial, "duty-officer", f"/desk/calls/{call}")).json()["call"]["task"]
        picture = await trial.attach(f"/desk/tasks/{task}", FLAT_FILE, "image/jpeg", FLAT_PICTURE)
        await get(trial, "duty-officer", f"/desk/tasks/{task}")
        await get(
            trial, "duty-officer", f"/desk/tasks/{task}/attachments/{picture}", "call-handling"
        )
        await trial.post("privacy-officer", "/privacy/person/export", {"by": {"telephone": PHONE}})

        seen = await looks(trial)
        assert {kind for kind, *_ in seen} == {"personal-read"}
        assert {(role, purpose) for _, role, purpose, _ in seen} == {
            ("clerk", "call-handling"), ("duty-officer", "call-handling")
        }  # fmt: skip
        called = ["apartment", "callerName", "callerTelephone", "words"]
        assert [what for *_, what in seen].count(called) >= 3, "the card twice, and the API"
        assert any("callerTelephone" in what for *_, what in seen[-2:-1]), "the task"
        assert seen[-1][3] == ["name", "secret"], "the photograph"
        found = await trial.post("privacy-officer", "/privacy/person", {"by": {"telephone": PHONE}})
        own = [one["kind"] for one in found["looked"] if one["role"] == "privacy-officer"]
        assert "personal-search" in own, "by telephone"
        assert own.count("personal-read") >= 2
