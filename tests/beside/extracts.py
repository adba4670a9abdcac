"""Small extracts of OpenStreetMap, made by hand: no place on Earth."""

import gzip
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import quoteattr

_WRITTEN = 'version="1" timestamp="2020-02-02T02:02:02Z"'

Tags = Mapping[str, str]
Bounds = tuple[float, float, float, float]


class Extract:
    """An extract in the making; nodes are made as their places are named."""

    def __init__(self, bounds: Bounds | None = (10.0, 50.0, 10.1, 50.1)) -> None:
        self.bounds = bounds
        self._nodes: dict[tuple[float, float], int] = {}
        self._lines: dict[str, list[str]] = {"node": [], "way": [], "relation": []}
        self._numbers = 0

    def node(self, x: float, y: float, **tags: str) -> int:
        """A node at a place, in hundredths of a degree from 10° E 50° N."""
        place = (round(10 + x / 100, 7), round(50 + y / 100, 7))
        if place not in self._nodes:
            number = self._nodes[place] = self._number()
            inside = _tags({key.replace("__", ":"): value for key, value in tags.items()})
            where = f'id="{number}" lon="{place[0]}" lat="{place[1]}"'
            self._lines["node"].append(f"<node {where} {_WRITTEN}>{inside}</node>")
        return self._nodes[place]

    def way(
        self,
        path: Sequence[tuple[float, float]],
        tags: Tags,
        *,
        missing: int | None = None,
        number: int | None = None,
    ) -> int:
        """A way; `missing`: the node at this index is not in the extract."""
        number = number or self._number()
        refs = [self.node(*place) for place in path]
        if missing is not None:
            refs[missing] = 999_999_999
        inside = "".join(f'<nd ref="{ref}"/>' for ref in refs) + _tags(tags)
        self._lines["way"].append(f'<way id="{number}" {_WRITTEN}>{inside}</way>')
        return number

    def relation(self, members: Sequence[tuple[int, str]], tags: Tags) -> None:
        """A relation of ways by number and role."""
        inside = "".join(f'<member type="way" ref="{ref}" role="{role}"/>' for ref, role in members)
        head = f'<relation id="{self._number()}" version="1">'
        self._lines["relation"].append(head + inside + _tags(tags) + "</relation>")

    def write(self, path: Path) -> Path:
        """The extract as a file: packed where the name ends in .gz."""
        lines = ['<osm version="0.6">']
        if self.bounds is not None:
            west, south, east, north = self.bounds
            edges = f'minlon="{west}" minlat="{south}" maxlon="{east}" maxlat="{north}"'
            lines.append(f"<bounds {edges}/>")
        lines += [*self._lines["node"], *self._lines["way"], *self._lines["relation"], "</osm>"]
        text = "\n".join(lines).encode()
        path.write_bytes(gzip.compress(text) if path.suffix == ".gz" else text)
        return path

    def _number(self) -> int:
        self._numbers += 1
        return self._numbers


def square(low: float, high: float) -> list[tuple[float, float]]:
    """A closed path around a square."""
    return [(low, low), (high, low), (high, high), (low, high), (low, low)]


def _tags(tags: Tags) -> str:
    pairs = ((quoteattr(key), quoteattr(value)) for key, value in tags.items())
    return "".join(f"<tag k={key} v={value}/>" for key, value in pairs)
