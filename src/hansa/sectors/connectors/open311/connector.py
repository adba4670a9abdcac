"""Open311 by pages: the window of the last days, or what was changed since the last time."""

from collections.abc import AsyncGenerator, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from hansa.base.problems import BadRequestData
from hansa.base.times import format_instant, parse_instant
from hansa.sectors.connectors.asking import get
from hansa.sectors.connectors.fetched import Found, as_record, headers_of, read, wrong_url
from hansa.sectors.connectors.open311.settings import Open311Settings
from hansa.sectors.connectors.plan import Bad, Delivery, Door, Wrong
from hansa.sectors.formats import open311

_OVERLAP = timedelta(minutes=5)  # asked again, for what was written late over there


class Open311:
    """The door."""

    def wrong(self, settings: Open311Settings) -> Iterator[Wrong]:
        """An address that is none."""
        yield from wrong_url("url", settings.url)

    def endpoint(self, settings: Open311Settings) -> str:
        """The base of the endpoint."""
        return settings.url

    def pause(self, settings: Open311Settings) -> float:
        """Seconds between two polls."""
        return settings.poll

    async def stream(self, settings: Open311Settings, door: Door) -> AsyncGenerator[Delivery, None]:
        """Page by page; the position moves when the last page is committed."""
        asked, headers = _window(settings, door), headers_of(settings, door)
        newest = _since(door)
        for number in range(1, settings.most_pages + 1):
            rows = await _page(settings, door, {**asked, "page": str(number)}, headers)
            now = door.clock.now()  # a clock that runs ahead over there hides no later change
            said = (one for one in (newest, *map(_updated, rows)) if one and one <= now)
            newest = max(said, default=None)
            last = len(rows) < settings.page_size
            known = {"since": format_instant(newest)} if newest else {}
            records = tuple(as_record(one, door.columns) for one in rows)
            yield Delivery(records, known if last else door.position)
            if last:
                return
        raise Bad(f"{settings.url} has more than {settings.most_pages} pages")


async def _page(
    settings: Open311Settings, door: Door, asked: Mapping[str, str], headers: dict[str, str]
) -> list[Found]:
    url = f"{settings.url.rstrip('/')}/requests.json?{urlencode(asked)}"
    got = await get(door, url, headers=headers)
    return [] if got is None else read(url, lambda: map(_dated, open311.rows(got.body)))


def _dated(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """With `changedAt`: when the request became what it is, as far as the server says."""
    return {**row, "changedAt": row["updated_datetime"] or row["requested_datetime"]}


def _window(settings: Open311Settings, door: Door) -> dict[str, str]:
    now, since = door.clock.now(), _since(door)
    begin = now - timedelta(days=settings.days)
    asked = {"page_size": str(settings.page_size)}
    if settings.jurisdiction:
        asked["jurisdiction_id"] = settings.jurisdiction
    if settings.updates and since is not None:
        asked["updated_after"] = format_instant(since - _OVERLAP)
    return {
        "start_date": format_instant(begin.replace(microsecond=0)),
        "end_date": format_instant(now.replace(microsecond=0)),
        **asked,
    }


def _since(door: Door) -> datetime | None:
    position = door.position if isinstance(door.position, dict) else {}
    text = position.get("since")
    return None if not text else parse_instant(text)


def _updated(row: Found) -> datetime | None:
    text: Any = row.get("updated_datetime") if isinstance(row, Mapping) else None
    try:
        return parse_instant(text) if text else None
    except BadRequestData:
        return None
