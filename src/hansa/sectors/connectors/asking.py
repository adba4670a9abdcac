"""HTTP as all connectors that poll speak it: conditions, refusals, and when to come back.

RFC 9110: If-None-Match and If-Modified-Since (13.1), 304 (15.4.5), Retry-After (10.2.3).
"""

import hashlib
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from hansa.base.outgoing import Answer
from hansa.sectors.connectors.plan import Bad, Door
from hansa.sectors.model import Json

LARGEST = 32 << 20  # bytes of an answer, unpacked
_IDENTITY = {"Accept-Encoding": "gzip"}


@dataclass(frozen=True, slots=True)
class Known:
    """What is remembered of the last answer, to be told apart from the next."""

    etag: str = ""
    modified: str = ""
    digest: str = ""

    @classmethod
    def of(cls, position: Json) -> "Known":
        """From a position; nothing where there is none."""
        found = position if isinstance(position, dict) else {}
        return cls(**{name: str(found.get(name, "")) for name in ("etag", "modified", "digest")})

    def position(self) -> dict[str, str]:
        """As part of a position."""
        return {"etag": self.etag, "modified": self.modified, "digest": self.digest}

    def headers(self) -> dict[str, str]:
        """The conditions of the next request."""
        wishes = {"If-None-Match": self.etag, "If-Modified-Since": self.modified}
        return {name: text for name, text in wishes.items() if text}


@dataclass(frozen=True, slots=True)
class Got:
    """An answer that says something new."""

    body: bytes
    known: Known
    headers: Mapping[str, str] = field(default_factory=dict)


async def get(
    door: Door,
    url: str,
    *,
    known: Known | None = None,
    headers: Mapping[str, str] | None = None,
    largest: int = LARGEST,
) -> Got | None:
    """The answer, or None where it is the one that is known. Raises Unreachable, Bad."""
    asked = {**_IDENTITY, **(headers or {}), **(known.headers() if known else {})}
    answer = await door.outgoing.send("GET", url, headers=asked, largest=largest)
    if answer.status == 304 and known is not None:
        return None
    _check(url, answer, door.clock.now())
    body = _unpacked(url, answer, largest)
    digest = hashlib.sha256(body).hexdigest()
    if known is not None and known.digest == digest:
        return None
    there = answer.headers
    fresh = Known(there.get("etag", ""), there.get("last-modified", ""), digest)
    return Got(body, fresh, there)


def _check(url: str, answer: Answer, now: datetime) -> None:
    if answer.status == 200:
        return
    remedy = "look after the secret of the source" if answer.status in (401, 403) else ""
    wait = retry_after(answer.headers.get("retry-after", ""), now)
    raise Bad(f"{url} answers with {answer.status}", wait=wait, remedy=remedy)


def retry_after(text: str, now: datetime) -> float | None:
    """Seconds that the other side asks us to wait; it may say a date."""
    if text.strip().isdigit():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - now).total_seconds())


def _unpacked(url: str, answer: Answer, largest: int) -> bytes:
    coding = answer.headers.get("content-encoding", "identity").lower()
    if coding in ("", "identity"):
        return answer.body
    if coding not in ("gzip", "x-gzip"):
        raise Bad(f"{url} answers in the coding {coding}, which was not asked for")
    unpacking = zlib.decompressobj(wbits=31)
    try:
        body = unpacking.decompress(answer.body, largest)
    except zlib.error as error:
        raise Bad(f"{url} answers with a damaged gzip: {error}") from error
    if unpacking.unconsumed_tail or not unpacking.eof:
        raise Bad(f"{url} answers with more than {largest} bytes, or breaks off")
    return body
