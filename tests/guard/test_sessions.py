"""Sessions end by time, by leaving, by signing in again, and by losing the account."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from hansa.base.clock import ManualClock
from hansa.base.database import Database
from hansa.base.problems import (
    BadRequestData,
    Forbidden,
    InvalidRequest,
    Problem,
    Unauthenticated,
    ViewEnded,
)
from hansa.base.settings import CitySettings, load_city
from hansa.base.vocabulary import Vocabulary
from hansa.guard import Grant, Guard, Kind, Opened, check_csrf
from hansa.guard.errors import CsrfRefused, WrongCredentials

SECRET = "a calm night to all"
HERE = "127.0.0.1"
HOST = {"host": "127.0.0.1:8080"}


@pytest.fixture
async def olga(guard: Guard, admin: Grant) -> Opened:
    """Olga, signed in."""
    await guard.accounts.create(admin, "olga", SECRET, ["duty-officer", "analyst"])
    return await guard.sessions.sign_in("olga", SECRET, HERE)


@pytest.fixture
async def visitor(guard: Guard) -> Opened:
    """Somebody who picked a role."""
    guard.sessions.listens_at("127.0.0.1")
    return await guard.sessions.pick("duty-officer", HERE, "127.0.0.1:8080")


def bytes_below(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def cookie(guard: Guard, opened: Opened, **more: str) -> dict[str, str]:
    told = guard.authenticate.cookie(opened.token, secure=False).partition(";")[0]
    return HOST | {"cookie": f"other=1; {told}"} | {k.replace("_", "-"): v for k, v in more.items()}


async def test_a_session_stands_for_its_account(guard: Guard, olga: Opened) -> None:
    grant = await guard.authenticate("GET", cookie(guard, olga), HERE)
    assert grant == olga.grant
    assert grant is not None
    assert (grant.actor, grant.role, grant.world) == ("olga", "duty-officer", guard.world)
    assert guard.view(grant).valid_until == olga.until


async def test_a_stranger_has_no_grant(guard: Guard, olga: Opened) -> None:
    assert await guard.authenticate("GET", HOST, HERE) is None
    forged = cookie(guard, replace(olga, token=olga.token[:-1] + "~"))
    assert await guard.authenticate("GET", forged, HERE) is None
    assert await guard.authenticate("GET", {"cookie": "\x00;;=,"}, HERE) is None


async def test_the_token_is_not_in_the_store(guard: Guard, olga: Opened, home: Path) -> None:
    assert olga.token.encode() not in bytes_below(home)


async def test_a_session_without_use_ends(guard: Guard, olga: Opened, clock: ManualClock) -> None:
    view = guard.view(olga.grant)
    clock.advance(timedelta(hours=7))
    assert await guard.authenticate("GET", cookie(guard, olga), HERE) is not None
    clock.advance(timedelta(hours=7))
    guard.check_view(view, clock.now())
    clock.advance(timedelta(hours=1))
    with pytest.raises(ViewEnded):
        guard.check_view(view, clock.now())
    assert await guard.authenticate("GET", cookie(guard, olga), HERE) is None
    (entry,) = await guard.journal.entries(Kind.SESSION_ENDED)
    assert entry["facts"]["reason"] == "expired"


async def test_a_session_in_use_ends_after_its_longest_time(
    guard: Guard, olga: Opened, clock: ManualClock
) -> None:
    for _ in range(24):
        clock.advance(timedelta(hours=1))
        assert await guard.authenticate("GET", cookie(guard, olga), HERE) is not None
    clock.advance(timedelta(hours=1))
    assert await guard.authenticate("GET", cookie(guard, olga), HERE) is None


async def test_signing_in_again_ends_the_session_before(
    guard: Guard, olga: Opened, clock: ManualClock
) -> None:
    view = guard.view(olga.grant)
    again = await guard.sessions.sign_in("olga", SECRET, "10.0.0.9", "analyst")
    assert again.grant.role == "analyst"
    assert await guard.authenticate("GET", cookie(guard, olga), HERE) is None
    assert await guard.authenticate("GET", cookie(guard, again), HERE) == again.grant
    with pytest.raises(ViewEnded):
        guard.check_view(view, clock.now())
    with pytest.raises(ViewEnded):
        guard.check_view(guard.view(olga.grant), clock.now())


async def test_a_role_the_account_has_not_is_refused(guard: Guard, olga: Opened) -> None:
    with pytest.raises(Forbidden):
        await guard.sessions.sign_in("olga", SECRET, HERE, "administrator")


async def test_signing_out_ends_open_streams_too(
    guard: Guard, olga: Opened, clock: ManualClock
) -> None:
    view = guard.view(olga.grant)
    await guard.sessions.sign_out(olga.grant)
    await guard.sessions.sign_out(olga.grant)  # twice is once
    with pytest.raises(ViewEnded):
        guard.check_view(view, clock.now())
    assert len(await guard.journal.entries(Kind.SIGN_OUT)) == 1


@pytest.mark.parametrize("change", ["disable", "password", "roles"])
async def test_losing_something_ends_the_session(
    guard: Guard, admin: Grant, olga: Opened, change: str
) -> None:
    if change == "disable":
        await guard.accounts.disable(admin, "olga")
    elif change == "password":
        await guard.accounts.set_password(admin, "olga", "another long secret")
    else:
        await guard.accounts.set_roles(admin, "olga", ["analyst"])
    assert await guard.authenticate("GET", cookie(guard, olga), HERE) is None


async def test_a_disabled_account_does_not_slip_in(
    guard: Guard, admin: Grant, olga: Opened, database: Database
) -> None:
    checked = await guard.accounts.check("olga", SECRET, HERE)
    await guard.accounts.disable(admin, "olga")
    with pytest.raises(WrongCredentials):
        await database.write(lambda tx: guard.accounts.check_unchanged(tx, checked))


async def test_a_restart_signs_nobody_out(
    guard: Guard,
    olga: Opened,
    settings: CitySettings,
    vocabulary: Vocabulary,
    database: Database,
    home: Path,
    clock: ManualClock,
) -> None:
    clock.advance(timedelta(hours=7))
    await guard.authenticate("GET", cookie(guard, olga), HERE)
    await guard.close()
    again = Guard(settings, vocabulary, database, home, clock)
    await again.open()
    clock.advance(timedelta(hours=7))
    assert await again.authenticate("GET", cookie(again, olga), HERE) == olga.grant
    await again.close()
    await guard.open()


async def test_who_never_came_back_is_tidied_up(
    guard: Guard, olga: Opened, clock: ManualClock, database: Database
) -> None:
    clock.advance(timedelta(days=2))
    guard.sessions.listens_at("127.0.0.1")
    await guard.sessions.pick("analyst", HERE, "localhost")
    left = await database.read(lambda tx: tx.all("SELECT actor FROM guard_session"))
    assert [actor.partition("-")[0] for (actor,) in left] == ["visitor"]
    assert len(await guard.journal.entries(Kind.SESSION_ENDED)) == 1


# ---- picking a role


async def test_a_visitor_picks_a_role_and_the_pick_is_journalled(
    guard: Guard, visitor: Opened
) -> None:
    assert guard.sessions.pickable() == (
        "duty-officer",
        "dispatcher",
        "department-head",
        "mayor",
        "analyst",
        "clerk",
        "administrator",
        "privacy-officer",
        "auditor",
        "press",
    )
    grant = await guard.authenticate("GET", cookie(guard, visitor), HERE)
    assert grant == visitor.grant
    (entry,) = await guard.journal.entries(Kind.PICK)
    assert (entry["actor"], entry["role"]) == (visitor.grant.actor, "duty-officer")


async def test_two_visitors_are_two(guard: Guard, visitor: Opened) -> None:
    other = await guard.sessions.pick("analyst", HERE, "localhost")
    assert other.grant.actor != visitor.grant.actor
    assert await guard.authenticate("GET", cookie(guard, visitor), HERE) is not None


@pytest.mark.parametrize(
    ("bound", "role", "client", "host"),
    [
        ("", "analyst", HERE, "localhost"),
        ("0.0.0.0", "analyst", HERE, "localhost"),  # noqa: S104 - refused, not bound
        ("192.168.1.5", "analyst", HERE, "localhost"),
        ("127.0.0.1", "desk", HERE, "localhost"),
        ("127.0.0.1", "api", HERE, "localhost"),
        ("127.0.0.1", "analyst", "192.168.1.9", "localhost"),
        ("127.0.0.1", "analyst", HERE, "evil.example"),
        ("127.0.0.1", "analyst", HERE, ""),
    ],
)
async def test_where_nobody_picks(
    guard: Guard, bound: str, role: str, client: str, host: str
) -> None:
    guard.sessions.listens_at(bound)
    with pytest.raises(Forbidden):
        await guard.sessions.pick(role, client, host)
    assert await guard.journal.entries(Kind.PICK) == ()


async def test_a_visitor_under_another_name_is_a_stranger(guard: Guard, visitor: Opened) -> None:
    rebound = cookie(guard, visitor, host="evil.example")
    assert await guard.authenticate("GET", rebound, HERE) is None
    assert await guard.authenticate("GET", cookie(guard, visitor), "192.168.1.9") is None
    guard.sessions.listens_at("0.0.0.0")  # noqa: S104 - the home, started for all
    assert await guard.authenticate("GET", cookie(guard, visitor), HERE) is None


@pytest.fixture
async def real(
    settings: CitySettings,
    vocabulary: Vocabulary,
    database: Database,
    home: Path,
    clock: ManualClock,
) -> AsyncIterator[Guard]:
    """The guard of a city that is no exercise."""
    path = settings.folder / "city.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("exercise:trial", "actual"))
    built = Guard(load_city(settings.folder), vocabulary, database, home, clock)
    await built.open()
    yield built
    await built.close()


async def test_a_real_city_lets_nobody_pick(real: Guard) -> None:
    real.sessions.listens_at("127.0.0.1")
    assert real.sessions.pickable() == ()
    with pytest.raises(Forbidden):
        await real.sessions.pick("analyst", HERE, "localhost")


# ---- requests


@pytest.mark.parametrize("method", ["POST", "PATCH", "PUT", "DELETE", "post"])
async def test_an_unsafe_method_needs_the_header(guard: Guard, olga: Opened, method: str) -> None:
    with pytest.raises(CsrfRefused):
        await guard.authenticate(method, cookie(guard, olga), HERE)
    with_header = cookie(guard, olga, hansa_csrf="1")
    assert await guard.authenticate(method, with_header, HERE) is not None
    with pytest.raises(CsrfRefused):
        check_csrf(method, {})


def test_the_cookie_stays_with_us(guard: Guard) -> None:
    plain = guard.authenticate.cookie("t", secure=False)
    assert plain == "hansa-trial=t; Path=/; HttpOnly; SameSite=Strict"
    secure = guard.authenticate.cookie("t", secure=True)
    assert secure.startswith("__Host-hansa-trial=t;")
    assert secure.endswith("; Secure")
    assert guard.authenticate.no_cookie(secure=False).endswith("Max-Age=0")


async def test_a_purpose_is_named_per_request(guard: Guard, olga: Opened) -> None:
    asking = cookie(guard, olga, hansa_purpose="request-handling")
    grant = await guard.authenticate("GET", asking, HERE)
    assert grant is not None
    assert guard.view(grant).personal
    assert not guard.view(olga.grant).personal
    with pytest.raises(InvalidRequest):
        await guard.authenticate("GET", cookie(guard, olga, hansa_purpose="fun"), HERE)


async def test_a_tenant_is_its_own(guard: Guard, olga: Opened) -> None:
    with pytest.raises(Forbidden):
        await guard.authenticate("GET", cookie(guard, olga, ngsild_tenant="north"), HERE)


# ---- programs


async def test_a_program_speaks_by_its_token(guard: Guard, admin: Grant, home: Path) -> None:
    issued = await guard.tokens.issue(admin, "buoy")
    headers = {"authorization": f"Bearer {issued.token}", "ngsild-tenant": "north"}
    grant = await guard.authenticate("POST", headers, "10.0.0.1")
    assert grant is not None
    assert (grant.actor, grant.role, grant.tenant) == ("token:buoy", "api", "north")
    assert guard.view(grant).valid_until == issued.ends
    assert issued.token.encode() not in bytes_below(home)


@pytest.mark.parametrize("header", ["Bearer no", "Basic abc", "", "Bearer"])
async def test_a_token_that_is_none_is_refused(guard: Guard, olga: Opened, header: str) -> None:
    with pytest.raises(Unauthenticated):  # the cookie beside it does not help
        await guard.authenticate("GET", cookie(guard, olga, authorization=header), HERE)


@pytest.mark.parametrize("how", ["revoked", "replaced", "expired"])
async def test_a_token_ends_with_its_views(
    guard: Guard, admin: Grant, clock: ManualClock, how: str
) -> None:
    issued = await guard.tokens.issue(admin, "buoy", days=30)
    headers = {"authorization": f"bearer {issued.token}"}
    grant = await guard.authenticate("GET", headers, HERE)
    assert grant is not None
    view = guard.view(grant)
    guard.check_view(view, clock.now())
    if how == "revoked":
        await guard.tokens.revoke(admin, "buoy")
    elif how == "replaced":
        await guard.tokens.issue(admin, "buoy", days=60)
    else:
        clock.advance(timedelta(days=30))
    with pytest.raises(ViewEnded):
        guard.check_view(view, clock.now())
    with pytest.raises(Unauthenticated):
        await guard.authenticate("GET", headers, HERE)


@pytest.mark.parametrize(
    ("name", "role", "problem"),
    [("buoy", "administrator", BadRequestData), ("Buoy 1", "api", BadRequestData)],
)
async def test_what_no_token_can_be(
    guard: Guard, admin: Grant, name: str, role: str, problem: type[Problem]
) -> None:
    with pytest.raises(problem):
        await guard.tokens.issue(admin, name, role)


async def test_tokens_are_managed_by_the_administrator_and_outlive_a_restart(
    guard: Guard, admin: Grant, duty: Grant
) -> None:
    issued = await guard.tokens.issue(admin, "buoy")
    (token,) = guard.tokens.all(admin)
    assert (token.name, token.role, token.ends, token.used) == ("buoy", "api", issued.ends, None)
    with pytest.raises(Forbidden):
        await guard.tokens.issue(duty, "mine")
    with pytest.raises(Forbidden):
        await guard.tokens.revoke(duty, "buoy")
    await guard.close()
    await guard.open()
    assert await guard.tokens.of_token(issued.token) is not None


async def test_what_happened_is_in_a_journal_that_holds(guard: Guard, olga: Opened) -> None:
    await guard.sessions.sign_out(olga.grant)
    report = await guard.journal.verify()
    assert report.intact
    assert report.rows == 3  # account, sign-in, sign-out


# ---- organisations

WATER = "urn:ngsi-ld:Organization:water"


async def test_a_picked_dispatcher_belongs_to_an_organisation(guard: Guard) -> None:
    guard.sessions.listens_at("127.0.0.1")
    with pytest.raises(BadRequestData, match="belongs to an organisation"):
        await guard.sessions.pick("dispatcher", HERE, "localhost")
    opened = await guard.sessions.pick("dispatcher", HERE, "localhost", WATER)
    grant = await guard.authenticate("GET", cookie(guard, opened), HERE)
    assert grant is not None
    assert grant.organization == WATER
    (task, *_) = guard.view(grant).rows
    assert task.q == f'assignedTo=="{WATER}"'


async def test_an_account_of_an_organisation_acts_in_its_name(guard: Guard, admin: Grant) -> None:
    await guard.accounts.create(admin, "vera", SECRET, ["dispatcher", "analyst"], WATER)
    opened = await guard.sessions.sign_in("vera", SECRET, HERE)
    assert opened.grant.organization == WATER
    await guard.open()  # a restart forgets it as little as the session
    grant = await guard.authenticate("GET", cookie(guard, opened), HERE)
    assert grant is not None
    assert grant.organization == WATER
    with pytest.raises(BadRequestData, match="belongs to an organisation"):
        await guard.accounts.set_roles(admin, "vera", ["dispatcher"])


@pytest.mark.parametrize("given", ["water", 'urn:ngsi-ld:Organization:x"|state=="new', "urn:x:y"])
async def test_what_names_no_organisation_is_refused(
    guard: Guard, admin: Grant, given: str
) -> None:
    with pytest.raises(BadRequestData, match="is no organisation"):
        await guard.accounts.create(admin, "vera", SECRET, ["dispatcher"], given)


def test_without_an_organisation_nothing_is_ones_own(guard: Guard, duty: Grant) -> None:
    view = guard.view(replace(duty, role="dispatcher"))
    assert not view.admits(("Task",))
    assert view.admits(("Organization",))
