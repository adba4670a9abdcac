"""CAP by address: a message, or a feed of messages, each fetched once and again when it changes."""

from collections.abc import AsyncGenerator, Iterator, Mapping
from typing import Any
from urllib.parse import urljoin

from hansa.base.outgoing import EgressRefused, Unreachable
from hansa.base.problems import BadRequestData
from hansa.base.xmltree import parse
from hansa.sectors.connectors.asking import Known, get
from hansa.sectors.connectors.cap.messages import warnings
from hansa.sectors.connectors.cap.settings import CapSettings
from hansa.sectors.connectors.fetched import Found, headers_of, parted, read, wrong_url
from hansa.sectors.connectors.plan import Bad, Delivery, Door, Unreadable, Wrong
from hansa.sectors.formats import cap, feeds


class Cap:
    """The door."""

    def wrong(self, settings: CapSettings) -> Iterator[Wrong]:
        """An address that is none."""
        yield from wrong_url("url", settings.url)

    def endpoint(self, settings: CapSettings) -> str:
        """The address of the message or feed."""
        return settings.url

    def pause(self, settings: CapSettings) -> float:
        """Seconds between two polls."""
        return settings.poll

    async def stream(self, settings: CapSettings, door: Door) -> AsyncGenerator[Delivery, None]:
        """Warnings that are new or changed; nothing where all is as it was."""
        known = Known.of(door.position)
        got = await get(door, settings.url, known=known, headers=headers_of(settings, door))
        if got is None:
            return
        position: dict[str, Any] = {**got.known.position()}
        if _is_message(settings.url, got.body):
            rows = read(settings.url, lambda: warnings(got.body, exercise=door.exercise))
        else:
            listed = _links(settings, got.body)
            rows, had = await _followed(settings, door, listed)
            position = {**(position if had == listed else {}), "messages": had}
        for delivery in parted(rows, door, position):
            yield delivery


def _is_message(url: str, body: bytes) -> bool:
    try:
        return cap.is_cap(body)
    except BadRequestData as problem:
        raise Bad(f"{url}: {problem}") from problem


def _links(settings: CapSettings, body: bytes) -> dict[str, str]:
    """Address of each message that the feed lists -> when it was changed."""
    items = read(settings.url, lambda: feeds.rows(body))
    found = {
        urljoin(settings.url, one["link"] or one["id"]): str(one["updated"])
        for one in items
        if isinstance(one, Mapping) and (one["link"] or one["id"])
    }
    return dict(list(found.items())[: settings.most_messages])


async def _followed(
    settings: CapSettings, door: Door, listed: Mapping[str, str]
) -> tuple[list[Found], dict[str, str]]:
    """The rows of messages that are new or changed, and the messages that are known then.

    One that could not be had is not: it is asked for again, though the feed stays as it is.
    """
    position = door.position if isinstance(door.position, dict) else {}
    before: Mapping[str, str] = position.get("messages", {})
    rows: list[Found] = []
    had = dict(listed)
    for url, updated in listed.items():
        if before.get(url) == updated:
            continue
        try:
            rows += await _message(settings, door, url)
        except (Bad, Unreachable) as problem:
            rows.append(_refused(problem, url))
            del had[url]
    return rows, had


async def _message(settings: CapSettings, door: Door, url: str) -> list[Found]:
    """The rows of one message; what is no message is refused by itself and harms no other."""
    try:
        got = await get(door, url, headers=_headers(settings, door, url))
        if got is None:
            return []
        parse(got.body)
        return list(warnings(got.body, exercise=door.exercise))
    except (BadRequestData, EgressRefused) as problem:
        return [_refused(problem, url)]


def _refused(problem: Exception, url: str) -> Unreadable:
    return Unreadable("cap-message", str(problem), url)


def _headers(settings: CapSettings, door: Door, url: str) -> dict[str, str]:
    """The secret goes to the feed's own origin only."""
    own = urljoin(settings.url, "/")
    return headers_of(settings, door) if url.startswith(own) else {}
