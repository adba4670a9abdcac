"""The face of the graph: what is written can be read, now and as known then."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from hansa.base.clock import ManualClock
from hansa.base.problems import (
    AlreadyExists,
    BadRequestData,
    Conflict,
    ResourceNotFound,
    StoreRefused,
)
from hansa.context import (
    Change,
    ChangeKind,
    City,
    Cursor,
    NoneOpen,
    Note,
    Op,
    Query,
    Record,
    Timer,
    TypeIs,
    Unchanged,
    Window,
    parse_q,
)
from hansa.guard import Grant, View

BUOY = "urn:ngsi-ld:WaterQualityObserved:buoy"


def reading(value: float, at: str, op: Op = Op.UPDATE_OR_CREATE) -> Change:
    body = {
        "type": "WaterQualityObserved",
        "O2": {"type": "Property", "value": value, "unitCode": "M1", "observedAt": at},
    }
    return Change(op, BUOY, body, by_observation=True)


def alert(name: str, **more: object) -> Change:
    body = {"type": "Alert", "severity": {"type": "Property", "value": "high"}, **more}
    return Change(Op.CREATE, f"urn:ngsi-ld:Alert:{name}", body)


async def value(city: City, view: View, **more: object) -> object:
    found = await city.read(view, Query(ids=(BUOY,)), **more)  # type: ignore[arg-type]
    return found.entities[0].value("O2") if found.entities else None


async def collect(city: City, view: View, consumer: str | None, after: int | None) -> list[Record]:
    async for batch in city.changes(view, consumer, after):
        return list(batch)
    raise AssertionError("the change log ended")


async def test_what_is_written_is_read(city: City, grant: Grant, view: View) -> None:
    commit = await city.write(grant, [reading(8.2, "2026-01-01T06:00:00Z")])
    page = await city.read(view, Query(types=TypeIs("WaterQualityObserved"), count=True))
    assert page.count == 1
    assert page.entities[0].document["O2"]["value"] == 8.2
    assert page.entities[0].change == commit.number == city.last_change


async def test_same_again_changes_nothing(city: City, grant: Grant) -> None:
    first = await city.write(grant, [reading(8.2, "2026-01-01T06:00:00Z")])
    again = await city.write(grant, [reading(8.2, "2026-01-01T06:00:00Z")])
    assert again.number == first.number
    assert again.outcomes[0].changed == ()


async def test_late_reading_goes_to_history_only(city: City, grant: Grant, view: View) -> None:
    await city.write(grant, [reading(8.2, "2026-01-01T06:15:00Z")])
    late = await city.write(grant, [reading(9.9, "2026-01-01T06:00:00Z")])
    assert late.outcomes[0].changed == ("O2",)
    assert await value(city, view) == 8.2
    (evolution,) = await city.history(view, Query(ids=(BUOY,)), Window())
    assert [one.body["value"] for one in evolution.attributes["O2"] if one.body] == [9.9, 8.2]
    again = await city.write(grant, [reading(9.9, "2026-01-01T06:00:00Z")])
    assert again.outcomes[0].changed == ()


async def test_as_known_at(city: City, grant: Grant, view: View, clock: ManualClock) -> None:
    before = clock.now()
    clock.advance(timedelta(minutes=1))
    await city.write(grant, [reading(8.2, "2026-01-01T06:00:00Z")])
    then = clock.now()
    clock.advance(timedelta(minutes=1))
    await city.write(grant, [reading(5.1, "2026-01-01T06:15:00Z")])
    assert await value(city, view, at=before) is None
    assert await value(city, view, at=then) == 8.2
    assert await value(city, view, at=clock.now()) == 5.1


async def test_back_fill_in_any_order(
    city: City, grant: Grant, view: View, clock: ManualClock
) -> None:
    def status(text: str, hours: int) -> Change:
        body = {
            "type": "Open311ServiceRequest",
            "status": {"type": "Property", "value": text},
        }
        known = clock.now() - timedelta(hours=hours)
        return Change(Op.UPDATE_OR_CREATE, BUOY, body, known_at=known)

    await city.write(grant, [status("closed", 1), status("open", 3)])
    found = await city.read(view, Query(ids=(BUOY,)))
    assert found.entities[0].value("status") == "closed"
    then = await city.read(view, Query(ids=(BUOY,)), at=clock.now() - timedelta(hours=2))
    assert [one.value("status") for one in then.entities] == ["open"]
    again = await city.write(grant, [status("open", 3), status("closed", 1)])
    assert [one.changed for one in again.outcomes] == [(), ()]


async def test_one_owner_per_attribute(city: City, grant: Grant) -> None:
    await city.write(grant, [reading(8.2, "2026-01-01T06:00:00Z")._replace(owner="lab")])
    with pytest.raises(Conflict, match="belongs to the source lab"):
        await city.write(grant, [reading(8.3, "2026-01-01T07:00:00Z")])


async def test_all_or_nothing(city: City, grant: Grant, view: View) -> None:
    with pytest.raises(ResourceNotFound):
        await city.write(
            grant, [reading(8.2, "2026-01-01T06:00:00Z"), Change(Op.DELETE, "urn:x:gone")]
        )
    assert await value(city, view) is None
    assert city.last_change == 0


async def test_each_reports_and_goes_on(city: City, grant: Grant) -> None:
    commit = await city.write(grant, [alert("a"), alert("a"), alert("b")], each=True)
    problems = [type(one.problem) for one in commit.outcomes]
    assert problems == [type(None), AlreadyExists, type(None)]


async def test_expectations(city: City, grant: Grant) -> None:
    opened = alert("a")._replace(opens="river")
    commit = await city.write(grant, [opened], expect=[NoneOpen("river")])
    with pytest.raises(Conflict, match="holds the key"):
        await city.write(grant, [alert("b")._replace(opens="river")])
    with pytest.raises(Conflict, match="stands at change"):
        await city.write(
            grant,
            [Change(Op.APPEND, opened.id, {"state": {"type": "Property", "value": "cleared"}})],
            expect=[Unchanged(opened.id, commit.number - 1)],
        )
    close = Change(
        Op.APPEND, opened.id, {"state": {"type": "Property", "value": "x"}}, closes="river"
    )
    await city.write(grant, [close], expect=[Unchanged(opened.id, commit.number)])
    assert await city.holder(city.world, "", "river") is None


async def test_deleted_and_born_again(
    city: City, grant: Grant, view: View, clock: ManualClock
) -> None:
    await city.write(grant, [alert("a")])
    alive = clock.now()
    clock.advance(timedelta(seconds=1))
    await city.write(grant, [Change(Op.DELETE, "urn:ngsi-ld:Alert:a")])
    query = Query(types=TypeIs("Alert"))
    assert (await city.read(view, query)).entities == ()
    assert len((await city.read(view, query, at=alive)).entities) == 1
    clock.advance(timedelta(seconds=1))
    await city.write(grant, [alert("a", state={"type": "Property", "value": "open"})])
    (entity,) = (await city.read(view, query)).entities
    assert entity.created_at == clock.now()


async def test_change_log_tells_what_happened(city: City, grant: Grant, view: View) -> None:
    await city.write(grant, [reading(8.2, "2026-01-01T06:00:00Z")])
    await city.write(grant, [reading(5.1, "2026-01-01T06:15:00Z")])
    await city.write(grant, [Change(Op.DELETE, BUOY)])
    told = await collect(city, view, None, 0)
    assert [one.kind for one in told] == [
        ChangeKind.CREATED,
        ChangeKind.UPDATED,
        ChangeKind.DELETED,
    ]
    assert told[1].fragment["O2"]["value"] == 5.1


async def test_cursor_moves_with_the_effect(city: City, grant: Grant, view: View) -> None:
    first = await city.write(grant, [alert("a")])
    await city.write(grant, [alert("b")], cursor=Cursor("room", first.number))
    told = await collect(city, view, "room", None)
    assert [one.entity_id for one in told] == ["urn:ngsi-ld:Alert:b"]


async def test_quiet_changes_say_to_others_what_loud_ones_say(
    city: City, grant: Grant, view: View
) -> None:
    """History keeps what they set, and the log takes it from there."""
    scale = {"type": "Property", "value": 3, "datasetId": "urn:x:scale"}
    noted = {"type": "Property", "value": "x"}
    wishes = [
        [alert("a", note=[noted, scale]), reading(8.2, "2026-01-01T06:15:00Z")],
        [reading(9.9, "2026-01-01T06:00:00Z"), reading(8.4, "2026-01-01T06:30:00Z")],
        [alert("a")._replace(op=Op.APPEND, body={"note": noted | {"value": "y"}})],
        [alert("a")._replace(op=Op.DELETE_ATTRIBUTE, body={"note": None}, dataset="*")],
        [alert("a")._replace(op=Op.DELETE, body={})],
    ]
    other = replace(grant, tenant="other")
    for wish in wishes:
        await city.write(grant, wish)
    middle = city.last_change
    for wish in wishes:
        await city.write(other, wish, quiet=True)

    loud = await collect(city, view, None, after=0)
    quiet = await collect(city, city.guard.view(other), None, after=0)

    assert len(loud) == middle
    assert [replace(one, number=one.number - middle) for one in quiet] == loud


async def test_quiet_changes_pass_named_consumers_by(city: City, grant: Grant, view: View) -> None:
    await city.write(grant, [alert("a")], quiet=True)
    await city.write(grant, [alert("b")])
    assert [one.entity_id[-1] for one in await collect(city, view, "room", None)] == ["b"]
    assert [one.entity_id[-1] for one in await collect(city, view, None, 0)] == ["a", "b"]


async def test_notes_come_back_in_order(city: City, grant: Grant) -> None:
    notes = [Note("space", key, {"n": key}) for key in ("b", "a", "c")]
    await city.write(grant, [], notes=notes)
    await city.write(grant, [], notes=[Note("space", "b", None)])
    assert [one.key for one in await city.notes("space")] == ["a", "c"]


async def test_timer_becomes_a_change(
    city: City, grant: Grant, view: View, clock: ManualClock
) -> None:
    ringing = asyncio.create_task(city.run_timers())
    due = clock.now() + timedelta(minutes=5)
    await city.write(grant, [], timers=[Timer("room", "deadline", due, {"of": 1})])
    clock.advance(timedelta(minutes=5))
    (told,) = await collect(city, view, "room", 0)
    assert told.timer == ("room", "deadline", {"of": 1})
    ringing.cancel()


async def test_personal_values_stay_out_of_the_graph(city: City, grant: Grant, view: View) -> None:
    body = {
        "type": "Open311ServiceRequest",
        "address_string": {"type": "Property", "value": "19 Middle St"},
        "status": {"type": "Property", "value": "open"},
    }
    sectors = city.guard.machine("sectors", city.world)
    await city.write(sectors, [Change(Op.CREATE, "urn:ngsi-ld:Open311ServiceRequest:1", body)])
    (entity,) = (
        await city.read(view, Query(ids=("urn:ngsi-ld:Open311ServiceRequest:1",)))
    ).entities
    assert "address_string" not in entity.document
    files = city.database.path.parent.rglob("*")
    assert not any(b"Middle St" in path.read_bytes() for path in files if path.is_file())
    officer = city.guard.view(replace(grant, role="duty-officer", purpose="request-handling"))
    (seen,) = (await city.read(officer, Query(ids=(entity.id,)))).entities
    assert seen.value("address_string") == "19 Middle St"
    assert seen.value("status") == "open"


async def test_hidden_attributes_are_absent_from_queries(city: City, grant: Grant) -> None:
    body = {
        "type": "Alert",
        "severity": {"type": "Property", "value": "high"},
        "secret": {"type": "Property", "value": 5},
    }
    await city.write(grant, [Change(Op.CREATE, "urn:ngsi-ld:Alert:a", body)])
    officer = city.guard.view(replace(grant, role="duty-officer"))
    analyst = city.guard.view(replace(grant, role="analyst"))
    query = Query(types=TypeIs("Alert"), where=parse_q("secret==5"), count=True)
    assert (await city.read(officer, query)).count == 1
    assert (await city.read(analyst, query)).count == 0


async def test_another_tenant_and_world_see_nothing(city: City, grant: Grant) -> None:
    await city.write(grant, [alert("a")])
    other = replace(grant, tenant="other")
    await city.write(other, [alert("b")])
    for held, expected in ((grant, ["a"]), (other, ["b"])):
        page = await city.read(city.guard.view(held), Query(types=TypeIs("Alert")))
        assert [one.id[-1] for one in page.entities] == expected


async def test_reopened_city_remembers(
    city: City, grant: Grant, view: View, clock: ManualClock
) -> None:
    await city.write(grant, [reading(8.2, "2026-01-01T06:00:00Z")])
    await city.close()
    home = city.database.path.parent
    again = await City.open(city.settings, city.vocabulary, home, clock)
    try:
        assert await value(again, again.guard.view(grant)) == 8.2
        assert again.last_change == 1
        assert (await again.guard.journal.verify()).intact
    finally:
        await again.close()


@pytest.mark.parametrize("op", [Op.APPEND, Op.UPDATE, Op.MERGE, Op.UPSERT])
@pytest.mark.parametrize("null", [{"type": "Property", "value": "urn:ngsi-ld:null"}, None])
async def test_a_null_deletes_a_personal_attribute_and_is_kept_nowhere(
    city: City, grant: Grant, op: Op, null: object
) -> None:
    # GS CIM 009 v1.9.1, 4.5.0 and 5.5.12
    name, body = "urn:ngsi-ld:Open311ServiceRequest:1", {"type": "Open311ServiceRequest"}
    said = {"type": "Property", "value": "+7 4912 000111"}
    sectors = city.guard.machine("sectors", city.world)
    await city.write(sectors, [Change(Op.CREATE, name, {**body, "phone": said})])
    await city.write(sectors, [Change(op, name, {**body, "phone": null})])
    reader = city.guard.view(replace(grant, role="duty-officer", purpose="request-handling"))
    (found,) = (await city.read(reader, Query(ids=(name,)))).entities
    assert found.attribute("phone") is None
    assert await city.guard.vault.held([name]) == {name: 1}, "what was said before is history"


async def test_personal_value_without_a_commit_is_swept(
    city: City, grant: Grant, clock: ManualClock
) -> None:
    request = "urn:ngsi-ld:Open311ServiceRequest:1"
    held = {"type": "Property", "value": "19 Middle St"}
    body = {"type": "Open311ServiceRequest", "address_string": held}
    sectors = city.guard.machine("sectors", city.world)
    await city.write(sectors, [Change(Op.CREATE, request, body)])
    with pytest.raises(AlreadyExists):  # the value is in the vault, its commit failed
        await city.write(
            sectors,
            [
                Change(
                    Op.APPEND, request, {**body, "address_string": {**held, "value": "20 High St"}}
                ),
                Change(Op.CREATE, request, {"type": "Open311ServiceRequest"}),
            ],
        )
    officer = replace(grant, role="duty-officer", purpose="request-handling")
    sought = b'{"type":"Property","value":"20 High St"}'
    assert await city.guard.vault.find(officer, "address_string", sought)
    await city.close()
    again = await City.open(city.settings, city.vocabulary, city.database.path.parent, clock)
    try:
        assert not await again.guard.vault.find(officer, "address_string", sought)
        page = await again.read(again.guard.view(officer), Query(ids=(request,)))
        assert page.entities[0].value("address_string") == "19 Middle St"
    finally:
        await again.close()


async def test_same_value_said_again_later_moves_on_in_the_order(
    city: City, grant: Grant, view: View, clock: ManualClock
) -> None:
    def said(text: str, hours: int) -> Change:
        body = {"type": "Alert", "severity": {"type": "Property", "value": text}}
        known = clock.now() - timedelta(hours=hours)
        return Change(Op.UPDATE_OR_CREATE, "urn:ngsi-ld:Alert:a", body, known_at=known)

    await city.write(grant, [said("high", 9), said("high", 3), said("low", 6)])
    (entity,) = (await city.read(view, Query(types=TypeIs("Alert")))).entities
    assert entity.value("severity") == "high"
    then = await city.read(view, Query(types=TypeIs("Alert")), at=clock.now() - timedelta(hours=5))
    assert then.entities[0].value("severity") == "low"


async def test_one_forbidden_change_of_a_batch_leaves_the_others(city: City, grant: Grant) -> None:
    asked = {"type": "Open311ServiceRequest", "status": {"type": "Property", "value": "open"}}
    secret = {**asked, "phone": {"type": "Property", "value": "1"}}
    name = "urn:ngsi-ld:Open311ServiceRequest:"
    changes = [Change(Op.CREATE, name + "1", secret), Change(Op.CREATE, name + "2", asked)]
    commit = await city.write(grant, changes, each=True)
    assert [one.problem is None for one in commit.outcomes] == [False, True]


async def test_absence_of_what_is_hidden_is_not_told(city: City, grant: Grant) -> None:
    body = {"type": "Unknown", "status": {"type": "Property", "value": "open"}}
    await city.write(grant, [Change(Op.CREATE, "urn:x:1", body)])
    analyst = city.guard.view(replace(grant, role="analyst"))
    query = Query(types=TypeIs("Unknown"), where=parse_q("!status"))
    assert len((await city.read(analyst, query)).entities) == 1


async def test_sub_attributes_have_classes_too(city: City, grant: Grant) -> None:
    told = {"type": "Property", "value": "+7"}
    body = {
        "type": "Open311ServiceRequest",
        "status": {"type": "Property", "value": "open", "secret": told, "queue": told},
    }
    await city.write(grant, [Change(Op.CREATE, "urn:x:1", body)])
    analyst = city.guard.view(replace(grant, role="analyst"))
    (seen,) = (await city.read(analyst, Query(ids=("urn:x:1",)))).entities
    assert seen.document["status"] == {"type": "Property", "value": "open", "queue": told}
    (past,) = await city.history(
        analyst, Query(ids=("urn:x:1",)), Window(timeproperty="modifiedAt")
    )
    assert [one.body for one in past.attributes["status"]] == [seen.document["status"]]
    body["status"]["phone"] = told  # type: ignore[index]
    with pytest.raises(BadRequestData, match="phone is personal"):
        await city.write(grant, [Change(Op.UPSERT, "urn:x:1", body)])


@pytest.mark.parametrize("file", ["graph.db", "personal/personal.db", "keys/keys.db"])
async def test_damaged_file_is_refused_by_name_and_the_others_stay(
    city: City, clock: ManualClock, file: str
) -> None:
    await city.close()
    home = city.database.path.parent
    (home / file).write_bytes(b"spoilt" * 3000)
    for _ in range(2):  # a refused start holds nothing open
        with pytest.raises(StoreRefused, match=file.rpartition("/")[2]):
            await City.open(city.settings, city.vocabulary, home, clock)
    assert (home / file).read_bytes() == b"spoilt" * 3000
