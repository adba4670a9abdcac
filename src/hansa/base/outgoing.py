"""The one way out: every request that leaves the node goes through here.

A city lists the origins it may call; nothing else is reachable, whoever asks. A name is resolved
once, each address is judged, and the connection goes to the address that was judged, so that a
name that changes its mind between two look-ups gains nothing. No redirects, no proxies from the
environment, no cookies; time and size have limits. A city with real data never calls its own
machine.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, cast
from urllib.parse import urlsplit

from hansa.base.late import Late
from hansa.base.problems import HANSA, BadFile, Problem

if TYPE_CHECKING:
    import aiohttp
    from aiohttp.abc import AbstractResolver, ResolveResult
else:
    aiohttp = Late("aiohttp")

_PORTS = {"http": 80, "https": 443}
STREAMS = {"mqtt": 1883, "mqtts": 8883}  # reached through `vetted`, not through `send`
_ALL = _PORTS | STREAMS


class EgressRefused(Problem):
    """The request may not leave: its origin is not listed, or its address is not allowed."""

    type: ClassVar[str] = HANSA + "egress-refused"
    title: ClassVar[str] = "The node may not call this address"
    status: ClassVar[int] = 403


class Unreachable(Problem):
    """The other side did not answer in time, or not at all, or with too much."""

    type: ClassVar[str] = HANSA + "unreachable"
    title: ClassVar[str] = "The other side could not be reached"
    status: ClassVar[int] = 502


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side said; `body` is not decompressed."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Vetted:
    """Where a connection may go: to this address, whatever the name says by then."""

    host: str
    address: str
    port: int
    secure: bool


def origin_of(url: str, where: str = "", ports: Mapping[str, int] = _PORTS) -> str:
    """`scheme://host:port` of an http(s) URL; EgressRefused for anything else.

    `ports`: the schemes that will do, with the port of each.
    """
    parts = urlsplit(url)
    try:
        port = parts.port or ports.get(parts.scheme, 0)
    except ValueError as error:
        raise EgressRefused(f"{url!r} has no valid port", where=where) from error
    if parts.scheme not in ports or not parts.hostname or parts.username is not None:
        kind = "an HTTP server" if ports is _PORTS else "a server that can be called"
        remedy = " or ".join(f"{scheme}://" for scheme in ports)
        raise EgressRefused(f"{url!r} is not the URL of {kind}", where=where, remedy=remedy)
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}:{port}"


class Outgoing:
    """The guarded client of one city.

    `allow`: origins of `city.yaml: egress.allow`. `loopback`: whether this machine may be
    listed at all, true for exercises only; BadFile where a city of the actual world lists it.
    `seconds` bounds a whole request, `largest` the bytes of an answer.
    """

    def __init__(
        self,
        allow: Iterable[str],
        *,
        loopback: bool = False,
        seconds: float = 10.0,
        largest: int = 1 << 20,
    ) -> None:
        self._allowed = frozenset(_listed(one, loopback) for one in allow)
        self._seconds = seconds
        self._largest = largest
        self._resolver = _JudgingResolver(loopback)
        self._session: aiohttp.ClientSession | None = None

    def check(self, url: str, where: str = "") -> None:
        """EgressRefused unless the URL's origin is listed."""
        self._check(url, origin_of(url, where), where)

    def allows(self, url: str) -> bool:
        """Whether the URL's origin is listed, of whatever scheme."""
        return origin_of(url, "", _ALL) in self._allowed

    async def vetted(self, url: str) -> Vetted:
        """The address behind a listed `mqtt(s)://` URL, looked up and judged now."""
        self._check(url, origin_of(url, "", STREAMS), "")
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or STREAMS[parts.scheme]
        try:
            found = await self._resolver.resolve(host, port)
        except OSError as error:
            raise Unreachable(f"{url}: {error}") from error
        return Vetted(host, found[0]["host"], port, secure=parts.scheme.endswith("s"))

    def _check(self, url: str, origin: str, where: str) -> None:
        if origin not in self._allowed:
            raise EgressRefused(
                f"{url} is not among the origins that this city calls",
                where=where,
                rule="city.yaml: egress.allow",
                remedy="an administrator may list its origin there",
            )

    async def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        seconds: float | None = None,
        largest: int | None = None,
    ) -> Answer:
        """One request and its answer. Raises EgressRefused, Unreachable.

        `seconds` can only lower the limit of the client, `largest` replaces it.
        """
        self.check(url)
        limit = min(seconds or self._seconds, self._seconds)
        try:
            async with self._opened().request(
                method,
                url,
                data=body or None,
                headers=headers,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=limit),
            ) as response:
                return await self._answer(url, response, largest or self._largest)
        except TimeoutError as error:
            raise Unreachable(f"{url} did not answer within {limit:g} s") from error
        except (aiohttp.ClientError, OSError) as error:
            raise Unreachable(f"{url}: {error}") from error

    async def close(self) -> None:
        """Close the connections that are kept open."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _answer(self, url: str, response: "aiohttp.ClientResponse", largest: int) -> Answer:
        body = bytearray()
        async for chunk in response.content.iter_chunked(1 << 16):
            body += chunk
            if len(body) > largest:
                raise Unreachable(f"{url} answers with more than {largest} bytes")
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status, headers, bytes(body))

    def _opened(self) -> "aiohttp.ClientSession":
        if self._session is None:
            connector = aiohttp.TCPConnector(
                resolver=cast("AbstractResolver", self._resolver),
                use_dns_cache=False,
                limit=64,
                limit_per_host=8,
            )
            self._session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                trust_env=False,
                headers={"User-Agent": "hansa"},
            )
        return self._session


def _listed(origin: str, loopback: bool) -> str:
    if not loopback and _is_loopback(urlsplit(origin).hostname or ""):
        raise BadFile(
            f"{origin} is this machine itself",
            where="city.yaml: egress.allow",
            rule="a city of the actual world does not call its own machine",
        )
    try:
        return origin_of(origin, "city.yaml: egress.allow", _ALL)
    except EgressRefused as error:
        raise BadFile(error.detail, where=error.where, remedy=error.remedy) from error


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class _JudgingResolver:
    """Resolves names and lets through public addresses only.

    An address of a private network is reached by listing it as a number; a name that points
    into one is refused, since whoever owns the name could point it anywhere.
    """

    def __init__(self, loopback: bool) -> None:
        self._loopback = loopback

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list["ResolveResult"]:
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM, family=family)
        judged: list[ResolveResult] = [
            {
                "hostname": host,
                "host": str(address[0]),
                "port": port,
                "family": kind,
                "proto": proto,
                "flags": socket.AI_NUMERICHOST,
            }
            for kind, _, proto, _, address in found
            if self._may(host, str(address[0]))
        ]
        if not judged:
            raise OSError(f"{host} leads to no address that may be called")
        return judged

    def _may(self, host: str, address: str) -> bool:
        number = ipaddress.ip_address(address.split("%")[0])
        if number.is_loopback:
            return self._loopback and _is_loopback(host)
        return number.is_global and not number.is_multicast

    async def close(self) -> None:
        """Nothing is kept open."""
