"""Acts ten and eleven: shot while it saves, nothing is lost; everything in open files."""

import hashlib
import json
import signal
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from tests.demo.acts import person
from tests.demo.acts.answers import PHOTO
from tests.demo.paper import Step
from tests.demo.stage import Stage, taken

# cards one after the other, until the node is gone; what it said is remembered in the page
SAVE = """() => new Promise((begun) => {
  window.told = [];
  const headers = {'Content-Type': 'application/json', 'Hansa-CSRF': '1'};
  const save = async () => {
    for (;;) {
      const body = JSON.stringify({theme: 'no-heating', words: 'холодно', address: 'Лесная, 5'});
      const answer = await fetch('/desk/calls', {method: 'POST', headers, body});
      window.told.push((await answer.json()).id);
      if (window.told.length === 12) begun();
    }
  };
  for (let hand = 0; hand < 3; hand++) save().catch(() => undefined);
})"""
THERE = """async (ids) => {
  const answers = await Promise.all(ids.map((id) => fetch(`/desk/calls/${id}`)));
  return answers.map((one) => one.status);
}"""


def killed(stage: Stage, _: Step) -> None:
    """kill -9 while cards are saved: what was acknowledged is there, what was not is typed."""
    desk = stage.enter("duty")
    page = desk.page
    page.keyboard.press("n")
    page.locator("[data-card] [name=words]").fill("в доме холодно, замерзаем")
    page.evaluate(SAVE)
    stage.type_command()
    assert stage.ended_by() == -signal.SIGKILL
    desk.expect_connection("lost")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert").last).to_contain_text("Not saved")
    stage.look(desk, "card-not-saved", alone=True)
    told = page.evaluate("window.told")
    stage.type_command()
    desk.expect_connection("live")
    assert set(page.evaluate(THERE, told)) == {200}
    expect(page.locator("[data-card] [name=words]")).to_have_value("в доме холодно, замерзаем")
    page.locator("[data-card] [name=words]").focus()
    page.keyboard.press("Control+Enter")
    taken(desk)
    desk.watched.complaints.clear()
    desk.close()


def exported(stage: Stage, _: Step) -> None:
    """A folder of open files; nothing of any person in it, every digest right."""
    stage.type_command()
    folder = stage.place / "var/demo/export"
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    for file in manifest["files"]:
        content = (folder / file["path"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == file["sha256"]
    calls = _lines(folder / "entities" / "Call.jsonl")
    assert stage.told["CALL"] in {one["id"] for one in calls}
    history = _lines(folder / "history" / "Outage.jsonl")
    assert len(history[0]["state"]) > 1  # proposed, then confirmed
    assert PHOTO in [one.read_bytes() for one in (folder / "attachments").iterdir()]
    assert (folder / "city" / "city.yaml").is_file()
    for path in (one for one in folder.rglob("*") if one.is_file()):
        content = path.read_bytes()
        for secret in (person.NAME, person.WORDS, "900 000-00-01", "замерзаем"):
            assert secret.encode() not in content, (path, secret)


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]
