"""By the law a written request is with who is competent in so many days, or the desk is late."""

from datetime import timedelta

import pytest

from hansa.base.clock import ManualClock
from hansa.base.settings import CitySettings
from hansa.context import City
from hansa.desk import Calling, Work
from hansa.guard import Grant
from tests.desk.calls.calling import at_work, until
from tests.desk.calls.conftest import Client
from tests.desk.calls.test_calls import ordered, taken
from tests.desk.tasks.working import ROADS, work_of

LAW = "requests: {term: {days: 30}, forward: {days: 7}}\n"


@pytest.fixture
def work(settings: CitySettings) -> Work:
    return work_of(settings, **{"law.yaml": LAW})


async def test_a_request_that_lies_with_the_desk_too_long_is_marked_until_it_is_sent(
    city: City, client: Client, calling: Calling, officer: Grant, clock: ManualClock
) -> None:
    async with client() as http:
        call = (await taken(http, theme="road"))["id"]
        shown = (await http.get(f"/desk/calls/{call}")).json()["call"]
        assert shown["forwardBy"] == "2026-06-08T21:00:00Z"  # the end of the seventh day there
        assert shown["forwardOverdue"] is False
        clock.advance(timedelta(days=8))
        async with at_work(city, calling):  # it slept when the day passed
            await until(city, officer, call, forwardOverdue=True)
            await ordered(http, call, "route", organization=ROADS)
            await until(city, officer, call, forwardOverdue=False)
        kinds = [one["kind"] for one in (await http.get(f"/desk/calls/{call}")).json()["timeline"]]
    assert kinds == ["call-taken", "call-forward-overdue", "call-routed", "task-sent"]


async def test_what_was_sent_in_time_is_not_late_and_a_repair_has_no_such_day(
    city: City, client: Client, calling: Calling, officer: Grant, clock: ManualClock
) -> None:
    async with client() as http, at_work(city, calling):
        repair = (await taken(http))["id"]
        sent = (await taken(http, theme="road"))["id"]
        await ordered(http, sent, "route", organization=ROADS)
        left = (await taken(http, theme="road"))["id"]
        clock.advance(timedelta(days=8))
        await until(city, officer, left, forwardOverdue=True)
        for call, marked in ((repair, None), (sent, False)):
            shown = (await http.get(f"/desk/calls/{call}")).json()["call"]
            assert shown["forwardOverdue"] is marked
