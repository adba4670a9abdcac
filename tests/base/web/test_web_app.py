"""The rim: who gets in, what failures look like, how streams end."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import httpx
import pytest

from hansa.base.problems import Conflict, TooManyRequests, Unauthenticated
from hansa.base.web import (
    Access,
    Operation,
    Parameter,
    Request,
    Response,
    Route,
    WebApp,
    event_stream,
    json_response,
    openapi,
    set_cookie,
    sse,
)


async def _echo(request: Request) -> Response:
    return json_response(
        {"params": dict(request.path_params), "grant": request.grant, "view": request.view}
    )


async def _body(request: Request) -> Response:
    return json_response(await request.json())


async def _conflict(request: Request) -> Response:
    raise Conflict("somebody was first", where="state", remedy="look again")


async def _broken(request: Request) -> Response:
    raise KeyError("a secret of ours")


async def _cookie(request: Request) -> Response:
    return json_response(dict(request.cookies), headers=[set_cookie("a", "x;y", max_age=5)])


ROUTES = (
    Route("GET", "/open", _echo, Access.PUBLIC),
    Route("GET", "/local", _echo, Access.LOCAL),
    Route("GET", "/things/{thingId}", _echo),
    Route("GET", "/files/{rest...}", _echo, Access.PUBLIC),
    Route("GET", "/conflict", _conflict, Access.PUBLIC),
    Route("GET", "/broken", _broken, Access.PUBLIC),
    Route("GET", "/cookie", _cookie, Access.PUBLIC),
    Route("POST", "/body", _body, Access.PUBLIC, body_limit=1000, needs_length=True),
    Route(
        "GET",
        "/strict",
        _echo,
        Access.PUBLIC,
        Operation("Strict", parameters=(Parameter("a"),)),
        strict=True,
    ),
)


async def _authenticate(request: Request) -> Any:
    return request.headers.get("x-grant")


def _app(routes: Sequence[Route] = ROUTES) -> WebApp:
    return WebApp(routes, _authenticate, lambda _: "exercise:t", view=lambda grant: f"view {grant}")


def _client(host: str = "127.0.0.1") -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=_app(), client=(host, 1))
    return httpx.AsyncClient(transport=transport, base_url="http://node")


async def test_a_route_without_grant_is_denied() -> None:
    async with _client() as client:
        answer = await client.get("/things/1")
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Session"
    assert answer.headers["hansa-world"] == "exercise:t"


async def test_a_grant_gives_handler_and_view() -> None:
    async with _client() as client:
        answer = await client.get("/things/urn%3Aa%2Fb/", headers={"X-Grant": "anna"})
    expected = {"params": {"thingId": "urn:a/b"}, "grant": "anna", "view": "view anna"}
    assert answer.json() == expected


@pytest.mark.parametrize(("host", "status"), [("127.0.0.1", 200), ("::1", 200), ("10.0.0.1", 401)])
async def test_local_routes_are_for_this_machine(host: str, status: int) -> None:
    async with _client(host) as client:
        assert (await client.get("/local")).status_code == status


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("DELETE", "/open", 405),
        ("GET", "/things/%2e%2e", 400),
        ("GET", "/things/%252e%252e", 400),
        ("GET", "/things/%2E", 400),
        ("GET", "/things/%ff", 400),
        ("GET", "/strict?a=%ff", 400),
        ("GET", "/strict?b=1", 400),
        ("GET", "/strict?a=1", 200),
        ("HEAD", "/open", 200),
        ("OPTIONS", "/open", 204),
        ("GET", "/open/", 200),
        ("GET", "/files/a/b.css", 200),
    ],
)
async def test_paths(method: str, path: str, status: int) -> None:
    async with _client() as client:
        answer = await client.request(method, path, headers={"X-Grant": "anna"})
    assert answer.status_code == status
    if status >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
    if status == 405:
        assert answer.headers["allow"] == "GET, HEAD, OPTIONS"
    if method == "HEAD":
        assert answer.content == b""


async def test_a_problem_is_one_document() -> None:
    async with _client() as client:
        answer = await client.get("/conflict")
    assert answer.status_code == 409
    assert answer.json() == {
        "type": "urn:hansa:problem:conflict",
        "title": "It changed meanwhile",
        "status": 409,
        "detail": "somebody was first",
        "where": "state",
        "remedy": "look again",
    }


async def test_an_unknown_exception_tells_an_id_and_no_secret() -> None:
    async with _client() as client:
        answer = await client.get("/broken")
    assert answer.status_code == 500
    assert answer.json()["type"].endswith("InternalError")
    assert "secret" not in answer.text


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b'{"a": 1}', 200),
        (b'{"a": ', 400),
        (b"[" * 101 + b"]" * 101, 400),
        (b"[" * 99 + b"]" * 99, 200),
        (b'"' + b"x" * 2000 + b'"', 413),
    ],
)
async def test_bodies(content: bytes, status: int) -> None:
    async with _client() as client:
        assert (await client.post("/body", content=content)).status_code == status


async def test_ten_megabytes_of_brackets_are_a_bad_request() -> None:
    app = _app([Route("POST", "/big", _body, Access.PUBLIC, body_limit=20 << 20)])
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://node") as client:
        answer = await client.post("/big", content=b"[" * (10 << 20))
    assert answer.status_code == 400


async def test_a_chunked_body_without_length_is_refused_where_asked() -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"{}"

    async with _client() as client:
        answer = await client.post("/body", content=pieces())
    assert answer.status_code == 411


async def test_cookies_travel_both_ways() -> None:
    async with _client() as client:
        answer = await client.get("/cookie", headers={"Cookie": "s=a%3Bb; t=2"})
    assert answer.json() == {"s": "a;b", "t": "2"}
    assert answer.headers["set-cookie"] == "a=x%3By; Path=/; HttpOnly; SameSite=Strict; Max-Age=5"


async def test_a_stream_is_closed_when_its_client_goes() -> None:
    closed, hang_up = asyncio.Event(), asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        try:
            yield sse("one\ntwo", "hello", 7)
            await asyncio.Event().wait()
        finally:
            closed.set()

    async def stream(request: Request) -> Response:
        return event_stream(endless())

    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        await hang_up.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)
        if message.get("body"):
            hang_up.set()

    scope = {"type": "http", "method": "GET", "path": "/s", "headers": [], "query_string": b""}
    await _app([Route("GET", "/s", stream, Access.PUBLIC)])(scope, receive, send)
    assert closed.is_set()
    assert sent[1]["body"] == b"id: 7\nevent: hello\ndata: one\ndata: two\n\n"


def test_openapi_tells_what_the_table_holds() -> None:
    document = openapi(ROUTES, {"title": "t", "version": "1"})
    thing = document["paths"]["/things/{thingId}"]["get"]
    assert thing["parameters"][0]["name"] == "thingId"
    assert thing["security"] == [{"session": []}]
    assert "security" not in document["paths"]["/open"]["get"]
    assert "/files/{rest}" in document["paths"]


async def test_a_stream_that_fails_midway_cannot_pass_for_a_whole() -> None:
    sent: list[dict[str, Any]] = []

    async def broken() -> AsyncIterator[bytes]:
        yield b"half"
        raise Conflict("the other half cannot be read")

    async def answer(request: Request) -> Response:
        return event_stream(broken())

    async def receive() -> dict[str, Any]:
        await asyncio.Event().wait()
        raise AssertionError("nobody hangs up here")

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "GET",
        "path": "/s",
        "raw_path": b"/s",
        "query_string": b"",
        "headers": [],
        "client": ("127.0.0.1", 1),
    }
    await _app([Route("GET", "/s", answer, Access.PUBLIC)])(scope, receive, send)

    bodies = [one for one in sent if one["type"] == "http.response.body"]
    assert [one["body"] for one in bodies] == [b"half"]
    assert all(one["more_body"] for one in bodies)


async def test_who_asks_too_much_is_told_when_to_come_back() -> None:
    seen: list[tuple[Any, str]] = []

    def count(grant: Any, address: str) -> None:
        seen.append((grant, address))
        if len(seen) > 1:
            raise TooManyRequests("enough", seconds=7)

    async def known(request: Request) -> Any:
        if "authorization" in request.headers:
            raise Unauthenticated("not this one")

    app = WebApp(ROUTES, known, lambda _: None, count=count)
    transport = httpx.ASGITransport(app, client=("192.0.2.1", 5000))
    async with httpx.AsyncClient(transport=transport, base_url="http://node") as client:
        assert (await client.get("/open", headers={"Authorization": "x"})).status_code == 200
        answer = await client.get("/things/1")
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "7"
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert seen == [(None, "192.0.2.1")] * 2
