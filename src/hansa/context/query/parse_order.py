"""`orderBy`, `orderFrom`, `orderGeometry` (4.23): by which values entities are ordered."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from hansa.context.query.ast import Order
from hansa.context.query.parse_geo import parse_geometry
from hansa.context.query.parse_q import parse_path
from hansa.context.query.scan import Names, Scanner, unchanged

_DIRECTION = re.compile(r"dist-asc|dist-desc|asc|desc")


def parse_order(
    text: str,
    name: Names = unchanged,
    order_from: str | Sequence[Any] | None = None,
    order_geometry: str | None = None,
) -> tuple[Order, ...]:
    """The terms of `name,age;desc,location;dist-asc`; raises BadRequestData.

    `order_from`: coordinates to measure from, of a Point unless `order_geometry` says else.
    """
    origin = None
    if order_from is not None and order_from != "":
        origin = parse_geometry(order_geometry or "Point", order_from, "orderFrom")
    scan = Scanner(text, "orderBy", "4.23.3")
    found = [_term(scan, name, origin)]
    while scan.accept(","):
        found.append(_term(scan, name, origin))
    scan.finish("',' or the end")
    return tuple(found)


def _term(scan: Scanner, name: Names, origin: Mapping[str, Any] | None) -> Order:
    path = parse_path(scan, name)
    if not scan.accept(";"):
        return Order(path)
    direction = scan.need(_DIRECTION, "asc, desc, dist-asc or dist-desc")
    if not direction.startswith("dist"):
        return Order(path, direction == "desc")
    if origin is None:
        raise scan.fail("orderFrom beside an order by distance", scan.at - len(direction))
    return Order(path, direction == "dist-desc", origin)
