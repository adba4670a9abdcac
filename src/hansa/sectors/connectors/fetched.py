"""One document, fetched again and again and read by a parser of `sectors.formats`.

What differs from door to door is the parser and a word or two of settings; asking, knowing what
is known, parting into deliveries and refusing what cannot be read are the same for all.
"""

from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Annotated, Any, Generic, TypeAlias, TypeVar

from msgspec import Meta

from hansa.base.outgoing import EgressRefused, origin_of
from hansa.base.problems import BadRequestData
from hansa.sectors.connectors import documents
from hansa.sectors.connectors.asking import Known, get
from hansa.sectors.connectors.plan import Bad, Delivery, Door, Record, Settings, Unreadable, Wrong
from hansa.sectors.connectors.secrets import Secret

MOST = 1000  # records of one delivery


class FetchedSettings(Settings, frozen=True, kw_only=True, rename="camel"):
    """`secret` goes into the header `secretHeader`, behind `secretPrefix`."""

    url: str
    poll: Annotated[float, Meta(ge=1)] = 300.0
    secret: Secret | None = None
    secret_header: str = "Authorization"  # noqa: S105 - the name of a header
    secret_prefix: str = "Bearer "  # noqa: S105 - what stands before a secret is none


S = TypeVar("S", bound=FetchedSettings)
Found: TypeAlias = Mapping[str, Any] | Unreadable
Parse: TypeAlias = Callable[[S, bytes, Door], Iterable[Found]]


class Fetched(Generic[S]):
    """A connector made of a parser: bytes of a document to rows, else BadRequestData."""

    def __init__(self, parse: Parse[S]) -> None:
        self._parse = parse

    def wrong(self, settings: S) -> Iterator[Wrong]:
        """An address that is none."""
        yield from wrong_url("url", settings.url)

    def endpoint(self, settings: S) -> str:
        """The address of the document."""
        return settings.url

    def pause(self, settings: S) -> float:
        """Seconds between two polls."""
        return settings.poll

    async def stream(self, settings: S, door: Door) -> AsyncGenerator[Delivery, None]:
        """The document as it is now; nothing where it is as it was."""
        known = Known.of(door.position)
        got = await get(door, settings.url, known=known, headers=headers_of(settings, door))
        if got is None:
            return
        rows = read(settings.url, lambda: self._parse(settings, got.body, door))
        for delivery in parted(rows, door, got.known.position()):
            yield delivery


def read(what: str, parse: Callable[[], Iterable[Found]]) -> list[Found]:
    """All rows of a document; Bad where it is none of its kind."""
    try:
        return list(parse())
    except BadRequestData as problem:
        raise Bad(f"{what}: {problem}") from problem


def parted(rows: Iterable[Found], door: Door, position: Any) -> Iterator[Delivery]:
    """Rows as deliveries; only the last one says that all of the document is known."""
    records = (as_record(one, door.columns) for one in rows)
    part = tuple(islice(records, MOST))
    while True:
        following = tuple(islice(records, MOST))
        yield Delivery(part, door.position if following else position)
        if not following:
            return
        part = following


def as_record(row: Found, columns: frozenset[str]) -> Record:
    """A row as a record: its columns, and what the mapping's JSON Pointers lead to."""
    if isinstance(row, Unreadable):
        return row
    pointed = {
        column: found
        for column in columns
        if column.startswith("/") and (found := documents.at(row, column)) is not None
    }
    return {**row, **pointed}


def headers_of(settings: FetchedSettings, door: Door) -> dict[str, str]:
    """The header with the secret, where there is one."""
    secret = door.secret(settings.secret)
    return {} if secret is None else {settings.secret_header: settings.secret_prefix + secret}


def wrong_url(member: str, url: str) -> Iterator[Wrong]:
    """What is wrong with an address."""
    try:
        origin_of(url)
    except EgressRefused as error:
        yield member, error.detail
