"""The ASGI rim: finds the route, lets nobody in unasked, and turns every failure into an answer.

Raw ASGI and a router of our own, because a framework costs two to four times as much per
request on the paths that a broker serves most.
"""

import asyncio
import ipaddress
import secrets
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import Any, TypeAlias

import structlog

from hansa.base.clock import monotonic
from hansa.base.problems import (
    InvalidRequest,
    MethodNotAllowed,
    Problem,
    TooManyRequests,
    Unauthenticated,
)
from hansa.base.rights import Right
from hansa.base.web.request import Receive, Request, Scope, Send
from hansa.base.web.response import Response, encode_headers, problem_response
from hansa.base.web.route import Access, Route
from hansa.base.web.router import Router

Authenticate: TypeAlias = Callable[[Request], Awaitable[Any]]
WorldOf: TypeAlias = Callable[[Request], str | None]
Observe: TypeAlias = Callable[[Request, int, float], None]
Count: TypeAlias = Callable[[Any, str], None]
Ask: TypeAlias = Callable[[Any, Right], None]

WORLD_HEADER = "Hansa-World"


class WebApp:
    """An ASGI application over a route table.

    `authenticate` gives the grant of a request or None (never raises for a bad cookie);
    `world_header` the world named on every answer; `view` makes `request.view` of a grant;
    `count` is told of (grant, address) before a request is served and may refuse it;
    `ask` refuses a grant that lacks the right of the route (without it, only the rooms refuse);
    `observe` is told (request, status, seconds) after every answer, for metrics; `logger` is
    the node's.
    """

    def __init__(
        self,
        routes: Iterable[Route],
        authenticate: Authenticate,
        world_header: WorldOf,
        *,
        view: Callable[[Any], Any] | None = None,
        count: Count | None = None,
        ask: Ask | None = None,
        observe: Observe | None = None,
        logger: Any = None,
    ) -> None:
        self.serve(routes)
        self._authenticate = authenticate
        self._world = world_header
        self._view = view
        self._count = count
        self._ask = ask
        self._observe = observe
        self._log = logger or structlog.get_logger("hansa.web")

    def serve(self, routes: Iterable[Route]) -> None:
        """Answer over this table from now on; requests that have begun end over the old one."""
        self.routes = tuple(routes)
        self._router = Router(self.routes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        elif scope["type"] == "http":
            await self._serve(Request(scope, receive, self._authenticate, self._view), send)
        else:
            await send({"type": "websocket.close", "code": 1003})

    async def _serve(self, request: Request, send: Send) -> None:
        began = monotonic()
        response = await self._answer(request)
        world = self._world(request)
        if world is not None:
            response = response.adding((WORLD_HEADER, world))
        if request.answer_headers:
            response = response.adding(*request.answer_headers)
        await self._send(request, response, send)
        if self._observe is not None:
            self._observe(request, response.status, monotonic() - began)

    async def _answer(self, request: Request) -> Response:
        try:
            return await self._handle(request)
        except Problem as problem:
            if problem.status >= 500:
                self._log.warning("refused", path=request.path, problem=str(problem))
            return problem_response(problem, self._explaining(request, problem))
        except Exception:  # noqa: BLE001 - the rim: logged with an id that the client is told
            number = secrets.token_hex(6)
            trace = traceback.format_exc()  # without the values of variables: they may be personal
            self._log.error("request failed", fault=number, path=request.path, trace=trace)
            return problem_response(Problem(f"the fault is in the log as {number}"))

    async def _handle(self, request: Request) -> Response:
        if request.method == "OPTIONS":
            allowed = ", ".join(self._router.allowed(request.raw_path))
            return Response(204, headers=(("Allow", allowed),))
        route, request.path_params = self._router.find(request.method, request.raw_path)
        request.route_path = route.path
        request.body_limit, request.needs_length = route.body_limit, route.needs_length
        if self._count is not None and route.access is not Access.LOCAL:
            self._count(await _known(request), request.client_host)
        await _admit(route, request)
        if route.right is not None and request.grant is not None and self._ask is not None:
            self._ask(request.grant, route.right)
        if route.strict:
            _check_parameters(route, request)
        return await route.handler(request)

    def _explaining(self, request: Request, problem: Problem) -> tuple[tuple[str, str], ...]:
        if isinstance(problem, MethodNotAllowed):
            return (("Allow", ", ".join(self._router.allowed(request.raw_path))),)
        if isinstance(problem, TooManyRequests):
            return (("Retry-After", str(problem.seconds)),)
        if isinstance(problem, Unauthenticated):
            return (("WWW-Authenticate", "Session"),)
        return ()

    async def _send(self, request: Request, response: Response, send: Send) -> None:
        headers = encode_headers(response.headers)
        body = response.body
        if isinstance(body, bytes) and response.status not in (204, 304):
            headers.append((b"content-length", str(len(body)).encode()))
        await send({"type": "http.response.start", "status": response.status, "headers": headers})
        if request.method == "HEAD" or isinstance(body, bytes):
            whole = body if isinstance(body, bytes) and request.method != "HEAD" else b""
            await send({"type": "http.response.body", "body": whole})
            if not isinstance(body, bytes):
                await _close(body)
            return
        await self._stream(request, body, send)

    async def _stream(self, request: Request, body: AsyncIterator[bytes], send: Send) -> None:
        """Send pieces until the stream ends or the client hangs up, whichever is first."""
        pump = asyncio.ensure_future(_pump(body, send))
        gone = asyncio.ensure_future(request.gone())
        try:
            await asyncio.wait((pump, gone), return_when=asyncio.FIRST_COMPLETED)
        finally:
            unfinished = [task for task in (pump, gone) if task.cancel()]
            await asyncio.gather(*unfinished, return_exceptions=True)
            await _close(body)
        if not pump.cancelled() and (error := pump.exception()) is not None:
            self._log.warning(
                "stream ended", path=request.path, error=str(error), kind=type(error).__name__
            )
            # No last piece: the server breaks the line, so that a part cannot pass for a whole.


async def _known(request: Request) -> Any:
    """The grant of a request; None too where its cookie or token is refused: that comes later."""
    try:
        return await request.identify()
    except Problem:
        return None


async def _admit(route: Route, request: Request) -> None:
    """Default-deny: no grant, no answer, unless the route says otherwise."""
    if route.access is Access.PUBLIC:
        return
    if await request.identify() is not None:
        return
    if route.access is Access.LOCAL and is_loopback(request.client_host):
        return
    raise Unauthenticated("this needs a session", remedy="sign in and try again")


def _check_parameters(route: Route, request: Request) -> None:
    known = {one.name for one in route.operation.parameters if one.where == "query"}
    for name, _ in request.query:
        if name not in known:
            raise InvalidRequest(
                "the parameter is not known here",
                where=name,
                rule="GS CIM 009 v1.9.1, 6.3.2",
                remedy=f"known: {', '.join(sorted(known))}" if known else "leave it out",
            )


def is_loopback(host: str) -> bool:
    """Whether the peer is this machine itself; a name or nothing is not."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


async def _pump(body: AsyncIterator[bytes], send: Send) -> None:
    async for piece in body:
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def _close(body: AsyncIterator[bytes]) -> None:
    closing = getattr(body, "aclose", None)
    if closing is not None:
        await closing()


async def _lifespan(receive: Receive, send: Send) -> None:
    """The node opens and closes its rooms itself; the server only hears that it may start."""
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
