"""The city's folder as settings with a history: read, tried, edited, undone, and told to the rooms.

One edit at a time. Each is first tried as a whole by the rooms' own loaders; only what they take is
written, and only what is written is told to them.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from hansa.app.folder import keeping, laying
from hansa.app.folder.comparing import Pair, pairs, texts_of
from hansa.app.folder.errors import BadSetting, EditedMeanwhile
from hansa.app.folder.laying import Layouts
from hansa.app.folder.model import (
    LARGEST,
    ROOM,
    FolderFile,
    Setting,
    area_of,
    is_name,
    kind_of,
    setting_id,
)
from hansa.app.folder.opening import Fault, Load, Opened, Opening
from hansa.app.rooms import Rooms
from hansa.base.problems import (
    BadRequestData,
    OperationNotSupported,
    Problem,
    ResourceNotFound,
)
from hansa.base.times import format_instant
from hansa.context import City, Unchanged
from hansa.guard import Grant, entry_of

Tell: TypeAlias = Callable[[Rooms, Collection[str]], Awaitable[tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class Edit:
    """What a person wants a file to be. `text` None: it goes.

    `expect`: the change number of the setting that was looked at (0: there was none). `settles`:
    digest of the folder's file that was looked at, where the edit decides between the two.
    """

    path: str
    text: str | None
    expect: int
    comment: str = ""
    settles: str | None = None


@dataclass(frozen=True, slots=True)
class Edited:
    """A setting after an edit, and the rooms that began anew for it."""

    setting: Setting
    rooms: tuple[str, ...] = ()


class Folder:
    """One city's settings. Open it with `Folder.open`; `attach` says who is told of edits."""

    def __init__(
        self,
        city: City,
        layouts: Layouts,
        load: Load,
        settings: Mapping[str, Setting],
        opened: Opened,
    ) -> None:
        self.rooms = opened.rooms
        self.layout = opened.layout
        self.faults: Mapping[str, Fault] = opened.faults
        self.fixed: frozenset[str] = frozenset()  # kinds that nobody edits while this node runs
        self._city = city
        self._layouts = layouts
        self._load = load
        self._settings = dict(settings)
        self._taken = opened.taken
        self._turn = asyncio.Lock()
        self._tell: Tell | None = None

    @classmethod
    async def open(cls, city: City, home: Path, load: Load) -> "Folder":
        """Compare folder and graph; BadFile where nothing good ever was in either."""
        folder = city.settings.folder
        layouts = Layouts(home / "settings", folder)
        settings = await keeping.read_settings(city)

        def opened() -> Opened:
            layouts.clear()
            files = laying.read_folder(folder)
            return Opening(settings, files, layouts, load, folder).open()

        return cls(city, layouts, load, settings, await asyncio.to_thread(opened))

    def attach(self, tell: Tell) -> None:
        """Tell `tell` of settings that changed, and which."""
        self._tell = tell

    async def settle(self) -> None:
        """Write what was taken over of the folder; once the clock is the one that runs."""
        async with self._turn:
            await self._settle()

    async def settings(self) -> Mapping[str, Setting]:
        """What is in force, by path, and what was removed."""
        await self.settle()
        return dict(self._settings)

    async def pairs(self) -> list[Pair]:
        """Every file here and in the folder as it is now."""
        settings = await self.settings()
        files = await asyncio.to_thread(laying.read_folder, self._city.settings.folder)
        return list(pairs(settings, files))

    async def pair(self, path: str) -> Pair:
        """One of them; ResourceNotFound where it is in neither."""
        found = next((one for one in await self.pairs() if one.path == path), None)
        if found is None:
            raise ResourceNotFound(f"there is no setting {path!r}", where="path")
        return found

    async def texts(self) -> dict[str, str]:
        """What is in force, by path."""
        return texts_of((await self.settings()).values())

    async def read_again(self) -> None:
        """Somebody else of this room wrote settings."""
        self._settings = await keeping.read_settings(self._city)

    # ---- editing

    async def check(self, grant: Grant, path: str, text: str) -> None:
        """Try a text and keep nothing; BadSetting says where it stumbles."""
        self.check_may(grant, path)
        async with self._turn:
            await self._settle()
            await self._try(path, text)
            await asyncio.to_thread(self._layouts.keep, {self.layout})

    async def edit(self, grant: Grant, edit: Edit) -> Edited:
        """Put a text in force, as `grant`.

        Raises Forbidden, EditedMeanwhile, BadRequestData, and BadSetting where a room refuses it.
        """
        self.check_may(grant, edit.path)
        async with self._turn:
            await self._settle()
            self._check(edit)
            self._expect(edit)
            await self._expect_folder(edit)
            body = keeping.edited(edit.path, edit.text, grant.actor, edit.comment)
            return await self._carry_out(grant, edit, body)

    async def take(self, grant: Grant, edit: Edit) -> Edited:
        """Put the folder's file in force that `edit.settles` names, as `edit` expects it."""
        self.check_may(grant, edit.path)
        async with self._turn:
            await self._settle()
            self._expect(edit)
            file = await self._expect_folder(edit)
            if file.fault:
                raise BadRequestData(f"the folder's file {file.fault}", where=edit.path)
            chosen = Edit(edit.path, file.text if file.digest else None, edit.expect, edit.comment)
            body = keeping.taken_over(file)
            by = {
                "editedBy": {"type": "Property", "value": grant.actor},
                "comment": {"type": "Property", "value": edit.comment},
            }
            return await self._carry_out(grant, chosen, body | by)

    async def keep(self, grant: Grant, edit: Edit) -> Edited:
        """Note that what is in force stays so beside the folder's file that was looked at."""
        known = (await self.settings()).get(edit.path)
        text = None if known is None or known.removed else known.text
        return await self.edit(
            grant, Edit(edit.path, text, edit.expect, edit.comment, edit.settles or "")
        )

    async def _carry_out(self, grant: Grant, edit: Edit, body: Mapping[str, Any]) -> Edited:
        known = self._settings.get(edit.path)
        before = None if known is None or known.removed else known.text
        tried = None if edit.text == before else await self._try(edit.path, edit.text)
        if tried is None:  # only which file of the folder was looked at is new
            body = {name: one for name, one in body.items() if name == "folderDigest"}
            body = body if known else keeping.edited(edit.path, None, grant.actor, edit.comment)
        if edit.settles is not None:
            body = {**body, **keeping.settled(edit.settles)}
        if body:
            await self._write(grant, edit.path, body)
        rooms: tuple[str, ...] = ()
        if tried is not None:
            rooms = await self._put_in_force(edit.path, *tried)
        return Edited(self._settings[edit.path], rooms)

    async def _put_in_force(self, path: str, layout: Path, rooms: Rooms) -> tuple[str, ...]:
        before, self.layout, self.rooms = self.layout, layout, rooms
        self.faults = {name: one for name, one in self.faults.items() if name != path}
        began = () if self._tell is None else await self._tell(rooms, (path,))
        await asyncio.to_thread(self._layouts.keep, {before, layout})  # some still read the old
        return began

    async def _try(self, path: str, text: str | None) -> tuple[Path, Rooms]:
        """Lay the candidate out and let the rooms read it; nothing of a bad one stays."""
        texts = texts_of(self._settings.values())
        texts.pop(path, None)
        if text is not None:
            texts[path] = text

        def tried() -> tuple[Path, Rooms]:
            layout = self._layouts.lay(texts)
            try:
                return layout, self._load(layout)
            except Problem as problem:
                self._layouts.said(problem)
                self._layouts.keep({self.layout})
                raise BadSetting(problem) from problem

        return await asyncio.to_thread(tried)

    # ---- who may, and on what

    def may(self, grant: Grant, path: str) -> bool:
        """Whether the holder may edit the file."""
        try:
            self.check_may(grant, path)
        except Problem:
            return False
        return True

    def check_may(self, grant: Grant, path: str) -> None:
        """Forbidden where the holder may not edit the file; ResourceNotFound where nobody may."""
        kind = kind_of(path)
        if not kind:
            raise ResourceNotFound(
                f"{path!r} is no file that is edited here",
                where="path",
                remedy="city.yaml, privacy, map and words stay the folder's; edit them there",
            )
        self._city.guard.check_manage(grant, area_of(path))
        if kind in self.fixed:
            raise OperationNotSupported(
                f"in a replay {kind} are those it began with",
                where=path,
                remedy="edit them in the city's own node, or begin another replay",
            )

    def _check(self, edit: Edit) -> None:
        if edit.path not in self._settings and not is_name(edit.path):
            raise BadRequestData(
                f"{edit.path!r} is no name for a file of settings",
                where="path",
                remedy="letters without accents, digits, - and _; for example rules/air.yaml",
            )
        if edit.text is not None and len(edit.text) > LARGEST:
            raise BadRequestData(f"a file has at most {LARGEST} characters", where="text")

    def _expect(self, edit: Edit) -> None:
        known = self._settings.get(edit.path)
        nothing = edit.text is None and edit.settles is None
        if known is None and (edit.expect or nothing):
            raise ResourceNotFound(f"there is no setting {edit.path!r}", where="path")
        if known is None or edit.expect == known.change or (known.removed and not edit.expect):
            return
        raise EditedMeanwhile(
            f"it stands at change {known.change} and not at {edit.expect}",
            change=known.change,
            by=known.edited_by or known.origin.value,
            at=format_instant(known.at),
            where="expect",
        )

    async def _expect_folder(self, edit: Edit) -> FolderFile:
        files = await asyncio.to_thread(laying.read_folder, self._city.settings.folder)
        file = files.get(edit.path) or FolderFile(edit.path, "", "")
        if edit.settles is not None and edit.settles != file.digest:
            known = self._settings.get(edit.path)
            raise EditedMeanwhile(
                "the folder's file is another now than the one that was looked at",
                change=0 if known is None else known.change,
                by="folder",
                at=format_instant(self._city.clock.now()),
                where="folder",
            )
        return file

    # ---- writing

    async def _write(self, grant: Grant, path: str, body: Mapping[str, Any]) -> None:
        city = self._city
        known = self._settings.get(path)
        commit = await city.write(
            city.guard.through(grant, ROOM),
            [keeping.change_of(path, body)],
            expect=[Unchanged(setting_id(path), 0 if known is None else known.change)],
        )
        now, number = city.clock.now(), commit.number
        await city.guard.journal.write(entry_of(grant, "setting", now, path=path, change=number))
        self._settings = await keeping.read_settings(city)

    async def _settle(self) -> None:
        if not self._taken:
            return
        city = self._city
        changes = [keeping.change_of(path, body) for path, body in self._taken.items()]
        await city.write(city.guard.machine(ROOM, city.world), changes)
        self._taken = {}
        self._settings = await keeping.read_settings(city)
