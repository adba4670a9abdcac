"""An offline base map of a city from an extract of OpenStreetMap: `hansa map import`.

Runs in a process of its own, never in a serving one: it reads with osmium, keeps what belongs
on the map in a file on the disk, and writes vector tiles into one PMTiles archive.
"""

from hansa.beside.basemap.making import make
from hansa.beside.basemap.model import Made, Progress

__all__ = ["Made", "Progress", "make"]
