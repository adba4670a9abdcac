"""RSS and Atom: hand-made items, and a captured feed where the shared data are at hand."""

from pathlib import Path

import pytest

from hansa.sectors.formats import feeds

SAMPLES = Path(__file__).parents[3].parent / "shared" / "data" / "samples" / "rss"

RSS = """<rss version="2.0" xmlns:georss="http://www.georss.org/georss"><channel>
<title>Hand-made</title><language>ru</language>{items}</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Hand-made</title>
<entry><id>urn:1</id><title type="html">&lt;b&gt;Bold&lt;/b&gt; &amp;amp; more</title>
<updated>2026-03-01T10:00:00+03:00</updated><link href="https://example.org/1"/>
<content type="html">
&lt;script&gt;alert(1)&lt;/script&gt;one&lt;br/&gt;two</content></entry></feed>"""


def _rss(items: str) -> bytes:
    return RSS.format(items=items).encode()


def test_an_item_of_rss() -> None:
    item = (
        "<item><guid>7</guid><title>Река</title><pubDate>Wed, 27 Jul 2022 11:01:01 +0300</pubDate>"
        "<georss:point>54.6 39.7</georss:point><category>вода</category></item>"
    )
    (row,) = feeds.rows(_rss(item))
    assert (row["id"], row["title"], row["language"]) == ("7", "Река", "ru")
    assert row["published"] == row["updated"] == "2022-07-27T08:01:01Z"
    assert row["geometry"] == {"type": "Point", "coordinates": (39.7, 54.6)}
    assert row["categories"] == ["вода"]


def test_an_entry_of_atom_loses_its_markup() -> None:
    (row,) = feeds.rows(ATOM.encode())
    assert row["title"] == "Bold & more"
    assert row["content"] == "one two"
    assert row["updated"] == "2026-03-01T07:00:00Z"


def test_an_item_without_a_name_of_its_own_is_known_by_its_words() -> None:
    (row,) = feeds.rows(_rss("<item><title>Only words</title></item>"))
    assert (row["id"], row["published"]) == ("Only words", "")


def test_no_item_is_no_error_and_no_feed_is_one() -> None:
    assert list(feeds.rows(_rss(""))) == []
    with pytest.raises(feeds.NotAFeed):
        list(feeds.rows(b"<html><body>maintenance</body></html>"))


@pytest.mark.skipif(not SAMPLES.exists(), reason="the shared data are not at hand")
def test_captured_feeds_are_read() -> None:
    captured = {path.name: list(feeds.rows(path.read_bytes())) for path in SAMPLES.glob("*.xml")}
    city = captured["mos_ru_2022-07-27.xml"]
    assert len({row["id"] for row in city}) == len(city) == 10
    assert all(row["published"].startswith("2022-07-2") for row in city)
