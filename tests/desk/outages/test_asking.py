"""A report that is late is a task to the organisation, where the city says so."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from hansa.context import Entity
from hansa.desk import Office, Work
from hansa.desk.clocks.model import ROUND_THE_CLOCK
from hansa.desk.organizations import Organization
from hansa.desk.outages.asking import asked
from tests.desk.outages.supplied import WATERWORKS, value
from tests.desk.outages.test_told import cut

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
LATE = replace(cut(), next_report=NOON, overdue=True)
WORK = Work(
    organizations={
        "waterworks": Organization(
            "waterworks", "enterprise", {"en": "Waterworks"}, "", ("water",), ROUND_THE_CLOCK
        )
    }
)


def incident(state: str = "new") -> Entity:
    body: dict[str, Any] = {"type": "Incident", "state": value(state), "severity": value("high")}
    name = "urn:ngsi-ld:Incident:1"
    return Entity(name, ("Incident",), orjson.dumps(body), 7, NOON, NOON)


def test_the_organisation_is_asked_to_report(office: Office) -> None:
    settings = replace(office.settings, task=True)
    found = asked(LATE, incident(), settings, WORK, 42)
    line, task, named = found.changes
    assert task.body["assignedTo"]["object"] == WATERWORKS
    assert "stands" in task.body["title"]["languageMap"]["en"]
    assert line.body["kind"]["value"] == "task-sent"
    assert named.body["organizations"]["object"] == WATERWORKS
    assert [timer.due for timer in found.timers] == [NOON + WORK.settings.within]
    assert asked(LATE, incident(), settings, WORK, 42) == found  # the log may be read again


def test_nobody_is_asked_where_the_city_does_not_say_so(office: Office) -> None:
    settings = replace(office.settings, task=True)
    assert not asked(LATE, incident(), office.settings, WORK, 1).changes
    assert not asked(LATE, None, settings, WORK, 1).changes
    assert not asked(LATE, incident("closed"), settings, WORK, 1).changes
    assert not asked(replace(LATE, organization=""), incident(), settings, WORK, 1).changes
    assert WORK.settings.within > timedelta()
