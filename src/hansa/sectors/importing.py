"""Bulk import of a folder, and the second try of what was refused."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import NamedTuple

from hansa.base import garbage
from hansa.context import City
from hansa.guard import Catalogue
from hansa.sectors import ledger
from hansa.sectors.beside import LARGE, Beside
from hansa.sectors.errors import UnknownSource
from hansa.sectors.frames import Job
from hansa.sectors.mapping.load import Source
from hansa.sectors.model import FileReport, ImportReport, Refusal
from hansa.sectors.places import scan
from hansa.sectors.runner import Runner


async def import_folder(
    city: City,
    sources: Sequence[Source],
    folder: Path,
    *,
    only: Sequence[str] = (),
    quiet: bool = True,
    alone: bool = False,
) -> ImportReport:
    """Read every file of the sources in the folder, as a back-fill; a known file is skipped.

    `quiet`: rules and desk do not see what is read. `alone`: nobody else uses the city now.
    `only`: names of sources; UnknownSource where the city has none of that name.
    """
    wanted = [named(sources, name) for name in only] if only else list(sources)
    work: list[Task] = []
    for source in wanted:
        runner = await Runner.open(city, source, live=False, quiet=quiet, alone=alone)
        found = await asyncio.to_thread(lambda one: list(scan(folder, (one,))), source)
        work += [Task(runner, one.path, one.name) for one in found]
    with garbage.in_bulk() if alone else nullcontext():
        return ImportReport(tuple([report async for report in read_all(city, work)]))


class Task(NamedTuple):
    """A file and who reads it."""

    runner: Runner
    path: Path
    name: str
    force: bool = False


async def read_all(city: City, work: Sequence[Task]) -> AsyncIterator[FileReport]:
    """The report of each file, in order; a child maps them where they are large together."""
    sizes = [(await asyncio.to_thread(one.path.stat)).st_size for one in work]
    beside = await Beside.begin(await _job(city, work)) if sum(sizes) >= LARGE else None
    try:
        for runner, path, name, force in work:
            yield await runner.read(path, name, force=force, beside=beside)
    finally:
        if beside is not None:
            await beside.close()


async def _job(city: City, work: Sequence[Task]) -> Job:
    guard = city.guard
    requests = [await one.runner.request(one.path, one.name, force=one.force) for one in work]
    known = guard.catalogue
    catalogue = Catalogue(dict(known.classes), persons=dict(known.persons), about=dict(known.about))
    return Job(city.vocabulary, catalogue, guard.vault.place, city.clock.now(), tuple(requests))


async def rerun(city: City, source: Source) -> ImportReport:
    """Read again the files of which rows were refused, or that broke off.

    A file that is gone is tried from what quarantine holds of its rows.
    """
    runner = await Runner.open(city, source, live=False)
    reports: list[FileReport] = []
    for note in await city.notes(ledger.checkpoints(source.name)):
        known = ledger.checkpoint_of(note)
        if not known.refused and known.trouble is None:
            continue
        path = Path(known.path)
        if await asyncio.to_thread(path.is_file):
            task = Task(runner, path, known.file, force=True)
            reports += [report async for report in read_all(city, (task,))]
        else:
            reports.append(await runner.retry(known))
    return ImportReport(tuple(reports))


async def quarantine(
    city: City, source: Source, *, limit: int | None = None
) -> tuple[Refusal, ...]:
    """The rows of a source that wait in quarantine, by file and line."""
    notes = await city.notes(ledger.quarantines(source.name), limit=limit)
    return tuple(ledger.refusal_of(note) for note in notes)


async def file_reports(city: City, source: Source) -> tuple[FileReport, ...]:
    """What each file of a source gave so far."""
    notes = await city.notes(ledger.checkpoints(source.name))
    return tuple(ledger.checkpoint_of(note).report(source.name, 0) for note in notes)


def named(sources: Sequence[Source], name: str) -> Source:
    """The source of this name; UnknownSource where there is none."""
    for source in sources:
        if source.name == name:
            return source
    known = ", ".join(source.name for source in sources)
    raise UnknownSource(f"there is no source {name!r}", remedy=f"one of {known}")
