"""The catalogue and the suggestion over HTTP in process."""

from collections.abc import AsyncIterator

import httpx
import pytest

from hansa.base.web import Request, WebApp
from hansa.context import City
from hansa.desk.themes import Suggester, theme_routes
from hansa.guard import Grant
from tests.desk.themes.learning import CATALOGUE, call, learning


@pytest.fixture
def suggester() -> Suggester:
    return Suggester()


@pytest.fixture
async def client(city: City, suggester: Suggester) -> AsyncIterator[httpx.AsyncClient]:
    async def grant(_: Request) -> Grant:
        return Grant("ann", "duty-officer", "operation", city.clock.now(), city.world)

    routes = theme_routes(city, CATALOGUE, suggester)
    app = WebApp(routes, grant, lambda _: city.world.name, view=city.guard.view)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://node") as one:
        yield one


async def test_words_are_answered_by_themes(
    client: httpx.AsyncClient, city: City, suggester: Suggester
) -> None:
    async with learning(city, CATALOGUE, suggester):
        await suggester.other(None)

    answer = await client.post("/desk/themes/suggest", json={"words": "Батареи холодные"})

    told = answer.json()
    assert told["suggestions"][0]["theme"] == "no-heat"
    assert told["alone"] is False
    assert answer.headers["cache-control"] == "no-store"


async def test_before_anything_was_learned_nothing_is_suggested(client: httpx.AsyncClient) -> None:
    answer = await client.post("/desk/themes/suggest", json={"words": "Батареи холодные"})
    assert answer.json() == {"suggestions": [], "alone": False}
    assert (await client.get("/desk/themes")).json()["learned"] is None


@pytest.mark.parametrize("body", [{}, {"words": 1}, {"words": "a", "more": 1}, []])
async def test_a_question_without_words_is_refused(client: httpx.AsyncClient, body: object) -> None:
    answer = await client.post("/desk/themes/suggest", json=body)
    assert (answer.status_code, answer.json()["where"]) == (400, "words")


async def test_the_catalogue_is_told_in_its_order(client: httpx.AsyncClient) -> None:
    told = (await client.get("/desk/themes")).json()["themes"]
    assert [one["key"] for one in told] == ["no-water", "no-heat", "pothole"]
    assert told[0]["words"]["ru"] == "Нет воды"


async def test_what_was_shown_is_counted_beside_what_was_chosen(
    client: httpx.AsyncClient, city: City
) -> None:
    water, heat = [("no-water", 0.9), ("no-heat", 0.1)], [("no-heat", 0.6), ("no-water", 0.3)]
    await city.write(
        city.guard.machine("calls", city.world),
        [
            *(call(city, number, "no-water", shown=water) for number in range(3)),
            *(call(city, number, "no-water", shown=heat) for number in range(3, 5)),
            call(city, 5, "pothole", shown=water),
            call(city, 6, "pothole"),
            call(city, 7, "no-heat", shown=water, by="machine:calls"),
            call(city, 8, "no-heat", shown=water, state="struck"),
        ],
    )

    told = (await client.get("/desk/themes/quality")).json()

    assert (told["calls"], told["shown"], told["right"], told["amongThree"]) == (7, 6, 3, 5)
    assert told["themes"][0] == {
        "theme": "no-water",
        "chosen": 5,
        "first": 4,
        "right": 3,
        "amongThree": 5,
    }
    assert told["confusions"] == [{"suggested": "no-heat", "chosen": "no-water", "count": 2}]
    assert told["bands"][1:3] == [
        {"from": 0.45, "calls": 2, "right": 0},
        {"from": 0.8, "calls": 4, "right": 3},
    ]


async def test_days_are_counted_back_from_now(client: httpx.AsyncClient, city: City) -> None:
    told = (await client.get("/desk/themes/quality?days=7")).json()
    assert (told["calls"], told["learned"], told["since"] < told["now"]) == (0, None, True)
    assert (await client.get("/desk/themes/quality?days=0")).status_code == 400
