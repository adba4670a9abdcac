"""What a handler knows of a request, read from an ASGI scope once and lazily.

Paths are matched on the *raw* bytes, segment by segment, so that an id with an encoded slash
stays one segment and an encoded dot never climbs (RFC 3986, 6.2.2.3 is refused, not applied).
"""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias
from urllib.parse import parse_qsl, unquote

import orjson

from hansa.base.problems import InvalidRequest, LengthRequired, PayloadTooLarge

Scope: TypeAlias = Mapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Mapping[str, Any]]]
Send: TypeAlias = Callable[[dict[str, Any]], Awaitable[None]]

MIB = 1 << 20
DEEPEST_JSON = 100  # orjson writes 254 levels; our own walks stay far below Python's stack
_MOST_PARAMETERS = 100


class Params:
    """The query string as pairs in the order of the request, with checked look-ups."""

    __slots__ = ("pairs",)

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        self.pairs = tuple(pairs)

    @classmethod
    def parse(cls, raw: bytes) -> "Params":
        try:
            return cls(
                parse_qsl(
                    raw.decode("ascii"),
                    keep_blank_values=True,
                    errors="strict",
                    max_num_fields=_MOST_PARAMETERS,
                )
            )
        except ValueError as error:
            raise InvalidRequest(f"the query string cannot be read: {error}") from error

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self.pairs)

    def __contains__(self, name: str) -> bool:
        return any(key == name for key, _ in self.pairs)

    def all(self, name: str) -> tuple[str, ...]:
        return tuple(value for key, value in self.pairs if key == name)

    def get(self, name: str, default: str | None = None) -> str | None:
        """The value of a parameter that may stand once; InvalidRequest when repeated."""
        found = self.all(name)
        if len(found) > 1:
            raise InvalidRequest("the parameter stands more than once", where=name)
        return found[0] if found else default

    def listed(self, name: str) -> tuple[str, ...]:
        """The comma-separated members of a parameter; empty where it is absent."""
        text = self.get(name)
        if text is None:
            return ()
        members = tuple(one.strip() for one in text.split(","))
        if not all(members):
            raise InvalidRequest("an empty member in the list", where=name)
        return members

    def whole(
        self, name: str, default: int | None = None, low: int = 0, high: int = 1 << 62
    ) -> int | None:
        """A whole number between `low` and `high`."""
        text = self.get(name)
        if text is None:
            return default
        if not text.isascii() or not text.isdigit() or not low <= int(text[:19]) <= high:
            raise InvalidRequest(f"{text!r} is not a whole number from {low} to {high}", where=name)
        return int(text)

    def flag(self, name: str) -> bool:
        """`true` or `false`; absent is false."""
        text = self.get(name, "false")
        if text not in ("true", "false"):
            raise InvalidRequest(f"{text!r} is neither true nor false", where=name)
        return text == "true"


class Request:
    """One HTTP request. `grant` is set before a guarded handler runs; `view` is derived once."""

    __slots__ = (
        "_authenticate", "_body", "_headers", "_query", "_receive", "_view", "_view_of",
        "answer_headers", "body_limit", "grant", "method", "needs_length", "path_params",
        "route_path", "scope",
    )  # fmt: skip

    def __init__(
        self,
        scope: Scope,
        receive: Receive,
        authenticate: "Callable[[Request], Awaitable[Any]] | None" = None,
        view_of: Callable[[Any], Any] | None = None,
    ) -> None:
        self.scope = scope
        self.method: str = scope["method"]
        self.grant: Any = None
        self.path_params: Mapping[str, str] = {}
        self.route_path = ""
        self.answer_headers: list[tuple[str, str]] = []  # on whatever the answer will be
        self.body_limit = MIB
        self.needs_length = False
        self._receive = receive
        self._authenticate = authenticate
        self._view_of = view_of
        self._view: Any = None
        self._body: bytes | None = None
        self._headers: dict[str, str] | None = None
        self._query: Params | None = None

    @property
    def path(self) -> str:
        path: str = self.scope["path"]
        return path

    @property
    def raw_path(self) -> bytes:
        """The path as sent, percent-encoding kept, without the query."""
        raw: bytes | None = self.scope.get("raw_path")
        return (self.path.encode() if raw is None else raw).split(b"?", 1)[0]

    @property
    def scheme(self) -> str:
        return str(self.scope.get("scheme", "http"))

    @property
    def client_host(self) -> str:
        """The peer's address; "" where the server knows none."""
        client = self.scope.get("client")
        return client[0] if client else ""

    @property
    def headers(self) -> Mapping[str, str]:
        """Lower-case name -> value; repeated lines joined with a comma (RFC 9110, 5.3)."""
        if self._headers is None:
            self._headers = _joined(self.scope["headers"])
        return self._headers

    @property
    def query(self) -> Params:
        if self._query is None:
            self._query = Params.parse(self.scope.get("query_string", b""))
        return self._query

    @property
    def cookies(self) -> Mapping[str, str]:
        pairs = (part.partition("=") for part in self.headers.get("cookie", "").split(";"))
        return {name.strip(): unquote(value.strip()) for name, _, value in pairs if name.strip()}

    @property
    def view(self) -> Any:
        """What the grant may see, by the function given to `WebApp`; computed once."""
        if self._view is None and self.grant is not None and self._view_of is not None:
            self._view = self._view_of(self.grant)
        return self._view

    async def identify(self) -> Any:
        """The grant, or None: for handlers of public routes that answer differently to each."""
        if self.grant is None and self._authenticate is not None:
            self.grant = await self._authenticate(self)
        return self.grant

    async def body(self, limit: int | None = None) -> bytes:
        """The whole body, refused before it is read where its length says so.

        Raises PayloadTooLarge (413) and, on routes that ask for it, LengthRequired (411).
        """
        if self._body is None:
            self._body = await self._read(self.body_limit if limit is None else limit)
        return self._body

    async def _read(self, limit: int) -> bytes:
        length = self.headers.get("content-length")
        if length is None and self.needs_length and "transfer-encoding" in self.headers:
            raise LengthRequired("a body must tell its length", rule="RFC 9110, 15.5.12")
        if length is not None and length.isdigit() and int(length) > limit:
            raise PayloadTooLarge(f"{length} bytes; at most {limit} are read")
        chunks = bytearray()
        async for chunk in self._chunks():
            chunks += chunk
            if len(chunks) > limit:
                raise PayloadTooLarge(f"more than {limit} bytes; at most {limit} are read")
        return bytes(chunks)

    async def _chunks(self) -> Any:
        while True:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise InvalidRequest("the client went before its body was complete")
            yield message.get("body", b"")
            if not message.get("more_body", False):
                return

    async def json(self, limit: int | None = None) -> Any:
        """The body as JSON; InvalidRequest names line and column of what is wrong."""
        return parse_json(await self.body(limit))

    async def gone(self) -> None:
        """Return once the client has hung up."""
        while (await self._receive())["type"] != "http.disconnect":
            pass


def parse_json(raw: bytes) -> Any:
    """JSON with at most `DEEPEST_JSON` levels; InvalidRequest otherwise."""
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise InvalidRequest(
            f"the body is not JSON: {error.msg}", where=f"line {error.lineno}, column {error.colno}"
        ) from error
    if raw.count(b"[") + raw.count(b"{") > DEEPEST_JSON and _deeper(value, DEEPEST_JSON):
        raise InvalidRequest(f"the body nests deeper than {DEEPEST_JSON} levels")
    return value


def _deeper(value: Any, levels: int) -> bool:
    """Whether arrays and objects nest deeper than `levels`; level by level, without a stack."""
    layer = [value]
    for _ in range(levels):
        layer = [child for one in layer for child in _children(one)]
        if not layer:
            return False
    return True


def _children(value: Any) -> Iterable[Any]:
    inner = value.values() if isinstance(value, dict) else value
    return [one for one in inner if isinstance(one, dict | list)]


def _joined(lines: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for raw_name, raw_value in lines:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        glue = "; " if name == "cookie" else ", "
        found[name] = f"{found[name]}{glue}{value}" if name in found else value
    return found
