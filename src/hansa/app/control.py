"""The socket in the home: commands of this machine's administrator reach the running node.

Whoever may open the socket owns the home's files anyway (mode 0700), so it asks for no session.
"""

from collections.abc import Awaitable, Callable

from hansa.app.node import Node
from hansa.app.verbs import VERBS, Verb
from hansa.base.web import MIB, Access, Operation, Request, Response, Route, WebApp, json_response


def make_control(node: Node) -> WebApp:
    """One route per verb."""
    routes = [
        Route(
            "POST",
            f"/control/{name}",
            _handler(node, verb),
            Access.PUBLIC,
            Operation(name, ("control",)),
            body_limit=MIB,
        )
        for name, verb in VERBS.items()
    ]

    async def nobody(_: Request) -> None:
        return None

    return WebApp(routes, nobody, lambda _: node.settings.world)


def _handler(node: Node, verb: Verb) -> Callable[[Request], Awaitable[Response]]:
    async def handle(request: Request) -> Response:
        return json_response(await verb(node, await request.json()))

    return handle
