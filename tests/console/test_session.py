"""Who may sit down at a screen, and how."""

from pathlib import Path

import httpx

from hansa.base.clock import ManualClock
from hansa.base.settings import load_city
from hansa.base.vocabulary import load_vocabulary
from hansa.context import Change, City, Op
from tests.console.conftest import CITY_YAML
from tests.console.talking import make_app, make_client, pick


async def test_a_visitor_of_the_exercise_picks_a_role(client: httpx.AsyncClient) -> None:
    offered = (await client.get("/console/session")).json()

    assert [role["id"] for role in offered["pick"]] == [
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
    ]
    assert offered["person"] is None
    assert offered["world"] == "exercise:testing"

    chosen = await pick(client, "analyst")

    assert chosen["person"]["role"] == "analyst"
    assert (await client.get("/console/session")).json()["person"] == chosen["person"]


async def test_a_dispatcher_picks_the_organisation_too(
    city: City, client: httpx.AsyncClient
) -> None:
    name = "urn:ngsi-ld:Organization:waterworks"
    words = {"type": "LanguageProperty", "languageMap": {"en": "Waterworks"}}
    for one, active in ((name, True), ("urn:ngsi-ld:Organization:gone", False)):
        body = {"type": "Organization", "name": words}
        body["active"] = {"type": "Property", "value": active}
        await city.write(city.guard.machine("desk", city.world), [Change(Op.CREATE, one, body)])

    offered = (await client.get("/console/session")).json()
    alone = await client.post("/console/session", json={"role": "dispatcher"})
    wish = {"role": "dispatcher", "organization": name}
    chosen = (await client.post("/console/session", json=wish)).json()

    assert offered["organizations"] == [{"id": name, "name": {"en": "Waterworks"}}]
    assert alone.status_code == 400
    assert chosen["person"]["organization"] == name


async def test_without_a_session_nothing_is_told(client: httpx.AsyncClient) -> None:
    for path in ("frame", "situation", "stream", "incidents/urn:x:1", "map/water.geojson"):
        assert (await client.get(f"/console/{path}")).status_code == 401, path


async def test_a_page_of_another_site_cannot_pick(client: httpx.AsyncClient) -> None:
    answer = await client.post(
        "/console/session", json={"role": "analyst"}, headers={"Hansa-CSRF": ""}
    )

    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


async def test_signing_out_ends_the_session(officer: httpx.AsyncClient) -> None:
    answer = await officer.delete("/console/session")

    assert answer.status_code == 204
    assert (await officer.get("/console/frame")).status_code == 401


async def test_a_wish_that_is_neither_is_refused_with_its_remedy(client: httpx.AsyncClient) -> None:
    answer = await client.post("/console/session", json={"role": 7})

    assert answer.status_code == 400
    assert "password" in answer.json()["remedy"]


async def test_a_node_that_others_can_reach_asks_for_a_password(city: City) -> None:
    async with make_client(make_app(city, host="192.0.2.1")) as client:
        assert (await client.get("/console/session")).json()["pick"] is None
        answer = await client.post("/console/session", json={"role": "analyst"})

    assert answer.status_code == 403


async def test_a_real_city_asks_for_name_and_password(tmp_path: Path, clock: ManualClock) -> None:
    folder = tmp_path / "real"
    folder.mkdir()
    real = CITY_YAML.replace("world: exercise:testing\n", "")
    (folder / "city.yaml").write_text(real, encoding="utf-8")
    city = await City.open(load_city(folder), load_vocabulary(), tmp_path / "home", clock)
    await city.guard.accounts.create(
        city.guard.operator(), "ann", "correct horse battery", ("duty-officer",)
    )
    async with make_client(make_app(city)) as client:
        assert (await client.get("/console/session")).json()["pick"] is None
        wrong = await client.post("/console/session", json={"name": "ann", "password": "no"})
        right = await client.post(
            "/console/session", json={"name": "ann", "password": "correct horse battery"}
        )
        frame = await client.get("/console/frame")
    await city.close()

    assert wrong.status_code == 401
    assert right.json()["person"]["actor"] == "ann"
    assert frame.json()["world"] == "actual"
