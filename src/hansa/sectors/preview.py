"""A dry run: what a file would give and what of it would be refused, before anything is written.

The same reading and mapping as an import, so that what is said here is what will happen. Only
so many rows are mapped; the rest is counted.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from hansa.sectors import batches
from hansa.sectors.batches import Batch, Reading
from hansa.sectors.connectors.files.fetch import Asked, understood_in
from hansa.sectors.connectors.files.headers import told
from hansa.sectors.mapping.load import Source
from hansa.sectors.model import Mapped, Refusal, Row, Trouble

MOST = 20_000  # rows that are mapped: a second or so of one core
EXAMPLES = 5  # refused rows that are kept per rule
SAMPLE = 6  # accepted rows that are shown as entities


@dataclass(frozen=True, slots=True)
class Look:
    """What a file would give. `rows`: all of them; `looked`: those that were mapped, the first.

    `refused` holds a few examples per rule, `sample` the first accepted rows, `ids` every
    entity that the mapped rows speak of, `named` those of refused rows. `columns`: of a table of
    somebody else, what was understood by which header.
    """

    rows: int
    looked: int
    accepted: int
    rules: Mapping[str, int] = field(default_factory=dict)
    flags: Mapping[str, int] = field(default_factory=dict)
    refused: tuple[Refusal, ...] = ()
    sample: tuple[tuple[Row, Mapped], ...] = ()
    ids: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    trouble: Trouble | None = None
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Seen:
    """What is gathered batch by batch."""

    looked: int = 0
    accepted: int = 0
    rules: Counter[str] = field(default_factory=Counter)
    flags: Counter[str] = field(default_factory=Counter)
    refused: list[Refusal] = field(default_factory=list)
    sample: list[tuple[Row, Mapped]] = field(default_factory=list)
    ids: dict[str, None] = field(default_factory=dict)
    named: dict[str, None] = field(default_factory=dict)

    def take(self, source: Source, batch: Batch) -> None:
        self.looked += len(batch.accepted) + len(batch.refused)
        self.accepted += len(batch.accepted)
        rows = (Row(one.file, one.line, one.fields) for one in batch.refused)
        self.named.update(dict.fromkeys(filter(None, map(source.identity, rows))))
        for refusal in batch.refused:
            self.rules[refusal.rule] += 1
            if self.rules[refusal.rule] <= EXAMPLES:
                self.refused.append(refusal)
        self.sample += batch.accepted[: SAMPLE - len(self.sample)]
        for _, mapped in batch.accepted:
            self.flags.update(mapped.flags)
            self.ids.update(dict.fromkeys(state.id for state in mapped.states))


def look(source: Source, path: Path, name: str, now: datetime) -> Look:
    """Read and map the file as an import would; blocking, so call it in a thread."""
    reading = batches.begin(source, path, name, None, hold=False, force=True)
    assert reading is not None  # noqa: S101 - only a known file has nothing new
    seen = _Seen()
    while True:
        batch = reading.batch(now)
        seen.take(source, batch)
        if batch.last or seen.looked >= MOST:
            break
    trouble, more = (batch.trouble, 0) if batch.last else _rest(reading)
    return Look(
        rows=seen.looked + more,
        looked=seen.looked,
        accepted=seen.accepted,
        rules=dict(seen.rules),
        flags=dict(seen.flags),
        refused=tuple(seen.refused),
        sample=tuple(seen.sample),
        ids=tuple(seen.ids),
        named=tuple(seen.named),
        trouble=trouble,
        columns=_columns(source, path, name),
    )


def _columns(source: Source, path: Path, name: str) -> Mapping[str, str]:
    if source.files.format != "table":
        return {}
    found = understood_in(Asked(path, name, source.files, source.columns))
    return {} if isinstance(found, Trouble) else told(found[1])


def _rest(reading: Reading) -> tuple[Trouble | None, int]:
    """How many rows follow, and what breaks the file off."""
    count = 0
    for item in reading.found:
        if isinstance(item.what, Trouble):
            return item.what, count
        count += 1
    return None, count
