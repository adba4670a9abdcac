"""Answers: bytes or a stream of bytes, and the one place where a `Problem` becomes HTTP."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, replace
from typing import Any, TypeAlias
from urllib.parse import quote

import orjson

from hansa.base.problems import Problem

HeaderLines: TypeAlias = tuple[tuple[str, str], ...]
PROBLEM_JSON = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Response:
    """Status, body and headers; a stream is cancelled when its client goes."""

    status: int = 200
    body: bytes | AsyncIterator[bytes] = b""
    headers: HeaderLines = ()

    def adding(self, *headers: tuple[str, str]) -> "Response":
        """The same answer with more header lines."""
        return replace(self, headers=self.headers + headers)

    def header(self, name: str) -> str | None:
        lower = name.lower()
        return next((value for key, value in self.headers if key.lower() == lower), None)


def json_response(
    value: Any,
    status: int = 200,
    headers: Iterable[tuple[str, str]] = (),
    media_type: str = "application/json",
) -> Response:
    """`value` as JSON (orjson: datetimes as RFC 3339 with Z)."""
    body = orjson.dumps(value, option=orjson.OPT_UTC_Z)
    return Response(status, body, (("Content-Type", media_type), *headers))


def text_response(text: str, status: int = 200, media_type: str = "text/plain") -> Response:
    return Response(status, text.encode(), (("Content-Type", f"{media_type}; charset=utf-8"),))


def stream_response(
    body: AsyncIterator[bytes], media_type: str, headers: Iterable[tuple[str, str]] = ()
) -> Response:
    return Response(200, body, (("Content-Type", media_type), *headers))


def event_stream(body: AsyncIterator[bytes]) -> Response:
    """Server-sent events; `sse` makes the pieces. Proxies must not hold them back."""
    headers = (("Cache-Control", "no-store"), ("X-Accel-Buffering", "no"))
    return stream_response(body, "text/event-stream", headers)


def sse(data: bytes | str, event: str = "", number: int | str | None = None) -> bytes:
    """One server-sent event (WHATWG HTML, 9.2); a line break in `data` becomes two lines."""
    text = data.decode() if isinstance(data, bytes) else data
    lines = [f"data: {line}" for line in text.split("\n")]
    if event:
        lines.insert(0, f"event: {event}")
    if number is not None:
        lines.insert(0, f"id: {number}")
    return ("\n".join(lines) + "\n\n").encode()


def problem_response(problem: Problem, headers: Iterable[tuple[str, str]] = ()) -> Response:
    """The RFC 9457 document of a refusal; nothing else in Hansa builds one.

    411 goes without: GS CIM 009 v1.9.1, 6.3.4 wants the bare status.
    """
    if problem.status == 411:
        return Response(411, headers=tuple(headers))
    return json_response(problem.document(), problem.status, headers, PROBLEM_JSON)


def set_cookie(
    name: str, value: str, *, max_age: int | None = None, secure: bool = False, path: str = "/"
) -> tuple[str, str]:
    """A Set-Cookie line: HttpOnly and SameSite=Strict always (RFC 6265bis); 0 takes it back."""
    parts = [f"{name}={quote(value, safe='')}", f"Path={path}", "HttpOnly", "SameSite=Strict"]
    if max_age is not None:
        parts.append(f"Max-Age={max_age}")
    if secure:
        parts.append("Secure")
    return "Set-Cookie", "; ".join(parts)


def encode_headers(headers: Iterable[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    """Header lines for ASGI; what is not Latin-1 is percent-encoded, line breaks refused."""
    return [(name.lower().encode("ascii"), _line(value)) for name, value in headers]


def _line(value: str) -> bytes:
    if "\n" in value or "\r" in value:
        raise ValueError("a header value holds a line break")
    try:
        return value.encode("latin-1")
    except UnicodeEncodeError:
        return quote(value, safe="/:;,=<>\"'?&%#[]@!$()*+ ").encode("ascii")
