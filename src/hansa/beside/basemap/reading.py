"""An extract of OpenStreetMap, read twice: first what there is, then what goes on the map.

The second pass needs to know which ways belong to relations, and a person who waits wants to
know how much there is. Places of nodes are kept in memory for a small file and on the disk for
a large one; a way whose nodes are not all in the extract keeps the parts that are.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import osmium

from hansa.base.times import format_instant
from hansa.beside.basemap import checking
from hansa.beside.basemap.model import Box, Placed, Progress, Shape
from hansa.beside.basemap.rules import Rules, Tags

_STEP = 20_000  # objects between two words about progress
_IN_MEMORY = 64 << 20  # bytes of a file whose nodes' places are kept in memory
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # of an object without a time


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation whose area is wanted: where it stands, and its ways by role."""

    placed: tuple[Placed, ...]
    outers: tuple[int, ...]
    inners: tuple[int, ...]


@dataclass(slots=True)
class Looked:
    """What the first pass found. `borders`: a way's tags as part of its highest boundary."""

    objects: int = 0
    box: Box | None = None
    timestamp: str | None = None
    relations: list[Relation] = field(default_factory=list)
    borders: dict[int, Tags] = field(default_factory=dict)
    members: set[int] = field(default_factory=set)


def look(path: Path, rules: Rules, progress: Progress) -> Looked:
    """The first pass: how many objects, which relations, which ways those need."""
    looked = Looked()
    with _speaking(path):
        looked.box, looked.timestamp = _header(path)
        newest = _NEVER
        for thing in _things(osmium.FileProcessor(str(path))):
            looked.objects += 1
            newest = max(newest, thing.timestamp)
            if thing.is_relation():
                _remember(thing, rules, looked)
            if looked.objects % _STEP == 0:
                progress("looking", looked.objects, 0)
    if looked.timestamp is None and newest > _NEVER:
        looked.timestamp = format_instant(newest)
    return looked


def things(path: Path, looked: Looked, progress: Progress) -> Iterator[Any]:
    """The second pass: ways with the places of their nodes, nodes with tags."""
    with _speaking(path), tempfile.TemporaryDirectory(prefix="hansa-map-") as folder:
        large = path.stat().st_size > _IN_MEMORY
        storage = f"sparse_file_array,{folder}/places" if large else "flex_mem"
        processor = osmium.FileProcessor(str(path)).with_locations(storage)
        for count, thing in enumerate(_things(processor)):
            if count % _STEP == 0:
                progress("reading", count, looked.objects)
            if not thing.is_relation():
                yield thing
    progress("reading", looked.objects, looked.objects)


def _things(processor: osmium.FileProcessor) -> Iterator[Any]:
    """Every object but nodes without tags, which are only places on ways."""
    tagged = osmium.filter.EmptyTagFilter()
    tagged.enable_for(osmium.osm.NODE)
    return iter(processor.with_filter(tagged))


@contextmanager
def _speaking(path: Path) -> Iterator[None]:
    """What osmium says, as a refusal: it knows no other error than this one."""
    try:
        yield
    except RuntimeError as error:
        raise checking.refused(path, error) from error


def _header(path: Path) -> tuple[Box | None, str | None]:
    with osmium.io.Reader(str(path)) as reader:
        header = reader.header()
    box = header.box()
    timestamp = header.get("osmosis_replication_timestamp") or header.get("timestamp") or None
    if not box.valid():
        return None, timestamp
    corners = box.bottom_left, box.top_right
    return (corners[0].lon, corners[0].lat, corners[1].lon, corners[1].lat), timestamp


def _remember(thing: Any, rules: Rules, looked: Looked) -> None:
    tags = dict(thing.tags)
    kind = tags.get("type")
    if kind == "boundary" or (kind == "multipolygon" and "boundary" in tags):
        _remember_border(thing, tags, looked)
    if kind not in ("multipolygon", "boundary"):
        return
    placed = tuple(one for one in rules.placed(tags) if one.shape is not Shape.LINE)
    if not placed:
        return
    ways = [(member.ref, member.role) for member in thing.members if member.type == "w"]
    inners = tuple(ref for ref, role in ways if role == "inner")
    outers = tuple(ref for ref, role in ways if role != "inner")
    looked.relations.append(Relation(placed, outers, inners))
    looked.members.update(outers, inners)


def _remember_border(thing: Any, tags: dict[str, str], looked: Looked) -> None:
    """A way that parts a country, a district and two quarters is drawn as a country's edge."""
    level = tags.get("admin_level", "")
    if tags.get("boundary") != "administrative" or not level.isdecimal():
        return
    told = {"boundary": "administrative", "admin_level": level}
    for member in thing.members:
        if member.type != "w":
            continue
        known = looked.borders.get(member.ref)
        if known is None or int(level) < int(known["admin_level"]):
            looked.borders[member.ref] = told
