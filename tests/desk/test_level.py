"""The level of the city: confirmed or set by a person, never over another person's head."""

from collections.abc import Callable

import httpx

from hansa.base.times import format_instant
from hansa.context import City, Query, TypeIs
from hansa.guard import Grant

Client = Callable[..., httpx.AsyncClient]
PATH = "/desk/status"


async def test_nobody_has_set_a_level_yet(client: Client) -> None:
    async with client() as http:
        told = (await http.get(PATH)).json()
    assert told.pop("change") == 0
    assert set(told) >= {"level", "proposedLevel", "confirmedLevel", "confirmedBy", "confirmedAt"}
    assert set(told.values()) == {None}


async def test_a_person_confirms_and_later_sets_another_with_a_reason(
    client: Client, city: City
) -> None:
    async with client() as http:
        first = await http.post(PATH, json={"expect": 0, "level": 3, "proposed": 3})
        assert first.status_code == 200, first.text
        assert first.json()["confirmedBy"] == "ann"
        assert first.json()["confirmedAt"] == format_instant(city.clock.now())
        assert first.json()["knownAt"] >= first.json()["confirmedAt"]

        order = {"expect": first.json()["change"], "level": 2, "proposed": 3}
        second = await http.post(PATH, json={**order, "reason": "The mains hold"})
        assert second.status_code == 200, second.text
        assert second.json()["level"] == 2
        assert second.json()["change"] > first.json()["change"]


async def test_another_level_than_the_proposed_needs_a_reason(client: Client) -> None:
    async with client() as http:
        answer = await http.post(PATH, json={"expect": 0, "level": 4, "proposed": 3})

    assert answer.status_code == 400
    assert answer.json()["where"] == "reason"


async def test_who_was_slower_is_told_who_set_what(client: Client) -> None:
    async with client(name="ann") as ann, client(name="bob") as bob:
        await ann.post(PATH, json={"expect": 0, "level": 3, "proposed": 3})
        answer = await bob.post(PATH, json={"expect": 0, "level": 2, "proposed": 2})
        now = (await bob.get(PATH)).json()

    assert answer.status_code == 409
    assert "level 3 was set by ann" in answer.json()["detail"]
    assert now["level"] == 3


async def test_the_head_of_the_city_sets_the_level_and_works_no_incident(client: Client) -> None:
    async with client(role="mayor", name="mara") as http:
        answer = await http.post(PATH, json={"expect": 0, "level": 3, "proposed": 3})
        order = await http.post("/desk/incidents/urn:ngsi-ld:Incident:a/note", json={"text": "x"})

    assert answer.json()["confirmedBy"] == "mara"
    assert order.status_code == 403


async def test_an_analyst_reads_the_level_and_sets_none(client: Client) -> None:
    async with client(role="analyst") as http:
        answer = await http.post(PATH, json={"expect": 0, "level": 3, "proposed": 3})

        assert answer.status_code == 403
        assert (await http.get(PATH)).json()["change"] == 0


async def test_levels_beside_the_scale_are_refused(client: Client) -> None:
    async with client() as http:
        for level in (0, 6):
            order = {"expect": 0, "level": level, "proposed": level}
            assert (await http.post(PATH, json=order)).status_code == 400


async def test_the_reason_is_personal_and_not_in_the_graph(
    client: Client, city: City, officer: Grant
) -> None:
    order = {"expect": 0, "level": 4, "proposed": 3, "reason": "Ivanov called"}
    async with client() as http:
        await http.post(PATH, json=order)

    page = await city.read(city.guard.view(officer), Query(types=TypeIs("CityStatus")))
    assert "Ivanov" not in str(page.entities[0].document)
