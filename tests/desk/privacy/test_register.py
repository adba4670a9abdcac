"""The register and the data-flow sheet: made from what the city runs by, in every language."""

import csv
import io
from collections.abc import Callable

import httpx
import pytest

from hansa.context import City


async def test_every_personal_attribute_is_in_it_and_no_other(
    city: City, officer: httpx.AsyncClient
) -> None:
    told = (await officer.get("/privacy/register")).json()
    listed = {(one["type"], each["name"]) for one in told["types"] for each in one["attributes"]}
    classes = city.guard.catalogue.classes
    assert listed == {key for key, klass in classes.items() if klass == "personal"}
    (request,) = [one for one in told["types"] if one["type"] == "Open311ServiceRequest"]
    assert request["purpose"] == {"en": "to answer"}
    assert [rule["days"] for rule in request["retention"]] == [30]
    seen = {one["purpose"]: [r["id"] for r in one["roles"]] for one in request["seenBy"]}
    assert seen["subject-request"] == ["privacy-officer"]
    assert "dispatcher" not in seen["incident-handling"]


async def test_it_is_downloaded_as_a_table_and_as_a_page(officer: httpx.AsyncClient) -> None:
    answer = await officer.get("/privacy/register?format=csv&language=ru")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    (phone,) = [
        r for r in rows if (r["type"], r["attribute"]) == ("Open311ServiceRequest", "phone")
    ]
    assert phone["what"] == "обращение: телефон"
    assert phone["kept (days)"] == "30"
    page = await officer.get("/privacy/register?format=html&language=uk")
    assert "Реєстр обробки" in page.text
    assert "НАВЧАННЯ" in page.text
    assert (await officer.get("/privacy/register?format=pdf")).status_code == 400


@pytest.mark.parametrize("language", ["en", "ru", "uk"])
async def test_the_data_flow_sheet_is_printed(officer: httpx.AsyncClient, language: str) -> None:
    page = await officer.get(f"/privacy/flows?language={language}")
    assert page.status_code == 200
    assert "personal/" in page.text
    assert f'lang="{language}"' in page.text


async def test_auditors_read_the_register_and_nobody_else(
    client_as: Callable[[str], httpx.AsyncClient],
) -> None:
    for role, status in (("auditor", 200), ("administrator", 403), ("press", 403)):
        async with client_as(role) as client:
            assert (await client.get("/privacy/register")).status_code == status
            assert (await client.get("/privacy/profile")).status_code == 200
