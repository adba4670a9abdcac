"""Administration over HTTP: accounts, tokens, sessions, journal; nobody overwrites anybody."""

import httpx
import pytest

from hansa.base.clock import ManualClock
from hansa.base.web import WebApp
from hansa.context import Change, City, Op, Query
from hansa.guard import Kind
from tests.console.talking import make_client, pick

ROLES = (
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
WATER = "urn:ngsi-ld:Organization:water"
AIR, BINS = "urn:ngsi-ld:DataSource:air", "urn:ngsi-ld:DataSource:bins"


async def administrator(app: WebApp) -> httpx.AsyncClient:
    client = make_client(app)
    await pick(client, "administrator")
    return client


async def test_an_account_is_made_used_changed_and_closed(app: WebApp) -> None:
    admin = await administrator(app)
    wish = {"name": "vera", "roles": ["dispatcher", "analyst"], "organization": WATER}
    made = await admin.post("/guard/accounts", json=wish)
    assert made.status_code == 201
    assert made.headers["cache-control"] == "no-store"
    told = made.json()
    assert (await admin.post("/guard/accounts", json=wish)).status_code == 409

    vera = make_client(app)
    entered = await vera.post(
        "/console/session", json={"name": "vera", "password": told["password"]}
    )
    assert entered.json()["person"]["organization"] == WATER
    shown = (await admin.get("/guard/accounts")).json()["accounts"]
    assert told["password"] not in str(shown)
    assert [one["name"] for one in shown] == ["vera"]

    version = shown[0]["version"]
    changed = await admin.post(
        "/guard/accounts/vera/roles", json={"expect": version, "roles": ["analyst"]}
    )
    assert changed.json()["organization"] is None
    assert (await vera.get("/console/frame")).status_code == 401  # the session ended

    late = {"expect": version, "roles": ["clerk"]}
    refused = await admin.post("/guard/accounts/vera/roles", json=late)
    assert refused.status_code == 409
    assert "meanwhile" in refused.json()["detail"]
    assert (await admin.get("/guard/accounts")).json()["accounts"][0]["roles"] == ["analyst"]

    closed = {"expect": version + 1}
    assert (await admin.post("/guard/accounts/vera/disable", json=closed)).json()["disabled"]
    entered = await vera.post(
        "/console/session", json={"name": "vera", "password": told["password"]}
    )
    assert entered.status_code == 401


async def test_a_password_is_reset_once_and_then_ones_own(app: WebApp) -> None:
    admin = await administrator(app)
    first = (
        await admin.post("/guard/accounts", json={"name": "vera", "roles": ["analyst"]})
    ).json()
    again = (
        await admin.post("/guard/accounts/vera/password", json={"expect": first["version"]})
    ).json()
    assert again["password"] != first["password"]

    vera = make_client(app)
    entered = await vera.post(
        "/console/session", json={"name": "vera", "password": again["password"]}
    )
    assert entered.status_code == 201
    wrong = await vera.post("/guard/password", json={"old": "no", "new": "a long new secret"})
    assert wrong.status_code == 401
    own = {"old": again["password"], "new": "a long new secret"}
    assert (await vera.post("/guard/password", json=own)).status_code == 204
    assert (await vera.get("/console/frame")).status_code == 401
    entered = await vera.post(
        "/console/session", json={"name": "vera", "password": "a long new secret"}
    )
    assert entered.status_code == 201


async def test_the_last_administrator_stays(app: WebApp, city: City) -> None:
    admin = await administrator(app)
    for name in ("anna", "boris"):
        made = await admin.post(
            "/guard/accounts", json={"name": name, "roles": ["administrator", "analyst"]}
        )
        assert made.status_code == 201
    gone = await admin.post("/guard/accounts/anna/disable", json={"expect": 1})
    assert gone.status_code == 200
    for path, more in (("disable", {}), ("roles", {"roles": ["analyst"]})):
        refused = await admin.post(f"/guard/accounts/boris/{path}", json={"expect": 1, **more})
        assert refused.status_code == 409
        assert "last" in refused.json()["detail"]
    assert (await admin.post("/guard/accounts/anna/enable", json={"expect": 2})).status_code == 200
    assert (
        await admin.post("/guard/accounts/boris/disable", json={"expect": 1})
    ).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {"name": "vera"},
        {"name": "Vera Ivanovna", "roles": ["analyst"]},
        {"name": "vera", "roles": []},
        {"name": "vera", "roles": ["desk"]},
        {"name": "vera", "roles": ["dispatcher"]},
        {"name": "vera", "roles": ["analyst"], "password": "chosen by another"},
    ],
)
async def test_what_no_account_can_be(app: WebApp, body: dict[str, object]) -> None:
    admin = await administrator(app)
    assert (await admin.post("/guard/accounts", json=body)).status_code == 400
    assert (await admin.get("/guard/accounts")).json()["accounts"] == []


@pytest.mark.parametrize("role", [one for one in ROLES if one != "administrator"])
async def test_nobody_else_administers(app: WebApp, role: str) -> None:
    client = make_client(app)
    wish = {"role": role, "organization": WATER}
    assert (await client.post("/console/session", json=wish)).status_code == 201
    for path in ("accounts", "tokens"):
        assert (await client.get(f"/guard/{path}")).status_code == 403
    told = (await client.get("/guard/sessions")).json()["sessions"]
    assert [one["own"] for one in told] == [True]
    reads = role in ("privacy-officer", "auditor")
    assert (await client.get("/guard/journal")).status_code == (200 if reads else 403)
    roles = (await client.get("/guard/roles")).json()["roles"]
    assert [one["id"] for one in roles if not one["program"]] == list(ROLES)


async def test_a_page_of_another_site_changes_nothing(app: WebApp) -> None:
    admin = await administrator(app)
    del admin.headers["Hansa-CSRF"]
    for verb, path in (("POST", "accounts"), ("POST", "tokens"), ("DELETE", "tokens/x")):
        assert (await admin.request(verb, f"/guard/{path}", json={})).status_code == 403


async def test_an_administrator_ends_a_session(app: WebApp) -> None:
    admin, other = await administrator(app), make_client(app)
    await pick(other, "analyst")
    told = (await admin.get("/guard/sessions")).json()["sessions"]
    (own,) = [one["id"] for one in told if one["own"]]
    (found,) = [one["id"] for one in told if not one["own"]]
    assert (await other.delete(f"/guard/sessions/{own}")).status_code == 404
    assert (await admin.delete(f"/guard/sessions/{found}")).status_code == 204
    assert (await other.get("/console/frame")).status_code == 401
    assert (await admin.delete("/guard/sessions/none")).status_code == 404


async def test_the_journal_is_read_by_kind_name_and_time(
    app: WebApp, city: City, clock: ManualClock
) -> None:
    admin, reader = await administrator(app), make_client(app)
    await pick(reader, "auditor")
    await admin.post("/guard/accounts", json={"name": "vera", "roles": ["analyst"]})
    told = (await reader.get("/guard/journal?kind=account")).json()
    assert [one["facts"]["what"] for one in told["entries"]] == ["created"]
    assert "account" in told["kinds"]
    one = (await reader.get("/guard/journal?limit=1")).json()
    assert one["next"] == one["entries"][0]["number"]
    rest = (await reader.get(f"/guard/journal?before={one['next']}")).json()
    assert all(entry["number"] < one["next"] for entry in rest["entries"])
    later = "/guard/journal?from=2027-01-01T00:00:00Z"
    assert (await reader.get(later)).json()["entries"] == []
    nobody = (await reader.get("/guard/journal?actor=nobody")).json()
    assert nobody["entries"] == []
    assert len(await city.guard.journal.entries(Kind.JOURNAL_READ)) == 5  # readers are seen too


async def test_a_token_is_shown_once_rotated_and_revoked(app: WebApp, clock: ManualClock) -> None:
    admin = await administrator(app)
    made = await admin.post("/guard/tokens", json={"name": "buoy", "days": 30})
    assert made.status_code == 201
    again = await admin.post("/guard/tokens", json={"name": "buoy", "days": 30})
    assert again.status_code == 409
    program = make_client(app)
    program.headers["Authorization"] = f"Bearer {made.json()['token']}"
    assert (await program.get("/console/frame")).status_code == 200
    (shown,) = (await admin.get("/guard/tokens")).json()["tokens"]
    assert shown["usedAt"] is not None
    assert made.json()["token"] not in str(shown)

    turned = await admin.post("/guard/tokens/buoy/rotate", json={"expect": shown["version"]})
    assert (await program.get("/console/frame")).status_code == 401
    late = await admin.post("/guard/tokens/buoy/rotate", json={"expect": shown["version"]})
    assert late.status_code == 409
    program.headers["Authorization"] = f"Bearer {turned.json()['token']}"
    assert (await program.get("/console/frame")).status_code == 200
    assert (await admin.delete("/guard/tokens/buoy")).status_code == 204
    assert (await program.get("/console/frame")).status_code == 401
    assert (await admin.delete("/guard/tokens/buoy")).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {"name": "buoy", "role": "source"},
        {"name": "buoy", "role": "source", "source": "air"},
        {"name": "buoy", "role": "api", "source": AIR},
        {"name": "buoy", "days": 0},
        {"name": "buoy", "role": "administrator"},
    ],
)
async def test_what_no_token_can_be(app: WebApp, body: dict[str, object]) -> None:
    admin = await administrator(app)
    assert (await admin.post("/guard/tokens", json=body)).status_code == 400


async def test_a_token_of_a_source_writes_what_that_source_owns(city: City) -> None:
    guard = city.guard
    issued = await guard.tokens.issue(guard.operator(), "box", "source", source=AIR)
    grant = await guard.tokens.of_token(issued.token)
    assert grant is not None
    kind = "AirQualityObserved"

    def put(name: str, value: int, op: Op = Op.UPDATE_OR_CREATE) -> Change:
        body = {"type": kind, "pm25": {"type": "Property", "value": value}}
        return Change(op, f"urn:x:{name}", body)

    await city.write(grant, [put("own", 1)])
    await city.write(grant, [put("own", 2)])
    sectors = guard.machine("sectors", city.world)
    await city.write(sectors, [put("bins", 3)._replace(owner=BINS), put("nobodys", 4)])
    for name in ("bins", "nobodys"):
        for change, status in ((put(name, 9), 403), (Change(Op.DELETE, f"urn:x:{name}"), 404)):
            (outcome,) = (await city.write(grant, [change], each=True)).outcomes
            assert outcome.problem is not None
            assert outcome.problem.status == status
    (own,) = (await city.read(guard.view(sectors), Query(ids=("urn:x:own",)))).entities
    assert own.owner("pm25") == AIR
    assert (await city.read(guard.view(grant), Query())).entities == ()  # it reads nothing
    await city.write(grant, [Change(Op.DELETE, "urn:x:own")])
