"""From which confidence on a call goes without a clerk."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.desk.themes.barring import Out, bar, wilson

OUTS = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 3), st.floats(0, 1), st.just(0)), max_size=300
)


def out(right: int, wrong: int, confidence: float) -> list[Out]:
    return [(1, 1, confidence, 0)] * right + [(1, 2, confidence, 1)] * wrong


def test_the_bound_is_wilsons() -> None:
    assert wilson(95, 100) == pytest.approx(0.901, abs=1e-3)
    assert wilson(0, 0) == 0


def test_it_lies_where_the_precision_still_holds() -> None:
    found = bar([*out(200, 0, 0.97), *out(80, 4, 0.9), *out(50, 50, 0.6)], 0.95, 300)
    assert found is not None
    assert 0.6 < found.confidence <= 0.9
    assert (found.share, found.precision) == pytest.approx((284 / 384, 280 / 284))


def test_few_choices_prove_nothing() -> None:
    assert bar(out(50, 0, 1.0), 0.95, 30) is None
    assert bar(out(60, 0, 1.0), 0.95, 30) is not None
    assert bar(out(299, 0, 1.0), 0.95, 300) is None


def test_it_does_not_jump_over_a_stretch_that_was_wrong() -> None:
    assert bar([*out(60, 30, 0.98), *out(5000, 0, 0.7)], 0.95, 100) is None


@given(OUTS, st.sampled_from([0.6, 0.9, 0.95]))
def test_what_goes_alone_was_right_so_often(given: list[Out], precision: float) -> None:
    found = bar(given, precision, 1)
    if found is not None:
        over = [one for one in given if one[2] >= found.confidence]
        right = sum(theme == guess for theme, guess, _, _ in over)
        assert wilson(right, len(over)) >= precision
        assert found.precision == right / len(over)
