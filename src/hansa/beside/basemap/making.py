"""From an extract to a base map: check, look, read, tile, write."""

from pathlib import Path

from hansa.base.problems import BadFile
from hansa.beside.basemap import archive, checking, ground, reading
from hansa.beside.basemap.gathering import Found, Gathering
from hansa.beside.basemap.model import Box, Feature, Made, Progress
from hansa.beside.basemap.rules import load
from hansa.beside.basemap.spool import Spool
from hansa.beside.basemap.tiling import Tiler

_WIDEST = 10.0  # degrees: more than a city and its region


def make(source: Path, target: Path, progress: Progress) -> Made:
    """Make `target` from `source`; BadFile says why not, and `target` stays as it was."""
    checking.check(source)
    rules = load()
    looked = reading.look(source, rules, progress)
    gathering = Gathering(rules, looked)
    with Spool() as spool:
        for thing in reading.things(source, looked, progress):
            for found in gathering.take(thing):
                _keep(found, spool)
        box = _checked(source, gathering.box())
        for found in gathering.assembled(box):
            _keep(found, spool)
        with archive.writing(target) as file, archive.Archive(file) as writer:
            for tile in Tiler(rules, spool, ground.squared_box(box)).tiles(progress):
                writer.take(tile)
            if not writer.tiles:
                raise _nothing(source)
            writer.close(box, archive.metadata_of(rules, source.name, looked.timestamp))
        notes = gathering.notes
        return Made(
            tiles=writer.tiles,
            size=target.stat().st_size,
            features=spool.count,
            box=box,
            timestamp=looked.timestamp,
            largest=writer.largest,
            notes={
                "ways with missing nodes": notes.ways_without_nodes,
                "relations cut by the border": notes.torn_relations,
                "relations without an area": notes.empty_relations,
                "features dropped from full tiles": writer.dropped,
            },
        )


def _keep(found: Found, spool: Spool) -> None:
    placed, geometry = found
    shape = ground.valid(ground.squared(geometry))
    if not shape.is_empty:
        feature = Feature(placed.layer, placed.zoom, placed.rank, placed.properties, shape)
        spool.take(feature)


def _checked(source: Path, box: Box | None) -> Box:
    if box is None:
        raise _nothing(source)
    if max(box[2] - box[0], box[3] - box[1]) > _WIDEST:
        raise BadFile(
            f"covers {box[2] - box[0]:.0f} by {box[3] - box[1]:.0f} degrees",
            where=str(source),
            rule=f"a base map is of a city and its region: at most {_WIDEST:.0f} degrees",
            remedy="cut the extract to the region first (osmium extract)",
        )
    return box


def _nothing(source: Path) -> BadFile:
    return BadFile(
        "has nothing that stands on a map",
        where=str(source),
        remedy="take an extract with its tags: roads, water, buildings",
    )
