"""Aggregated temporal evolutions over HTTP (GS CIM 009 v1.9.1, 4.5.19)."""

from typing import Any

import httpx
import pytest

B = "/ngsi-ld/v1"
ONE = f"{B}/temporal/entities/urn:x:1"
# hand-made: a level four times within three hours, a word twice
READINGS = [("12:03", 10), ("12:33", 20), ("14:00", 60), ("14:59", 70)]
WORDS = [("12:03", "off"), ("14:03", "on")]
SINCE = "timerel=after&timeAt=2026-06-01T12:03:00Z"


def _at(clock: str) -> str:
    return f"2026-06-01T{clock}:00Z"


@pytest.fixture
async def lamp(client: httpx.AsyncClient) -> httpx.AsyncClient:
    await client.post(f"{B}/entities", json={"id": "urn:x:1", "type": "Lamp"})
    for name, values in (("level", READINGS), ("mode", WORDS)):
        for clock, value in values:
            body = {name: {"value": value, "observedAt": _at(clock)}}
            assert (await client.post(f"{B}/entities/urn:x:1/attrs", json=body)).status_code == 204
    return client


async def told(client: httpx.AsyncClient, path: str) -> Any:
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_methods_over_hours_from_the_begin_of_the_window(lamp: httpx.AsyncClient) -> None:
    asked = "format=aggregatedValues&aggrMethods=avg,max&aggrPeriodDuration=PT1H"

    found = await told(lamp, f"{ONE}?{asked}&attrs=level&{SINCE}")

    first, last = (_at("12:03"), _at("13:03")), (_at("14:03"), _at("15:03"))
    middle = (_at("13:03"), _at("14:03"))
    assert found == {
        "id": "urn:x:1",
        "type": "Lamp",
        "level": {
            "type": "Property",
            "avg": [[15.0, *first], [60.0, *middle], [70.0, *last]],
            "max": [[20.0, *first], [60.0, *middle], [70.0, *last]],
        },
    }


@pytest.mark.parametrize("form", ["format=aggregatedValues", "options=aggregatedValues"])
async def test_without_begin_periods_follow_from_the_first_instance(
    lamp: httpx.AsyncClient, form: str
) -> None:
    found = await told(lamp, f"{ONE}?{form}&aggrMethods=min&aggrPeriodDuration=P1D&attrs=level")

    assert found["level"]["min"] == [[10.0, _at("12:03"), "2026-06-02T12:03:00Z"]]


@pytest.mark.parametrize("duration", ["", "&aggrPeriodDuration=PT0S", "&aggrPeriodDuration=P0D"])
async def test_no_duration_is_the_whole_window(lamp: httpx.AsyncClient, duration: str) -> None:
    window = f"timerel=between&timeAt={_at('12:00')}&endTimeAt={_at('14:30')}"
    methods = "aggrMethods=totalCount,distinctCount,sum"

    found = await told(lamp, f"{ONE}?format=aggregatedValues&{methods}{duration}&{window}")

    whole = (_at("12:00"), _at("14:30"))
    assert found["level"]["totalCount"] == [[3, *whole]]
    assert found["level"]["sum"] == [[90.0, *whole]]
    assert found["mode"]["distinctCount"] == [[2, *whole]]
    assert "sum" not in found["mode"]  # of words there is none


async def test_a_query_aggregates_each_entity(lamp: httpx.AsyncClient) -> None:
    asked = "format=aggregatedValues&aggrMethods=stddev&aggrPeriodDuration=PT12H"

    found = await told(lamp, f"{B}/temporal/entities?type=Lamp&attrs=level&{asked}&{SINCE}")

    assert [one["id"] for one in found] == ["urn:x:1"]
    assert found[0]["level"]["stddev"][0][0] == pytest.approx(25.495, abs=0.001)


async def test_instances_of_datasets_and_relationships_keep_apart(
    client: httpx.AsyncClient,
) -> None:
    body = {
        "level": [{"value": 1}, {"value": 5, "datasetId": "urn:set:a"}],
        "near": {"type": "Relationship", "object": "urn:x:9"},
    }
    await client.post(f"{B}/entities", json={"id": "urn:x:1", "type": "Lamp", **body})

    asked = "format=aggregatedValues&aggrMethods=totalCount,max&timeproperty=modifiedAt"
    found = await told(client, f"{ONE}?{asked}")

    assert {one.get("datasetId"): one["max"][0][0] for one in found["level"]} == {
        None: 1.0,
        "urn:set:a": 5.0,
    }
    assert (found["near"]["type"], found["near"]["totalCount"][0][0]) == ("Relationship", 1)


async def test_format_goes_before_options(lamp: httpx.AsyncClient) -> None:
    asked = "format=temporalValues&options=aggregatedValues&aggrMethods=sum"

    found = await told(lamp, f"{ONE}?{asked}&attrs=level")

    assert len(found["level"]["values"]) == 4


@pytest.mark.parametrize(
    ("asked", "where"),
    [
        ("aggrMethods=mean", "aggrMethods"),
        ("", "aggrMethods"),
        ("aggrMethods=avg,", "aggrMethods"),
        *(
            (f"aggrMethods=avg&aggrPeriodDuration={text}", "aggrPeriodDuration")
            for text in ("bogus", "P", "PT", "1H", "P1H", "-P1D", "PT1.5H", "P1DT")
        ),
    ],
)
async def test_what_is_wrong_is_named(lamp: httpx.AsyncClient, asked: str, where: str) -> None:
    answer = await lamp.get(f"{ONE}?format=aggregatedValues&{asked}")

    assert answer.status_code == 400
    assert answer.json()["type"].endswith("BadRequestData")
    assert answer.json()["where"] == where


async def test_a_form_that_is_none_is_refused(lamp: httpx.AsyncClient) -> None:
    answer = await lamp.get(f"{ONE}?format=histogram")

    assert (answer.status_code, answer.json()["where"]) == (400, "format")
