"""The one way out: what may be called, and what happens when the other side misbehaves."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from hansa.base.outgoing import (
    EgressRefused,
    Outgoing,
    Unreachable,
    _JudgingResolver,
    origin_of,
)
from hansa.base.problems import BadFile

_OVER = web.AppKey("over", asyncio.Event)


async def _answer(request: web.Request) -> web.StreamResponse:
    match request.match_info["what"]:
        case "echo":
            return web.Response(body=await request.read(), headers={"X-Seen": request.method})
        case "away":
            return web.Response(status=302, headers={"Location": "/echo"})
        case "much":
            return web.Response(body=b"x" * 5000)
        case _:
            await request.app[_OVER].wait()
            return web.Response()


@pytest.fixture
async def server() -> AsyncIterator[str]:
    app = web.Application()
    app[_OVER] = asyncio.Event()
    app.router.add_route("*", "/{what}", _answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    app[_OVER].set()
    await runner.cleanup()


@pytest.fixture
async def outgoing(server: str) -> AsyncIterator[Outgoing]:
    client = Outgoing([server], loopback=True, largest=1000)
    yield client
    await client.close()


async def test_what_is_listed_answers(outgoing: Outgoing, server: str) -> None:
    answer = await outgoing.send("POST", f"{server}/echo", body=b"hello")
    assert (answer.status, answer.body, answer.headers["x-seen"]) == (200, b"hello", "POST")


async def test_redirects_are_answers_and_not_followed(outgoing: Outgoing, server: str) -> None:
    assert (await outgoing.send("GET", f"{server}/away")).status == 302


async def test_time_and_size_have_limits(outgoing: Outgoing, server: str) -> None:
    with pytest.raises(Unreachable, match="more than 1000 bytes"):
        await outgoing.send("GET", f"{server}/much")
    with pytest.raises(Unreachable, match=r"within 0\.05 s"):
        await outgoing.send("GET", f"{server}/slow", seconds=0.05)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/",
        "https://partner.example/",
        "http://user@partner.example/",
        "ftp://partner.example/",
        "http://partner.example:99999/",
        "nonsense",
    ],
)
async def test_what_is_not_listed_is_refused(outgoing: Outgoing, url: str) -> None:
    with pytest.raises(EgressRefused):
        await outgoing.send("GET", url)


async def test_a_name_is_judged_by_where_it_leads(server: str) -> None:
    port = server.rsplit(":", 1)[1]
    client = Outgoing([f"http://localhost:{port}"], loopback=True)
    try:
        assert (await client.send("GET", f"http://localhost:{port}/echo")).status == 200
    finally:
        await client.close()
    with pytest.raises(OSError, match="no address that may be called"):
        await _JudgingResolver(loopback=False).resolve("localhost", 80)


@pytest.mark.parametrize("origin", ["http://127.0.0.1:80", "http://localhost", "http://[::1]:1"])
def test_a_city_of_the_actual_world_may_not_list_itself(origin: str) -> None:
    with pytest.raises(BadFile):
        Outgoing([origin])
    Outgoing([origin], loopback=True)


def test_origins_are_compared_with_their_ports() -> None:
    assert origin_of("HTTPS://Partner.example/a?b") == "https://partner.example:443"
    assert origin_of("http://[2001:db8::1]/") == "http://[2001:db8::1]:80"


async def test_broker_is_reached_by_the_address_that_was_judged() -> None:
    outgoing = Outgoing(["mqtt://localhost:1883", "mqtts://127.0.0.1"], loopback=True)

    found = await outgoing.vetted("mqtt://localhost:1883")
    safe = await outgoing.vetted("mqtts://127.0.0.1")

    assert (found.host, found.port, found.secure) == ("localhost", 1883, False)
    assert found.address in ("127.0.0.1", "::1")
    assert (safe.address, safe.port, safe.secure) == ("127.0.0.1", 8883, True)


@pytest.mark.parametrize("url", ["mqtt://localhost:1884", "http://localhost:1883", "mqtt://a@b"])
async def test_broker_that_is_not_listed_is_not_even_looked_up(url: str) -> None:
    outgoing = Outgoing(["mqtt://localhost:1883"], loopback=True)
    with pytest.raises(EgressRefused):
        await outgoing.vetted(url)


def test_a_city_of_the_actual_world_lists_no_broker_of_its_own_machine() -> None:
    with pytest.raises(BadFile, match="this machine itself"):
        Outgoing(["mqtt://localhost:1883"])
