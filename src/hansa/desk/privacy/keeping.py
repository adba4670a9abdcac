"""The task of the privacy officer's clock: the daily sweep, and deadlines of notices.

Both are durable timers. A node that slept through the hour sweeps when it wakes.
"""

import structlog

from hansa.base.problems import Conflict, ViewEnded
from hansa.context import City, Cursor, Record, Timer
from hansa.desk.privacy.breaches import CONSUMER, run_late
from hansa.desk.privacy.holds import ROOM
from hansa.desk.privacy.model import PrivacySettings
from hansa.desk.privacy.retention import next_sweep, sweep
from hansa.guard import Grant

_SWEEP = "sweep"
_ATTEMPTS = 8
_log = structlog.get_logger("hansa.desk")


async def keep_privacy(city: City, settings: PrivacySettings) -> None:
    """Erase what is over and mark what is late, for ever. Cancel to stop."""
    while True:
        grant = city.guard.machine(ROOM, city.world)
        view = city.guard.view(grant)
        try:
            await _sweep(city, grant, settings, await city.cursor(CONSUMER) or city.last_change)
            async for batch in city.changes(view, CONSUMER, rings=True):
                for record in batch:
                    await _answer(city, grant, settings, record)
        except ViewEnded:
            _log.info("the view ended; privacy is kept with a new one")


async def _sweep(city: City, grant: Grant, settings: PrivacySettings, number: int) -> None:
    gone = await sweep(city, grant, settings)
    if gone:
        _log.info("kept long enough", erased=gone)
    following = next_sweep(settings, city.settings.zone, city.clock.now())
    await city.write(
        grant, [], cursor=Cursor(CONSUMER, number), timers=[Timer(CONSUMER, _SWEEP, following)]
    )


async def _answer(city: City, grant: Grant, settings: PrivacySettings, record: Record) -> None:
    payload = {} if record.timer is None else record.timer[2]
    notice = str((payload or {}).get("notice", ""))
    if not notice:
        await _sweep(city, grant, settings, record.number)
        return
    for attempt in range(1, _ATTEMPTS + 1):
        changes, expect = await run_late(city, grant, notice)
        try:
            await city.write(grant, changes, expect=expect, cursor=Cursor(CONSUMER, record.number))
        except Conflict:  # they were told meanwhile; look again
            if attempt == _ATTEMPTS:
                raise
        else:
            return
