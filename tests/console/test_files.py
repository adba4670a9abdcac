"""The bundle and the drawing: validators, caching, policy, and nothing else of the disk."""

import gzip
from pathlib import Path

import httpx
import pytest

from hansa.base.web import Request
from hansa.console import files


def request(**headers: str) -> Request:
    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "GET", "path": "/", "headers": pairs}

    async def nothing() -> dict[str, str]:
        return {"type": "http.disconnect"}

    return Request(scope, nothing)


@pytest.fixture
def built(tmp_path: Path) -> Path:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<title>Hansa</title>")
    (tmp_path / "assets" / "index-abc.js").write_text("1")
    (tmp_path / "secret.key").write_text("2")
    return tmp_path


def test_only_files_of_known_kinds_are_served(built: Path) -> None:
    assert set(files.served(built, built=True)) == {"index.html", "assets/index-abc.js"}


def test_hashed_names_never_change_and_the_page_is_asked_for_each_time(built: Path) -> None:
    found = files.served(built, built=True)

    assert "immutable" in (
        files.answer(found["assets/index-abc.js"], request()).header("Cache-Control") or ""
    )
    assert files.answer(found["index.html"], request()).header("Cache-Control") == "no-cache"


def test_what_the_client_has_is_not_sent_again(built: Path) -> None:
    page = files.served(built, built=True)["index.html"]

    again = files.answer(page, request(if_none_match=page.etag))

    assert (again.status, again.body) == (304, b"")


def test_the_page_may_talk_to_its_own_node_only(built: Path) -> None:
    answer = files.page(files.served(built, built=True), request())

    policy = answer.header("Content-Security-Policy") or ""
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


def test_text_travels_packed_to_those_who_unpack(built: Path) -> None:
    (built / "assets" / "big-abc.js").write_text("x = 1;" * 1000)
    script = files.served(built, built=True)["assets/big-abc.js"]

    packed = files.answer(script, request(accept_encoding="gzip, br"))
    plain = files.answer(script, request())

    assert packed.header("Content-Encoding") == "gzip"
    assert gzip.decompress(bytes(packed.body)) == plain.body  # type: ignore[arg-type]


def test_an_unbuilt_console_says_how_to_build_it() -> None:
    answer = files.page({}, request())

    assert answer.status == 200
    assert b"make setup" in bytes(answer.body)  # type: ignore[arg-type]


async def test_the_drawing_of_the_city_is_served(officer: httpx.AsyncClient) -> None:
    answer = await officer.get("/console/map/water.geojson")

    assert answer.json()["note"] == "schematic"
    assert answer.headers["content-type"] == "application/geo+json"


@pytest.mark.parametrize("name", ["city.yaml", "..%2Fcity.yaml", "roads.geojson"])
async def test_nothing_else_of_the_folder_is(officer: httpx.AsyncClient, name: str) -> None:
    assert (await officer.get(f"/console/map/{name}")).status_code in (400, 404)
