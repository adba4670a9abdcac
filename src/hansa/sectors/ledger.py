"""What the room remembers of files and sources, as notes that commit with the rows (pure).

A note of progress that is written in the same commit as the rows it speaks of can never be
ahead of them or behind: a crash at any point loses no row and doubles none.

| space | key | value |
|---|---|---|
| `sectors` | source | totals over all its files |
| `checkpoint:SOURCE` | file | how far the file is read, and what it gave |
| `quarantine:SOURCE` | file:line | a refused row with its reason |
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from hansa.base.times import format_instant, parse_instant
from hansa.context import Note
from hansa.sectors.mapping.refuse import shown
from hansa.sectors.model import FileReport, Json, Refusal, Trouble

TOTALS = "sectors"
_LINE_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far one file is read. `digest`: SHA-256 of what was read: of the whole file, or of
    its first `byte` bytes where it can be read on from there. `mapping`: of the mapping.
    `position`: where a connector that reads no files goes on, in its own words."""

    file: str
    path: str
    digest: str
    mapping: str
    byte: int = 0
    line: int = 0
    rows: int = 0
    refused: int = 0
    flags: Mapping[str, int] = field(default_factory=dict)
    refusals: Mapping[str, int] = field(default_factory=dict)
    complete: bool = False
    trouble: Trouble | None = None
    position: Json = None

    @property
    def accepted(self) -> int:
        """Rows whose states stand in the graph."""
        return self.rows - self.refused

    def advanced(
        self, rows: int, refused: Sequence[Refusal], flags: Sequence[str], **moved: Any
    ) -> "Checkpoint":
        """The checkpoint after a batch of `rows` rows, `refused` among them."""
        return replace(
            self,
            rows=self.rows + rows,
            refused=self.refused + len(refused),
            flags=_added(self.flags, flags),
            refusals=_added(self.refusals, [one.rule for one in refused]),
            **moved,
        )

    def report(self, source: str, changed: int, *, skipped: bool = False) -> FileReport:
        """The file's counts for a person."""
        return FileReport(
            source=source,
            file=self.file,
            read=self.rows,
            accepted=self.accepted,
            refused=self.refused,
            changed=changed,
            flags=self.flags,
            refusals=self.refusals,
            trouble=self.trouble,
            skipped=skipped,
        )


@dataclass(frozen=True, slots=True)
class Totals:
    """Over all files of a source. `troubles`: files that could not be read to their end."""

    read: int = 0
    accepted: int = 0
    refused: int = 0
    flagged: int = 0
    newest: datetime | None = None
    troubles: tuple[str, ...] = ()

    def moved(self, before: Checkpoint, after: Checkpoint, newest: datetime | None) -> "Totals":
        """The totals when one file's checkpoint moved."""
        others = tuple(name for name in self.troubles if name != after.file)
        known = [one for one in (self.newest, newest) if one is not None]
        return Totals(
            read=self.read + after.rows - before.rows,
            accepted=self.accepted + after.accepted - before.accepted,
            refused=self.refused + after.refused - before.refused,
            flagged=self.flagged + sum(after.flags.values()) - sum(before.flags.values()),
            newest=max(known, default=None),
            troubles=(*others, after.file) if after.trouble else others,
        )


def _added(counts: Mapping[str, int], names: Sequence[str]) -> dict[str, int]:
    return dict(Counter(counts) + Counter(names)) if names else dict(counts)


# ---- as notes


def checkpoints(source: str) -> str:
    """The space of a source's checkpoints."""
    return f"checkpoint:{source}"


def quarantines(source: str) -> str:
    """The space of a source's refused rows."""
    return f"quarantine:{source}"


def checkpoint_note(source: str, checkpoint: Checkpoint) -> Note:
    """The note of a checkpoint."""
    return Note(checkpoints(source), checkpoint.file, asdict(checkpoint))


def checkpoint_of(note: Note) -> Checkpoint:
    """The inverse of `checkpoint_note`."""
    value = dict(note.value)
    trouble = value.pop("trouble")
    return Checkpoint(**value, trouble=None if trouble is None else Trouble(**trouble))


def totals_note(source: str, totals: Totals) -> Note:
    """The note of a source's totals."""
    newest = None if totals.newest is None else format_instant(totals.newest)
    return Note(TOTALS, source, asdict(totals) | {"newest": newest})


def totals_of(note: Note) -> Totals:
    """The inverse of `totals_note`."""
    value = dict(note.value)
    newest = value.pop("newest")
    troubles = tuple(value.pop("troubles"))
    return Totals(
        **value, troubles=troubles, newest=None if newest is None else parse_instant(newest)
    )


def quarantine_key(file: str, line: int) -> str:
    """Sorts by file, then by line."""
    return f"{file}:{line:0{_LINE_DIGITS}d}"


def quarantine_note(source: str, refusal: Refusal, *, withhold: bool) -> Note:
    """The note of a refused row; with `withhold` its cells stay in the file and out of the note.

    Personal values lie sealed in the vault and nowhere else, so a row of a source that has any
    is not copied: a re-run reads it from its file.
    """
    fields: Mapping[str, Json] = (
        {} if withhold else {k: _kept(v) for k, v in refusal.fields.items()}
    )
    value = {
        "file": refusal.file,
        "line": refusal.line,
        "field": refusal.field,
        "rule": refusal.rule,
        "detail": unquoted(refusal.detail, refusal.fields.values()) if withhold else refusal.detail,
        "fields": fields,
    }
    return Note(quarantines(source), quarantine_key(refusal.file, refusal.line), value)


def unquoted(detail: str, cells: Iterable[Json]) -> str:
    """What is wrong, without the cells: where columns slipped, any of them may be a name."""
    held = [cell for cell in cells if cell is not None and cell != ""]
    for form in _longest_first(quoted for one in held for quoted in (shown(str(one)), repr(one))):
        if form[0] in "'\"":
            detail = detail.replace(form, "a value")
    for form in _longest_first(bare for one in held for bare in (str(one), shown(one))):
        detail = re.sub(rf"(?<!\S){re.escape(form)}(?!\S)", "a value", detail)
    return detail


def _longest_first(forms: Iterable[str]) -> list[str]:
    return sorted(set(forms), key=len, reverse=True)


def _kept(value: Json) -> Json:
    return value.isoformat() if isinstance(value, datetime) else value


def refusal_of(note: Note) -> Refusal:
    """The inverse of `quarantine_note`."""
    return Refusal(**note.value)
