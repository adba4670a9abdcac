"""A mapping that cannot be used is refused at load, with file, line and field."""

from pathlib import Path

import pytest

from hansa.base.problems import BadFile
from hansa.guard import PrivacyClass
from hansa.sectors import BadMapping, load_sources, privacy_overrides
from tests.sectors.helpers import READINGS, VOCABULARY, source_of


@pytest.mark.parametrize(
    ("old", "new", "place", "words"),
    [
        ("height:", "hieght:", "mapping.yaml:11 fields.hieght", "did you mean height"),
        ("type: WaterObserved", "type: Water", ":6 type", "no type 'Water'"),
        ("sector: river", "sector: rivers", ":3 sector", "did you mean river"),
        ("unit: CMT", "unit: FNU", ":11 fields.height.unit", "'FNU' is not a unit code"),
        ("unit: CMT", "unit: CEL", ":11 fields.height.unit", "degree Celsius cannot become metre"),
        ("unit: CMT, ", "", ":11 fields.height", "does not say the source's unit"),
        ("as: number, unit: CMT", "unit: CMT", ":11 fields.height.as", "a unit needs a number"),
        ("observedAt: time", "zone: Mars/Olympus\nobservedAt: time", ":8 zone", "is no zone"),
        ("observedAt: time", "encoding: utf-16\nobservedAt: time", ":8 encoding", "cannot be read"),
        ("observedAt: time\n", "", ":8 fields", "needs the column with its time"),
        ("column: post}", "column: post, value: x}", ":10 fields.stationID", "exactly one origin"),
        ("column: post}", "column: post, as: geometry}", ":10 fields.stationID", "GeoProperty"),
        ("column: post}", "column: post, language: en}", ".language", "LanguageProperty"),
        ("rule: required", "rule: pattern, pattern: '('", ":13", "columns"),
        ("format: csv", "format: exe", ":5 format", "Invalid enum value"),
        ("format: csv", "format: csv\nfromat: csv", ":6 fromat", "unknown field"),
        ("source: readings", "source: Reading s", ":1 source", "matching regex"),
    ],
)
def test_mistake_is_named_with_its_line(
    tmp_path: Path, old: str, new: str, place: str, words: str
) -> None:
    with pytest.raises(BadFile) as refused:
        source_of(tmp_path, READINGS.replace(old, new, 1))

    assert place in refused.value.where
    assert words in str(refused.value)


def test_pattern_that_is_none_is_refused(tmp_path: Path) -> None:
    rule = "  - {rule: pattern, column: post, pattern: '('}\n"

    with pytest.raises(BadMapping, match="is no pattern") as refused:
        source_of(tmp_path, READINGS + rule)

    assert "mapping.yaml:14 refuse.1.pattern" in refused.value.where


def test_value_of_two_states_needs_the_time_since_when_it_is_true(tmp_path: Path) -> None:
    states = """
states:
  - {name: a, knownAt: time, fields: {height: {column: level, as: number, unit: CMT}}}
  - {name: b, knownAt: later, fields: {height: {column: level, as: number, unit: CMT}}}
"""
    text = READINGS.split("observedAt")[0] + states

    with pytest.raises(BadMapping, match="one of them has no observedAt"):
        source_of(tmp_path, text)


def test_two_sources_of_one_name_are_refused(tmp_path: Path) -> None:
    source_of(tmp_path, name="a.yaml")
    source_of(tmp_path, name="b.yaml")

    with pytest.raises(BadMapping, match=r"stands in a\.yaml too"):
        load_sources(tmp_path, VOCABULARY)


def test_mapping_tightens_a_privacy_class_and_never_loosens_it(tmp_path: Path) -> None:
    tight = READINGS.replace("column: post}", "column: post, privacy: personal}")
    (wish,) = privacy_overrides((source_of(tmp_path, tight),))

    assert (wish.type_name, wish.attribute, wish.klass) == (
        "WaterObserved",
        "stationID",
        PrivacyClass.PERSONAL,
    )

    requests = tight.replace("WaterObserved", "Open311ServiceRequest")
    fields = "fields:\n  address_string: {column: post, privacy: public}\n"
    loose = requests.split("fields:")[0] + fields
    with pytest.raises(BadMapping, match="is personal in the vocabulary") as refused:
        source_of(tmp_path, loose.replace("sector: river", "sector: requests"))
    assert "fields.address_string.privacy" in refused.value.where


def test_every_citys_mappings_load(root: Path) -> None:
    for folder in sorted((root / "cities").glob("*/sources")):
        assert load_sources(folder.parent, VOCABULARY)
