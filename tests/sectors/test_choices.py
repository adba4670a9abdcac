"""What a mapping says about some rows only, about moved calendars, and about signs of numbers."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.base.problems import BadFile
from hansa.sectors import BadMapping, Mapped, Refusal, Row
from hansa.sectors.mapping.times import LocalTimes, delay_of
from tests.sectors.helpers import READINGS, source_of

LABORATORY = """\
source: laboratory
title: {en: Laboratory}
sector: river
files: "*.csv"
format: csv
zone: America/New_York
type: WaterQualityObserved
id: "{site}"
states:
  - name: at-the-river
    knownAt: taken
    observedAt: taken
    fields:
      temperature:
        {column: result, as: number, unit: CEL, where: {column: what, values: [temperature]}}
  - name: in-the-laboratory
    where: {column: what, values: [temperature], unless: true}
    knownAt: taken
    knownAfter: P1D
    observedAt: taken
    fields:
      escherichiaColi:
        column: result
        as: number
        qualifiers: ["<", ">"]
        with:
          validation: {column: quality}
refuse:
  - {rule: range, column: result, minimum: -1, where: {column: what, pattern: "temp.*"}}
"""


def row(**cells: str) -> Row:
    given = {"site": "A", "taken": "2015-07-01 06:00", "quality": "final", **cells}
    return Row("made.csv", 2, given)


def body(outcome: Mapped | Refusal) -> Mapping[str, Any]:
    assert isinstance(outcome, Mapped)
    (state,) = outcome.states
    return state.body


def test_a_component_goes_to_its_attribute_and_a_result_is_known_when_it_can_be(
    tmp_path: Path,
) -> None:
    mapper = source_of(tmp_path, LABORATORY).mapper

    warm = mapper(row(what="temperature", result="21.5"))
    assert isinstance(warm, Mapped)
    assert warm.states[0].body.keys() == {"temperature"}
    assert warm.states[0].moment.isoformat() == "2015-07-01T10:00:00+00:00"

    coli = mapper(row(what="E. coli", result="410"))
    assert isinstance(coli, Mapped)
    assert coli.states[0].moment.isoformat() == "2015-07-02T10:00:00+00:00"
    assert coli.states[0].body["escherichiaColi"]["observedAt"] == "2015-07-01T10:00:00Z"


@pytest.mark.parametrize(
    ("result", "value", "sign"), [("<5.00", 5.0, "<"), ("> 1600", 1600.0, ">"), ("12", 12.0, None)]
)
def test_value_and_the_sign_before_it_are_both_kept(
    tmp_path: Path, result: str, value: float, sign: str | None
) -> None:
    found = body(source_of(tmp_path, LABORATORY).mapper(row(what="E. coli", result=result)))

    coli = found["escherichiaColi"]
    assert coli["value"] == value
    assert coli.get("qualifier", {}).get("value") == sign
    assert coli["validation"] == {"type": "Property", "value": "final"}


def test_sign_that_the_mapping_does_not_name_is_no_number(tmp_path: Path) -> None:
    outcome = source_of(tmp_path, LABORATORY).mapper(row(what="E. coli", result="~5"))

    assert isinstance(outcome, Refusal)
    assert outcome.rule == "number"


def test_a_rule_looks_only_at_the_rows_it_is_about(tmp_path: Path) -> None:
    mapper = source_of(tmp_path, LABORATORY).mapper

    refused = mapper(row(what="temperature", result="-3"))
    assert isinstance(refused, Refusal)
    assert refused.rule == "range"
    assert isinstance(mapper(row(what="depth, below zero", result="-3")), Mapped)


def test_a_shifted_calendar_keeps_the_hour_of_the_clock(tmp_path: Path) -> None:
    text = READINGS.replace("observedAt:", "zone: America/New_York\nshift: P364D\nobservedAt:", 1)
    outcome = source_of(tmp_path, text).mapper(
        Row("made.csv", 2, {"post": "A", "time": "2014-03-10 08:00", "level": "5"})
    )

    assert isinstance(outcome, Mapped)
    assert outcome.states[0].moment.isoformat() == "2015-03-09T12:00:00+00:00"


def test_a_list_without_times_is_known_from_the_day_that_the_mapping_says(tmp_path: Path) -> None:
    text = READINGS.replace("observedAt: time", 'knownSince: "2015-01-01T00:00"', 1)
    text = text.replace("[post, time]", "[post]")
    outcome = source_of(tmp_path, text).mapper(Row("made.csv", 2, {"post": "A", "level": "5"}))

    assert isinstance(outcome, Mapped)
    assert outcome.states[0].moment.isoformat() == "2015-01-01T00:00:00+00:00"
    assert "observedAt" not in outcome.states[0].body["height"]
    assert outcome.newest is None


@pytest.mark.parametrize(
    ("text", "later", "utc"),
    [
        ("2015-03-08 00:00", "P1D", "2015-03-09T04:00:00Z"),  # a day of 23 hours
        ("2015-11-01 00:00", "P1D", "2015-11-02T05:00:00Z"),  # a day of 25
        ("2015-03-08 01:00", "PT1H", "2015-03-08T07:00:00Z"),  # the next hour of the clock is 3
        ("2015-07-01 06:00", "P1DT1H30M", "2015-07-02T11:30:00Z"),
    ],
)
def test_days_go_by_the_calendar_and_hours_as_they_elapse(text: str, later: str, utc: str) -> None:
    zone = LocalTimes("America/New_York", "refuse", None, delay_of(later))

    assert zone.moment(text, "at").text == utc


@given(days=st.integers(0, 4000), hours=st.integers(0, 99), minutes=st.integers(0, 99))
def test_a_duration_is_read_as_it_is_written(days: int, hours: int, minutes: int) -> None:
    found = delay_of(f"P{days}DT{hours}H{minutes}M")

    assert found == (timedelta(days=days), timedelta(hours=hours, minutes=minutes))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("validation: {column: quality}", "validaton: {column: quality}", "no 'validaton'"),
        ("values: [temperature], unless", "unless", "neither values nor a pattern"),
        ('pattern: "temp.*"', 'pattern: "("', "is no pattern"),
        ("knownAfter: P1D", "knownAfter: 1 day", "matching regex"),
    ],
)
def test_a_choice_that_says_nothing_is_refused_at_load(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    assert old in LABORATORY
    with pytest.raises(BadFile, match=words):
        source_of(tmp_path, LABORATORY.replace(old, new, 1))


def test_a_moment_that_is_none_is_refused_at_load(tmp_path: Path) -> None:
    text = READINGS.replace("observedAt: time", "knownSince: last year", 1)

    with pytest.raises(BadMapping, match="is not a time"):
        source_of(tmp_path, text)


def test_flags_stand_beside_those_of_another_source(tmp_path: Path) -> None:
    text = LABORATORY.replace("WaterQualityObserved", "Open311ServiceRequest")
    text = (
        text.split("states:")[0].replace("sector: river", "sector: requests")
        + """\
flagsDataset: urn:ngsi-ld:Dataset:second
observedAt: taken
fields: {status: {column: what}}
refuse:
  - {rule: one-of, column: what, values: [open], otherwise: flag, flag: odd}
"""
    )
    found = body(source_of(tmp_path, text).mapper(row(what="closed")))

    flags = {"type": "Property", "datasetId": "urn:ngsi-ld:Dataset:second", "value": ["odd"]}
    assert found["dataFlags"] == flags
