"""Sources of the real city that tell of the same things, in one graph: who owns what, and when."""

import csv
import io
import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hansa.context import City, Entity, Query, TypeIs, Window
from hansa.guard import View
from hansa.sectors import ImportReport, Source, import_folder, load_sources
from tests.sectors.helpers import VOCABULARY
from tests.sectors.seen import REQUESTS, SAMPLES, SITES, TEXTS, Files

pytestmark = pytest.mark.slow
SITE = "urn:ngsi-ld:WaterQualityObserved:"
LONG = {"requests-311", "request-texts", "bins"}


@pytest.fixture(scope="module")
def sources(root: Path) -> dict[str, Source]:
    return {one.name: one for one in load_sources(root / "cities" / "boston", VOCABULARY)}


@pytest.fixture
def both(shared_data: Path, data: Path) -> Path:
    """A folder with the requests that stand in both lists, and nothing else."""
    pairs = Files(shared_data / "boston-2015").both
    out = io.StringIO()
    writer = csv.DictWriter(out, pairs[0][0].keys())
    writer.writeheader()
    writer.writerows(row for row, _ in pairs)
    (data / REQUESTS.removesuffix(".gz")).write_text(out.getvalue(), encoding="utf-8")
    lines = "".join(json.dumps(text) + "\n" for _, text in pairs)
    (data / TEXTS.removesuffix(".gz")).write_text(lines, encoding="utf-8")
    return data


async def _read(city: City, view: View, kind: str, at: datetime | None = None) -> list[Entity]:
    return list((await city.read(view, Query(types=TypeIs(kind)), at)).entities)


async def _import(city: City, sources: Sequence[Source], data: Path) -> ImportReport:
    report = await import_folder(city, sources, data)
    assert report.refused == 0, report
    return report


@pytest.mark.parametrize("texts_first", [True, False])
async def test_two_lists_of_requests_never_write_over_each_other(
    city: City, view: View, sources: dict[str, Source], both: Path, texts_first: bool
) -> None:
    pair = [sources["requests-311"], sources["request-texts"]]
    await _import(city, pair[::-1] if texts_first else pair, both)

    found = await _read(city, view, "Open311ServiceRequest")

    assert len(found) == 503
    for one in found:
        assert one.value("service_name") == "Abandoned Vehicles"
        assert one.value("service_code") == "4f389210e75084437f0001de"
        assert not isinstance(one.document["status"], list)


async def test_what_stands_is_not_written_again(
    city: City, view: View, sources: dict[str, Source], both: Path
) -> None:
    pair = [sources["requests-311"], sources["request-texts"]]
    await _import(city, pair, both)
    number = city.last_change

    touched = [replace(one, digest="another") for one in pair]
    report = await _import(city, touched, both)

    assert (report.read, report.changed) == (1_006, 0)
    assert city.last_change - number <= len(pair)  # what the sources say of themselves


async def test_every_row_is_accounted_for_and_a_second_reading_changes_nothing(
    city: City, view: View, sources: dict[str, Source], shared_data: Path
) -> None:
    """All but the three long files; those are read twice where speed is measured."""
    folder = shared_data / "boston-2015"
    chosen = [one for name, one in sources.items() if name not in LONG]
    first = await import_folder(city, chosen, folder)
    told = {one.value("sourceId"): one for one in await _read(city, view, "DataSource")}

    touched = [replace(one, digest="another") for one in chosen]
    second = await import_folder(city, touched, folder)

    assert {one.source for one in first.files} == told.keys() == sources.keys() - LONG
    for one in first.files:
        assert one.accepted + one.refused == one.read
        assert told[one.source].value("rowsRead") == one.read
        assert told[one.source].value("rowsRefused") == one.refused
    assert (second.read, second.refused) == (first.read, first.refused)
    assert {one.source: one.changed for one in second.files if one.changed} == {}


async def test_a_site_is_one_entity_with_its_samples_as_history(
    city: City, view: View, sources: dict[str, Source], shared_data: Path, data: Path
) -> None:
    for name in (SITES, SAMPLES):
        shutil.copy(shared_data / "boston-2015" / name, data)
    await import_folder(city, [sources["river-samples"], sources["river-sites"]], data)

    query = Query(ids=(f"{SITE}662S",))
    (site,) = (await city.read(view, query)).entities
    (past,) = await city.history(view, query, Window())

    assert len(await _read(city, view, "WaterQualityObserved")) == 287
    assert site.value("location")["type"] == "Point"
    assert site.value("name")
    coli = past.attributes["escherichiaColi"]
    told = {one.body.get("datasetId") for one in coli if one.body}
    assert told == {None, "urn:ngsi-ld:Dataset:second-sample"}
    assert len(coli) > 10


async def test_a_replay_shows_a_laboratorys_result_a_day_after_the_sample(
    city: City, view: View, sources: dict[str, Source], shared_data: Path, data: Path
) -> None:
    shutil.copy(shared_data / "boston-2015" / SAMPLES, data)
    await import_folder(city, [sources["river-samples"]], data)
    query = Query(ids=(f"{SITE}715S",))  # sampled on 13 January 2015, 10:58 UTC, and not before

    async def seen(hour: int, day: int) -> set[str]:
        page = await city.read(view, query, datetime(2015, 1, day, hour, tzinfo=UTC))
        return {name for one in page.entities for name in one.document} - {"id", "type"}

    assert await seen(10, 13) == set()
    assert await seen(11, 13) == {"temperature"}
    assert await seen(10, 14) == {"temperature"}
    assert await seen(11, 14) == {"temperature", "escherichiaColi"}
