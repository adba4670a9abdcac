"""Exports: world, unit and age beside each value, nothing personal, no formula, journalled."""

import csv
import io
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from hansa.base.clock import ManualClock
from hansa.base.settings import load_city
from hansa.base.times import format_instant
from hansa.base.vocabulary import load_vocabulary
from hansa.console.export.text import harmless
from hansa.context import City
from hansa.guard import Kind
from tests.beside.looking import parquet
from tests.console.talking import Writer, make_app, make_client, pick

BUOY = "urn:ngsi-ld:WaterQualityObserved:buoy"
REQUEST = "urn:ngsi-ld:Open311ServiceRequest:1"
FIXED = ["world", "id", "type"]
PASSWORD = "correct horse battery"


async def put_buoy(write: Writer, clock: ManualClock, value: float, name: str = "Buoy") -> str:
    """A reading made ten minutes before the city hears of it; when it was known."""
    observed = format_instant(clock.now() - timedelta(minutes=10))
    await write.put(
        BUOY,
        "WaterQualityObserved",
        name=name,
        location=(39.7, 54.6),
        O2={"type": "Property", "value": value, "unitCode": "M1", "observedAt": observed},
    )
    return format_instant(clock.now())


async def got(client: httpx.AsyncClient, **asked: str) -> httpx.Response:
    answer = await client.get("/console/export", params=asked)
    assert answer.status_code == 200, answer.text
    return answer


def table(answer: httpx.Response) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.text)))


def named(answer: httpx.Response) -> str:
    found = re.fullmatch(r'attachment; filename="(.+)"', answer.headers["content-disposition"])
    assert found is not None
    return found[1]


async def test_a_row_has_its_world_first_and_an_age_beside_each_value(
    officer: httpx.AsyncClient, write: Writer, clock: ManualClock
) -> None:
    await put_buoy(write, clock, 7.5)
    clock.advance(timedelta(minutes=5))

    answer = await got(officer, type="WaterQualityObserved", format="csv")

    (row,) = table(answer)
    assert list(row)[:3] == FIXED
    assert (row["world"], row["id"]) == ("exercise:testing", BUOY)
    group = [row[f"O2{part}"] for part in ("", ".unitCode", ".observedAt", ".age")]
    assert group == ["7.5", "M1", format_instant(clock.now() - timedelta(minutes=15)), "900"]
    assert row["name.age"] == "300"  # says no time of its own: since it was known
    assert row["exportedAt"] == row["asKnownAt"] == format_instant(clock.now())


async def test_an_exercise_cannot_be_mistaken_in_any_format(
    officer: httpx.AsyncClient, write: Writer, clock: ManualClock, tmp_path: Path
) -> None:
    await put_buoy(write, clock, 7.5)
    answers = {
        one: await got(officer, type="WaterQualityObserved", format=one)
        for one in ("csv", "geojson", "parquet")
    }

    assert {name: named(one) for name, one in answers.items()} == {
        one: f"exercise-testing-testing-WaterQualityObserved-20260601T120000Z.{one}"
        for one in answers
    }
    assert all(one.headers["hansa-world"] == "exercise:testing" for one in answers.values())
    assert answers["csv"].text.startswith("world,")
    collection = answers["geojson"].json()
    for one in (collection, collection["features"][0], collection["features"][0]["properties"]):
        assert one["hansaWorld"] == "exercise:testing"
    assert "exercise" in collection["name"]
    columns, rows, notes = parquet(answers["parquet"].content, tmp_path)
    assert (columns[0], rows[0][0]) == ("world", "exercise:testing")
    assert notes["world"] == "exercise:testing"


async def test_a_parquet_file_has_numbers_as_numbers_and_nothing_as_nothing(
    officer: httpx.AsyncClient, write: Writer, clock: ManualClock, tmp_path: Path
) -> None:
    await put_buoy(write, clock, 7)
    await write.put("urn:ngsi-ld:WaterQualityObserved:b", "WaterQualityObserved", name="B")

    columns, rows, notes = parquet(
        (await got(officer, type="WaterQualityObserved", format="parquet")).content, tmp_path
    )

    by_id = {row[1]: dict(zip(columns, row, strict=True)) for row in rows}
    assert by_id[BUOY]["O2"] == 7.0
    assert by_id["urn:ngsi-ld:WaterQualityObserved:b"]["O2"] is None
    assert by_id["urn:ngsi-ld:WaterQualityObserved:b"]["name"] == "B"
    assert notes["asKnownAt"] == format_instant(clock.now())


async def test_an_export_of_nothing_still_says_what_it_is(
    officer: httpx.AsyncClient, tmp_path: Path
) -> None:
    asked = {"type": "WaterQualityObserved", "q": "O2<0"}

    columns, rows, notes = parquet(
        (await got(officer, **asked, format="parquet")).content, tmp_path
    )

    assert (columns[:3], rows, notes["world"]) == (FIXED, [], "exercise:testing")
    assert table(await got(officer, **asked)) == []
    assert (await got(officer, **asked, format="geojson")).json()["features"] == []


async def test_the_past_is_exported_as_it_was_known(
    officer: httpx.AsyncClient, write: Writer, clock: ManualClock
) -> None:
    then = await put_buoy(write, clock, 7.5)
    clock.advance(timedelta(hours=1))
    await put_buoy(write, clock, 3)

    (row,) = table(await got(officer, type="WaterQualityObserved", at=then))
    (now,) = table(await got(officer, type="WaterQualityObserved"))

    assert (row["O2"], row["asKnownAt"], row["O2.age"]) == ("7.5", then, "4200")
    assert now["O2"] == "3"


async def test_what_is_asked_for_and_nothing_else(
    officer: httpx.AsyncClient, write: Writer, clock: ManualClock
) -> None:
    await put_buoy(write, clock, 7.5)
    await write.put("urn:ngsi-ld:WaterQualityObserved:b", "WaterQualityObserved", O2=2)
    await write.put("urn:ngsi-ld:WaterObserved:c", "WaterObserved", height=1)
    asked = {"type": "WaterQualityObserved"}

    assert [row["id"] for row in table(await got(officer, **asked, q="O2>5"))] == [BUOY]
    assert [row["id"] for row in table(await got(officer, **asked, ids=BUOY))] == [BUOY]
    assert len(table(await got(officer, **asked))) == 2


async def test_instances_of_other_datasets_are_not_lost(
    officer: httpx.AsyncClient, write: Writer
) -> None:
    several = [
        {"type": "Property", "value": 7},
        {"type": "Property", "value": 8, "datasetId": "urn:ngsi-ld:Dataset:lab"},
    ]
    await write.put(BUOY, "WaterQualityObserved", O2={"type": "Property", "value": 7})
    await write.several(BUOY, "WaterQualityObserved", O2=several)

    (row,) = table(await got(officer, type="WaterQualityObserved"))

    assert row["O2"] == "7"
    assert '"value":8' in row["otherDatasets"]


async def test_nothing_personal_and_nothing_restricted_leaves(
    client: httpx.AsyncClient, write: Writer
) -> None:
    secret = "Pushkin street 7, flat 3"
    await write.put(
        REQUEST,
        "Open311ServiceRequest",
        status="open",
        description=secret,
        address_string=secret,
        own_term=secret,
    )
    for role, seen in (("duty-officer", True), ("analyst", False)):
        await pick(client, role)
        purpose = {"Hansa-Purpose": "incident-handling"}
        for form in ("csv", "geojson"):
            answer = await client.get(
                "/console/export",
                params={"type": "Open311ServiceRequest", "format": form},
                headers=purpose,
            )
            assert answer.status_code == 200, answer.text
            assert "description" not in answer.text
            assert "address_string" not in answer.text
            assert ("own_term" in answer.text) is seen


async def test_each_export_is_in_the_journal(
    officer: httpx.AsyncClient, city: City, write: Writer, clock: ManualClock
) -> None:
    await put_buoy(write, clock, 7.5)

    await got(officer, type="WaterQualityObserved", q="O2>5", format="geojson")

    (entry,) = await city.guard.journal.entries(Kind.EXPORT)
    assert entry["role"] == "duty-officer"
    told = {name: entry["facts"][name] for name in ("type", "q", "format", "entities")}
    assert told == {
        "type": "WaterQualityObserved",
        "q": "O2>5",
        "format": "geojson",
        "entities": 1,
    }


@pytest.mark.parametrize("text", ["=1+1", "+7 491", "-1", "@SUM(A1)", "\t=1", "  =1", "＝1"])
async def test_no_text_becomes_a_formula(
    officer: httpx.AsyncClient, write: Writer, clock: ManualClock, text: str
) -> None:
    await put_buoy(write, clock, -7.5, text)

    (row,) = table(await got(officer, type="WaterQualityObserved"))

    assert row["name"] == f"'{text}" == harmless(text)
    assert row["O2"] == "-7.5"  # a number stays one


@pytest.mark.parametrize(
    ("asked", "where"),
    [
        ({"type": "A", "format": "xlsx"}, "format"),
        ({"type": ""}, "type"),
        ({"type": "A", "at": "noon"}, "at"),
    ],
)
async def test_what_is_wrong_is_named(
    officer: httpx.AsyncClient, asked: dict[str, str], where: str
) -> None:
    answer = await officer.get("/console/export", params=asked)

    assert (answer.status_code, answer.json()["where"]) == (400, where)


async def test_a_stranger_gets_nothing(client: httpx.AsyncClient) -> None:
    assert (await client.get("/console/export?type=A")).status_code == 401


async def test_more_entities_than_are_read_at_once(
    officer: httpx.AsyncClient, write: Writer
) -> None:
    names = {f"urn:ngsi-ld:WaterObserved:{number:04}" for number in range(1100)}
    for name in sorted(names):
        await write.put(name, "WaterObserved", height=1)

    found = [row["id"] for row in table(await got(officer, type="WaterObserved"))]

    assert (len(found), set(found)) == (1100, names)
    features = (await got(officer, type="WaterObserved", format="geojson")).json()["features"]
    assert {one["id"] for one in features} == names


# ---- the actual world


@pytest.fixture
async def actual(folder: Path, tmp_path: Path, clock: ManualClock) -> AsyncIterator[City]:
    text = (folder / "city.yaml").read_text(encoding="utf-8")
    (folder / "city.yaml").write_text(text.replace("exercise:testing", "actual"), encoding="utf-8")
    opened = await City.open(load_city(folder), load_vocabulary(), tmp_path / "actual", clock)
    yield opened
    await opened.close()


async def test_the_actual_world_says_so_and_marks_no_feature(
    actual: City, clock: ManualClock
) -> None:
    assert clock.now() == datetime(2026, 6, 1, 12, tzinfo=UTC)
    guard = actual.guard
    await guard.accounts.create(guard.operator(), "ann", PASSWORD, ("duty-officer",))
    await put_buoy(Writer(actual), clock, 7.5)
    async with make_client(make_app(actual)) as client:
        body = {"name": "ann", "password": PASSWORD}
        assert (await client.post("/console/session", json=body)).status_code == 201
        answer = await got(client, type="WaterQualityObserved")
        (row,) = table(answer)
        collection = (await got(client, type="WaterQualityObserved", format="geojson")).json()

    assert row["world"] == "actual"
    assert named(answer) == "testing-WaterQualityObserved-20260601T120000Z.csv"
    assert "hansaWorld" not in str(collection)
