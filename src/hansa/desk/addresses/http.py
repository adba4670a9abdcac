"""Addresses over HTTP: what was typed, one house, the zones. Parse, call, render.

The index knows everything, so what it finds is read again through the view of whoever asks: the
guard says what of a house they may see.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from hansa.base.ids import check_uri
from hansa.base.problems import BadRequestData, ResourceNotFound
from hansa.base.web import Operation, Parameter, Request, Response, Route, json_response
from hansa.context import City, Entity, Query, TypeIs, world_member
from hansa.desk.addresses.following import Addresses
from hansa.desk.addresses.index import Index
from hansa.desk.addresses.model import BUILDING, SOCIAL, ZONE, Count, Found, Zone
from hansa.guard import View

ADDRESS = "/desk/addresses"
_TAGS = ("desk",)
_PRIVATE = (("Cache-Control", "no-store"),)
_LIMIT, _MOST = 10, 50
_LONGEST = 200
_NO_HOUSE = "There is no such house"
_PLAIN = (
    "street", "streetNames", "houseNumber", "district", "postalCode", "location", "residents",
    "children", "managedBy", "organization",
)  # fmt: skip


class AddressPages:
    """The handlers over one city's addresses."""

    def __init__(self, city: City, addresses: Addresses) -> None:
        self._city = city
        self._addresses = addresses

    async def search(self, request: Request) -> Response:
        """What may be meant by what was typed."""
        text = request.query.get("q") or ""
        if len(text) > _LONGEST:
            raise BadRequestData(f"an address has at most {_LONGEST} characters", where="q")
        limit = request.query.whole("limit", _LIMIT, low=1, high=_MOST) or _LIMIT
        index = await self._addresses.index()
        found = index.search(text, limit) if _sees_street(request.view) else ()
        seen = await self._read(request.view, BUILDING, (one.building for one in found))
        rows = [
            _row(one, seen.get(one.building))
            for one in found
            if not one.building or one.building in seen
        ]
        return self._answer({"found": rows, "houses": len(index)})

    async def one(self, request: Request) -> Response:
        """A house: its zones, who serves it, who lives there, what stands in it."""
        name = check_uri(request.path_params["id"], "id")
        view = request.view
        house = (await self._read(view, BUILDING, (name,))).get(name)
        if house is None:
            raise ResourceNotFound(_NO_HOUSE, where="id")
        index = await self._addresses.index()
        known = index.building(name)
        zones = known.zones if known and view.sees((BUILDING,), "zones") else ()
        shown = await self._zones(view, index, zones)
        social = await self._read(view, SOCIAL, (one.id for one in index.social(name)))
        told = {name: house.value(name) for name in _PLAIN if house.value(name) is not None}
        named = await self._organizations(view, [told.get("organization"), *_suppliers(shown)])
        answer = {
            "id": house.id,
            "change": house.change,
            "changedAt": house.modified_at.isoformat(),
            **told,
            "zones": shown,
            "organizations": named,
            "resources": self._resources(),
            "social": [
                {"id": one.id, "name": one.value("name"), "category": one.value("category")}
                for one in social.values()
            ],
        }
        return self._answer(answer)

    async def zones(self, request: Request) -> Response:
        """Every zone with what is counted in it, and all houses together."""
        view = request.view
        index = await self._addresses.index()
        shown = await self._zones(view, index, [one.id for one in index.zones()])
        if _counts(view):
            for one in shown:
                houses = index.houses_of((one["id"],))
                one |= _counted(index.count(houses, (one["id"],)))
        whole = _counted(index.count(index.every())) if _counts(view) else {}
        named = await self._organizations(view, _suppliers(shown))
        told = {"zones": shown, "organizations": named, "all": whole}
        return self._answer({**told, "resources": self._resources()})

    # ---- what the view sees

    async def _read(self, view: View, kind: str, ids: Iterable[str]) -> dict[str, Entity]:
        wanted = tuple(dict.fromkeys(one for one in ids if one))
        if not wanted:
            return {}
        page = await self._city.read(view, Query(ids=wanted, types=TypeIs(kind)))
        held = {one.id: one for one in page.entities}
        return {name: held[name] for name in wanted if name in held}

    async def _zones(self, view: View, index: Index, zones: Iterable[str]) -> list[dict[str, Any]]:
        seen = await self._read(view, ZONE, zones)
        return [
            _zone(one, zone) for one in seen.values() if (zone := index.zone(one.id)) is not None
        ]

    async def _organizations(self, view: View, ids: Iterable[Any]) -> dict[str, Any]:
        """Names and duty telephones of those that serve."""
        found = await self._read(view, "Organization", (one for one in ids if isinstance(one, str)))
        return {
            one.id: {"name": one.value("name"), "telephone": one.value("telephone")}
            for one in found.values()
        }

    def _resources(self) -> dict[str, Any]:
        """What houses are supplied with, in the order of the screens."""
        return {one.name: dict(one.words) for one in self._city.vocabulary.resources}

    def _answer(self, told: Mapping[str, Any]) -> Response:
        return json_response({**world_member(self._city.world), **told}, headers=_PRIVATE)


def _sees_street(view: View) -> bool:
    return view.admits((BUILDING,)) and view.sees((BUILDING,), "street")


def _counts(view: View) -> bool:
    """Whether the view sees all houses and how many live there."""
    ruled = any(rule.type_name == BUILDING for rule in view.rows)
    return not ruled and view.admits((BUILDING,)) and view.sees((BUILDING,), "residents")


def _row(found: Found, house: Entity | None) -> dict[str, Any]:
    """One find; a street has no id and says how many houses it has."""
    row: dict[str, Any] = {
        "id": found.building or None,
        "street": found.street,
        "match": found.match.value,
    }
    if house is None:
        row |= {"houses": found.houses, "label": found.street}
    else:
        row |= {"houseNumber": found.house, "label": f"{found.street}, {found.house}"}
        if (district := house.value("district")) is not None:
            row["district"] = district
    if found.name:
        row["name"] = found.name
    return row


def _zone(entity: Entity, zone: Zone) -> dict[str, Any]:
    shown = {
        "id": entity.id,
        "name": entity.value("name") or zone.name,
        "resource": entity.value("resource") or zone.resource,
        "outline": entity.value("location") is not None,
    }
    organization = entity.value("organization")
    return shown if organization is None else {**shown, "organization": organization}


def _suppliers(zones: Iterable[Mapping[str, Any]]) -> list[Any]:
    return [one.get("organization") for one in zones]


def _counted(count: Count) -> dict[str, Any]:
    return {
        "houses": count.houses,
        "people": count.people,
        "children": count.children,
        "unknown": count.unknown,
        "social": [{"category": category, "name": name} for category, name in count.social],
    }


def address_routes(city: City, addresses: Addresses) -> tuple[Route, ...]:
    """Every route of addresses."""
    pages = AddressPages(city, addresses)
    typed = (
        Parameter("q", "What was typed: a street in any spelling, and a house", required=True),
        Parameter("limit", "At most so many", schema={"type": "integer", "maximum": _MOST}),
    )
    return (
        Route(
            "GET",
            ADDRESS,
            pages.search,
            operation=Operation("Houses and streets that may be meant, best first", _TAGS, typed),
            strict=True,
        ),
        Route(
            "GET",
            f"{ADDRESS}/zones",
            pages.zones,
            operation=Operation("Zones of supply with what is counted in each", _TAGS),
            strict=True,
        ),
        Route(
            "GET",
            f"{ADDRESS}/{{id}}",
            pages.one,
            operation=Operation(
                "A house: its zones, who serves it, who lives there",
                _TAGS,
                responses={200: "OK", 404: _NO_HOUSE},
            ),
            strict=True,
        ),
    )
