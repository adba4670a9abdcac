"""Role and appointment are asked together: what an appointment does not name, nobody does by it."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from hansa.base.clock import ManualClock
from hansa.base.database import Database
from hansa.base.problems import Forbidden, ResourceNotFound
from hansa.base.rights import OWN, Right, at, over
from hansa.guard import Delegation, Grant, Guard, Opened, PersonalRecord

SECRET = "a calm night to all"
HERE, HOST = "127.0.0.1", "127.0.0.1:8080"
Acting = Callable[..., Awaitable[Grant]]


@pytest.fixture
def acting(guard: Guard, database: Database, clock: ManualClock) -> Acting:
    """The grant of a visitor who acts for somebody, with these rights of the role."""
    guard.sessions.listens_at(HERE)

    async def act(role: str, *rights: str) -> Grant:
        opened = await guard.sessions.pick("analyst", HERE, HOST)
        name, now = f"urn:ngsi-ld:ActingAppointment:{opened.grant.actor}", clock.now()
        until = now + timedelta(hours=1)
        given = Delegation(
            *("chief", opened.grant.actor, role, now, until, 1, name), frozenset(rights)
        )
        await database.write(lambda tx: guard.apply(tx, given))
        return await guard.act(opened.grant, name)

    return act


async def another(guard: Guard) -> Opened:
    return await guard.sessions.pick("mayor", HERE, HOST)


async def test_who_acts_with_a_few_rights_sees_and_ends_the_own_session_alone(
    guard: Guard, acting: Acting
) -> None:
    other = await another(guard)
    whole, few = await acting("administrator"), await acting("administrator", "watch")
    assert {one.id for one in guard.sessions.open(whole)} >= {other.grant.session, few.session}
    assert [one.id for one in guard.sessions.open(few)] == [few.session]
    with pytest.raises(ResourceNotFound):
        await guard.sessions.end(few, other.grant.session)
    await guard.sessions.end(whole, other.grant.session)


async def test_who_acts_with_a_few_rights_forgets_nobody(guard: Guard, acting: Acting) -> None:
    few = await acting("privacy-officer", "journal")
    (ref,) = await guard.vault.put([PersonalRecord("a", "urn:x:1", "note", b"{}")])
    await guard.vault.readers(few, "a")
    for forbidden in (
        guard.vault.erase(few, "a"),
        guard.vault.erase_record(few, ref),
        guard.vault.readmit(few, "a"),
    ):
        with pytest.raises(Forbidden):
            await forbidden
    with pytest.raises(Forbidden):
        await guard.vault.readers(await acting("privacy-officer", "erasure"), "a")
    assert await guard.vault.erase(await acting("privacy-officer"), "a") == 1


async def test_who_acts_with_a_few_rights_keeps_no_people_and_no_programs(
    guard: Guard, acting: Acting
) -> None:
    few = await acting("administrator", "watch")
    with pytest.raises(Forbidden):
        await guard.accounts.all(few)
    with pytest.raises(Forbidden):
        guard.tokens.all(few)


async def test_who_writes_without_a_room_has_the_whole_role(guard: Guard, acting: Acting) -> None:
    few = await acting("administrator", "watch")
    guard.check_write(await acting("administrator"), ["WaterObserved"], ["height"])
    guard.check_write(guard.through(few, "watch"), ["Suppression"], ["reason"])
    with pytest.raises(Forbidden):
        guard.check_write(few, ["WaterObserved"], ["height"])


@pytest.mark.parametrize(
    ("role", "right", "may"),
    [
        ("duty-officer", OWN, True),
        ("duty-officer", at("desk"), True),
        ("mayor", at("desk"), False),
        ("mayor", at("desk", "level"), True),
        ("clerk", over("accounts", "intake"), True),
        ("clerk", over("accounts"), False),
        ("clerk", Right(works=("settings",), manages=("sources",)), True),
        ("mayor", Right(works=("level",), manages=("sources",)), False),
        ("api", Right(writes=True), True),
        ("mayor", Right(writes=True), False),
        ("api", Right(subscribes=True), True),
        ("clerk", Right(subscribes=True), False),
        ("dispatcher", Right(works=("tasks",), of_the_desk=True), False),
        ("duty-officer", Right(works=("tasks",), of_the_desk=True), True),
        ("press", Right(sees=("Alert",)), False),
        ("mayor", Right(sees=("Alert",)), True),
        ("duty-officer", Right(purpose=True), False),
    ],
)
def test_what_a_route_asks(guard: Guard, duty: Grant, role: str, right: Right, may: bool) -> None:
    grant = replace(duty, role=role)
    if may:
        guard.ask(grant, right)
        return
    with pytest.raises(Forbidden):
        guard.ask(grant, right)


async def test_a_route_may_want_one_in_person(guard: Guard, acting: Acting) -> None:
    grant = await acting("mayor")
    guard.ask(grant, at("acting"))
    with pytest.raises(Forbidden):
        guard.ask(grant, Right(works=("acting",), in_person=True))


async def test_what_is_over_is_held_in_no_memory(
    guard: Guard, acting: Acting, clock: ManualClock
) -> None:
    for _ in range(3):
        grant = await acting("mayor")
        await guard.sessions.sign_out(grant)
        clock.advance(timedelta(hours=2))
    await acting("mayor")
    assert len(guard.delegations) == 2  # one that is in force, and the session that goes by it


async def test_the_end_of_a_session_is_told_with_both_names(guard: Guard, acting: Acting) -> None:
    grant = await acting("mayor")
    await guard.sessions.sign_out(grant)
    (entry,) = await guard.journal.entries("sign-out")
    assert (entry["actor"], entry["onBehalf"]) == (grant.actor, "chief")


async def test_who_stays(guard: Guard, admin: Grant) -> None:
    """A program with its token, an account with its role, a visitor while here."""
    guard.sessions.listens_at(HERE)
    accounts, tokens = guard.accounts, guard.tokens
    await accounts.create(admin, "root", SECRET, ["administrator"])
    await accounts.create(admin, "olga", SECRET, ["administrator", "clerk"])
    olga = (await guard.sessions.sign_in("olga", SECRET, HERE)).grant
    visitor = (await another(guard)).grant
    program = await tokens.of_token((await tokens.issue(admin, "box")).token)
    assert program is not None
    for grant in (olga, visitor, program, guard.operator(), guard.machine("desk", guard.world)):
        assert await guard.stays(grant)
    await tokens.rotate(admin, "box")
    assert await guard.stays(program)

    await tokens.revoke(admin, "box")
    await accounts.set_roles(admin, "olga", ["clerk"])
    await guard.sessions.sign_out(visitor)
    for grant in (olga, visitor, program):
        assert not await guard.stays(grant)
    assert await guard.stays(replace(olga, role="clerk"))
    await accounts.disable(admin, "olga")
    assert not await guard.stays(replace(olga, role="clerk"))
