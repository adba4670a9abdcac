"""Which rules, folder or console: one table over three digests, and nothing merged unseen."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from hansa.app.folder.model import FolderFile, Setting


class Standing(StrEnum):
    """How the folder's file stands to the setting in force."""

    SAME = "none"
    EDITED = "edited"  # here, and not in the folder: an export would write it there
    FOLDER = "folder"  # there, and not here: the next start takes it over
    BOTH = "both"  # a person has to choose
    AGREED = "agreed"  # both came to the same text: to be noted


def standing(setting: Setting | None, file: FolderFile) -> Standing:
    """The table of docs/settings.md."""
    if setting is None:
        return Standing.FOLDER
    if file.digest == setting.taken and not file.fault:
        return Standing.EDITED if setting.edited else Standing.SAME
    if file.digest == setting.digest and not file.fault:
        return Standing.AGREED
    return Standing.BOTH if setting.edited else Standing.FOLDER


@dataclass(frozen=True, slots=True)
class Pair:
    """A file here and there. `setting` None: it is new in the folder."""

    path: str
    setting: Setting | None
    file: FolderFile

    @property
    def standing(self) -> Standing:
        return standing(self.setting, self.file)


def pairs(settings: Mapping[str, Setting], files: Mapping[str, FolderFile]) -> Iterator[Pair]:
    """Every file that is here or there, by path."""
    for path in sorted({*settings, *files}):
        yield Pair(path, settings.get(path), files.get(path) or FolderFile(path, "", ""))


def texts_of(settings: Iterable[Setting]) -> dict[str, str]:
    """What is in force, by path."""
    return {one.path: one.text for one in settings if not one.removed}
