"""What the desk does by itself: alerts and due times in, incidents and their timeline out."""

import asyncio
from datetime import timedelta

from hansa.base.clock import ManualClock
from hansa.base.times import parse_instant
from hansa.context import Change, City, Op, Query, TypeIs
from hansa.desk import CONSUMER, DeskSettings, Verb
from hansa.desk.consumer import Intake
from hansa.desk.orders import Order, give
from hansa.guard import Grant
from tests.desk.conftest import (
    alert,
    change_of,
    id_of,
    incidents,
    on_duty,
    timeline,
    until,
    until_told,
)


async def test_severe_alert_opens_an_incident(
    city: City, desk: DeskSettings, watch: Grant, officer: Grant
) -> None:
    async with on_duty(city, desk):
        await city.write(watch, [alert("mild", "medium", "m"), alert("bad")])
        found = await until(city, officer, "bad", state="new")
    assert list(await incidents(city, officer)) == ["bad"]
    assert found.value("title") == {"en": "Trouble a"}
    assert found.value("severity") == "high"
    assert found.value("alerts") == "urn:ngsi-ld:Alert:bad"
    assert found.value("due") == "2026-06-01T12:15:00Z"
    assert found.value("overdue") is False
    assert found.value("location")["coordinates"] == [39.7, 54.6]
    assert await timeline(city, officer, "bad") == ["opened"]
    holder = await city.holder(city.world, "", "incident:urn:ngsi-ld:Alert:bad")
    assert holder == found.id


async def test_escalation_opens_raises_and_hurries(
    city: City, desk: DeskSettings, watch: Grant, officer: Grant, clock: ManualClock
) -> None:
    async with on_duty(city, desk):
        await city.write(watch, [alert("a", "medium")])
        await city.write(watch, [change_of("a", severity="high")])
        await until(city, officer, "a", severity="high")
        clock.advance(timedelta(minutes=2))
        await city.write(watch, [change_of("a", severity="critical")])
        found = await until(city, officer, "a", severity="critical")
        assert found.value("due") == "2026-06-01T12:07:00Z"
        await city.write(watch, [change_of("a", state="cleared")])
        told = await until_told(city, officer, "a", "cleared")
    assert told == ["opened", "escalated", "cleared"]
    assert (await until(city, officer, "a")).value("state") == "new"


async def test_words_of_a_growing_alert_are_followed(
    city: City, desk: DeskSettings, watch: Grant, officer: Grant
) -> None:
    async with on_duty(city, desk):
        await city.write(watch, [alert("a")])
        title = {"type": "LanguageProperty", "languageMap": {"en": "30 requests"}}
        await city.write(watch, [Change(Op.APPEND, "urn:ngsi-ld:Alert:a", {"title": title})])
        await until(city, officer, "a", title={"en": "30 requests"})
    assert await timeline(city, officer, "a") == ["opened"]


async def test_same_trouble_again_joins_the_open_incident(
    city: City, desk: DeskSettings, watch: Grant, officer: Grant
) -> None:
    async with on_duty(city, desk):
        await city.write(watch, [alert("first")])
        await city.write(watch, [change_of("first", state="cleared")])
        await city.write(watch, [alert("second", "critical"), alert("other", key="b")])
        await until(city, officer, "other", state="new")
        told = await until_told(city, officer, "first", "escalated")
    found = await incidents(city, officer)
    assert set(found) == {"first", "other"}
    assert found["first"].value("alerts") == [
        "urn:ngsi-ld:Alert:first",
        "urn:ngsi-ld:Alert:second",
    ]
    assert told == ["opened", "cleared", "raised-again", "escalated"]


async def test_after_closing_the_same_trouble_opens_anew(
    city: City, desk: DeskSettings, watch: Grant, officer: Grant
) -> None:
    async with on_duty(city, desk):
        await city.write(watch, [alert("first")])
        found = await until(city, officer, "first", state="new")
        order = Order(expect=found.change, reason="resolved")
        await give(city, officer, desk, found.id, Verb.CLOSE, order)
        await city.write(watch, [alert("second")])
        await until(city, officer, "second", state="new")


async def test_only_a_rise_calls_people_back_to_what_they_closed(
    city: City, desk: DeskSettings, watch: Grant, officer: Grant
) -> None:
    async with on_duty(city, desk):
        await city.write(watch, [alert("a")])
        found = await until(city, officer, "a", state="new")
        order = Order(expect=found.change, reason="false-alarm")
        await give(city, officer, desk, found.id, Verb.CLOSE, order)
        await city.write(watch, [change_of("a", severity="critical")])
        await until(city, officer, "a", state="new", severity="critical")
    assert await timeline(city, officer, "a") == ["opened", "closed", "reopened"]


async def test_due_time_passes(
    city: City, desk: DeskSettings, watch: Grant, officer: Grant, clock: ManualClock
) -> None:
    async with on_duty(city, desk):
        await city.write(watch, [alert("taken"), alert("left", key="b")])
        taken = await until(city, officer, "taken", state="new")
        await until(city, officer, "left", state="new")
        order = Order(expect=taken.change)
        await give(city, officer, desk, taken.id, Verb.ACKNOWLEDGE, order)
        clock.advance(timedelta(minutes=16))
        found = await until(city, officer, "left", overdue=True)
    assert found.value("state") == "new"
    assert await timeline(city, officer, "left") == ["opened", "overdue"]
    assert await timeline(city, officer, "taken") == ["opened", "acknowledged"]


async def test_taking_it_late_ends_that_it_is_overdue(
    city: City, desk: DeskSettings, watch: Grant, officer: Grant, clock: ManualClock
) -> None:
    async with on_duty(city, desk):
        await city.write(watch, [alert("a")])
        await until(city, officer, "a", state="new")
        clock.advance(timedelta(minutes=16))
        found = await until(city, officer, "a", overdue=True)
        await give(city, officer, desk, found.id, Verb.ACKNOWLEDGE, Order(expect=found.change))
        await until(city, officer, "a", overdue=False, owner="ann")


async def test_crash_at_any_moment_loses_nothing_and_doubles_nothing(
    city: City, desk: DeskSettings, watch: Grant, officer: Grant
) -> None:
    await city.write(watch, [alert(f"n{number}", key=str(number)) for number in range(5)])
    await city.write(watch, [change_of("n0", severity="critical")])
    await city.write(watch, [change_of("n1", state="cleared")])
    for steps in range(40):
        task = asyncio.create_task(_one_batch(city, desk))
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
    async with on_duty(city, desk):
        await until_told(city, officer, "n1", "cleared")
    assert len(await incidents(city, officer)) == 5
    assert await timeline(city, officer, "n0") == ["opened", "escalated"]
    assert await timeline(city, officer, "n1") == ["opened", "cleared"]


async def _one_batch(city: City, desk: DeskSettings) -> None:
    grant = city.guard.machine("desk", city.world)
    view = city.guard.view(grant)
    intake = Intake(city, desk, grant, view, await city.cursor(CONSUMER))
    async for batch in city.changes(view, CONSUMER):
        await intake.handle(batch)
        return


async def test_log_read_again_changes_nothing(
    city: City, desk: DeskSettings, watch: Grant, officer: Grant
) -> None:
    await city.write(watch, [alert("a")])
    await city.write(watch, [change_of("a", severity="critical")])
    grant = city.guard.machine("desk", city.world)
    view = city.guard.view(grant)
    intake = Intake(city, desk, grant, view, 0)
    async for batch in city.changes(view, CONSUMER):
        await intake.handle(batch)
        before = await timeline(city, officer, "a")
        await intake.handle(batch)
        break
    assert await timeline(city, officer, "a") == before == ["opened", "escalated"]


async def test_people_and_the_desk_never_overwrite_each_other(
    city: City, desk: DeskSettings, watch: Grant, officer: Grant
) -> None:
    async with on_duty(city, desk):
        await city.write(watch, [alert("a")])
        found = await until(city, officer, "a", state="new")
        order = Order(expect=found.change)
        await asyncio.gather(
            give(city, officer, desk, found.id, Verb.ACKNOWLEDGE, order),
            city.write(watch, [change_of("a", severity="critical")]),
        )
        after = await until(city, officer, "a", severity="critical")
    assert after.value("state") == "acknowledged"


async def test_entries_tell_people_and_machine_apart(
    city: City, desk: DeskSettings, watch: Grant, officer: Grant
) -> None:
    async with on_duty(city, desk):
        await city.write(watch, [alert("a")])
        found = await until(city, officer, "a", state="new")
    await give(city, officer, desk, id_of("a"), Verb.NOTE, Order(text="Called the utility"))
    page = await city.read(city.guard.view(officer), Query(types=TypeIs("TimelineEntry")))
    by = {one.value("kind"): (one.value("machine"), one.value("by")) for one in page.entities}
    assert by == {"opened": (True, "machine:desk"), "note": (False, "ann")}
    assert parse_instant(str(found.value("openedAt"))) == city.clock.now()


async def test_back_filled_alert_that_has_ended_is_history(
    city: City, desk: DeskSettings, watch: Grant, officer: Grant, clock: ManualClock
) -> None:
    past = clock.now() - timedelta(hours=5)
    ended = alert("ended", key="e")._replace(known_at=past)
    over = change_of("ended", state="cleared")._replace(known_at=past + timedelta(hours=1))
    lasting = alert("lasting", key="l")._replace(known_at=past)
    await city.write(watch, [ended, over, lasting])
    async with on_duty(city, desk):
        await until(city, officer, "lasting", state="new")
    assert list(await incidents(city, officer)) == ["lasting"]
