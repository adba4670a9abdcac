"""Passkeys: a key opens what its owner may open, once per challenge, at its own address only."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from hansa.base.clock import ManualClock
from hansa.base.problems import BadRequestData, Forbidden, ResourceNotFound, Unauthenticated
from hansa.guard import Grant, Guard, Kind, Opened, Site, check_fresh
from tests.guard.authenticator import Authenticator

SECRET = "correct horse battery"
HERE = "127.0.0.1"
SITE = Site("desk.example.org", "https://desk.example.org")


@pytest.fixture
async def olga(guard: Guard, admin: Grant) -> Opened:
    await guard.accounts.create(admin, "olga", SECRET, ["duty-officer", "analyst"])
    return await guard.sessions.sign_in("olga", SECRET, HERE)


@pytest.fixture
async def key(guard: Guard, olga: Opened) -> Authenticator:
    found = Authenticator(SITE.origin)
    offer = await guard.passkeys.offer_registration(olga.grant, SITE)
    await guard.passkeys.register(
        olga.grant, SITE, offer.ticket, found.create(offer.options), "telephone"
    )
    return found


async def enter(guard: Guard, key: Authenticator, site: Site = SITE) -> str:
    offer = guard.passkeys.offer_sign_in(SITE)
    credential = key.get(offer.options)
    return (await guard.passkeys.check(site, offer.ticket, credential, HERE)).name


async def test_a_passkey_opens_the_account_it_belongs_to(
    guard: Guard, olga: Opened, key: Authenticator, clock: ManualClock
) -> None:
    assert await enter(guard, key) == "olga"
    account = await guard.accounts.one("olga")
    opened = await guard.sessions.open_for(account, HERE, "analyst", how="passkey")
    assert (opened.grant.actor, opened.grant.role) == ("olga", "analyst")
    (own,) = await guard.passkeys.own(opened.grant)
    assert (own.name, own.count, own.used) == ("telephone", 1, clock.now())
    added, *_ = await guard.journal.entries(Kind.PASSKEY)
    assert added["facts"] == {"account": "olga", "what": "added"}


async def test_an_offer_names_no_account(guard: Guard, key: Authenticator) -> None:
    options = guard.passkeys.offer_sign_in(SITE).options
    assert options["userVerification"] == "required"
    assert not options.get("allowCredentials")


async def test_a_challenge_is_good_once_and_for_a_while(
    guard: Guard, key: Authenticator, clock: ManualClock
) -> None:
    offer = guard.passkeys.offer_sign_in(SITE)
    credential = key.get(offer.options)
    await guard.passkeys.check(SITE, offer.ticket, credential, HERE)
    with pytest.raises(Unauthenticated):
        await guard.passkeys.check(SITE, offer.ticket, credential, HERE)
    late = guard.passkeys.offer_sign_in(SITE)
    clock.advance(timedelta(minutes=5))
    with pytest.raises(Unauthenticated):
        await guard.passkeys.check(SITE, late.ticket, key.get(late.options), HERE)


def _elsewhere(key: Authenticator) -> None:
    key.origin = "https://desk.example.org.evil.example"


def _unverified(key: Authenticator) -> None:
    key.verifies = False


def _cloned(key: Authenticator) -> None:
    key.count = 0


def _unknown(key: Authenticator) -> None:
    key.id = b"another"


def _foreign(key: Authenticator) -> None:
    key._key = Authenticator(SITE.origin)._key


@pytest.mark.parametrize("spoil", [_elsewhere, _unverified, _cloned, _unknown, _foreign])
async def test_what_opens_nothing(
    guard: Guard, key: Authenticator, spoil: Callable[[Authenticator], None]
) -> None:
    await enter(guard, key)
    spoil(key)
    with pytest.raises(Unauthenticated, match="opens nothing"):
        await enter(guard, key)
    (refused,) = await guard.journal.entries(Kind.SIGN_IN_REFUSED)
    assert refused["facts"]["how"] == "passkey"


async def test_a_key_of_another_site_opens_nothing(guard: Guard, key: Authenticator) -> None:
    with pytest.raises(Unauthenticated):
        await enter(guard, key, Site("other.example.org", "https://other.example.org"))


@pytest.mark.parametrize("how", ["disabled", "removed", "forgotten"])
async def test_a_key_ends_with_what_it_opened(
    guard: Guard, admin: Grant, olga: Opened, key: Authenticator, how: str
) -> None:
    if how == "disabled":
        await guard.accounts.disable(admin, "olga")
    elif how == "removed":
        await guard.passkeys.remove(olga.grant, key.id)
    else:
        assert await guard.passkeys.forget(admin, "olga") == 1
        assert await guard.sessions.of_token(olga.token) is None
    with pytest.raises(Unauthenticated):
        await enter(guard, key)


async def test_a_registration_is_ones_own(
    guard: Guard, admin: Grant, olga: Opened, key: Authenticator
) -> None:
    await guard.accounts.create(admin, "vera", SECRET, ["analyst"])
    vera = await guard.sessions.sign_in("vera", SECRET, HERE)
    offer = await guard.passkeys.offer_registration(olga.grant, SITE)
    made = Authenticator(SITE.origin).create(offer.options)
    with pytest.raises(BadRequestData):  # not with another's ticket
        await guard.passkeys.register(vera.grant, SITE, offer.ticket, made, "x")
    with pytest.raises(ResourceNotFound):
        await guard.passkeys.remove(vera.grant, key.id)
    with pytest.raises(Forbidden):
        await guard.passkeys.forget(vera.grant, "olga")
    with pytest.raises(Forbidden):
        await guard.passkeys.counts(vera.grant)
    assert await guard.passkeys.counts(admin) == {"olga": 1}


async def test_a_registration_without_the_finger_is_refused(guard: Guard, olga: Opened) -> None:
    offer = await guard.passkeys.offer_registration(olga.grant, SITE)
    made = Authenticator(SITE.origin, verifies=False).create(offer.options)
    with pytest.raises(BadRequestData):
        await guard.passkeys.register(olga.grant, SITE, offer.ticket, made, "x")
    assert await guard.passkeys.own(olga.grant) == ()


async def test_a_visitor_has_no_account_to_add_a_key_to(guard: Guard) -> None:
    guard.sessions.listens_at(HERE)
    visitor = await guard.sessions.pick("analyst", HERE, "localhost")
    with pytest.raises(ResourceNotFound):
        await guard.passkeys.offer_registration(visitor.grant, SITE)


async def test_a_screen_left_open_is_given_no_key(
    guard: Guard, olga: Opened, clock: ManualClock
) -> None:
    clock.advance(timedelta(minutes=16))
    with pytest.raises(Forbidden, match="soon after"):
        check_fresh(olga.grant, clock.now())
    again = await guard.sessions.switch(olga.grant, "analyst")
    assert again.grant.role == "analyst"
    with pytest.raises(Forbidden):  # another role is no other sign-in
        check_fresh(again.grant, clock.now())
    with pytest.raises(Forbidden):
        await guard.sessions.switch(again.grant, "administrator")
