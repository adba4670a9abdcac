"""The live stream: what it sends, how it resumes, when it ends."""

from datetime import timedelta
from typing import Any

import httpx

from hansa.base.clock import ManualClock
from hansa.base.web import WebApp
from hansa.console.stream import BEAT, FARTHEST
from tests.console.talking import Writer, listen, pick

ALERT = "urn:ngsi-ld:Alert:1"


async def test_a_change_comes_with_its_number_as_the_event_id(
    app: WebApp, officer: httpx.AsyncClient, write: Writer
) -> None:
    stream = listen(app, officer)
    hello = await stream.next()
    await write.put(ALERT, "Alert", state="open", severity="high")

    event = await stream.next()
    await stream.close()

    assert hello["event"] == "hello"
    assert hello["data"]["now"] == "2026-06-01T12:00:00Z"
    assert event["event"] == "changes"
    (record,) = event["data"]
    assert (record["kind"], record["id"], record["types"]) == ("created", ALERT, ["Alert"])
    assert record["fragment"]["severity"]["value"] == "high"
    assert event["id"] == str(record["number"])


async def test_it_resumes_after_the_last_event_that_was_seen(
    app: WebApp, officer: httpx.AsyncClient, write: Writer
) -> None:
    await write.put(ALERT, "Alert", state="open")
    seen = write.city.last_change
    await write.put(ALERT, "Alert", state="cleared")

    # what the browser resends is nearer to the truth than the address it once opened
    stream = listen(app, officer, "/console/stream?after=0", last_event_id=str(seen))
    hello, missed = await stream.next(), await stream.next()
    await stream.close()

    assert hello["data"]["from"] == seen
    assert [record["fragment"]["state"]["value"] for record in missed["data"]] == ["cleared"]


async def test_from_too_far_back_or_from_another_life_it_begins_now(
    app: WebApp, officer: httpx.AsyncClient, write: Writer
) -> None:
    await write.put(ALERT, "Alert", state="open")
    newest = write.city.last_change

    stream = listen(app, officer, f"/console/stream?after={newest + FARTHEST}")
    hello = await stream.next()
    await stream.close()

    assert hello["data"]["from"] == newest


async def test_what_the_view_hides_does_not_come(
    app: WebApp, client: httpx.AsyncClient, write: Writer
) -> None:
    await pick(client, "analyst")
    stream = listen(app, client)
    await stream.next()
    await write.put("urn:ngsi-ld:Open311ServiceRequest:1", "Open311ServiceRequest", status="open")
    await write.put("urn:ngsi-ld:Open311ServiceRequest:1", "Open311ServiceRequest", postalCode="02")
    await write.put("urn:ngsi-ld:Open311ServiceRequest:1", "Open311ServiceRequest", status="closed")

    fragments: list[dict[str, Any]] = []
    while len(fragments) < 2:  # one event may tell of both
        fragments += [one["fragment"] for one in (await stream.next())["data"]]
    await stream.close()

    assert [one["status"]["value"] for one in fragments] == ["open", "closed"]


async def test_a_comment_by_the_clock_keeps_the_line_open(
    app: WebApp, officer: httpx.AsyncClient, clock: ManualClock
) -> None:
    stream = listen(app, officer)
    await stream.next()
    clock.advance(BEAT)

    assert await stream.next() == {"comment": "beat"}
    await stream.close()


async def test_it_ends_with_the_session(
    app: WebApp, officer: httpx.AsyncClient, write: Writer
) -> None:
    stream = listen(app, officer)
    await stream.next()
    await officer.delete("/console/session")
    await write.put(ALERT, "Alert", state="open")

    told = await stream.next()
    await stream.close()

    assert told["event"] == "ended"


async def test_a_silent_stream_notices_the_end_of_its_session(
    app: WebApp, officer: httpx.AsyncClient, clock: ManualClock
) -> None:
    stream = listen(app, officer)
    await stream.next()
    await officer.delete("/console/session")
    clock.advance(BEAT + timedelta(seconds=1))

    assert (await stream.next())["event"] == "ended"
    await stream.close()


async def test_a_number_that_is_none_is_refused(officer: httpx.AsyncClient) -> None:
    answer = await officer.get("/console/stream", params={"after": "yesterday"})

    assert answer.status_code == 400
