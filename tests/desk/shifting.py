"""A city with a post and two duties, its task of the shifts, and clients of each role."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx

from hansa.base.web import Request, WebApp
from hansa.context import City, Entity, Query, TypeIs
from hansa.desk import ShiftSettings, keep_shifts, load_shifts, shift_routes
from hansa.guard import Grant

SHIFTS = """posts:
  duty:
    title: {en: Duty}
    roles: [duty-officer]
    shifts: [{from: "08:00", until: "20:00"}, {from: "20:00", until: "08:00"}]
duties:
  check:
    post: duty
    title: {en: Check the level}
    every: 1 h
    within: 20 min
  report:
    post: duty
    title: {en: Report to the mayor}
    at: ["18:00"]
    within: 30 min
    escalate: mayor
"""


def settings_of(city: City, text: str = SHIFTS) -> ShiftSettings:
    """The shifts of the city's folder."""
    folder = city.settings.folder
    (folder / "shifts.yaml").write_text(text)
    return load_shifts(folder, city.settings.zone, ("en",), city.guard.policy.roles)


def client_of(city: City, settings: ShiftSettings) -> Callable[..., httpx.AsyncClient]:
    """Makes clients that act as `name` in a role."""

    async def grant(request: Request) -> Any:
        headers = request.headers
        return Grant(
            *(headers["x-name"], headers["x-role"], "operation", city.clock.now(), city.world)
        )

    app = WebApp(
        shift_routes(city, settings), grant, lambda _: city.world.name, view=city.guard.view
    )

    def make(name: str = "ann", role: str = "duty-officer") -> httpx.AsyncClient:
        headers = {"X-Name": name, "X-Role": role}
        transport = httpx.ASGITransport(app=app)
        return httpx.AsyncClient(transport=transport, base_url="http://node", headers=headers)

    return make


@asynccontextmanager
async def kept(city: City, settings: ShiftSettings) -> AsyncIterator[None]:
    """The task of the shifts and the clock's timers as they run in a node."""
    here = asyncio.current_task()
    assert here is not None

    def fail(task: asyncio.Task[None]) -> None:
        if not task.cancelled():
            here.cancel()  # the test shall not wait for what will never come

    running = [keep_shifts(city, settings), city.run_timers()]
    tasks = [asyncio.create_task(one) for one in running]
    for task in tasks:
        task.add_done_callback(fail)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def until(city: City, kind: str, **values: Any) -> Entity:
    """The one entity of a type with these values, once there is one; the log tells when."""
    grant = city.guard.machine("desk", city.world)
    while True:
        number = city.last_change
        view = city.guard.view(grant)  # an appointment ends every view
        page = await city.read(view, Query(types=TypeIs(kind)))
        for one in page.entities:
            if all(one.value(key) == want for key, want in values.items()):
                return one
        await city.news.beyond(number)


async def lines(city: City) -> list[str]:
    """The kinds of all lines of shifts, oldest first."""
    view = city.guard.view(city.guard.machine("desk", city.world))
    page = await city.read(view, Query(types=TypeIs("ShiftEntry")))
    return [str(one.value("kind")) for one in sorted(page.entities, key=lambda one: one.change)]
