"""A list in JSON, polled: what is new comes in, what is known is not sent twice."""

import io
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import orjson
import pytest

from hansa.base.clock import ManualClock
from hansa.base.problems import BadFile
from hansa.context import City, Entity
from hansa.guard import View
from hansa.sectors import Source, file_reports
from tests.sectors.helpers import source_of
from tests.sectors.served import Served, entity_once, followed, heights, serving

MAPPING = """\
source: posts
title: {{en: Posts}}
sector: river
connector: http-json
settings:
  url: {origin}/posts
  list: /data
  {more}
type: WaterObserved
id: "{{post}}"
observedAt: time
fields:
  stationID: {{column: post}}
  height: {{column: /values/0/level, as: number, unit: CMT, range: [0, 1000], required: true}}
"""


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    async with serving() as server:
        yield server


def _source(folder: Path, served: Served, more: str = "poll: 60", end: str = "") -> Source:
    return source_of(folder, MAPPING.format(origin=served.origin, more=more) + end)


def _post(name: str, level: float, time: str = "2026-06-01T11:59:00Z") -> dict[str, object]:
    return {"post": name, "time": time, "values": [{"level": level}]}


async def test_list_is_read_and_read_again_when_it_is_time(
    city: City, view: View, served: Served, tmp_path: Path, clock: ManualClock
) -> None:
    source = _source(tmp_path, served)
    served.say("/posts", {"data": [_post("a", 50), _post("b", 60)]})
    async with followed(city, [source], tmp_path, [served.origin]):
        await entity_once(city, view, source.id, lambda one: bool(one.value("nextReadAt")))
        first = await heights(city, view)
        served.say("/posts", {"data": [_post("a", 55, "2026-06-01T12:00:30Z")]})
        clock.advance(timedelta(seconds=60))
        await entity_once(city, view, "urn:ngsi-ld:WaterObserved:a", _is(0.55))

    (report,) = await file_reports(city, source)
    assert first == {"a": 0.5, "b": 0.6}
    assert (report.read, report.accepted, report.refused) == (3, 3, 0)


def _is(height: float) -> Callable[[Entity], bool]:
    return lambda one: one.value("height") == height


async def test_what_is_known_is_not_sent_again_and_the_condition_outlives_a_restart(
    city: City, view: View, served: Served, tmp_path: Path, clock: ManualClock
) -> None:
    source = _source(tmp_path, served)
    served.say("/posts", {"data": [_post("a", 50)]}, ETag='"one"')
    for _ in range(2):
        async with followed(city, [source], tmp_path, [served.origin]):
            due = (clock.now() + timedelta(seconds=60)).isoformat()[:19]
            await entity_once(city, view, source.id, _due(due))
        clock.advance(timedelta(seconds=1))

    (report,) = await file_reports(city, source)
    assert [one.headers.get("If-None-Match") for one in served.asked] == [None, '"one"']
    assert report.read == 1


def _due(moment: str) -> Callable[[Entity], bool]:
    return lambda one: str((one.value("nextReadAt") or {}).get("@value")).startswith(moment)


async def test_pages_are_followed_by_link_and_by_number(
    city: City, view: View, served: Served, tmp_path: Path, clock: ManualClock
) -> None:
    source = _source(tmp_path, served, "next: /next")
    served.say("/posts", {"data": [_post("a", 50)], "next": "/posts?page=2"})
    served.say("/posts?page=2", {"data": [_post("b", 60)]})
    async with followed(city, [source], tmp_path, [served.origin]):
        await entity_once(city, view, source.id, lambda one: one.value("rowsRead") == 2)
    by_link = await heights(city, view)

    other = source_of(
        tmp_path,
        MAPPING.format(origin=served.origin, more="pageParameter: page").replace(
            "posts\n", "p2\n", 1
        ),
        "other.yaml",
    )
    served.say("/posts?page=1", {"data": [_post("c", 10)]})
    served.say("/posts?page=2", {"data": [_post("d", 20)]})
    served.say("/posts?page=3", {"data": []})
    async with followed(city, [other], tmp_path, [served.origin]):
        await entity_once(city, view, other.id, lambda one: one.value("rowsRead") == 2)

    assert by_link == {"a": 0.5, "b": 0.6}
    assert await heights(city, view) == {"a": 0.5, "b": 0.6, "c": 0.1, "d": 0.2}


async def test_failing_source_is_asked_again_later_and_later_or_when_it_says(
    city: City, view: View, served: Served, tmp_path: Path, clock: ManualClock
) -> None:
    source = _source(tmp_path, served)
    served.say("/posts", {}, 503, Retry_After="120")
    async with followed(city, [source], tmp_path, [served.origin]):
        told = await entity_once(city, view, source.id, _due("2026-06-01T12:02:00"))
        served.say("/posts", {"data": [_post("a", 50, "2026-06-01T12:02:00Z")]})
        clock.advance(timedelta(seconds=120))
        well = await entity_once(city, view, source.id, lambda one: one.value("health") == "ok")

    assert told.value("health") == "failing"
    assert "503" in str(told.value("problem"))
    assert well.value("problem") == ""


async def test_source_whose_origin_is_not_listed_is_unlisted_and_nothing_leaves(
    city: City, view: View, served: Served, tmp_path: Path, clock: ManualClock
) -> None:
    source, log = _source(tmp_path, served), io.StringIO()
    async with followed(city, [source], tmp_path, [], log):
        told = await entity_once(
            city, view, source.id, lambda one: one.value("health") == "unlisted"
        )

    assert "egress.allow" in str(told.value("problem"))
    assert served.asked == []
    # as the city wants it, so no warning; and said once
    (said,) = [orjson.loads(line) for line in log.getvalue().splitlines()]
    assert (said["level"], said["event"]) == (
        "info",
        "source is not called: not on the city's list",
    )


async def test_paused_source_is_not_asked_until_it_is_resumed_even_after_a_restart(
    city: City, view: View, served: Served, tmp_path: Path, clock: ManualClock
) -> None:
    source = _source(tmp_path, served)
    served.say("/posts", {"data": [_post("a", 50)]})
    async with followed(city, [source], tmp_path, [served.origin]) as doors:
        await entity_once(city, view, source.id, lambda one: one.value("rowsRead") == 1)
        await doors["posts"].pause("the meter is being changed")
        clock.advance(timedelta(hours=1))
    asked = len(served.asked)
    async with followed(city, [source], tmp_path, [served.origin]) as doors:
        held = await entity_once(city, view, source.id, lambda one: one.value("health") == "paused")
        assert len(served.asked) == asked
        await doors["posts"].resume()
        await entity_once(city, view, source.id, lambda one: one.value("health") != "paused")

    assert held.value("pauseReason") == "the meter is being changed"


async def test_person_may_ask_now(
    city: City, view: View, served: Served, tmp_path: Path, clock: ManualClock
) -> None:
    source = _source(tmp_path, served, "poll: 3600")
    served.say("/posts", {"data": [_post("a", 50)]})
    async with followed(city, [source], tmp_path, [served.origin]) as doors:
        await entity_once(city, view, source.id, lambda one: bool(one.value("nextReadAt")))
        served.say("/posts", {"data": [_post("a", 70, "2026-06-01T11:59:30Z")]})
        doors["posts"].poll()
        await entity_once(city, view, "urn:ngsi-ld:WaterObserved:a", _is(0.7))


async def test_secret_is_read_from_its_file_and_stands_nowhere_else(
    city: City, view: View, served: Served, tmp_path: Path, clock: ManualClock
) -> None:
    source = _source(tmp_path, served, "secret: {file: posts}")
    served.say("/posts", {"data": [_post("a", 50)]})
    async with followed(city, [source], tmp_path, [served.origin]):
        await entity_once(city, view, source.id, lambda one: one.value("health") == "failing")
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "posts").write_text("s3cret\n")
    async with followed(city, [source], tmp_path, [served.origin]):
        await entity_once(city, view, source.id, lambda one: one.value("health") == "ok")

    assert [one.headers["Authorization"] for one in served.asked] == ["Bearer s3cret"]


@pytest.mark.parametrize(
    ("settings", "where", "detail"),
    [
        ("poll: 0", "mapping.yaml:8 settings.poll", ">= 1"),
        ("polls: 5", "mapping.yaml:8 settings.polls", "unknown field"),
        ("next: link", "mapping.yaml:8 settings.next", "no JSON Pointer"),
        ("secret: {}", "mapping.yaml:8 settings.secret", "say one of both"),
        ("secret: hunter2", "mapping.yaml:8 settings.secret", "Expected"),
    ],
)
def test_settings_are_checked_at_load_with_file_and_line(
    tmp_path: Path, settings: str, where: str, detail: str
) -> None:
    text = MAPPING.format(origin="http://127.0.0.1:1", more=settings)
    with pytest.raises(BadFile) as found:
        source_of(tmp_path, text)
    assert found.value.where.endswith(where)
    assert detail in found.value.detail


def test_unknown_connector_is_refused_with_those_that_are_known(tmp_path: Path) -> None:
    text = MAPPING.format(origin="http://127.0.0.1:1", more="poll: 5")
    with pytest.raises(BadFile, match="there is no connector 'telepathy'") as found:
        source_of(tmp_path, text.replace("http-json", "telepathy"))
    assert "http-json" in found.value.remedy


async def test_source_that_says_nothing_new_is_late_though_its_clock_runs_ahead(
    city: City, view: View, served: Served, tmp_path: Path, clock: ManualClock
) -> None:
    source = _source(tmp_path, served, end="every: 150\n")
    served.say("/posts", {"data": [_post("a", 50, "2026-06-01T12:10:00Z")]})
    async with followed(city, [source], tmp_path, [served.origin]):
        ahead = await entity_once(city, view, source.id, lambda one: one.value("rowsRead") == 1)
        clock.advance(timedelta(seconds=151))
        late = await entity_once(city, view, source.id, lambda one: one.value("health") == "late")

    assert (ahead.value("health"), ahead.value("clockSkew")) == ("clock", 600)
    assert late.value("rowsRead") == 1
