"""A cursor over the text of one parameter, so that every parser fails in the same words.

The languages of 4.9 to 4.23 are small and regular. A cursor with compiled patterns parses a
`q` in a third of the time of an LALR machine over the same grammar, has no state to share,
and can say in words what it expected.
"""

import re
from collections.abc import Callable
from typing import TypeAlias

from hansa.base.problems import BadRequestData

Names: TypeAlias = Callable[[str], str]
"""Maps a client's term to the canonical name (see `context.model`)."""

NAME = re.compile(r"[^\W\d_]\w*")  # 4.6.2: a letter, then letters, numbers and _
PREFIXED = re.compile(r"[^\W\d_]\w*(?::[^\W\d_]\w*)?")

MEMBERS = frozenset(
    [
        *("id", "type", "scope", "unitCode", "datasetId"),
        *("observedAt", "createdAt", "modifiedAt", "deletedAt", "expiresAt"),
    ]
)
"""Members of entities and attributes that are not attributes, so no @context names them."""


def unchanged(term: str) -> str:
    """The `Names` of rooms, which use canonical names as they stand."""
    return term


def canonical(term: str, name: Names) -> str:
    """The canonical name of a term, unless it is a member of the data model itself."""
    return term if term in MEMBERS else name(term)


class Scanner:
    """`member` is the parameter's name and `rule` the clause, both for the refusal."""

    __slots__ = ("at", "member", "rule", "text")

    def __init__(self, text: str, member: str, rule: str) -> None:
        self.text = text
        self.member = member
        self.rule = rule
        self.at = 0

    def fail(self, expected: str, at: int | None = None, remedy: str = "") -> BadRequestData:
        """The refusal that names the position (from 1) and what was expected there."""
        place = self.at if at is None else at
        found = repr(self.text[place : place + 20]) if place < len(self.text) else "the end"
        return BadRequestData(
            f"expected {expected} at character {place + 1} of {self.member}, found {found}",
            where=self.member,
            rule=f"GS CIM 009, {self.rule}",
            remedy=remedy,
        )

    def blanks(self) -> None:
        """Skip white space, which the grammars do not know and people write."""
        text, at = self.text, self.at
        while at < len(text) and text[at] in " \t\r\n":
            at += 1
        self.at = at

    def accept(self, token: str) -> bool:
        """Step over `token` if it stands here."""
        self.blanks()
        if not self.text.startswith(token, self.at):
            return False
        self.at += len(token)
        return True

    def expect(self, token: str, meaning: str) -> None:
        if not self.accept(token):
            raise self.fail(f"{token!r} {meaning}".strip())

    def take(self, pattern: re.Pattern[str]) -> str | None:
        """Step over what `pattern` matches here, and return it."""
        self.blanks()
        found = pattern.match(self.text, self.at)
        if found is None:
            return None
        self.at = found.end()
        return found.group()

    def need(self, pattern: re.Pattern[str], expected: str) -> str:
        found = self.take(pattern)
        if found is None:
            raise self.fail(expected)
        return found

    def finish(self, expected: str) -> None:
        """Refuse what stands behind the last term."""
        self.blanks()
        if self.at < len(self.text):
            raise self.fail(expected)
