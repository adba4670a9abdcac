"""Files of an incident: sealed on disk, read for a purpose and journalled, gone when erased."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from hansa.base.database import Tx
from hansa.context import City, Query, TypeIs
from hansa.desk import DeskSettings
from hansa.guard import Grant
from tests.desk.conftest import alert, id_of, on_duty, until

Client = Callable[..., httpx.AsyncClient]
ONE = f"/desk/incidents/{id_of('a')}"
PHOTO = b"\x89PNG\r\n\x1a\n" + b"Mrs X in front of her house" * 50
NAME = "Госпожа X, кв. 5.png"
FOR = {"Hansa-Purpose": "incident-handling"}


@pytest.fixture
async def opened(city: City, desk: DeskSettings, watch: Grant, officer: Grant) -> None:
    await city.write(watch, [alert("a")])
    async with on_duty(city, desk):
        await until(city, officer, "a", state="new")


async def bring(
    http: httpx.AsyncClient,
    content: bytes = PHOTO,
    media_type: str = "image/png",
    name: str = NAME,
) -> httpx.Response:
    headers = {"Content-Type": media_type, "Slug": quote(name)}
    return await http.post(f"{ONE}/attachments", content=content, headers=headers)


async def test_what_was_attached_comes_back_for_a_purpose(client: Client, opened: None) -> None:
    async with client() as http:
        name = (await bring(http)).json()["id"]
        whole = (await http.get(ONE)).json()
        found = await http.get(f"{ONE}/attachments/{name}", headers=FOR)
        refused = await http.get(f"{ONE}/attachments/{name}")
    (listed,) = (one["entity"] for one in whole["attachments"])
    assert listed["name"]["value"] == NAME
    assert (listed["mediaType"]["value"], listed["size"]["value"]) == ("image/png", len(PHOTO))
    assert "secret" not in listed
    assert whole["timeline"][-1]["entity"]["refAttachment"]["object"] == name
    assert found.content == PHOTO
    assert found.headers["Content-Type"] == "image/png"
    assert quote(NAME, safe="") in found.headers["Content-Disposition"]
    assert found.headers["X-Content-Type-Options"] == "nosniff"
    assert refused.status_code == 403


async def test_nothing_of_it_lies_readable_on_the_disk(
    client: Client, city: City, opened: None, tmp_path: Path
) -> None:
    async with client() as http:
        await bring(http)
    copy = tmp_path / "copy"
    copy.mkdir()
    await city.copy_to(copy)
    for home in (tmp_path / "home", copy):
        files = [path for path in home.rglob("*") if path.is_file()]
        blobs = [path for path in files if path.parent.name == "blobs"]
        assert len(blobs) == 1
        for path in files:
            content = path.read_bytes()
            assert b"Mrs X" not in content
            assert NAME.encode() not in content


async def test_each_download_is_in_the_journal(client: Client, city: City, opened: None) -> None:
    async with client(name="bob") as http:
        name = (await bring(http)).json()["id"]
        await http.get(f"{ONE}/attachments/{name}", headers=FOR)
    officer = Grant("pia", "privacy-officer", "operation", city.clock.now(), city.world)
    readers = await city.guard.vault.readers(officer, name)
    assert [one["actor"] for one in readers if one["kind"] == "personal-read"] == ["bob"]


async def test_an_erased_attachment_is_noise(client: Client, city: City, opened: None) -> None:
    officer = Grant("pia", "privacy-officer", "operation", city.clock.now(), city.world)
    async with client() as http:
        name = (await bring(http)).json()["id"]
        await city.guard.vault.erase(officer, name)
        gone = await http.get(f"{ONE}/attachments/{name}", headers=FOR)
        whole = (await http.get(ONE)).json()
    assert gone.status_code == 404
    assert "erased" in gone.json()["detail"]
    assert [("name" in one["entity"]) for one in whole["attachments"]] == [False]


@pytest.mark.parametrize(
    ("given", "status", "where"),
    [
        ({"content": b"GIF89a", "media_type": "image/gif"}, 415, "Content-Type"),
        ({"content": b"<script>", "media_type": "image/png"}, 415, "body"),
        ({"content": b"\xff\xfe", "media_type": "text/plain"}, 415, "body"),
        ({"name": ""}, 400, "Slug"),
        ({"content": PHOTO + bytes(11 << 20)}, 413, ""),
    ],
)
async def test_what_is_not_kept(
    client: Client, city: City, opened: None, given: dict[str, Any], status: int, where: str
) -> None:
    async with client() as http:
        refused = await bring(http, **given)
    assert refused.status_code == status
    assert where in refused.json().get("where", "")
    machine = city.guard.machine("desk", city.world)
    page = await city.read(city.guard.view(machine), Query(types=TypeIs("Attachment")))
    assert page.entities == ()


async def test_only_who_works_at_the_desk_attaches(client: Client, opened: None) -> None:
    async with client(role="analyst") as http:
        assert (await bring(http)).status_code == 403


async def test_an_attachment_is_found_at_its_own_incident_only(
    client: Client, city: City, desk: DeskSettings, watch: Grant, officer: Grant, opened: None
) -> None:
    await city.write(watch, [alert("b", key="b")])
    async with on_duty(city, desk):
        await until(city, officer, "b", state="new")
    async with client() as http:
        name = (await bring(http)).json()["id"]
        path = f"/desk/incidents/{id_of('b')}/attachments/{name}"
        assert (await http.get(path, headers=FOR)).status_code == 404


async def test_what_could_not_be_written_leaves_no_file(
    client: Client, city: City, opened: None, tmp_path: Path
) -> None:
    """Nothing would refer to it: no erasure could reach it."""

    def no_room(tx: Tx) -> None:
        tx.all(f"PRAGMA max_page_count={tx.all('PRAGMA page_count')[0][0]}")

    async with client() as http:
        await city.database.write(no_room)
        answers = [await bring(http, name=f"{number}.png") for number in range(20)]
        refused = [one for one in answers if one.status_code >= 500]
        kept = len(list((tmp_path / "home" / "personal" / "blobs").iterdir()))
    assert refused
    assert kept == len(answers) - len(refused)
