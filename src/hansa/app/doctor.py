"""The checks of `hansa doctor`: each says what it looked at, how it stands, what to do."""

import shutil
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, TypeAlias

from hansa.app.folder import verbs
from hansa.app.node import Node
from hansa.base import times
from hansa.base.copying import faults
from hansa.base.problems import Problem
from hansa.guard import Kind

Check: TypeAlias = Callable[[Node], Awaitable[tuple[str, str]]]

_LOW_DISK = 1 << 30
_OLD_BACKUP = timedelta(days=2)


async def examine(node: Node) -> list[dict[str, Any]]:
    """(check, state, said) rows; state is well, note or wrong."""
    found = []
    for name, check in CHECKS.items():
        try:
            state, said = await check(node)
        except Problem as problem:  # what stands in the way of one check is its finding
            state, said = "wrong", str(problem)
        found.append({"check": name, "state": state, "said": said})
    return found


async def _folder(node: Node) -> tuple[str, str]:
    parted = await verbs.lines(node)
    return ("note" if parted else "well"), "; ".join(
        [
            f"{node.settings.name}, world {node.settings.world}, {len(node.sources)} sources, "
            f"{len(node.rules)} rules",
            *parted,
        ]
    )


async def _store(node: Node) -> tuple[str, str]:
    said = await node.city.database.read(faults)
    if not said:
        return "well", f"change {node.city.last_change}"
    return "wrong", "; ".join(said) + " - restore a backup"


async def _personal(node: Node) -> tuple[str, str]:
    said = await node.city.guard.vault.check()
    if not said:
        return "well", "sealed values and keys are whole"
    return "wrong", "; ".join(said) + " - restore a backup"


async def _journal(node: Node) -> tuple[str, str]:
    report = await node.city.guard.journal.verify()
    if report.intact:
        return "well", f"{report.rows} entries, head {report.head}"
    return "wrong", f"broken at {report.broken}: {report.reason}"


async def _backup(node: Node) -> tuple[str, str]:
    for entry in await node.city.guard.journal.entries(Kind.BACKUP, limit=1):
        age = node.clock.now() - times.parse_instant(entry["at"])
        said = f"the last one {_in_words(age)} ago, at change {entry['facts']['change']}"
        return ("note", said + " - make another") if age > _OLD_BACKUP else ("well", said)
    return "note", "there is none - hansa backup make --to FOLDER"


def _in_words(age: timedelta) -> str:
    hours = int(age.total_seconds()) // 3600
    return f"{hours // 24} days" if hours >= 48 else f"{hours} hours"


async def _disk(node: Node) -> tuple[str, str]:
    free = shutil.disk_usage(node.home.path).free
    said = f"{free / (1 << 30):.1f} GiB free"
    return ("wrong", said + " - make room") if free < _LOW_DISK else ("well", said)


async def _outbox(node: Node) -> tuple[str, str]:
    counts = await node.courier.counts()
    said = ", ".join(f"{number} {state}" for state, number in counts.items())
    return ("note" if counts["undelivered"] else "well"), said


async def _people(node: Node) -> tuple[str, str]:
    number = await node.city.guard.accounts.count()
    if not number and not node.settings.exercise:
        return "note", "nobody can sign in - hansa user add NAME --role administrator"
    return "well", f"{number} account{'s' if number != 1 else ''}"


async def _tasks(node: Node) -> tuple[str, str]:
    health = node.supervisor.health
    if not health:
        return "note", "the node is not running"
    failing = [f"{name}: {one.error}" for name, one in health.items() if one.failures]
    return ("wrong", "; ".join(failing)) if failing else ("well", f"{len(health)} running")


CHECKS: dict[str, Check] = {
    "folder": _folder,
    "store": _store,
    "personal": _personal,
    "journal": _journal,
    "backup": _backup,
    "disk": _disk,
    "outbox": _outbox,
    "people": _people,
    "tasks": _tasks,
}
