"""What is going on: one answer that the live stream then moves.

`number` is taken before the reads, so that a change made in between comes again with the
stream; applying it twice does no harm, missing it would.
"""

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from hansa.base.times import format_instant
from hansa.console.layers import Layer, point_of, shown_of
from hansa.context import City, Entity, Query, TypeIs, parse_q, world_member
from hansa.guard import View

RECENT = timedelta(hours=24)
_MOST_POINTS = 10_000  # per layer: what the map draws in a frame


async def situation(
    city: City, view: View, layers: Mapping[str, Layer], at: datetime | None = None
) -> dict[str, Any]:
    """Open alerts and incidents (and those that ended within a day), sources, points.

    With `at`: as known at that moment.
    """
    number = city.last_change
    now = at or city.clock.now()
    since = format_instant(now - RECENT)
    ended = {"Alert": ("cleared", "clearedAt"), "Incident": ("closed", "closedAt")}
    lists = {
        name: _held(city, view, kind, f'state!="{state}"|{when}>={since}', at)
        for name, kind in (("alerts", "Alert"), ("incidents", "Incident"))
        for state, when in (ended[kind],)
    }
    lists["sources"] = _held(city, view, "DataSource", "", at)
    drawn = [_points(city, view, kind, layer, at) for kind, layer in layers.items()]
    # together: what is read of files in the process beside need not wait for what is read here
    *told, points = await asyncio.gather(*lists.values(), _all(drawn))
    return {
        "number": number,
        "now": format_instant(now),
        **dict(zip(lists, told, strict=True)),
        "points": points,
    }


def held(city: City, entity: Entity) -> dict[str, Any]:
    """An entity as the page holds it: document, change number, time of the last change."""
    return world_member(city.world) | {
        "change": entity.change,
        "modified": format_instant(entity.modified_at),
        "entity": entity.document,
    }


async def _held(
    city: City, view: View, kind: str, q: str, at: datetime | None
) -> list[dict[str, Any]]:
    query = Query(types=TypeIs(kind), where=parse_q(q) if q else None)
    page = await city.read(view, query, at)
    return [held(city, entity) for entity in page.entities]


async def _all(reads: Sequence[Awaitable[list[dict[str, Any]]]]) -> list[dict[str, Any]]:
    return [point for points in await asyncio.gather(*reads) for point in points]


async def _points(
    city: City, view: View, kind: str, layer: Layer, at: datetime | None
) -> list[dict[str, Any]]:
    wanted = [_any_of(name, allowed) for name, allowed in layer.open.items()]
    wanted += [layer.value] if layer.measured and layer.value else []
    q = ";".join(wanted)
    query = Query(
        types=TypeIs(kind),
        where=parse_q(q) if q else None,
        attrs=(layer.location,),
        limit=_MOST_POINTS,
    )
    page = await city.read(view, query, at, only=shown_of(layer))
    points = (point_of(one.id, kind, one.document, layer) for one in page.entities)
    return [point for point in points if point is not None]


def _any_of(name: str, allowed: Sequence[str]) -> str:
    """The attribute has one of the values, as `q` says it."""
    return f"{name}==" + ",".join(f'"{one}"' for one in allowed)
