"""The checks of `hansa doctor`: each says what it looked at, how it stands, what to do."""

import shutil
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, TypeAlias

from hansa.app.node import Node
from hansa.base import times
from hansa.base.database import Tx
from hansa.guard import Kind

Check: TypeAlias = Callable[[Node], Awaitable[tuple[str, str]]]

_LOW_DISK = 1 << 30
_OLD_BACKUP = timedelta(days=2)


async def examine(node: Node) -> list[dict[str, Any]]:
    """(check, state, said) rows; state is well, note or wrong."""
    found = []
    for name, check in CHECKS.items():
        state, said = await check(node)
        found.append({"check": name, "state": state, "said": said})
    return found


async def _folder(node: Node) -> tuple[str, str]:
    return "well", (
        f"{node.settings.name}, world {node.settings.world}, {len(node.sources)} sources, "
        f"{len(node.rules)} rules"
    )


async def _store(node: Node) -> tuple[str, str]:
    def check(tx: Tx) -> list[str]:
        return [str(row[0]) for row in tx.execute("PRAGMA quick_check(5)")]

    said = await node.city.database.read(check)
    if said == ["ok"]:
        return "well", f"change {node.city.last_change}"
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
    return "well", f"{number} accounts"


async def _tasks(node: Node) -> tuple[str, str]:
    health = node.supervisor.health
    if not health:
        return "note", "the node is not running"
    failing = [f"{name}: {one.error}" for name, one in health.items() if one.failures]
    return ("wrong", "; ".join(failing)) if failing else ("well", f"{len(health)} running")


CHECKS: dict[str, Check] = {
    "folder": _folder,
    "store": _store,
    "journal": _journal,
    "backup": _backup,
    "disk": _disk,
    "outbox": _outbox,
    "people": _people,
    "tasks": _tasks,
}
