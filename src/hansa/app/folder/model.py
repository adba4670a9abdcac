"""The files of a city's folder that a console may edit, and a setting as the graph holds it."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from hansa.base.ids import urn
from hansa.guard import Area

TYPE = "CitySetting"
ROOM = "settings"
LARGEST = 400_000  # characters of one file; the largest of a city has a tenth of that

# Folder or file -> who may edit it: an area of `manages` in guard/roles.yaml.
AREAS: Final[dict[str, Area]] = {
    "sources": "sources",
    "rules": "rules",
    "playbooks": "playbooks",
    "indicators": "settings",
    "calendar.yaml": "playbooks",
    "calls.yaml": "settings",
    "desk.yaml": "settings",
    "open311.yaml": "settings",
    "organizations.yaml": "settings",
    "shifts.yaml": "settings",
    "tasks.yaml": "settings",
    "themes.yaml": "settings",
    "outages.yaml": "settings",
    "routing.yaml": "settings",
    "law.yaml": "settings",
    "report.yaml": "settings",
}
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}\.yaml")


class Origin(StrEnum):
    """Where a version was written."""

    FOLDER = "folder"
    CONSOLE = "console"


@dataclass(frozen=True, slots=True)
class Setting:
    """One file as it is in force. `taken`: digest of the folder's file when it was last taken over.

    A digest is "" where there is no file. `change`: the number its state stands at.
    """

    path: str
    text: str
    digest: str
    taken: str
    origin: Origin
    edited_by: str
    comment: str
    change: int
    at: datetime

    @property
    def removed(self) -> bool:
        """Whether the file was taken away; its history stays."""
        return not self.digest

    @property
    def edited(self) -> bool:
        """Whether somebody edited it here since the folder's file was taken over."""
        return self.digest != self.taken


@dataclass(frozen=True, slots=True)
class FolderFile:
    """One file of the folder as it is now; `fault` says why it has no text."""

    path: str
    text: str
    digest: str
    fault: str = ""


def kind_of(path: str) -> str:
    """What the file is: `rules`, `sources`, … or `desk`, `calendar`, …; "" where it is none."""
    head, slash, _ = path.partition("/")
    return head.removesuffix(".yaml") if head in AREAS and bool(slash) == _is_folder(head) else ""


def area_of(path: str) -> Area:
    """Who may edit the file."""
    return AREAS[path.partition("/")[0]]


def is_name(path: str) -> bool:
    """Whether a new file may be called that."""
    _, slash, name = path.partition("/")
    return bool(kind_of(path)) and (not slash or _NAME.fullmatch(name) is not None)


def patterns() -> tuple[str, ...]:
    """What `Path.glob` finds the editable files of a folder by."""
    return tuple(f"{name}/*.yaml" if _is_folder(name) else name for name in AREAS)


def setting_id(path: str) -> str:
    """The entity of a file."""
    return urn(TYPE, path.replace("/", ":"))


def digest_of(text: str) -> str:
    """SHA-256 of a text that is there."""
    return hashlib.sha256(text.encode()).hexdigest()


def _is_folder(name: str) -> bool:
    return not name.endswith(".yaml")
