"""Somebody who is appointed chooses at the screen for whom they act; the page says for whom."""

from datetime import timedelta

import httpx

from hansa.context import Change, City, Op
from hansa.desk import APPOINTMENT, delegation_of
from tests.console.talking import pick

NAME = "urn:ngsi-ld:ActingAppointment:test"


async def _appoint(city: City, acting: str) -> None:
    """As the desk writes it."""
    now = city.clock.now()
    values = {
        "principal": "max",
        "acting": acting,
        "role": "mayor",
        "actingFrom": now.isoformat().replace("+00:00", "Z"),
        "actingUntil": (now + timedelta(hours=1)).isoformat().replace("+00:00", "Z"),
    }
    body = {name: {"type": "Property", "value": one} for name, one in values.items()}
    city.guard.governs(APPOINTMENT, delegation_of)
    change = Change(Op.CREATE, NAME, {"type": APPOINTMENT, **body})
    await city.write(city.guard.machine("acting", city.world), [change])


async def test_a_person_chooses_to_act_and_not_to(city: City, client: httpx.AsyncClient) -> None:
    person = (await pick(client, "analyst"))["person"]
    assert (person["onBehalf"], person["actsFor"]) == (None, [])
    await _appoint(city, person["actor"])
    (offered,) = (await client.get("/console/session")).json()["person"]["actsFor"]
    assert (offered["principal"], offered["role"]["id"]) == ("max", "mayor")

    chosen = await client.post("/console/session/acting", json={"appointment": offered["id"]})
    assert chosen.status_code == 200
    acting = chosen.json()["person"]
    assert (acting["role"], acting["onBehalf"]) == ("mayor", "max")
    assert (await client.get("/console/session")).json()["person"] == acting

    again = await client.post("/console/session/acting", json={"appointment": ""})
    assert again.json()["person"]["role"] == "analyst"


async def test_nobody_acts_without_an_appointment(client: httpx.AsyncClient) -> None:
    await pick(client, "analyst")
    answer = await client.post("/console/session/acting", json={"appointment": NAME})
    assert answer.status_code == 403
    assert (await client.post("/console/session/acting", json={})).status_code == 400
