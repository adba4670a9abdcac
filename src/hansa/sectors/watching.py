"""A watched folder, live: what is dropped or grows there is in the graph a moment later.

The operating system tells of changes; nothing is polled. Each source reads its files one after
the other in a task of its own, so a large file of one source holds up no other.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from watchfiles import Change, awatch

from hansa.base.logs import Logger
from hansa.context import City
from hansa.sectors.mapping.load import Source
from hansa.sectors.places import owners, scan
from hansa.sectors.runner import Runner

_STEP, _GROUP = 15, 60  # ms: quiet after a change that ends a group, and a group's longest time
_SETTLED = timedelta(seconds=5)  # a last line without an end that nobody went on with is a line


async def watch(city: City, sources: Sequence[Source], folder: Path, logger: Logger) -> None:
    """Follow the folder until cancelled. Files that are new or grew while away come first."""
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    sources = [source for source in sources if source.is_files]
    followers = {
        source.name: Follower(city, await Runner.open(city, source, live=True), logger)
        for source in sources
    }
    async with asyncio.TaskGroup() as group:
        for name, follower in followers.items():
            group.create_task(follower.run(), name=f"source {name}")
        group.create_task(_listen(folder, sources, followers), name="folder")


async def _listen(
    folder: Path, sources: Sequence[Source], followers: Mapping[str, "Follower"]
) -> None:
    root = await asyncio.to_thread(folder.resolve)
    heard = awatch(
        root, watch_filter=None, step=_STEP, debounce=_GROUP, ignore_permission_denied=True
    )
    # The watch begins with its first step, so what is written during the scan is heard too.
    first = asyncio.ensure_future(anext(heard))
    try:
        await asyncio.sleep(0)
        for found in await asyncio.to_thread(lambda: list(scan(root, sources))):
            followers[found.source.name].tell(found.name, found.path)
        _pass_on(await first, root, sources, followers)
        async for changes in heard:
            _pass_on(changes, root, sources, followers)
    finally:
        first.cancel()


def _pass_on(
    changes: set[tuple[Change, str]],
    root: Path,
    sources: Sequence[Source],
    followers: Mapping[str, "Follower"],
) -> None:
    for kind, text in sorted(changes, key=lambda one: one[1]):
        path = Path(text)
        name = path.relative_to(root).as_posix()
        for source in owners(name, sources):
            followers[source.name].tell(name, path)
        if (
            kind is Change.added and path.is_dir()
        ):  # a file may have come into a new folder before it was watched
            for found in scan(root, sources):
                followers[found.source.name].tell(found.name, found.path)


class Follower:
    """Reads one source's files as they change."""

    def __init__(self, city: City, runner: Runner, logger: Logger) -> None:
        self._city = city
        self._runner = runner
        self._logger = logger.bind(source=runner.source.name)
        self._waiting: dict[str, Path] = {}
        self._unread: dict[str, tuple[datetime, Path]] = {}
        self._woken = asyncio.Event()

    def tell(self, name: str, path: Path) -> None:
        """A file is new, or changed, or gone."""
        self._waiting[name] = path
        self._woken.set()

    async def run(self) -> None:
        """Read what changed, for ever; keep the DataSource entity up to date when nothing does."""
        while True:
            await self._pause()
            while self._waiting:
                name = min(self._waiting)
                await self._read(name, self._waiting.pop(name))
            now = self._city.clock.now()
            for name, (due, path) in tuple(self._unread.items()):
                if due <= now:
                    await self._read(name, path, whole=True)
            tell_at = self._runner.tell_at
            if tell_at is not None and tell_at <= now:
                await self._runner.tell()

    async def _pause(self) -> None:
        """Until a file changed, or until the clock says that something is due."""
        known = [due for due, _ in self._unread.values()]
        known += [due for due in (self._runner.tell_at,) if due is not None]
        tasks: list[asyncio.Future[object]] = [asyncio.ensure_future(self._woken.wait())]
        if known:
            tasks.append(asyncio.ensure_future(self._city.clock.until(min(known))))
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
        self._woken.clear()

    async def _read(self, name: str, path: Path, *, whole: bool = False) -> None:
        self._unread.pop(name, None)
        settled = self._city.clock.now() + _SETTLED
        try:
            report = await self._runner.read(path, name, whole=whole)
        except FileNotFoundError:
            await self._runner.forget(name)
            return
        if report.unread:
            self._unread[name] = (settled, path)
        if report.trouble is not None:
            self._logger.warning("file broke off", file=name, trouble=str(report.trouble))
        elif report.refused:
            self._logger.info("rows refused", file=name, refused=report.refused)
