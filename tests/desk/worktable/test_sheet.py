"""The table as a spreadsheet: read back with another library than the one that writes it."""

import io
from typing import Any

import httpx
import pytest
from python_calamine import CalamineWorkbook

from hansa.base.settings import CitySettings
from hansa.base.web import Request, WebApp
from hansa.context import City
from hansa.desk import Work, worktable_routes
from hansa.desk.worktable.model import COLUMNS
from hansa.desk.worktable.sheet import heads, xlsx
from hansa.guard import Grant
from tests.desk.tasks.working import WATERWORKS, work_of

FOUND: dict[str, Any] = {
    "from": "2026-05-25T12:00:00Z",
    "to": "2026-06-01T12:00:00Z",
    "hansaWorld": "exercise:testing",
    "organizations": [
        {"organization": WATERWORKS, **dict.fromkeys(COLUMNS, 2)},
        {"organization": "urn:ngsi-ld:Organization:gone", **dict.fromkeys(COLUMNS, 1)},
    ],
    "total": dict.fromkeys(COLUMNS, 3),
}


def read(made: bytes) -> list[list[Any]]:
    rows: list[list[Any]] = (
        CalamineWorkbook.from_filelike(io.BytesIO(made)).get_sheet_by_index(0).to_python()
    )
    return rows


@pytest.fixture
def work(settings: CitySettings) -> Work:
    return work_of(settings)


@pytest.mark.parametrize("language", ["en", "ru", "uk"])
def test_heads_are_in_the_language_and_figures_are_numbers(
    settings: CitySettings, work: Work, language: str
) -> None:
    rows = read(xlsx(FOUND, work, settings.zone, language))

    words = heads()[language]
    assert rows[0][0] == f"{words['exercise']}: exercise:testing"
    assert rows[1] == [words[one] for one in ("organization", "from", "until", *COLUMNS)]
    assert [row[0] for row in rows[2:]] == [
        "Waterworks",
        "urn:ngsi-ld:Organization:gone",
        words["total"],
    ]
    assert rows[2][3:] == [2.0] * len(COLUMNS)
    assert str(rows[2][2]) == "2026-06-01 15:00:00"  # on the city's clock


def test_every_language_has_the_same_heads() -> None:
    assert len({frozenset(one) for one in heads().values()}) == 1
    assert set(COLUMNS) <= set(heads()["en"])


def test_a_name_is_text_and_no_formula(settings: CitySettings, work: Work) -> None:
    odd = {**FOUND, "organizations": [{"organization": "=1+1", **dict.fromkeys(COLUMNS, 0)}]}
    assert read(xlsx(odd, work, settings.zone, "en"))[2][0] == "=1+1"


async def test_the_file_is_answered_and_named_as_an_exercise(
    city: City, work: Work, officer: Grant
) -> None:
    async def grant(_: Request) -> Grant:
        return officer

    app = WebApp(
        worktable_routes(city, work), grant, lambda _: city.world.name, view=city.guard.view
    )
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://node") as client:
        asked = {"format": "xlsx", "language": "en"}
        answer = await client.get("/desk/organizations/table", params=asked)

    assert answer.status_code == 200
    assert 'filename="exercise-testing-' in answer.headers["content-disposition"]
    assert answer.headers["content-disposition"].endswith('.xlsx"')
    assert "Waterworks" in [row[0] for row in read(answer.content)]
