"""Addresses over HTTP: each role sees of a house what the guard lets it see."""

from collections.abc import Callable

import httpx

from hansa.context import Change, City, Op
from hansa.guard import Grant
from tests.desk.addresses.tables import COLD, QUARTER, house_id, refers, value

WATERWORKS = "urn:ngsi-ld:Organization:waterworks"
SERVED = (
    Change(
        Op.CREATE,
        COLD,
        {"type": "SupplyZone", "name": value("North"), "resource": value("coldWater"),
         "organization": refers(WATERWORKS)},
    ),
)  # fmt: skip
ORGANIZATION = Change(
    Op.CREATE,
    WATERWORKS,
    {
        "type": "Organization",
        "name": {"type": "LanguageProperty", "languageMap": {"en": "Waterworks"}},
        "telephone": value("+7 1"),
    },
)
Client = Callable[..., httpx.AsyncClient]


async def test_what_is_typed_finds_houses(city: City, sectors: Grant, client: Client) -> None:
    await city.write(sectors, QUARTER)
    async with client() as asked:
        found = (await asked.get("/desk/addresses", params={"q": "Lenina 3"})).json()
        streets = (await asked.get("/desk/addresses", params={"q": "астрах"})).json()
        bad = await asked.get("/desk/addresses", params={"q": "x" * 201})
    assert found["houses"] == 5
    assert found["found"][0] == {
        "id": house_id("lenina-3"),
        "street": "улица Ленина",
        "houseNumber": "3",
        "label": "улица Ленина, 3",
        "match": "exact",
    }
    assert streets["found"] == [
        {
            "id": None,
            "street": "улица Ленина",
            "label": "улица Ленина",
            "houses": 3,
            "match": "prefix",
            "name": "Астраханская улица",
        }
    ]
    assert bad.status_code == 400


async def test_a_house_says_who_serves_it(city: City, sectors: Grant, client: Client) -> None:
    await city.write(sectors, (*QUARTER, *SERVED))
    await city.write(city.guard.machine("desk", city.world), (ORGANIZATION,))
    async with client() as asked:
        found = (await asked.get(f"/desk/addresses/{house_id('lenina-1')}")).json()
        none = await asked.get(f"/desk/addresses/{house_id('nowhere')}")
    assert (found["street"], found["houseNumber"]) == ("улица Ленина", "1")
    assert (found["residents"], found["children"]) == (120, 31)
    assert found["zones"] == [
        {
            "id": COLD,
            "name": "North",
            "resource": "coldWater",
            "outline": False,
            "organization": WATERWORKS,
        }
    ]
    assert found["organizations"] == {
        WATERWORKS: {"name": {"en": "Waterworks"}, "telephone": "+7 1"}
    }
    assert none.status_code == 404


async def test_zones_are_counted_for_those_who_may_know(
    city: City, sectors: Grant, client: Client
) -> None:
    await city.write(sectors, (*QUARTER, *SERVED))
    async with client() as asked:
        told = (await asked.get("/desk/addresses/zones")).json()
    assert told["all"]["houses"] == 5
    assert [(one["name"], one["houses"], one["people"]) for one in told["zones"]] == [
        ("North", 3, 200)
    ]
    async with client("press") as asked:
        told = (await asked.get("/desk/addresses/zones")).json()
        found = (await asked.get("/desk/addresses", params={"q": "ленина 1"})).json()
        one = await asked.get(f"/desk/addresses/{house_id('lenina-1')}")
    assert (told["zones"], told["all"], found["found"], one.status_code) == ([], {}, [], 404)
