"""Open311 GeoReport v2 read as a client does: JSON and XML say the same."""

from pathlib import Path

import pytest

from hansa.base.problems import BadRequestData
from hansa.sectors.formats import open311

SAMPLE = Path(__file__).parents[3].parent / "shared/data/samples/open311/boston_requests_page.json"
JSON = b'[{"service_request_id": "1", "status": "open", "lat": "54.6", "long": 39.7}]'
XML = (
    b"<service_requests><request><service_request_id>1</service_request_id><status>open</status>"
    b"<lat>54.6</lat><long>39.7</long></request></service_requests>"
)


def test_both_forms_say_the_same() -> None:
    (one,) = open311.rows(JSON)
    assert list(open311.rows(XML)) == [one]
    assert (one["service_request_id"], one["lat"], one["long"]) == ("1", 54.6, 39.7)
    assert one["media_url"] == ""


@pytest.mark.parametrize(
    "answer",
    [
        b'[{"code": 400, "description": "jurisdiction_id was not provided"}]',
        b"<errors><error><code>400</code><description>jurisdiction_id was not provided"
        b"</description></error></errors>",
    ],
)
def test_an_error_speaks_with_the_words_of_the_sender(answer: bytes) -> None:
    with pytest.raises(open311.BadOpen311, match="jurisdiction_id was not provided"):
        list(open311.rows(answer))


@pytest.mark.parametrize("answer", [b"", b"null", b'{"a": 1}', b"[1]", b"<html/>x"])
def test_other_answers_are_refused(answer: bytes) -> None:
    with pytest.raises(BadRequestData):
        list(open311.rows(answer))


@pytest.mark.skipif(not SAMPLE.exists(), reason="the shared data are not at hand")
def test_a_captured_page_is_read() -> None:
    found = list(open311.rows(SAMPLE.read_bytes()))
    assert len({one["service_request_id"] for one in found}) == len(found) > 100
