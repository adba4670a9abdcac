"""A city whose folder names organisations and a playbook, with its desk at work."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from hansa.base.settings import CitySettings
from hansa.base.vocabulary import load_vocabulary
from hansa.context import City, Entity, Query, TypeIs
from hansa.desk import DeskSettings, Work, follow_tasks, load_work, run
from hansa.guard import Grant

WATERWORKS = "urn:ngsi-ld:Organization:waterworks"
ROADS = "urn:ngsi-ld:Organization:roads"

FILES = {
    "organizations.yaml": """
organizations:
  waterworks: {kind: enterprise, name: {en: Waterworks}, telephone: "+7 1", sectors: [water]}
  roads: {kind: department, name: {en: Roads}, sectors: [transport], calendar: office}
""",
    "calendar.yaml": """
calendars:
  office: {hours: {mon-fri: [09:00-18:00]}}
""",
    "playbooks/water.yaml": """
playbooks:
  - id: burst
    name: {en: A main has burst}
    types: [water]
    severity: high
    steps:
      - {id: shut, sector: water, what: {en: Shut the valve}, within: 30 min}
      - {id: close-road, who: roads, what: {en: Close the lane}, within: 2 h, put: proposed}
      - {id: repair, sector: water, what: {en: Repair the main}, within: 8 h, after: shut,
         escalate: mayor}
""",
}


def work_of(settings: CitySettings, **more: str) -> Work:
    """The work of a city whose folder gets these files."""
    for name, text in {**FILES, **more}.items():
        path = settings.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return load_work(settings.folder, load_vocabulary(), settings.languages, settings.zone)


@asynccontextmanager
async def at_work(city: City, desk: DeskSettings, work: Work) -> AsyncIterator[None]:
    """The desk, its follower of tasks and the clock's timers as they run in a node."""
    here = asyncio.current_task()
    assert here is not None

    def fail(task: asyncio.Task[None]) -> None:
        if not task.cancelled():
            here.cancel()  # the test shall not wait for what will never come

    jobs = (run(city, desk, work), follow_tasks(city, work), city.run_timers())
    tasks = [asyncio.create_task(job) for job in jobs]
    for task in tasks:
        task.add_done_callback(fail)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task


async def held(city: City, grant: Grant) -> dict[str, Entity]:
    """Every task by the last part of its id."""
    page = await city.read(city.guard.view(grant), Query(types=TypeIs("Task")))
    return {one.id.rsplit(":", 1)[1]: one for one in page.entities}


async def until_task(city: City, grant: Grant, name: str, **values: Any) -> Entity:
    """The task once its attributes have these values; the log tells when."""
    while True:
        number = city.last_change
        found = (await held(city, grant)).get(name)
        if found is not None and all(found.value(key) == want for key, want in values.items()):
            return found
        await city.news.beyond(number)
