"""A home is opened: the folder's files are taken over where nobody edited them here.

What the rooms cannot read is not taken over; the last good version stays in force and the fault is
told. So a node starts with the settings it had, unless there never was a good one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hansa.app.folder import keeping
from hansa.app.folder.comparing import Pair, Standing, pairs, texts_of
from hansa.app.folder.errors import BadSetting, place_of
from hansa.app.folder.laying import Layouts
from hansa.app.folder.model import FolderFile, Setting
from hansa.app.rooms import Rooms
from hansa.base.problems import BadFile, Problem

Load = Callable[[Path], Rooms]


@dataclass(frozen=True, slots=True)
class Fault:
    """Why the folder's file of this digest was not taken over."""

    digest: str
    problem: BadSetting


@dataclass(frozen=True, slots=True)
class Opened:
    """What is in force now. `taken`: of the folder, not yet written into the graph."""

    rooms: Rooms
    layout: Path
    taken: Mapping[str, Mapping[str, Any]]
    faults: Mapping[str, Fault]


@dataclass(slots=True)
class Opening:
    """The settings of the graph beside the files of the folder, on their way to `Opened`."""

    settings: Mapping[str, Setting]
    files: Mapping[str, FolderFile]
    layouts: Layouts
    load: Load
    folder: Path
    faults: dict[str, Fault] = field(default_factory=dict)

    def open(self) -> Opened:
        """Find what fits together; BadFile where nothing ever did. Blocks."""
        wanted = {one.path: one.file for one in self._pairs() if one.standing is Standing.FOLDER}
        self._refuse_unreadable(wanted)
        texts = texts_of(self.settings.values())
        try:
            return self._opened(texts, wanted)
        except Problem as problem:
            if not self.settings:
                self.layouts.said(problem, f"{self.folder}/")
                raise
        yielded = self._readable(texts)
        return self._opened(texts, self._fitting(texts, wanted) | yielded)

    def _pairs(self) -> list[Pair]:
        return list(pairs(self.settings, self.files))

    def _refuse_unreadable(self, wanted: dict[str, FolderFile]) -> None:
        for path, file in list(wanted.items()):
            if file.fault:
                if not self.settings:
                    raise BadFile(file.fault, where=f"{self.folder}/{path}")
                self._leave(wanted, path, BadFile(file.fault, where=path))

    def _readable(self, texts: dict[str, str]) -> dict[str, FolderFile]:
        """Settings that the rooms no longer read (a newer Hansa is stricter) yield to the folder's.

        Their text stays in their history. BadFile where the folder has nothing better.
        """
        yielded: dict[str, FolderFile] = {}
        while True:
            try:
                self.load(self.layouts.lay(texts))
            except Problem as problem:
                path = self._culprit(problem)
                file = self.files.get(path)
                if file is None or file.fault or path in yielded or file.text == texts.get(path):
                    raise
                yielded[path], texts[path] = file, file.text
            else:
                return yielded

    def _fitting(
        self, texts: Mapping[str, str], wanted: dict[str, FolderFile]
    ) -> dict[str, FolderFile]:
        """Of what the folder changed, what the rooms take; of the rest the fault is noted."""
        while wanted:
            try:
                self.load(self.layouts.lay(_merged(texts, wanted)))
            except Problem as problem:
                path = self._culprit(problem)
                for one in [path] if path in wanted else list(wanted):
                    self._leave(wanted, one, problem)
            else:
                break
        return wanted

    def _leave(self, wanted: dict[str, FolderFile], path: str, problem: Problem) -> None:
        self.faults[path] = Fault(wanted.pop(path).digest, BadSetting(problem))

    def _culprit(self, problem: Problem) -> str:
        """The file that a refusal names, which from here on names it as a person knows it."""
        self.layouts.said(problem)
        return place_of(problem.where).path

    def _opened(self, texts: Mapping[str, str], wanted: Mapping[str, FolderFile]) -> Opened:
        layout = self.layouts.lay(_merged(texts, wanted))
        rooms = self.load(layout)
        taken = {path: keeping.taken_over(file) for path, file in wanted.items()}
        agreed = {
            one.path: keeping.settled(one.file.digest)
            for one in self._pairs()
            if one.standing is Standing.AGREED
        }
        return Opened(rooms, layout, agreed | taken, self.faults)


def _merged(texts: Mapping[str, str], wanted: Mapping[str, FolderFile]) -> dict[str, str]:
    """What would be in force; a file that is gone from the folder is gone."""
    both = {**texts, **{path: file.text for path, file in wanted.items()}}
    return {path: text for path, text in both.items() if path not in wanted or wanted[path].digest}
