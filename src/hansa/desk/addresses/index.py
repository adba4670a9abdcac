"""Every house of a city in memory: found by what people type, listed by zone, counted.

Owned by whoever keeps it up to date (`following`); nothing here reads or writes anything.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from heapq import nsmallest
from typing import NamedTuple

from shapely import Geometry

from hansa.desk.addresses import numbers
from hansa.desk.addresses.asking import Ask, readings
from hansa.desk.addresses.model import Building, Count, Found, Match, Social, Zone
from hansa.desk.addresses.spelling import Spelling
from hansa.desk.addresses.streets import Fit, Streets
from hansa.desk.addresses.zones import outline_of, within

_MOST_STREETS = 300  # that one text may mean: three letters of a large city
_NEAR = 5  # houses that are offered where the street has no such number


class _Rank(NamedTuple):
    """The order of what was found."""

    steps: int  # from what was typed: a slip is two, a beginning one
    fit: Fit
    street: bool  # False before True: a street before its houses
    at: tuple[str, int, str]


@dataclass(slots=True)
class _Street:
    """A street with its houses and the other names they give it."""

    houses: dict[str, Building] = field(default_factory=dict)
    names: Counter[str] = field(default_factory=Counter)


class Index:
    """The houses, zones and social objects of one city."""

    def __init__(self, spelling: Spelling) -> None:
        self._spelling = spelling
        self._buildings: dict[str, Building] = {}
        self._zones: dict[str, Zone] = {}
        self._social: dict[str, Social] = {}
        self._streets: dict[str, _Street] = {}
        self._names: Streets | None = None
        self._keys: dict[str, tuple[str, ...]] = {}
        self._named: dict[str, set[str]] = {}
        self._outlines: dict[str, Geometry] = {}
        self._inside: dict[str, set[str]] = {}
        self._in_house: dict[str, set[str]] = {}

    # ---- what there is

    def __len__(self) -> int:
        return len(self._buildings)

    def building(self, name: str) -> Building | None:
        """A house with all its zones, those whose outline holds it too."""
        found = self._buildings.get(name)
        return None if found is None else replace(found, zones=self._zones_of(found))

    def told(self, name: str) -> Building | None:
        """A house as the table tells of it."""
        return self._buildings.get(name)

    def every(self) -> tuple[str, ...]:
        """The ids of all houses."""
        return tuple(self._buildings)

    def zone(self, name: str) -> Zone | None:
        """A zone of supply."""
        return self._zones.get(name)

    def zones(self) -> tuple[Zone, ...]:
        """Every zone, by resource and name."""
        return tuple(sorted(self._zones.values(), key=lambda one: (one.resource, one.name)))

    def social(self, building: str) -> tuple[Social, ...]:
        """The social objects of a house."""
        return tuple(self._social[name] for name in sorted(self._in_house.get(building, ())))

    def has_social(self, name: str) -> bool:
        """Whether there is a social object of this id."""
        return name in self._social

    def houses_of(self, zones: Iterable[str] = (), buildings: Iterable[str] = ()) -> frozenset[str]:
        """The houses of zones, and those named; each once."""
        found = {name for name in buildings if name in self._buildings}
        for zone in zones:
            found |= self._named.get(zone, set())
            found.update(name for name in self._inside.get(zone, ()) if name in self._buildings)
        return frozenset(found)

    def count(self, buildings: Collection[str], zones: Iterable[str] = ()) -> Count:
        """Houses, people, social objects of houses, and those that stand in zones without one."""
        known = {name: self._buildings[name] for name in buildings if name in self._buildings}
        here = {one for name in known for one in self._in_house.get(name, ())}
        here.update(one for zone in zones for one in self._inside.get(zone, ()))
        return Count(
            houses=len(known),
            people=sum(one.residents or 0 for one in known.values()),
            children=sum(one.children or 0 for one in known.values()),
            unknown=sum(one.residents is None for one in known.values()),
            social=tuple(
                sorted(
                    (one.category, one.name)
                    for name in here
                    if (one := self._social.get(name)) is not None
                )
            ),
        )

    def _zones_of(self, building: Building) -> tuple[str, ...]:
        inside = (zone for zone, held in self._inside.items() if building.id in held)
        return tuple(dict.fromkeys((*building.zones, *inside)))

    # ---- what is told of it

    def put(
        self,
        buildings: Sequence[Building] = (),
        zones: Sequence[Zone] = (),
        social: Sequence[Social] = (),
    ) -> None:
        """Take these as they are now."""
        for building in buildings:
            self.drop(building.id)
            self._put_building(building)
        for one in social:
            self.drop(one.id)
            self._social[one.id] = one
            if one.building:
                self._in_house.setdefault(one.building, set()).add(one.id)
        self._place((*buildings, *(one for one in social if not one.building)), self._outlines)
        self._put_zones(zones)

    def _put_building(self, building: Building) -> None:
        self._buildings[building.id] = building
        street = self._streets.get(building.street)
        if street is None:
            street = self._streets[building.street] = _Street()
            self._names = None
        street.houses[building.id] = building
        if any(not street.names[name] for name in building.other_names):
            self._names = None
        street.names.update(building.other_names)
        for zone in building.zones:
            self._named.setdefault(zone, set()).add(building.id)

    def _put_zones(self, zones: Sequence[Zone]) -> None:
        fresh: dict[str, Geometry] = {}
        for zone in zones:
            self._zones[zone.id] = zone
            self._inside.pop(zone.id, None)
            self._outlines.pop(zone.id, None)
            if (outline := outline_of(zone.outline)) is not None:
                fresh[zone.id] = outline
        if fresh:
            self._outlines |= fresh
            alone = (one for one in self._social.values() if not one.building)
            self._place((*self._buildings.values(), *alone), fresh)

    def _place(self, things: Sequence[Building | Social], outlines: dict[str, Geometry]) -> None:
        points = [(one.id, one.point) for one in things if one.point is not None]
        for zone, name in within(points, outlines):
            self._inside.setdefault(zone, set()).add(name)

    def drop(self, name: str) -> None:
        """Forget a house, zone or social object."""
        for held in self._inside.values():
            held.discard(name)
        if name in self._buildings:
            self._drop_building(self._buildings.pop(name))
        if name in self._social:
            social = self._social.pop(name)
            self._in_house.get(social.building, set()).discard(name)
        self._zones.pop(name, None)
        self._outlines.pop(name, None)
        self._inside.pop(name, None)

    def _drop_building(self, building: Building) -> None:
        street = self._streets[building.street]
        street.houses.pop(building.id, None)
        street.names.subtract(building.other_names)
        if not street.houses:
            del self._streets[building.street]
            self._names = None
        elif any(not street.names[name] for name in building.other_names):
            self._names = None
        for zone in building.zones:
            self._named[zone].discard(building.id)

    # ---- what people type

    def search(self, text: str, limit: int = 10) -> tuple[Found, ...]:
        """Houses and streets that may be meant, the likeliest first."""
        found = self._searched(text, limit) or self._searched(text, limit, loose=True)
        if not found:
            for read in self._spelling.other_keyboard(text):
                found = found or self._searched(read, limit)
        return found

    def _searched(self, text: str, limit: int, *, loose: bool = False) -> tuple[Found, ...]:
        asks = readings(self._spelling, text, loose=loose)
        ranked: dict[tuple[str, str], tuple[_Rank, Found]] = {}
        fitting = [(ask, self._fitting(ask)) for ask in asks]
        for ask, streets in fitting:
            for fit, street, name in streets:
                for rank, found in self._answers(ask, fit, street, name):
                    key = (found.building, found.street)
                    if key not in ranked or rank < ranked[key][0]:
                        ranked[key] = (rank, found)
        best = nsmallest(limit, ranked.values(), key=lambda one: one[0])
        told = tuple(found for _, found in best)
        return told or self._near(fitting)[:limit]

    def _fitting(self, ask: Ask) -> list[tuple[Fit, str, str]]:
        if self._names is None:
            others = {name: +one.names for name, one in self._streets.items()}
            self._names = Streets(self._spelling, others)
        found = [(fit, street, name) for street, (fit, name) in self._names.fitting(ask).items()]
        return nsmallest(_MOST_STREETS, found)

    def _answers(self, ask: Ask, fit: Fit, street: str, name: str) -> Iterable[tuple[_Rank, Found]]:
        steps, other = 2 * fit.slips + fit.begun, "" if name == street else name
        if not ask.house:
            if not ask.number:
                houses = len(self._streets[street].houses)
                yield (
                    _Rank(steps, fit, False, (street, 0, "")),
                    Found("", street, "", _match(fit, 0), other, houses),
                )
            return
        for building in self._streets[street].houses.values():
            begun = self._house(ask, building)
            if begun is not None:
                at = (street, *numbers.order(building.house))
                yield (
                    _Rank(steps + begun, fit, True, at),
                    Found(building.id, street, building.house, _match(fit, begun), other),
                )

    def _house(self, ask: Ask, building: Building) -> int | None:
        """0: this house was typed, 1: its beginning, None: another one."""
        known = self._keys_of(building.house)
        if any(key in ask.house for key in known):
            return 0
        return 1 if any(key.startswith(ask.house) for key in known) else None

    def _keys_of(self, house: str) -> tuple[str, ...]:
        found = self._keys.get(house)
        if found is None:
            found = self._keys[house] = numbers.keys(self._spelling, house)
        return found

    def _near(self, fitting: Sequence[tuple[Ask, list[tuple[Fit, str, str]]]]) -> tuple[Found, ...]:
        """The street is there and the number is not: its houses next to it."""
        best = min(
            ((fit, street, name, ask) for ask, found in fitting if ask.house
             for fit, street, name in found[:1]),
            key=lambda one: one[:3],
            default=None,
        )  # fmt: skip
        if best is None:
            return ()
        _, street, name, ask = best
        wanted = numbers.order(ask.number)[0]
        houses = nsmallest(
            _NEAR,
            self._streets[street].houses.values(),
            key=lambda one: (abs(numbers.order(one.house)[0] - wanted), numbers.order(one.house)),
        )
        other = "" if name == street else name
        return tuple(Found(one.id, street, one.house, Match.NEAR, other) for one in houses)


def _match(fit: Fit, begun: int) -> Match:
    if fit.slips:
        return Match.TYPO
    return Match.PREFIX if fit.begun or begun else Match.EXACT
