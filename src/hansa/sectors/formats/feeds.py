"""RSS and Atom as rows, one per item, whatever dialect a press office happens to write.

Text comes without markup: what strangers write is never rendered. Feeds in the wild break
every rule of their standards, so a library that knows them all reads them.
"""

import html
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from hansa.base.late import Late
from hansa.base.problems import BadRequestData

if TYPE_CHECKING:
    import feedparser
else:
    feedparser = Late("feedparser")

_TAG = re.compile(r"<[^>]*>")
_BLANK = re.compile(r"\s+")
_BLOCK = re.compile(r"<(br|p|div|li)\b[^>]*>", re.IGNORECASE)


class NotAFeed(BadRequestData):
    """The document holds neither a feed nor an item."""

    title = "This is no RSS or Atom feed"


def rows(data: bytes) -> Iterator[Mapping[str, Any]]:
    """Items, in the order of the feed. Times in UTC as RFC 3339 text, "" where the feed is silent.

    `id` is the item's own, else its link, else its title and time: what is the same again is
    known again. NotAFeed where nothing can be read.
    """
    found = feedparser.parse(data, sanitize_html=True, resolve_relative_uris=False)
    if not found.entries and not found.version:
        reason = found.get("bozo_exception") or "no feed element"
        raise NotAFeed(f"cannot be read: {reason}", rule="RSS 2.0, RFC 4287")
    feed = {"feedTitle": plain(found.feed.get("title", "")), "feedLink": found.feed.get("link", "")}
    language = found.feed.get("language", "")
    for entry in found.entries:
        yield feed | _row(entry, language)


def plain(text: str) -> str:
    """The text without markup and without runs of blanks."""
    parted = _BLOCK.sub(" ", text)
    return _BLANK.sub(" ", html.unescape(_TAG.sub("", parted))).strip()


def _row(entry: Any, language: str) -> dict[str, Any]:
    title, published = plain(entry.get("title", "")), _time(entry, "published_parsed")
    updated = _time(entry, "updated_parsed")
    link = entry.get("link", "")
    return {
        "id": entry.get("id") or link or f"{title} {published or updated}".strip(),
        "title": title,
        "summary": plain(entry.get("summary", "")),
        "content": " ".join(plain(one.get("value", "")) for one in entry.get("content", ())),
        "link": link,
        "author": plain(entry.get("author", "")),
        "published": published or updated,
        "updated": updated or published,
        "categories": [tag.get("term", "") for tag in entry.get("tags", ()) if tag.get("term")],
        "language": entry.get("language", "") or language,
        "enclosures": [one.get("href", "") for one in entry.get("enclosures", ())],
        "geometry": _geometry(entry.get("where")),
        **{name: value for name, value in entry.items() if name.startswith("cap_")},
    }


def _time(entry: Any, name: str) -> str:
    """A time of the entry, which feedparser has in UTC; asked by `in`, or it guesses another."""
    parsed = entry.get(name) if name in entry else None
    if parsed is None:
        return ""
    try:
        year, month, day, hour, minute, second = parsed[:6]
        moment = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
    except ValueError:
        return ""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _geometry(where: Any) -> dict[str, Any] | None:
    """GeoRSS, as feedparser reads it (longitude first)."""
    if not where or "coordinates" not in where:
        return None
    return {"type": where["type"], "coordinates": where["coordinates"]}
