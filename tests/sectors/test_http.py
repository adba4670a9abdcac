"""Sources over HTTP: health, refused rows, a look at a file, the file itself, a second reading."""

import asyncio
import io
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from hansa.base.logs import make_logger
from hansa.base.web import Request, WebApp
from hansa.context import City, Query, TypeIs
from hansa.guard import Grant, View
from hansa.sectors import Source, import_folder, rerun, routes, watch
from hansa.sectors.incoming import ASIDE, Incoming, clean
from hansa.sectors.ledger import unquoted
from hansa.sectors.mapping.refuse import shown
from hansa.sectors.runner import Runner
from tests.sectors.helpers import readings, source_of
from tests.sectors.served import doors_of

ROWS = [("oka-1", 60, 251.0), ("oka-1", 75, 252.0), ("oka-2", 60, 5000.0), ("", 60, 250.0)]

# hand-made
FAULTS = """\
source: faults
title: {en: Faults, uk: Аварії}
sector: heat
files: faults.csv
format: csv
type: NetworkFault
id: "{number}"
observedAt: changed
fields:
  name: {column: object}
  status: {column: status, map: {reported: reported, restored: restored}, required: true}
  address_string: {column: address}
"""
FAULT_ROWS = """\
number,changed,object,status,address
1,2026-05-04T01:00:00Z,Main,reported,Lenina 5
2,2026-05-04T01:00:00Z,Main,Olga Petrova,Lenina 7
"""

Client = Callable[..., httpx.AsyncClient]


@pytest.fixture
def river(tmp_path: Path) -> Source:
    return source_of(tmp_path)


@pytest.fixture
def faults(tmp_path: Path) -> Source:
    return source_of(tmp_path, FAULTS, "faults.yaml")


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    return tmp_path / "inbox"


@pytest.fixture
def client(city: City, river: Source, faults: Source, inbox: Path) -> Client:
    """A client in a role; no role, no grant."""

    async def grant(request: Request) -> Any:
        role = request.headers.get("x-role")
        return role and Grant("ann", role, "operation", city.clock.now(), city.world)

    table = routes(city, (river, faults), inbox, doors_of(city, (river, faults), inbox))
    app = WebApp(table, grant, lambda _: city.world.name, view=city.guard.view)

    def make(role: str | None = "clerk") -> httpx.AsyncClient:
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app),
            base_url="http://node",
            headers={"X-Role": role} if role else {},
        )

    return make


@pytest.fixture
async def clerk(client: Client) -> AsyncIterator[httpx.AsyncClient]:
    async with client() as opened:
        yield opened


@pytest.fixture
async def filled(city: City, river: Source, data: Path) -> None:
    (data / "a.csv").write_text(readings(ROWS))
    await import_folder(city, (river,), data)


async def test_a_source_that_gave_nothing_is_neither_well_nor_ill(clerk: httpx.AsyncClient) -> None:
    told = (await clerk.get("/sectors/sources")).json()

    assert [one["name"] for one in told["sources"]] == ["readings", "faults"]
    assert {one["health"] for one in told["sources"]} == {"none"}
    assert told["sources"][1]["title"] == {"en": "Faults", "uk": "Аварії"}


@pytest.mark.usefixtures("filled")
async def test_a_source_tells_its_counts_its_files_and_why_rows_were_refused(
    clerk: httpx.AsyncClient,
) -> None:
    told = (await clerk.get("/sectors/sources/readings")).json()

    assert told["rows"] == {"read": 4, "accepted": 2, "refused": 2, "flagged": 0}
    assert told["health"] == "quarantined"
    assert told["newest"] == "2026-05-04T01:15:00Z"
    assert told["refusals"] == {"range": 1, "required": 1}
    assert [(one["file"], one["read"], one["refused"]) for one in told["files"]] == [
        ("a.csv", 4, 2)
    ]
    assert told["expects"]["columns"] == ["level", "post", "time"]


@pytest.mark.usefixtures("filled")
async def test_refused_rows_come_by_page_and_by_rule(clerk: httpx.AsyncClient) -> None:
    path = "/sectors/sources/readings/refused"
    first = (await clerk.get(path, params={"limit": 1})).json()
    rest = (await clerk.get(path, params={"limit": 5, "after": first["next"]})).json()
    one_rule = (await clerk.get(path, params={"rule": "range"})).json()

    assert [(one["line"], one["rule"]) for one in first["rows"] + rest["rows"]] == [
        (4, "range"),
        (5, "required"),
    ]
    assert rest["next"] is None
    (row,) = one_rule["rows"]
    assert (row["file"], row["line"], row["field"]) == ("a.csv", 4, "level")
    assert row["detail"] == "'5000' is not between 0 and 1000"
    assert row["cells"] == {"post": "oka-2", "time": "2026-05-04T01:00:00Z", "level": "5000"}
    assert row["withheld"] is None


async def test_a_source_with_personal_columns_shows_no_cell(
    client: Client, city: City, faults: Source, data: Path
) -> None:
    (data / "faults.csv").write_text(FAULT_ROWS)
    await import_folder(city, (faults,), data)
    async with client("administrator") as http:
        (row,) = (await http.get("/sectors/sources/faults/refused")).json()["rows"]

    assert row["withheld"] == "personal"
    assert row["cells"] == {}
    assert "Petrova" not in str(row)
    assert row["rule"] == "one-of"


async def test_a_look_tells_what_would_be_refused_and_writes_nothing(
    clerk: httpx.AsyncClient, city: City, view: View, inbox: Path
) -> None:
    before = city.last_change
    told = await _look(clerk, "readings", "march.csv", readings(ROWS))

    assert (told["rows"], told["looked"], told["accepted"], told["refused"]) == (4, 4, 2, 2)
    assert {one["rule"]: one["count"] for one in told["rules"]} == {"range": 1, "required": 1}
    assert told["rules"][0]["rows"][0]["field"] == "level"
    assert told["entities"] == {"all": 1, "asked": 1, "known": 0, "gone": 0}
    assert told["sample"][0]["id"] == "urn:ngsi-ld:WaterObserved:oka-1"
    assert {"name": "height", "hidden": False, "value": 2.51, "unit": "MTR", "was": None} in (
        told["sample"][0]["attributes"]
    )
    assert city.last_change == before
    assert (await city.read(view, Query(types=TypeIs("WaterObserved")))).entities == ()
    assert _files(inbox) == []


@pytest.mark.usefixtures("filled")
async def test_a_look_tells_what_would_change(clerk: httpx.AsyncClient) -> None:
    told = await _look(clerk, "readings", "b.csv", readings([("oka-1", 90, 260.0)]))

    assert told["entities"] == {"all": 1, "asked": 1, "known": 1, "gone": 0}
    (row,) = told["sample"]
    height = next(one for one in row["attributes"] if one["name"] == "height")
    assert (height["value"], height["was"]) == (2.6, 2.52)


async def test_a_look_hides_personal_values_and_does_not_quote_them(client: Client) -> None:
    async with client("administrator") as http:
        told = await _look(http, "faults", "faults.csv", FAULT_ROWS)

    address = next(
        one for one in told["sample"][0]["attributes"] if one["name"] == "address_string"
    )
    assert address == {"name": "address_string", "hidden": True}
    assert "Lenina" not in str(told)
    assert "Petrova" not in str(told)


async def test_a_file_with_another_header_is_looked_at_and_says_why_nothing_comes(
    clerk: httpx.AsyncClient,
) -> None:
    told = await _look(clerk, "readings", "b.csv", "post;time;level\noka-1;x;2\n")

    assert told["rows"] == 0
    assert told["trouble"]["rule"] == "columns"


@pytest.mark.parametrize(
    ("name", "remedy"), [("b.xlsx", ".csv"), ("..", ".csv"), ("report.pdf", ".csv")]
)
async def test_a_file_of_another_kind_is_refused(
    clerk: httpx.AsyncClient, name: str, remedy: str
) -> None:
    answer = await clerk.post(
        "/sectors/sources/readings/preview", params={"name": name}, content=b"x"
    )
    assert answer.status_code == 400
    assert answer.json()["type"] == "urn:hansa:problem:bad-upload"
    assert remedy in answer.json()["remedy"]


@pytest.mark.parametrize("path", ["preview", "files"])
async def test_only_who_brings_data_in_may_send_files(client: Client, path: str) -> None:
    async with client("duty-officer") as officer, client(None) as stranger:
        url = f"/sectors/sources/readings/{path}?name=b.csv"
        assert (await officer.post(url, content=b"x")).status_code == 403
        assert (await stranger.post(url, content=b"x")).status_code == 401
        assert (await officer.post("/sectors/sources/readings/rerun")).status_code == 403
        assert (await officer.get("/sectors/sources")).status_code == 200


async def test_a_file_that_is_meant_lies_in_the_inbox_and_the_watcher_reads_it(
    clerk: httpx.AsyncClient, city: City, river: Source, inbox: Path, view: View
) -> None:
    path, text = "/sectors/sources/readings/files", readings(ROWS).rstrip("\n")
    stored = await clerk.post(path, params={"name": "../../März 2026.CSV"}, content=text.encode())
    again = await clerk.post(path, params={"name": "März 2026.csv"}, content=b"post,time,level\n")
    assert stored.status_code == 202
    name = stored.json()["file"]
    assert again.json()["file"] != name
    assert (await clerk.get(f"{path}/{name}")).status_code == 404

    async with watching(city, river, inbox):
        told = await _read(clerk, city, f"{path}/{name}")
    assert (told["read"], told["accepted"], told["refused"]) == (4, 2, 2)
    assert told["complete"]
    assert told["digest"] == stored.json()["digest"]
    assert len((await city.read(view, Query(types=TypeIs("WaterObserved")))).entities) == 1
    kinds = await city.guard.journal.entries("source-upload")
    assert [one["actor"] for one in kinds] == ["ann", "ann"]


async def test_a_source_of_one_file_has_it_replaced(clerk: httpx.AsyncClient, inbox: Path) -> None:
    path = "/sectors/sources/faults/files"
    for text in (FAULT_ROWS, FAULT_ROWS.replace("Main", "Branch")):
        told = await _look(clerk, "faults", "export of May.csv", text)
        answer = await clerk.post(path, params={"name": "export of May.csv"}, content=text.encode())
        assert answer.json()["file"] == told["file"] == "faults.csv"
    assert told["replaces"] is True
    assert "Branch" in (inbox / "faults" / "faults.csv").read_text()


@pytest.mark.usefixtures("filled")
async def test_files_with_refused_rows_are_read_again(clerk: httpx.AsyncClient, city: City) -> None:
    told = (await clerk.post("/sectors/sources/readings/rerun")).json()
    assert (told["files"], told["read"], told["refused"]) == (1, 4, 2)
    (entry,) = await city.guard.journal.entries("source-rerun")
    assert entry["facts"] == {"source": "readings"}


async def test_two_that_read_a_source_do_not_count_over_each_other(
    clerk: httpx.AsyncClient, city: City, river: Source, data: Path
) -> None:
    first, second = data / "a.csv", data / "b.csv"
    first.write_text(readings(ROWS))
    second.write_text(readings(ROWS[:1]))
    live = await Runner.open(city, river, live=True)
    await live.read(first, "a.csv")
    first.write_text(readings(ROWS[:2]))

    await rerun(city, river)
    await live.read(second, "b.csv")

    (told, _) = (await clerk.get("/sectors/sources")).json()["sources"]
    assert told["rows"] == {"read": 3, "accepted": 3, "refused": 0, "flagged": 0}


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("a.csv", "a.csv"),
        ("C:\\files\\Звіт за травень.csv", "Звіт за травень.csv"),
        ("../../etc/passwd", "passwd"),
        (".hidden.csv", "hidden.csv"),
        ("a\x00b\n<c>.csv", "a-b-c-.csv"),
        ("x" * 300 + ".csv", "x" * 76 + ".csv"),
        ("..", ""),
    ],
)
def test_names_of_files_hold_no_surprise(given: str, kept: str) -> None:
    assert clean(given) == kept


def test_files_of_one_name_that_come_at_once_all_stay(river: Source, inbox: Path) -> None:
    both = threading.Barrier(2)

    class Together(Incoming):
        """Two that look for a free name at one time, where they can."""

        def free_name(self, source: Source, name: str) -> str:
            found = super().free_name(source, name)
            with suppress(threading.BrokenBarrierError):
                both.wait(0.2)
            return found

    incoming = Together(inbox)
    with ThreadPoolExecutor(2) as hands:
        stored = hands.map(lambda one: incoming.bring(river, "day.csv", one), (b"1\n", b"2\n"))

    kept = {(inbox / river.name / one.file).read_bytes() for one in stored}
    assert kept == {b"1\n", b"2\n"}


def test_what_a_killed_node_held_aside_goes_at_the_next_start(inbox: Path) -> None:
    left = inbox / ASIDE / "look-1" / "names.csv"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"Olga Petrova\n")

    Incoming(inbox)

    assert not left.exists()


@pytest.mark.parametrize(
    ("detail", "cells", "told"),
    [
        ("'Olga' is not a number", ["Olga"], "a value is not a number"),
        (f"{shown('Olga ' * 40)} is no time", ["Olga " * 40], "a value is no time"),
        ("1.5 is below 3", [1.5, 45], "a value is below 3"),
        ("'4' is above 45", ["4"], "a value is above 45"),
        ("holds no value", [None, ""], "holds no value"),
    ],
)
def test_what_is_wrong_is_said_without_the_cells(detail: str, cells: list[Any], told: str) -> None:
    assert unquoted(detail, cells) == told


def _files(inbox: Path) -> list[Path]:
    """Whatever stayed of a file: here or aside, or the folder it was held in."""
    return [one for one in inbox.rglob("*") if one.name != ASIDE]


@asynccontextmanager
async def watching(city: City, source: Source, inbox: Path) -> AsyncIterator[None]:
    """The watcher as it runs in a node."""
    logger = make_logger("testing", city.clock, io.StringIO())
    task = asyncio.create_task(watch(city, [source], inbox, logger))
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def _read(http: httpx.AsyncClient, city: City, path: str) -> Any:
    """What the node says of a file once it is read; the log tells when to ask again."""
    async with asyncio.timeout(30):
        while True:
            number = city.last_change
            answer = await http.get(path)
            if answer.status_code == 200:
                return answer.json()
            await city.news.beyond(number)


async def _look(http: httpx.AsyncClient, source: str, name: str, text: str) -> Any:
    answer = await http.post(
        f"/sectors/sources/{source}/preview", params={"name": name}, content=text.encode()
    )
    assert answer.status_code == 200, answer.text
    return answer.json()
