"""A geo-query as a box over the R*Tree: never exact, and silent where a box would lie."""

import math

from hansa.context.query.ast import Geo
from hansa.context.query.geometry import RADIUS, bounds
from hansa.context.query.prune import UNKNOWN, Prune

_SELECT = "SELECT id AS eid FROM geo WHERE maxx>=? AND minx<=? AND maxy>=? AND miny<=?"
_MARGIN = 1.001  # of the angle: rounding on the way from metres to degrees and back
_NO_BOX = frozenset({"disjoint"})


def box(geo: Geo) -> Prune:
    """Entities whose box of `location` meets that of the query; UNKNOWN for other properties."""
    if geo.geoproperty != "location" or geo.relation in _NO_BOX:
        return UNKNOWN
    found = bounds(geo.geometry)
    if found is None:
        return UNKNOWN
    if geo.relation == "near":
        found = None if geo.max_distance is None else around(found, geo.max_distance)
    if found is None:
        return UNKNOWN
    west, south, east, north = found
    return Prune(_SELECT, (west, east, south, north), rows=True)


def around(
    bounds: tuple[float, float, float, float], metres: float
) -> tuple[float, float, float, float] | None:
    """The box that holds all within `metres` of a box; None over a pole or the antimeridian."""
    west, south, east, north = bounds
    angle = metres / RADIUS * _MARGIN
    rise = math.degrees(angle)
    top = max(abs(south), abs(north))
    if top + rise >= 90:
        return None
    # The circle's widest meridians: sin(d) / cos(latitude), not d / cos(latitude)
    ratio = math.sin(angle) / math.cos(math.radians(top))
    spread = math.degrees(math.asin(ratio)) * _MARGIN if ratio < 1 else 180.0
    if west - spread < -180 or east + spread > 180:
        return None
    return west - spread, south - rise, east + spread, north + rise
