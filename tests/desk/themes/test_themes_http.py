"""The catalogue and the suggestion over HTTP in process."""

from collections.abc import AsyncIterator

import httpx
import pytest

from hansa.base.web import Request, WebApp
from hansa.context import City
from hansa.desk.themes import Suggester, keep_themes, theme_routes
from hansa.guard import Grant
from tests.desk.themes.test_suggesting import CATALOGUE


@pytest.fixture
def suggester() -> Suggester:
    return Suggester()


@pytest.fixture
async def client(city: City, suggester: Suggester) -> AsyncIterator[httpx.AsyncClient]:
    async def grant(_: Request) -> Grant:
        return Grant("ann", "duty-officer", "operation", city.clock.now(), city.world)

    routes = theme_routes(CATALOGUE, suggester)
    app = WebApp(routes, grant, lambda _: city.world.name, view=city.guard.view)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://node") as one:
        yield one


async def test_words_are_answered_by_themes(
    client: httpx.AsyncClient, city: City, suggester: Suggester
) -> None:
    await keep_themes(city, CATALOGUE, suggester)

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
