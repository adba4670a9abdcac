"""Observations of a SensorThings server, asked on from the newest that is committed."""

from collections.abc import AsyncGenerator, Iterator
from datetime import timedelta
from urllib.parse import quote, urljoin

from hansa.base.outgoing import EgressRefused, origin_of
from hansa.base.times import format_instant
from hansa.sectors.connectors import documents
from hansa.sectors.connectors.asking import get
from hansa.sectors.connectors.plan import Bad, Delivery, Door, Wrong
from hansa.sectors.connectors.sensorthings.observations import EXPAND, Place, records
from hansa.sectors.connectors.sensorthings.settings import SensorThingsSettings
from hansa.sectors.model import Json


class SensorThings:
    """OGC SensorThings API 1.1, part 1: Sensing; a client that reads."""

    def wrong(self, settings: SensorThingsSettings) -> Iterator[Wrong]:
        """An address."""
        try:
            origin_of(settings.url)
        except EgressRefused as error:
            yield "url", error.detail

    def endpoint(self, settings: SensorThingsSettings) -> str:
        """The service root."""
        return settings.url

    def pause(self, settings: SensorThingsSettings) -> float:
        """Seconds between two polls."""
        return settings.poll

    async def stream(
        self, settings: SensorThingsSettings, door: Door
    ) -> AsyncGenerator[Delivery, None]:
        """What is newer than the last commit, page by page, oldest first.

        Of the newest time all are asked for again and those that are known left out: others of
        that time may have come since.
        """
        begin = door.clock.now() - timedelta(seconds=settings.look_back)
        place = Place.of(door.position, format_instant(begin))
        headers = _headers(settings, door)
        url: str | None = first_page(settings, place)
        for _ in range(settings.most_pages):
            if url is None:
                return
            got = await get(door, url, headers=headers)
            page = documents.parse(got.body if got else b"", settings.url)
            found = _values(page, url)
            fresh = place.unknown(found)
            place = place.after(found, settings.time)
            yield Delivery(records(fresh, door.columns), place.position(), whole=bool(fresh))
            url = _next(page, url)


def first_page(settings: SensorThingsSettings, place: Place) -> str:
    """The address of the first page; every option is an option of the standard (9.3)."""
    wanted = f"{settings.time} ge {place.time}"
    if settings.filter:
        wanted = f"({settings.filter}) and {wanted}"
    options = {
        "$filter": wanted,
        "$orderby": f"{settings.time} asc,id asc",
        "$top": str(settings.page),
        "$expand": EXPAND,
    }
    query = "&".join(f"{name}={quote(value, safe='(),=/:$')}" for name, value in options.items())
    return f"{settings.url.rstrip('/')}/Observations?{query}"


def _headers(settings: SensorThingsSettings, door: Door) -> dict[str, str]:
    secret = door.secret(settings.secret)
    if secret is None:
        return {}
    return {settings.secret_header: settings.secret_prefix + secret}


def _values(page: Json, url: str) -> list[Json]:
    found = page.get("value") if isinstance(page, dict) else None
    if not isinstance(found, list):
        raise Bad(f"{url} answers without the list `value`")
    return found


def _next(page: Json, url: str) -> str | None:
    link = page.get("@iot.nextLink")
    if not isinstance(link, str) or not link:
        return None
    following = urljoin(url, link)
    if origin_of(following) != origin_of(url):
        remedy = "the server's service root must be the address by which it is called"
        raise Bad(f"the next page is said to lie elsewhere: {following}", remedy=remedy)
    return following
