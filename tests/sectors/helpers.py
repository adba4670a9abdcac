"""What the tests of the room share: small mappings, files and cities made on the spot."""

from collections.abc import Sequence
from pathlib import Path

from hansa.base.vocabulary import Vocabulary, load_vocabulary
from hansa.sectors import Refusal, Row, Source, Trouble, load_source
from hansa.sectors.connectors.files.fetch import Asked, items

VOCABULARY: Vocabulary = load_vocabulary()

READINGS = """\
source: readings
title: {en: Readings}
sector: river
files: "*.csv"
format: csv
type: WaterObserved
id: "{post}"
observedAt: time
fields:
  stationID: {column: post}
  height: {column: level, as: number, unit: CMT, range: [0, 1000], required: true}
refuse:
  - {rule: required, columns: [post, time]}
"""


def source_of(folder: Path, text: str = READINGS, name: str = "mapping.yaml") -> Source:
    """A source of a mapping's text."""
    home = folder / "sources"
    home.mkdir(parents=True, exist_ok=True)
    path = home / name
    path.write_text(text, encoding="utf-8")
    return load_source(path, VOCABULARY)


def read(source: Source, path: Path, *, hold: bool = False) -> list[Row | Refusal | Trouble]:
    """What a file gives, before mapping."""
    asked = Asked(path, path.name, source.files, source.columns, hold=hold)
    return [item.what for item in items(asked)]


def readings(rows: Sequence[tuple[str, int, float]]) -> str:
    """A file for READINGS: (post, minute of the day, level in cm)."""
    lines = [
        f"{post},2026-05-04T{minute // 60:02d}:{minute % 60:02d}:00Z,{level:g}"
        for post, minute, level in rows
    ]
    return "\n".join(["post,time,level", *lines, ""])
