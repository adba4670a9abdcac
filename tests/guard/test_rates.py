"""Who asks too much is told when to come back; the others do not wait for it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hansa.base.access import Limits, Rate
from hansa.base.clock import ManualClock
from hansa.base.problems import TooManyRequests
from hansa.guard import Grant
from hansa.guard.rates import Rates

FEW = Rate(burst=3, per_second=0.5)


@pytest.fixture
def rates(clock: ManualClock) -> Rates:
    return Rates(Limits(people=FEW, programs=FEW, strangers=FEW), clock)


def test_a_burst_passes_and_the_next_waits(rates: Rates, duty: Grant, clock: ManualClock) -> None:
    for _ in range(3):
        rates.count(duty, "10.0.0.1")
    with pytest.raises(TooManyRequests) as caught:
        rates.count(duty, "10.0.0.2")  # another screen of the same session
    assert caught.value.seconds == 2
    clock.advance(timedelta(seconds=2))
    rates.count(duty, "10.0.0.1")
    with pytest.raises(TooManyRequests):
        rates.count(duty, "10.0.0.1")
    clock.advance(timedelta(days=1))
    for _ in range(3):  # it fills to its brim and no further
        rates.count(duty, "10.0.0.1")
    with pytest.raises(TooManyRequests):
        rates.count(duty, "10.0.0.1")


def test_each_has_a_bucket_of_its_own(rates: Rates, duty: Grant) -> None:
    others = [
        (replace(duty, session="another"), "10.0.0.1"),
        (replace(duty, actor="token:buoy"), "10.0.0.1"),
        (None, "10.0.0.1"),
        (None, "10.0.0.2"),
        (None, "2001:db8::1"),
    ]
    for grant, address in [(duty, "10.0.0.1"), *others]:
        for _ in range(3):
            rates.count(grant, address)
    with pytest.raises(TooManyRequests):
        rates.count(None, "2001:db8::2")  # the same line, RFC 6177


def test_memory_has_an_end(rates: Rates) -> None:
    for number in range(25_000):
        rates.count(None, f"host{number}")
    assert len(rates._buckets) <= 20_000
