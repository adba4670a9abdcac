"""Who is on duty: taking over, handing over, signing, relieving, and the duties of the hours."""

from datetime import timedelta
from typing import Any

import httpx

from hansa.base.clock import ManualClock
from hansa.base.times import format_instant
from hansa.context import City
from hansa.desk.shifts import CONSUMER
from hansa.desk.shifts.signing import SIGNED
from tests.desk.shifting import SHIFTS, client_of, kept, lines, settings_of, until

HOUR = timedelta(hours=1)


async def _take(client: httpx.AsyncClient, expect: int = 0, **more: object) -> httpx.Response:
    wish = {"post": "duty", "expect": expect, **more}
    return await client.post("/desk/shifts/take", json=wish)


async def _shift(client: httpx.AsyncClient) -> dict[str, Any]:
    (post,) = (await client.get("/desk/shifts/current")).json()["posts"]
    found: dict[str, Any] = post["shift"]
    return found


async def _hand_over(client: httpx.AsyncClient, text: str = "") -> str:
    shift = await _shift(client)
    wish = {"shift": shift["id"], "expect": shift["change"], "text": text}
    answer = await client.post("/desk/shifts/hand-over", json=wish)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["digest"])


async def test_a_shift_from_taking_over_to_handing_over(city: City, clock: ManualClock) -> None:
    make = client_of(city, settings_of(city))
    async with make("ann") as ann, make("bob") as bob:
        assert (await ann.get("/desk/shifts/on-duty")).json()["posts"][0]["shift"] is None
        assert (await _take(ann)).status_code == 201
        posts = (await bob.get("/desk/shifts/on-duty")).json()["posts"]
        assert posts[0]["shift"]["onDuty"] == "ann"
        clock.advance(5 * HOUR)
        digest = await _hand_over(ann, "the pump station called")
        shift = await _shift(ann)
        assert (shift["state"], shift["digest"], shift["intact"]) == ("handedOver", digest, True)
        sign = {"digest": digest, "confirm": True}
        signed = await ann.post("/desk/shifts/sign", json={"shift": shift["id"], "sign": sign})
        assert signed.status_code == 200
        shift = await _shift(ann)
        assert (await _take(bob, shift["change"], sign=sign)).status_code == 201
        past = (await bob.get("/desk/shifts")).json()["shifts"]
    assert [one["onDuty"] for one in past] == ["bob", "ann"]
    assert (past[1]["outgoingSignedBy"], past[1]["incomingSignedBy"]) == ("ann", "bob")
    assert past[0]["previousShift"] == past[1]["id"]
    kinds = ["taken", "note", "handed-over", "signed", "taken"]
    assert await lines(city) == kinds
    told = await city.guard.journal.entries(SIGNED)
    assert [(one["actor"], one["facts"]["side"]) for one in told] == [
        ("bob", "incoming"),
        ("ann", "outgoing"),
    ]
    assert {one["facts"]["digest"] for one in told} == {digest}
    assert (await city.guard.journal.verify()).intact


async def test_two_who_take_over_at_once_are_never_both_on_duty(city: City) -> None:
    make = client_of(city, settings_of(city))
    async with make("ann") as ann, make("bob") as bob:
        assert (await _take(ann)).status_code == 201
        slower = await _take(bob)
        assert slower.status_code == 409
        shift = await _shift(bob)
        taken = await _take(bob, shift["change"])
        assert taken.status_code == 409
        assert "ann is on duty" in taken.json()["detail"]


async def test_who_takes_over_signs_the_sheet_they_saw(city: City) -> None:
    make = client_of(city, settings_of(city))
    async with make("ann") as ann, make("bob") as bob:
        await _take(ann)
        await _hand_over(ann)
        shift = await _shift(bob)
        change = shift["change"]
        assert (await _take(bob, change)).status_code == 400
        other = await _take(bob, change, sign={"digest": "0" * 64, "confirm": True})
        assert other.status_code == 400
        unconfirmed = await _take(bob, change, sign={"digest": shift["digest"]})
        assert unconfirmed.status_code == 400


async def test_who_has_an_account_signs_with_its_password(city: City) -> None:
    await city.guard.accounts.create(
        city.guard.operator(), "bob", "correct horse battery", ["duty-officer"]
    )
    make = client_of(city, settings_of(city))
    async with make("ann") as ann, make("bob") as bob:
        await _take(ann)
        digest = await _hand_over(ann)
        change = (await _shift(bob))["change"]
        confirmed = await _take(bob, change, sign={"digest": digest, "confirm": True})
        assert confirmed.status_code == 400
        wrong = await _take(bob, change, sign={"digest": digest, "password": "wrong horse"})
        assert wrong.status_code == 401
        right = {"digest": digest, "password": "correct horse battery"}
        assert (await _take(bob, change, sign=right)).status_code == 201


async def test_only_who_is_on_duty_hands_over_and_others_relieve(
    city: City, clock: ManualClock
) -> None:
    make = client_of(city, settings_of(city))
    async with make("ann") as ann, make("bob") as bob:
        await _take(ann)
        shift = await _shift(bob)
        wish = {"shift": shift["id"], "expect": shift["change"]}
        assert (await bob.post("/desk/shifts/hand-over", json=wish)).status_code == 409
        change = shift["change"]
        clock.advance(HOUR)
        assert (await _take(bob, change, relieve=True)).status_code == 201
        past = (await bob.get("/desk/shifts")).json()["shifts"]
    assert past[0]["onDuty"] == "bob"
    assert past[1]["handedOverBy"] == "bob"
    assert past[1]["outgoingSignedBy"] is None
    assert past[1]["incomingSignedBy"] == "bob"


async def test_another_role_takes_no_post(city: City) -> None:
    make = client_of(city, settings_of(city))
    async with make("max", "mayor") as mayor:
        assert (await _take(mayor)).status_code == 403


async def test_a_duty_falls_due_is_done_or_missed(city: City, clock: ManualClock) -> None:
    settings = settings_of(city)
    make = client_of(city, settings)
    async with make("ann") as ann, kept(city, settings):
        await _take(ann)  # noon UTC is 15:00 of the city
        clock.advance(HOUR)
        due = await until(city, "Duty", state="due")
        assert due.value("due") == format_instant(clock.now())
        done = await ann.post(f"/desk/duties/{due.id}/done", json={"expect": due.change})
        assert done.status_code == 200
        again = await ann.post(f"/desk/duties/{due.id}/done", json={"expect": due.change})
        assert again.status_code == 409
        clock.advance(2 * HOUR)  # 18:00
        await until(city, "Duty", state="due", duty="report")
        clock.advance(timedelta(minutes=30))
        missed = await until(city, "Duty", state="missed", duty="report")
        assert missed.value("escalatedTo") == "mayor"
        kinds = await lines(city)
    assert kinds[:2] == ["taken", "duty-done"]
    assert kinds.count("duty-missed") >= 2  # the report, and a check of 17:00


async def test_nothing_is_due_before_a_first_shift(city: City, clock: ManualClock) -> None:
    settings = settings_of(city)
    async with kept(city, settings):
        clock.advance(24 * HOUR)
    assert await city.notes("desk:duties") == ()
    assert await lines(city) == []


async def test_what_a_stopped_node_slept_through_is_written_as_missed(
    city: City, clock: ManualClock
) -> None:
    settings = settings_of(city)
    make = client_of(city, settings)
    async with make("ann") as ann:
        async with kept(city, settings):
            await _take(ann)
        clock.advance(5 * HOUR + timedelta(minutes=30))  # 20:30
        async with kept(city, settings):
            await until(city, "Duty", state="due", due=format_instant(clock.now() - HOUR / 2))
            for hours in range(1, 5):
                due = clock.now() - HOUR / 2 - hours * HOUR
                await until(city, "Duty", duty="check", state="missed", due=format_instant(due))
            await until(city, "Duty", duty="report", state="missed")


async def test_a_plan_that_changed_moves_its_timers(city: City, clock: ManualClock) -> None:
    settings = settings_of(city)
    make = client_of(city, settings)
    async with make("ann") as ann:
        await _take(ann)
    later = settings_of(city, SHIFTS.replace('["18:00"]', '["16:30"]').replace("check:", "look:"))
    async with kept(city, later):
        await city.settled([CONSUMER])
        clock.advance(timedelta(minutes=90))  # 16:30
        await until(city, "Duty", duty="report", state="due")
        assert {one.key for one in await city.notes("desk:duties")} == {"look", "report"}


async def test_notes_stay_in_the_city_and_off_the_sheet(city: City) -> None:
    make = client_of(city, settings_of(city))
    async with make("ann") as ann:
        await _take(ann)
        note = {"post": "duty", "text": "Mrs Smith, 555 0100, called again"}
        assert (await ann.post("/desk/shifts/note", json=note)).status_code == 201
        shift = await _shift(ann)
        assert "Smith" in str(shift["lines"])
        answer = await ann.get(f"/desk/shifts/{shift['id']}/sheet")
    sheet = answer.json()["sheet"]
    assert "Smith" not in answer.text
    assert sheet["notes"] == [{"at": sheet["notes"][0]["at"], "by": "ann", "text": None}]
