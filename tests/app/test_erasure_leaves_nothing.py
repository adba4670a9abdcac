"""Issue 5: after an erasure the canary is in no file, index, WAL, segment, export, PDF or backup.

A real node with all its rooms takes calls, a request of a citizen's app, notes, answers to a task
and photographs of one person; a history is made and sealed, a subscriber waits in vain, report and
exports are made, a backup is kept. Then the person is forgotten, and every byte is looked through.
"""

import asyncio
import io
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import apsw
import httpx
import pytest
import yaml

from hansa.app import Home, Node, backup
from hansa.app.restoring import UNREADABLE, Wanted, restore
from hansa.app.web import make_app
from hansa.base.clock import ManualClock
from hansa.base.logs import make_logger
from hansa.base.settings import load_city
from hansa.guard import Kind
from tests.beside.searching import Search

NAME = "Канарейкина Зоряна"
PHONE = "+7 (4912) 770-31-95"
FLAT = "8317-К, домофон 5519"
WORDS = "жёлтый какаду-7c41 шипит в трубе"
NOTE = "соседка сверху видела фламинго-93d2"
FILE = "снимок-свиристель-51ab.png"
PICTURE = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"ornithologist-7d12" + bytes(100)
FLAT_PICTURE = (  # of the flat: a camera's words in EXIF, and what the picture shows
    b"\xff\xd8\xff\xe1\x00\x3cExif\0\0MM\0*\0\0\0\x08" + b"bullfinch-2e90".ljust(48, b"\0")
    + b"\xff\xda" + b"goldcrest-77fa" * 40 + b"\xff\xd9"
)  # fmt: skip
FLAT_FILE = "квартира-щегол-64be.jpg"
ANSWER = "в квартире протёк стояк, хозяйка зимородок-0a8f"
HURT = "упала на льду у подъезда, поползень-3b17"
EMAIL = "zoryana.kanarius@birds.example"
CANARIES = (
    *(
        NAME,
        *NAME.split(),
        PHONE,
        "74912770 3195".replace(" ", ""),
        "4912770 3195".replace(" ", ""),
    ),
    *("770-31-95", FLAT, "8317-К", WORDS, "какаду-7c41", NOTE, "фламинго-93d2", FILE),
    *("свиристель-51ab", EMAIL, "zoryana.kanarius", "ornithologist-7d12"),
    *("bullfinch-2e90", "goldcrest-77fa", FLAT_FILE, "щегол-64be", ANSWER, "зимородок-0a8f"),
    *(HURT, "поползень-3b17"),
)
TYPED = {"name": NAME, "telephone": PHONE, "apartment": FLAT, "words": WORDS}


@dataclass
class Trial:
    """A node, who works at it, and the files that were taken out of it."""

    node: Node
    out: Path
    log: io.StringIO
    clients: dict[str, httpx.AsyncClient] = field(default_factory=dict)

    async def be(self, role: str) -> httpx.AsyncClient:
        if role not in self.clients:
            app = make_app(self.node, host="127.0.0.1")
            client = httpx.AsyncClient(
                transport=httpx.ASGITransport(app, client=("127.0.0.1", 1)),
                base_url="http://127.0.0.1:8080",
                headers={"Hansa-CSRF": "1"},
            )
            answer = await client.post("/console/session", json={"role": role})
            assert answer.status_code == 201, answer.text
            self.clients[role] = client
        return self.clients[role]

    async def leave(self) -> None:
        for one in self.clients.values():
            await one.aclose()
        self.clients.clear()

    async def post(self, role: str, path: str, body: Any, **headers: str) -> Any:
        if path.startswith("/privacy/person"):
            headers["Hansa-Purpose"] = "subject-request"
        answer = await (await self.be(role)).post(path, json=body, headers=headers)
        assert answer.status_code in (200, 201), (path, answer.text)
        return answer.json() if answer.content else {}

    async def attach(self, to: str, name: str, media_type: str, content: bytes) -> str:
        answer = await (await self.be("duty-officer")).post(
            f"{to}/attachments",
            content=content,
            headers={"Content-Type": media_type, "Slug": quote(name)},
        )
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def keep(self, role: str, path: str, name: str) -> bytes:
        answer = await (await self.be(role)).get(path)
        assert answer.status_code == 200, (path, answer.text)
        (self.out / name).write_bytes(answer.content)
        return answer.content


@asynccontextmanager
async def trial_in(
    root: Path, place: Path, clock: ManualClock, profile: str = "full"
) -> AsyncIterator[Trial]:
    folder, log, out = place / "city", io.StringIO(), place / "out"
    out.mkdir()
    settings = load_city(_folder(root, folder, profile))
    with Home(place / "home").claim(settings.name, settings.folder, settings.world) as claimed:
        node = await Node.open(settings, claimed, clock, make_logger(settings.name, clock, log))
        trial = Trial(node, out, log)
        try:
            node.start(generate=False)
            yield trial
        finally:
            await trial.leave()
            await node.close()


def _folder(root: Path, folder: Path, profile: str) -> Path:
    """The exercise city, which may call an address where nobody answers."""
    source = root / "cities/ryazan-exercise"
    for path in sorted(source.rglob("*")):
        if path.is_file():
            target = folder / path.relative_to(source)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    city = yaml.safe_load((folder / "city.yaml").read_text(encoding="utf-8"))
    city["egress"] = {"allow": ["http://127.0.0.1:9"]}
    city["profile"] = profile
    (folder / "city.yaml").write_text(yaml.safe_dump(city, allow_unicode=True), encoding="utf-8")
    return folder


# ---- what is done with a person's data


async def subscribe(trial: Trial) -> None:
    for kind in ("Call", "Open311ServiceRequest", "TimelineEntry"):
        wish = {
            "type": "Subscription",
            "entities": [{"type": kind}],
            "notification": {"endpoint": {"uri": "http://127.0.0.1:9/gone"}},
        }
        await trial.post("administrator", "/ngsi-ld/v1/subscriptions", wish)


async def take_calls(trial: Trial) -> list[str]:
    """Two calls of the person: one worked on, one corrected; the entities that name them."""
    card = {**TYPED, "address": "Лесная улица, 5", "channel": "telephone"}
    first = await trial.post("duty-officer", "/desk/calls", card | {"draft": "one"})
    told = await trial.post(
        "duty-officer", f"/desk/calls/{first['id']}/note", {"expect": first["change"], "text": NOTE}
    )
    assert told["change"]
    wrong = await trial.post("duty-officer", "/desk/calls", card | {"words": "ошиблась " + WORDS})
    right = card | {"expect": wrong["change"]}
    second = await trial.post("duty-officer", f"/desk/calls/{wrong['id']}/correct", right)
    return [first["id"], wrong["id"], second["id"]]


async def send_request(trial: Trial) -> None:
    """The same person by an app of citizens."""
    guard = trial.node.city.guard
    issued = await guard.tokens.issue(guard.operator(), "app", "api")
    form = {
        "api_key": issued.token,
        "service_code": "heat",
        "address_string": f"Лесная 5, {FLAT}",
        "description": WORDS,
        "first_name": NAME.split()[1],
        "last_name": NAME.split()[0],
        "phone": PHONE,
        "email": EMAIL,
    }
    client = await trial.be("duty-officer")
    answer = await client.post("/open311/v2/requests.json", data=form)
    assert answer.status_code == 201, answer.text
    for bad in ({"service_code": "none"}, {"api_key": "wrong"}):
        assert (await client.post("/open311/v2/requests.json", data=form | bad)).status_code >= 400


async def raise_incident(trial: Trial) -> list[str]:
    """An incident with a note and a photograph; the records that hold them."""
    wish = {"incidentType": "other", "severity": "high", "text": NOTE}
    incident = (await trial.post("duty-officer", "/desk/incidents", wish))["id"]
    picture = await trial.attach(f"/desk/incidents/{incident}", FILE, "image/png", PICTURE)
    client = await trial.be("duty-officer")
    path = f'/ngsi-ld/v1/entities?type=TimelineEntry&q=refIncident=="{incident}"'
    found = await client.get(path, headers={"Hansa-Purpose": "incident-handling"})
    lines = [one["id"] for one in found.json() if "note" in one]
    assert lines
    return [*lines, picture]


async def repair(trial: Trial, call: str) -> None:
    """A task of the call: what the repairman answers, and his photograph of the flat."""
    client = await trial.be("duty-officer")
    shown = (await client.get(f"/desk/calls/{call}")).json()["call"]
    organization = (await client.get("/desk/organizations")).json()["organizations"][0]["id"]
    wish = {"expect": shown["change"], "organization": organization.rpartition(":")[2]}
    await trial.post("duty-officer", f"/desk/calls/{call}/route", wish)
    task = (await client.get(f"/desk/calls/{call}")).json()["call"]["task"]
    await trial.post("duty-officer", f"/desk/tasks/{task}/note", {"text": ANSWER})
    picture = await trial.attach(f"/desk/tasks/{task}", FLAT_FILE, "image/jpeg", FLAT_PICTURE)
    seen = await client.get(
        f"/desk/tasks/{task}/attachments/{picture}", headers={"Hansa-Purpose": "incident-handling"}
    )
    assert seen.content == FLAT_PICTURE


async def be_hurt(trial: Trial) -> str:
    """A call that opens an incident of its own, with a note and a photograph there; the call."""
    card = {**TYPED, "words": HURT, "address": "Лесная улица, 7", "channel": "112", "injured": True}
    call = (await trial.post("duty-officer", "/desk/calls", card))["id"]
    client = await trial.be("duty-officer")
    incident = (await client.get(f"/desk/calls/{call}")).json()["call"]["incident"]
    await trial.post("duty-officer", f"/desk/incidents/{incident}/note", {"text": HURT})
    await trial.attach(f"/desk/incidents/{incident}", FLAT_FILE, "image/jpeg", FLAT_PICTURE)
    return str(call)


async def type_into_errors(trial: Trial) -> None:
    """What people typed into requests that failed is in no log either."""
    client = await trial.be("duty-officer")
    for path in ("/desk/calls", "/desk/incidents", "/privacy/person"):
        for body in (
            f'{{"words": "{WORDS}", "name": "{NAME}"'.encode(),
            b'{"x": "%s"}' % NOTE.encode(),
        ):
            assert (await client.post(path, content=body)).status_code >= 400
    for query in ({"q": f'callerName=="{NAME}"'}, {"q": f'phone=="{PHONE}"', "type": "Call"}):
        await client.get("/ngsi-ld/v1/entities", params=query)


async def take_out(trial: Trial, when: str) -> None:
    """Reports and exports as files."""
    for form in ("json", "html", "pdf"):
        await trial.keep("duty-officer", f"/desk/report?format={form}", f"{when}-report.{form}")
    for kind in ("Call", "Open311ServiceRequest", "TimelineEntry", "Incident"):
        for form in ("csv", "geojson", "parquet"):
            path = f"/console/export?type={kind}&format={form}"
            await trial.keep("duty-officer", path, f"{when}-{kind}.{form}")
    await trial.keep("duty-officer", "/console/situation", f"{when}-situation.json")
    await trial.keep("privacy-officer", "/privacy/register?format=csv", f"{when}-register.csv")


async def named_in(trial: Trial, calls: list[str]) -> list[bool]:
    """Of which calls the desk still reads who called."""
    client = await trial.be("duty-officer")
    answers = [await client.get(f"/desk/calls/{one}") for one in calls]
    return [NAME in one.text for one in answers]


def keys_in(home: Path) -> set[bytes]:
    database = apsw.Connection(str(home / "keys/keys.db"), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        return {row[0] for row in database.execute("SELECT key FROM vault_key")}
    finally:
        database.close()


@pytest.mark.slow
async def test_who_was_erased_is_nowhere(
    root: Path,
    tmp_path: Path,
    clock: ManualClock,
    record_property: Callable[[str, object], None],
) -> None:
    async with trial_in(root, tmp_path, clock) as trial:
        node, home = trial.node, trial.node.home.path
        await subscribe(trial)
        calls = await take_calls(trial)
        await repair(trial, calls[0])
        calls.append(await be_hurt(trial))
        await send_request(trial)
        records = await raise_incident(trial)
        await type_into_errors(trial)
        await take_out(trial, "before")
        clock.advance(timedelta(days=3))
        await trial.leave()
        assert (await node.city.sealer.round(few=1)).rows
        await backup.make(node, tmp_path / "kept")

        found = await trial.post("privacy-officer", "/privacy/person", {"by": {"telephone": PHONE}})
        named = [one for one in found["records"] if not one["about"]]
        assert {one["id"] for one in named} > {*calls}, "four calls, and the app's request"
        spoken = [one["type"] for one in found["records"] if one["about"]]
        assert spoken.count("Attachment") == 2
        assert any(ANSWER in str(one["values"]) for one in found["records"] if one["about"])
        assert any(NAME in str(one["values"]) for one in named)
        assert any(NOTE in str(one["values"]) for one in found["records"] if one["about"])
        assert await named_in(trial, calls) == [True] * 4

        before = keys_in(home)
        wish = {"word": "erase", "by": {"telephone": PHONE}}
        gone = (await trial.post("privacy-officer", "/privacy/person/erase", wish))["values"]
        for one in records:
            wish = {"word": "erase", "by": {"entity": one}}
            gone += (await trial.post("privacy-officer", "/privacy/person/erase", wish))["values"]
        assert gone >= 20
        assert await named_in(trial, calls) == [False] * 4
        await take_out(trial, "after")
        secrets = before - keys_in(home)
        assert len(secrets) >= 20

        search = Search(CANARIES, secrets)
        assert search.folder(home) == [], "while it runs"
        (tmp_path / "out" / "log.txt").write_text(trial.log.getvalue(), encoding="utf-8")
        erasures = await node.city.guard.journal.entries(Kind.ERASURE)
        assert len(erasures) == 1 + len(records)

    wanted = Wanted(tmp_path / "kept", tmp_path / "second", home / "keys")
    told = await asyncio.to_thread(restore, wanted, clock)
    assert told[UNREADABLE] == 0
    for place in (home, tmp_path / "out", tmp_path / "kept", tmp_path / "second"):
        assert search.folder(place) == [], place
    await _nobody_is_known(tmp_path / "second", clock)
    kinds = {one.rpartition(".")[2] for one in search.places}
    assert {"db", "csv", "geojson", "json", "txt"} <= kinds
    assert {"parquet (rows)", "pdf (text)"} <= kinds
    record_property("looked through", json.dumps(search.places))  # make bench-day prints it


async def _nobody_is_known(home: Path, clock: ManualClock) -> None:
    settings = load_city(home / "city")
    with Home(home).claim(settings.name, settings.folder, settings.world) as claimed:
        node = await Node.open(settings, claimed, clock)
        try:
            trial = Trial(node, home, io.StringIO())
            client = await trial.be("privacy-officer")
            purpose = {"Hansa-Purpose": "subject-request"}
            for by in ({"telephone": PHONE}, {"name": NAME}, {"email": EMAIL}):
                answer = await client.post("/privacy/person", json={"by": by}, headers=purpose)
                assert answer.status_code == 404
            await client.aclose()
        finally:
            await node.close()
