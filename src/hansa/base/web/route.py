"""The route table: what a path does, who may call it, and what OpenAPI says of it.

Handlers and documentation stand in one value so that neither can drift from the other.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

from hansa.base.rights import Right
from hansa.base.web.request import MIB, Request
from hansa.base.web.response import Response

Handler: TypeAlias = Callable[[Request], Awaitable[Response]]
Schema: TypeAlias = Mapping[str, Any]


class Access(StrEnum):
    """Who may call a route. There is no default way in: SESSION means a grant or 401."""

    SESSION = "session"
    PUBLIC = "public"  # anybody; the handler may still ask `request.identify()`
    LOCAL = "local"  # loopback peers without a grant; others need one


@dataclass(frozen=True, slots=True)
class Parameter:
    """A query parameter or header; `schema` is JSON Schema."""

    name: str
    description: str = ""
    where: str = "query"
    schema: Schema = field(default_factory=lambda: {"type": "string"})
    required: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """What OpenAPI says of a route.

    `request`: media type -> schema. `responses`: status -> description.
    """

    summary: str
    tags: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    request: Mapping[str, Schema] | None = None
    responses: Mapping[int, str] = field(default_factory=lambda: {200: "OK"})


@dataclass(frozen=True, slots=True)
class Route:
    """`path` holds `{name}` for one segment and, at its end, `{name...}` for the rest.

    `right`: what is asked of the grant before anything of the request is read; None: nothing.
    `strict`: a query parameter that the operation does not list is refused (400).
    `needs_length`: a chunked body without length is refused (411).
    """

    method: str
    path: str
    handler: Handler
    access: Access = Access.SESSION
    operation: Operation = Operation("")
    body_limit: int = MIB
    needs_length: bool = False
    strict: bool = False
    right: Right | None = None
