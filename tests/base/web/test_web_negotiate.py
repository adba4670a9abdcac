"""Accept headers and query strings."""

import pytest

from hansa.base.problems import InvalidRequest
from hansa.base.web import Params, accepted

OFFERS = ("application/json", "application/ld+json", "application/geo+json")


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, "application/json"),
        ("", "application/json"),
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        ("application/ld+json", "application/ld+json"),
        ("application/json;q=0.4, application/ld+json;q=0.8", "application/ld+json"),
        ("application/ld+json, */*;q=0.1", "application/ld+json"),
        ("application/ld+json, application/*", "application/ld+json"),
        ("application/json;q=0, */*", "application/ld+json"),
        ("text/html", None),
    ],
)
def test_accept(header: str | None, expected: str | None) -> None:
    assert accepted(header, OFFERS) == expected


def test_a_weight_that_is_no_number_does_not_decide() -> None:
    assert accepted("application/json;q=high", OFFERS) == "application/json"


def test_parameters_are_checked_as_they_are_read() -> None:
    params = Params.parse(b"a=1&b=x%2Cy&c=&d=true&e=1&e=2&f=-3")
    assert params.get("a") == "1"
    assert params.listed("b") == ("x", "y")
    assert params.whole("a") == 1
    assert params.flag("d") is True
    for refused in (
        lambda: params.get("e"),
        lambda: params.listed("c"),
        lambda: params.whole("f"),
        lambda: params.flag("a"),
        lambda: params.whole("a", low=2),
    ):
        with pytest.raises(InvalidRequest):
            refused()
