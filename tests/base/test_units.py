"""Units: known codes convert within a quantity and never across."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.base.problems import BadRequestData
from hansa.base.units import UNITS, convert, convertible, unit_of
from hansa.base.vocabulary import load_vocabulary


@pytest.mark.parametrize(
    ("value", "source", "target", "expected"),
    [
        (0.0, "CEL", "KEL", 273.15),
        (212.0, "FAH", "CEL", 100.0),
        (32.0, "FAH", "CEL", 0.0),
        (0.3, "CEL", "CEL", 0.3),
        (1200.0, "G42", "H61", 1.2),
        (0.12, "D10", "H61", 1.2),
        (0.05, "GP", "GQ", 50.0),
        (7.5, "M1", "GP", 7500.0),
        (3600.0, "MQH", "MQS", 1.0),
        (760.0, "A97", "KPA", 76.0),
        (40.0, "P1", "C62", 0.4),
    ],
)
def test_value_becomes_the_same_amount_in_another_unit(
    value: float, source: str, target: str, expected: float
) -> None:
    assert convert(value, source, target) == pytest.approx(expected, abs=1e-9)


@given(st.sampled_from(sorted(UNITS)), st.floats(-1e6, 1e6))
def test_there_and_back_is_the_same_value(code: str, value: float) -> None:
    for other in (unit.code for unit in UNITS.values() if convertible(code, unit.code)):
        assert convert(convert(value, code, other), other, code) == pytest.approx(value, abs=1e-4)


def test_other_quantity_is_refused() -> None:
    with pytest.raises(BadRequestData, match="cannot become"):
        convert(1.0, "CEL", "MTR")


def test_unknown_code_is_refused_with_its_name() -> None:
    with pytest.raises(BadRequestData, match="'FNU'"):
        unit_of("FNU")


def test_every_unit_of_the_vocabulary_is_known() -> None:
    units = {
        attribute.unit
        for definition in load_vocabulary().types.values()
        for attribute in definition.attributes.values()
        if attribute.unit
    }

    assert units <= set(UNITS)
