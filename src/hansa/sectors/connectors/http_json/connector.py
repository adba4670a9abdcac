"""A list in JSON, asked for again and again: page by page, and only when it has changed."""

from collections.abc import AsyncGenerator, Iterator
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from hansa.base.outgoing import EgressRefused, origin_of
from hansa.sectors.connectors import documents
from hansa.sectors.connectors.asking import Got, Known, get
from hansa.sectors.connectors.http_json.settings import HttpJsonSettings
from hansa.sectors.connectors.plan import Bad, Delivery, Door, Wrong
from hansa.sectors.model import Json

MOST = 1000  # records of one delivery


class HttpJson:
    """HTTP JSON polling."""

    def wrong(self, settings: HttpJsonSettings) -> Iterator[Wrong]:
        """An address, pointers, and one way of paging."""
        try:
            origin_of(settings.url)
        except EgressRefused as error:
            yield "url", error.detail
        for member, pointer in (("list", settings.list), ("next", settings.next or "")):
            if not documents.is_pointer(pointer):
                yield member, f"{pointer!r} is no JSON Pointer: it begins with /"
        if settings.next is not None and settings.page_parameter is not None:
            yield "next", "pages are found by their link or by their number, not by both"

    def endpoint(self, settings: HttpJsonSettings) -> str:
        """The address of the list."""
        return settings.url

    def pause(self, settings: HttpJsonSettings) -> float:
        """Seconds between two polls."""
        return settings.poll

    async def stream(
        self, settings: HttpJsonSettings, door: Door
    ) -> AsyncGenerator[Delivery, None]:
        """The list as it is now; nothing where it is as it was."""
        headers = _headers(settings, door)
        paged = settings.next is not None or settings.page_parameter is not None
        known = Known() if paged else Known.of(door.position)
        url, number = _first(settings), settings.first_page
        for _ in range(settings.most_pages):
            got = await get(door, url, known=None if paged else known, headers=headers)
            if got is None:
                return
            document = documents.parse(got.body, url)
            found = _list(settings, document, url)
            for delivery in _deliveries(found, got, door, paged=paged):
                yield delivery
            number += 1
            following = _next(settings, document, url, number) if found else None
            if following is None:
                return
            url = following
        raise Bad(f"{settings.url} has more than {settings.most_pages} pages")


def _headers(settings: HttpJsonSettings, door: Door) -> dict[str, str]:
    secret = door.secret(settings.secret)
    accept = {"Accept": "application/json"}
    if secret is None:
        return accept
    return accept | {settings.secret_header: settings.secret_prefix + secret}


def _first(settings: HttpJsonSettings) -> str:
    if settings.page_parameter is None:
        return settings.url
    return with_parameter(settings.url, settings.page_parameter, str(settings.first_page))


def _list(settings: HttpJsonSettings, document: Json, url: str) -> list[Json]:
    found = documents.at(document, settings.list)
    if not isinstance(found, list):
        raise Bad(f"{url} has no list at {settings.list or 'its top'!r}")
    return found


def _deliveries(found: list[Json], got: Got, door: Door, *, paged: bool) -> Iterator[Delivery]:
    """The list in parts; it is known as a whole only when its last part is."""
    for start in range(0, max(len(found), 1), MOST):
        part = documents.records(found[start : start + MOST], door.columns)
        last = start + MOST >= len(found)
        position = got.known.position() if last and not paged else door.position
        yield Delivery(part, position, whole=True)


def _next(settings: HttpJsonSettings, document: Json, url: str, number: int) -> str | None:
    if settings.page_parameter is not None:
        return with_parameter(settings.url, settings.page_parameter, str(number))
    link = documents.at(document, settings.next) if settings.next else None
    if not isinstance(link, str) or not link:
        return None
    following = urljoin(url, link)
    if origin_of(following) != origin_of(settings.url):
        raise Bad(f"the next page of {url} is said to lie elsewhere: {following}")
    return following


def with_parameter(url: str, name: str, value: str) -> str:
    """The URL with this parameter in place of its own of that name."""
    parts = urlsplit(url)
    query = [one for one in parse_qsl(parts.query, keep_blank_values=True) if one[0] != name]
    return urlunsplit(parts._replace(query=urlencode([*query, (name, value)])))
