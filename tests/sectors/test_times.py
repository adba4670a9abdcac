"""Local times: what a zone's clock showed once, twice or never."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.sectors.mapping.refuse import Refused
from hansa.sectors.mapping.times import LocalTimes, zone_of

ZONES = ["America/New_York", "Europe/Moscow", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC-05:00"]


def _naive(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("zone", "text", "utc"),
    [
        ("America/New_York", "2015-07-01 12:00:00", "2015-07-01T16:00:00Z"),
        ("UTC-05:00", "2015-07-01 12:00:00", "2015-07-01T17:00:00Z"),
        ("Europe/Moscow", "2010-07-01T12:00", "2010-07-01T08:00:00Z"),
        ("Europe/Moscow", "2012-07-01T12:00", "2012-07-01T08:00:00Z"),
        ("Europe/Moscow", "2015-07-01T12:00", "2015-07-01T09:00:00Z"),
        ("Europe/Moscow", "2015-07-01T12:00:00+05:00", "2015-07-01T07:00:00Z"),
        ("UTC", "2015-07-01T12:00:00.250Z", "2015-07-01T12:00:00.25Z"),
    ],
)
def test_local_time_is_told_in_utc(zone: str, text: str, utc: str) -> None:
    assert LocalTimes(zone, "first").moment(text, "at").text == utc


@pytest.mark.parametrize(("ambiguous", "utc"), [("first", "05:30"), ("last", "06:30")])
def test_hour_that_is_there_twice_is_resolved_as_declared(ambiguous: str, utc: str) -> None:
    found = LocalTimes("America/New_York", ambiguous).moment("2015-11-01 01:30:00", "at")

    assert found.text == f"2015-11-01T{utc}:00Z"
    assert found.ambiguous


@pytest.mark.parametrize(
    ("ambiguous", "text", "rule"),
    [
        ("refuse", "2015-11-01 01:30:00", "time-once-in-zone"),
        ("first", "2015-03-08 02:30:00", "time-exists-in-zone"),
        ("first", "2015-02-30 02:30:00", "time"),
        ("first", "2015-03-08", "time"),
        ("first", "20150308T0230", "time"),
        ("first", "0001-01-01 00:00:00+14:00", "time"),
    ],
)
def test_time_that_cannot_be_meant_is_refused(ambiguous: str, text: str, rule: str) -> None:
    with pytest.raises(Refused) as refused:
        LocalTimes("America/New_York", ambiguous).moment(text, "at")

    assert (refused.value.field, refused.value.rule) == ("at", rule)


@pytest.mark.parametrize("name", ["Mars/Olympus", "EST5", "UTC+25:00", "../etc/passwd", ""])
def test_zone_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"is no zone|offset"):
        zone_of(name)


@given(
    st.sampled_from(ZONES),
    st.datetimes(datetime(2004, 1, 1), datetime(2035, 1, 1)),  # noqa: DTZ001 - local times
)
def test_remembered_offsets_agree_with_the_zone(zone: str, local: datetime) -> None:
    local = local.replace(microsecond=0)
    times = LocalTimes(zone, "first")
    where = zone_of(zone)
    utc = local.replace(tzinfo=where).astimezone(UTC)
    exists = utc.astimezone(where).replace(tzinfo=None, fold=0) == local
    for near in (local, local + timedelta(minutes=1), local):
        try:
            found = times.moment(near.isoformat(), "at")
        except Refused:
            assert near != local or not exists
            continue
        if near == local:
            assert exists
            assert found.at == utc
    twice = isinstance(where, ZoneInfo) and (
        local.replace(tzinfo=where, fold=1).utcoffset() != local.replace(tzinfo=where).utcoffset()
    )
    if exists:
        assert times.moment(local.isoformat(), "at").ambiguous == twice
