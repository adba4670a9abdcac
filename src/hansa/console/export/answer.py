"""The answer to an export: what is in it, that it was made (journalled first), and its name.

It streams: which entities there are is settled at the beginning, and they are read as known at
that one moment, some at a time, so that a long export is of one piece and small in memory.
"""

import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import orjson

from hansa.base.problems import BadRequestData
from hansa.base.times import format_instant
from hansa.base.web import Response, stream_response
from hansa.console.export import rows, text
from hansa.console.export.parquet import parquet
from hansa.console.export.rows import Cell, Told
from hansa.context import City, Entity, Query, TypeIs, parse_q
from hansa.guard import Kind, View, entry_of

FORMATS = {
    "csv": "text/csv; charset=utf-8; header=present",
    "geojson": "application/geo+json",
    "parquet": "application/vnd.apache.parquet",
}
_AT_ONCE = 1000
_ONE = ("name",)  # without a column named, a table would unpack every attribute


@dataclass(frozen=True, slots=True)
class Asked:
    """What an export is of: a type, perhaps fewer by `q` or `ids`, perhaps as known at `at`."""

    type: str
    q: str = ""
    ids: tuple[str, ...] = ()
    at: datetime | None = None
    format: str = "csv"


async def export(city: City, view: View, asked: Asked) -> Response:
    """The file as a stream. Personal values never are in it, whatever the view's purpose."""
    if asked.format not in FORMATS:
        known = ", ".join(FORMATS)
        raise BadRequestData(f"{asked.format!r} is not one of {known}", where="format")
    if not asked.type:
        raise BadRequestData("an export is of one type of entity", where="type")
    plain = replace(view, personal=False, seen={})
    now = city.clock.now()
    told = Told(view.world.name, asked.at or now, now)
    ids = await _ids(city, plain, asked, told.known)
    attributes = await _attributes(city, plain, asked.type)
    await city.guard.journal.write(
        entry_of(
            view.grant,
            Kind.EXPORT,
            now,
            of="entities",
            type=asked.type,
            q=asked.q,
            format=asked.format,
            known=format_instant(told.known),
            entities=len(ids),
        )
    )
    pages = _pages(city, plain, ids, told.known)
    name = file_name(city.settings.name, asked, told)
    headers = (
        ("Content-Disposition", f'attachment; filename="{name}"'),
        ("Cache-Control", "no-store"),
    )
    body = _body(city, asked, pages, attributes, told)
    return stream_response(body, FORMATS[asked.format], headers)


def file_name(city: str, asked: Asked, told: Told) -> str:
    """City, type and moment; in an exercise its name before all."""
    moment = re.sub(r"[-:]|\.\d+", "", format_instant(told.known))
    kind = re.split(r"[/#:]", asked.type)[-1]
    parts = [told.world] if told.exercise else []
    plain = [re.sub(r"[^A-Za-z0-9_.]+", "-", one) for one in (*parts, city, kind, moment)]
    return "-".join(plain) + f".{asked.format}"


async def _ids(city: City, view: View, asked: Asked, known: datetime) -> tuple[str, ...]:
    if not asked.ids:
        return (await city.table(view, asked.type, _ONE, where=asked.q, at=known)).ids
    where = parse_q(asked.q) if asked.q else None
    query = Query(ids=asked.ids, types=TypeIs(asked.type), where=where)
    return tuple(one.id for one in (await city.read(view, query, known)).entities)


async def _attributes(city: City, view: View, type_name: str) -> tuple[str, ...]:
    """Attributes that entities of the type have and the view sees: vocabulary first."""
    seen = (await city.attributes(view)).get(type_name, ())
    definition = city.vocabulary.types.get(type_name)
    known = () if definition is None else tuple(definition.attributes)
    ranks = {name: index for index, name in enumerate(known)}
    return tuple(sorted(seen, key=lambda name: (ranks.get(name, len(ranks)), name)))


async def _pages(
    city: City, view: View, ids: Sequence[str], known: datetime
) -> AsyncIterator[tuple[Entity, ...]]:
    for start in range(0, len(ids), _AT_ONCE):
        some = tuple(ids[start : start + _AT_ONCE])
        page = await city.read(view, Query(ids=some), known)
        yield tuple(sorted(page.entities, key=lambda one: one.id))


async def _body(
    city: City,
    asked: Asked,
    pages: AsyncIterator[tuple[Entity, ...]],
    attributes: Sequence[str],
    told: Told,
) -> AsyncIterator[bytes]:
    if asked.format == "geojson":
        async for piece in _geojson(pages, asked.type, told):
            yield piece
        return
    header = rows.header(attributes)
    table = _rows(pages, attributes, told)
    if asked.format == "csv":
        yield text.csv_lines([header])
        async for page in table:
            yield text.csv_lines(page)
        return
    async for piece in parquet(city.helper, header, table, _notes(city, asked, told)):
        yield piece


async def _rows(
    pages: AsyncIterator[tuple[Entity, ...]], attributes: Sequence[str], told: Told
) -> AsyncIterator[list[tuple[Cell, ...]]]:
    async for page in pages:
        yield [rows.row(one, attributes, told) for one in page]


async def _geojson(
    pages: AsyncIterator[tuple[Entity, ...]], type_name: str, told: Told
) -> AsyncIterator[bytes]:
    yield text.opening(told, type_name)
    between = b""
    async for page in pages:
        features = [orjson.dumps(text.feature(one, told)) for one in page]
        if features:
            yield between + b",".join(features)
            between = b","
    yield text.CLOSING


def _notes(city: City, asked: Asked, told: Told) -> dict[str, str]:
    return {
        "world": told.world,
        "city": city.settings.name,
        "type": asked.type,
        "q": asked.q,
        "asKnownAt": format_instant(told.known),
        "exportedAt": format_instant(told.exported),
    }
