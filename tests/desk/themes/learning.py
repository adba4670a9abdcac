"""A small catalogue, calls in the graph as the desk keeps them, and the suggestion at work."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

from hansa.context import Change, City, Op
from hansa.desk.themes import Catalogue, Learning, Suggester, Theme, keep_themes

CATALOGUE = Catalogue(
    {
        key: Theme(key, words, "water", examples=examples)
        for key, words, examples in (
            ("no-water", {"en": "No water", "ru": "Нет воды"}, ("Вода не идёт", "Taps are dry")),
            ("no-heat", {"en": "No heating", "ru": "Нет отопления"}, ("Батареи холодные",)),
            ("pothole", {"en": "Pothole", "ru": "Яма на дороге"}, ("Пробил колесо в яме",)),
        )
    },
    Learning(every=3),
)


def call(
    city: City,
    number: int,
    theme: str,
    *,
    words: str = "",
    telephone: str = "",
    shown: Sequence[tuple[str, float]] = (),
    by: str = "ann",
    state: str = "new",
) -> Change:
    """A call with a chosen theme."""
    now = city.clock.now().isoformat().replace("+00:00", "Z")
    said = {"theme": theme, "by": by, "state": state, "enteredAt": now}
    personal = {"words": words, "callerTelephone": telephone}
    body: dict[str, Any] = {"type": "Call"}
    body |= {name: value(one) for name, one in {**said, **personal}.items() if one}
    if shown:
        told = [{"theme": key, "confidence": confidence} for key, confidence in shown]
        body["suggested"] = {"type": "JsonProperty", "json": told}
    return Change(Op.CREATE, name_of(number), body)


def name_of(number: int) -> str:
    return f"urn:ngsi-ld:Call:{number:04d}"


def value(given: Any) -> dict[str, Any]:
    return {"type": "Property", "value": given}


@asynccontextmanager
async def learning(city: City, catalogue: Catalogue, suggester: Suggester) -> AsyncIterator[None]:
    """The task and the clock's timers as they run in a node; a failure of it fails the test."""
    here = asyncio.current_task()
    assert here is not None

    def fail(task: asyncio.Task[None]) -> None:
        if not task.cancelled() and task.exception() is not None:
            here.cancel(str(task.exception()))

    tasks = [
        asyncio.create_task(keep_themes(city, catalogue, suggester)),
        asyncio.create_task(city.run_timers()),
    ]
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
