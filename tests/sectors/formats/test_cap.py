"""CAP 1.2: hand-made messages, and the captured ones where the shared data are at hand."""

from math import cos, hypot, radians
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.base.xmltree import BadXml
from hansa.sectors.formats import cap

SAMPLES = Path(__file__).parents[3].parent / "shared" / "data" / "samples" / "cap"

ALERT = """<?xml version="1.0"?><alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
<identifier>hand-made-1</identifier><sender>made@example.org</sender>
<sent>2026-01-02T03:04:05+03:00</sent><status>Exercise</status><msgType>Update</msgType>
<scope>Public</scope><references>made@example.org,hand-made-0,2026-01-02T03:00:00+03:00</references>
{infos}</alert>"""
INFO = """<info><language>{language}</language><category>Env</category><event>{event}</event>
<urgency>Immediate</urgency><severity>Severe</severity><certainty>Observed</certainty>
<headline>{event}!</headline><parameter><valueName>p</valueName><value>1</value></parameter>
<area><areaDesc>North</areaDesc>{area}</area></info>"""


def _message(*infos: str) -> bytes:
    return ALERT.format(infos="".join(infos)).encode()


def test_every_language_is_a_row() -> None:
    infos = (INFO.format(language=one, event=one, area="") for one in ("ru", "en"))
    found = list(cap.rows(_message(*infos)))
    assert [(one["language"], one["headline"]) for one in found] == [("ru", "ru!"), ("en", "en!")]
    assert found[0]["severityHere"] == "high"
    assert found[0]["parameter"] == {"p": ["1"]}
    assert cap.references(found[0]["references"]) == ("hand-made-0",)


def test_a_polygon_is_turned_to_longitude_first_and_closed() -> None:
    area = "<polygon>54,39 54,40 55,40</polygon>"
    (row,) = cap.rows(_message(INFO.format(language="en", event="x", area=area)))
    assert row["geometry"] == {
        "type": "Polygon",
        "coordinates": [[[39.0, 54.0], [40.0, 54.0], [40.0, 55.0], [39.0, 54.0]]],
    }


@given(
    st.floats(-170, 170), st.floats(-80, 80), st.floats(0.1, 100), st.sampled_from([0, 8, 16, 24])
)
def test_a_circle_has_its_radius(lon: float, lat: float, radius: float, step: int) -> None:
    area = f"<circle>{lat},{lon} {radius}</circle>"
    (row,) = cap.rows(_message(INFO.format(language="en", event="x", area=area)))
    x, y = row["geometry"]["coordinates"][0][step]
    away = hypot((x - lon) * cos(radians(lat)), y - lat) * 111.195
    assert away == pytest.approx(radius, rel=0.01)


def test_a_message_without_info_is_a_row_too() -> None:
    (row,) = cap.rows(_message())
    assert row["msgType"] == "Update"


@pytest.mark.parametrize("wrong", ["<polygon>54,39 x</polygon>", "<polygon>154,39 1,1</polygon>"])
def test_a_wrong_point_is_refused(wrong: str) -> None:
    with pytest.raises(BadXml, match=r"3\.2\.4"):
        list(cap.rows(_message(INFO.format(language="en", event="x", area=wrong))))


def test_what_the_standard_requires_is_asked_for() -> None:
    with pytest.raises(BadXml, match="identifier"):
        list(cap.rows(_message().replace(b"<identifier>hand-made-1</identifier>", b"")))


@pytest.mark.skipif(not SAMPLES.exists(), reason="the shared data are not at hand")
def test_captured_messages_are_read() -> None:
    found = {path.name: list(cap.rows(path.read_bytes())) for path in SAMPLES.glob("*[0-9].xml")}
    assert found
    assert all(row["event"] for rows in found.values() for row in rows)
