"""The document as the test reads it: numbered steps, their commands, their keys."""

import re
from dataclasses import dataclass
from pathlib import Path

_STEP = re.compile(r"^## (\d+)\. (.+)$", re.MULTILINE)
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_KEYS = re.compile(r'"([^"]*)"|(\S+)')

SECONDS_A_KEY = 0.28
SECONDS_A_DECISION = 1.2


@dataclass(frozen=True, slots=True)
class Stroke:
    """A text that is typed, or one key (with its modifiers)."""

    text: str = ""
    key: str = ""

    @property
    def presses(self) -> int:
        """How many times a finger goes down."""
        return len(self.text) or len(self.key.split("+"))


@dataclass(frozen=True, slots=True)
class Step:
    """One numbered heading of the document with all that stands below it."""

    number: int
    title: str
    text: str

    @property
    def name(self) -> str:
        return f"{self.number}. {self.title}"

    @property
    def commands(self) -> list[str]:
        """Lines after `$ `, continued lines joined."""
        found = []
        for block in self.blocks("console"):
            lines = block.replace("\\\n", " ").splitlines()
            found += [line[2:] for line in lines if line.startswith("$ ")]
        return found

    def blocks(self, kind: str) -> list[str]:
        """The fenced blocks of one kind."""
        return [body for found, body in _BLOCK.findall(self.text) if found == kind]

    def keys(self, place: int = 0, **words: str) -> list[list[Stroke]]:
        """What is pressed: a list for each line of a block, a line being one decision."""
        lines = self.blocks("keys")[place].format(**words).splitlines()
        return [_strokes(line.partition(" #")[0]) for line in lines]


def steps(document: Path) -> list[Step]:
    """The document's steps in their order."""
    text = document.read_text(encoding="utf-8")
    found = list(_STEP.finditer(text))
    ends = [one.start() for one in found[1:]] + [len(text)]
    return [
        Step(int(one[1]), one[2], text[one.end() : end])
        for one, end in zip(found, ends, strict=True)
    ]


def seconds(lines: list[list[Stroke]]) -> float:
    """How long a person needs (keystroke-level model): keys, and a decision for each line."""
    presses = sum(stroke.presses for line in lines for stroke in line)
    return presses * SECONDS_A_KEY + len(lines) * SECONDS_A_DECISION


def _strokes(line: str) -> list[Stroke]:
    pairs = _KEYS.findall(line)
    return [Stroke(key=key) if key else Stroke(text=text) for text, key in pairs]
