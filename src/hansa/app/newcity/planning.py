"""Who supplies which zone and who is sent what: from the organisations and the houses. Pure.

Zones come first (their supplier is asked), then districts, then whoever does a trade for the whole
city; what is left goes to the rescue service or a department, so that no call goes nowhere.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from hansa.app.newcity.model import Company, Houses, Plan, Remark, Sent, Service, Supplied
from hansa.app.newcity.naming import meant, normal

ORGANIZATIONS, ADDRESSES, WORKS = "organizations", "addresses", "works"


def plan(
    companies: Sequence[Company],
    houses: Houses,
    performers: Sequence[str],
    services: Mapping[str, Service],
) -> Plan:
    """What the city's folder says of its organisations. `performers`: as the works name them."""
    drawing = _Drawing(companies, houses, services)
    for service in services.values():
        drawing.territories(service)
    rows = (*drawing.rows(), *_rest(companies))
    keepers = dict(_resolved(companies, houses.keepers))
    doers = dict(_resolved(companies, performers))
    unknown = [
        *_unknown(ADDRESSES, "management", houses.keepers, keepers),
        *_unknown(WORKS, "company", performers, doers),
    ]
    return Plan(
        tuple(companies),
        tuple(drawing.supplied.values()),
        rows,
        keepers,
        doers,
        (*drawing.remarks, *unknown),
    )


def _resolved(companies: Sequence[Company], names: Iterable[str]) -> Iterator[tuple[str, str]]:
    for name in names:
        if (one := meant(companies, name)) is not None:
            yield name, one.key


def _unknown(
    file: str, column: str, names: Iterable[str], known: Mapping[str, str]
) -> Iterator[Remark]:
    for name in names:
        if name not in known:
            yield Remark(
                file, 0, column, "known", f"{name} is none of the organisations",
                "add it to the list of organisations, or write its name there as here",
                refused=False,
            )  # fmt: skip


@dataclass
class _Drawing:
    """Gathers service by service who has which territory."""

    companies: Sequence[Company]
    houses: Houses
    services: Mapping[str, Service]
    supplied: dict[tuple[str, str], Supplied] = field(default_factory=dict)
    districts: dict[tuple[str, str], str] = field(default_factory=dict)
    whole: dict[str, str] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)

    def territories(self, service: Service) -> None:
        """What the organisations of one service say of where they do it."""
        for one in self.companies:
            if service.key not in one.services:
                continue
            for name in one.territory:
                self._part(service, one, name)
            if not one.territory:
                self._everywhere(service, one)
        first = self.whole.get(service.key)
        if service.resource and first:
            for zone in self.houses.zones.get(service.resource, ()):
                key = (service.resource, zone)
                self.supplied.setdefault(key, Supplied(service.resource, zone, first))

    def _part(self, service: Service, one: Company, name: str) -> None:
        zones = self.houses.zones.get(service.resource, ()) if service.resource else ()
        zone = next((known for known in zones if normal(known) == normal(name)), None)
        if zone is not None:
            given = Supplied(service.resource, zone, one.key)
            held = self.supplied.setdefault((service.resource, zone), given)
            self._once(held.company, one, name)
            return
        known = (part for part in self.houses.districts if normal(part) == normal(name))
        district = next(known, None if self.houses.districts else name)
        if district is not None:
            self._once(self.districts.setdefault((service.key, district), one.key), one, name)
        elif not self._elsewhere(one, name):
            self._odd(
                one, f"{name} is no zone and no district of the houses",
                "write it as in the table of houses",
            )  # fmt: skip

    def _elsewhere(self, one: Company, name: str) -> bool:
        """Whether the territory is one of another service of the same organisation."""
        resources = [self.services[key].resource for key in one.services]
        every = (zone for resource in resources for zone in self.houses.zones.get(resource, ()))
        return normal(name) in {normal(zone) for zone in every}

    def _everywhere(self, service: Service, one: Company) -> None:
        held = self.whole.setdefault(service.key, one.key)
        if held != one.key and not service.keeper:
            self._odd(
                one, f"{service.key} is done by {held} in the whole city already",
                "say in the column of territories who does it where",
            )  # fmt: skip

    def _once(self, held: str, one: Company, name: str) -> None:
        if held != one.key:
            self._odd(one, f"{name} is {held}'s already", "name each territory once")

    def _odd(self, one: Company, said: str, remedy: str) -> None:
        remark = Remark(ORGANIZATIONS, one.line, "territory", "once", said, remedy, refused=False)
        if remark not in self.remarks:
            self.remarks.append(remark)

    def rows(self) -> Iterator[Sent]:
        """Rows of the routing table: by themes first, then by sectors."""
        zoned = {one.resource for one in self.supplied.values()}
        for (key, district), company in self.districts.items():
            if themes := self.services[key].themes:
                yield Sent(company, themes=themes, districts=(district,))
        for service in self.services.values():
            alone = self._alone(service)
            if service.keeper and service.themes:
                yield Sent(by="house", themes=service.themes)
            elif service.themes and service.resource in zoned:
                yield Sent(by="zone", themes=service.themes)
            elif service.themes and alone:
                yield Sent(alone, themes=service.themes)
        yield from self._by_sector()

    def _by_sector(self) -> Iterator[Sent]:
        done: set[str] = set()
        for service in self.services.values():
            alone = self._alone(service)
            if service.sector in done or not (alone or service.keeper):
                continue
            done.add(service.sector)
            if alone:
                yield Sent(alone, sectors=(service.sector,))

    def _alone(self, service: Service) -> str:
        """Who does it in the whole city; nobody where several manage a house each."""
        many = sum(service.key in one.services for one in self.companies) > 1
        return "" if service.keeper and many else self.whole.get(service.key, "")


def _rest(companies: Sequence[Company]) -> Iterator[Sent]:
    """Whatever is left."""
    ranked = sorted(
        companies, key=lambda one: ("rescue" not in one.services, one.kind != "department")
    )
    if ranked:
        yield Sent(ranked[0].key)
