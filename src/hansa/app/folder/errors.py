"""Refusals of settings: each leaves the old one in force and says what to mend, and where."""

import re
from dataclasses import dataclass

from hansa.base.problems import BadFile, Conflict, Problem

_PLACE = re.compile(r"(?P<path>[^:]+?\.yaml)(?::(?P<line>\d+))?(?: (?P<field>.+))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Place:
    """Where in which file; `line` 0 where nobody can say."""

    path: str = ""
    line: int = 0
    field: str = ""


def place_of(where: str) -> Place:
    """File, line and field of a refusal of a loader."""
    found = _PLACE.fullmatch(where)
    if found is None:
        return Place()
    return Place(found["path"], int(found["line"] or 0), found["field"] or "")


class BadSetting(BadFile):
    """A text that the rooms cannot take; `path`, `line` and `field` where it stumbles."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(
            problem.detail, where=problem.where, rule=problem.rule, remedy=problem.remedy
        )
        self.place = place_of(problem.where)

    def document(self) -> dict[str, object]:
        """The members of RFC 9457, and the place."""
        place = self.place
        return super().document() | {"path": place.path, "line": place.line, "field": place.field}


class EditedMeanwhile(Conflict):
    """Somebody else edited the file, or the folder's file is another than the one looked at."""

    title = "The file changed meanwhile"

    def __init__(self, detail: str, *, change: int, by: str, at: str, where: str) -> None:
        super().__init__(detail, where=where, remedy="look at what is there now, and edit that")
        self._told = {"change": change, "editedBy": by, "editedAt": at}

    def document(self) -> dict[str, object]:
        """The members of RFC 9457, and who was faster."""
        return super().document() | self._told
