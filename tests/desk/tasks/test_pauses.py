"""A pause on the organisation's clock: what was left then is left when it goes on."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from hansa.desk.clocks import WorkingCalendar, worked
from hansa.desk.clocks import due as due_at
from hansa.desk.organizations import Organization
from hansa.desk.tasks.model import resumed
from tests.desk.tasks.test_clocks import ZONE, local

OFFICE = WorkingCalendar("office", ZONE, (((510, 1020),),) * 5 + ((),) * 2)
ANYBODY = Organization("anybody", "department", {}, "", (), OFFICE)
HOURS = st.integers(0, 400).map(lambda halves: timedelta(minutes=30 * halves))


@given(HOURS, HOURS, HOURS)
def test_what_was_left_is_left(service: timedelta, worked_on: timedelta, pause: timedelta) -> None:
    start = local("2015-03-05T09:00")  # the clocks change on the Sunday after
    due, since = due_at(OFFICE, start, service), start + worked_on

    after = resumed(ANYBODY, due, since, since + pause)

    if due <= since:
        assert after == due  # what was late stays late
    else:
        assert after >= due
        assert worked(OFFICE, since + pause, after) == worked(OFFICE, since, due)


def test_one_that_left_the_folder_gets_the_time_it_had() -> None:
    since = local("2015-07-10T16:00")
    after = resumed(None, since + timedelta(hours=1), since, since + timedelta(hours=5))

    assert after == since + timedelta(hours=6)
