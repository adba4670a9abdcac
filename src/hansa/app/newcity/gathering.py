"""Looks at the three tables of a new city one after the other and keeps what was taken of them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from hansa.app.newcity import looking
from hansa.app.newcity.draft import Draft
from hansa.app.newcity.model import Company, Houses, Plan, Remark
from hansa.app.newcity.planning import ADDRESSES, ORGANIZATIONS, WORKS, plan
from hansa.app.newcity.reading import companies_of, houses_of, names_in
from hansa.app.newcity.starting import services_file, services_of
from hansa.base.problems import BadFile
from hansa.base.vocabulary import Vocabulary
from hansa.sectors import Table, look, read_table


class Gathering:
    """What is known of the city so far; `organizations`, `addresses`, `works` show a table."""

    def __init__(self, draft: Draft, vocabulary: Vocabulary, now: datetime) -> None:
        self.companies: tuple[Company, ...] = ()
        self._draft = draft
        self._vocabulary = vocabulary
        self._now = now
        self._services = services_of(services_file())
        self._houses = Houses()
        self._performers: tuple[str, ...] = ()

    # ---- showing

    def organizations(self, path: Path) -> Iterator[str]:
        """What a list of organisations would give."""
        table = _read(path, ORGANIZATIONS)
        found, remarks = companies_of(table, self._services)
        yield from looking.columns_in(table)
        yield from looking.companies(found)
        yield from looking.remarks(remarks)

    def addresses(self, path: Path) -> Iterator[str]:
        """What a table of houses would give; the names in it that no organisation bears."""
        houses = houses_of(_read(path, ADDRESSES))
        drawn = self._plan(houses, ())
        yield from self._entities(path, ADDRESSES, drawn.keepers, drawn.remarks)
        zones = ", ".join(f"{len(names)} of {what}" for what, names in houses.zones.items())
        if zones:
            yield f"  zones: {zones}"

    def works(self, path: Path) -> Iterator[str]:
        """What a table of works would give."""
        performers = names_in(_read(path, WORKS), "company")
        drawn = self._plan(Houses(), performers)
        yield from self._entities(path, WORKS, drawn.doers, drawn.remarks)

    def _entities(
        self, path: Path, name: str, resolved: Mapping[str, str], remarks: Sequence[Remark]
    ) -> Iterator[str]:
        table = _read(path, name)
        source = self._draft.source(name, self.companies, resolved, self._vocabulary)
        seen = look(source, path, path.name, self._now)
        attributes = self._vocabulary.types[source.file.type].attributes
        titles = {key: one.words.get("en", key) for key, one in attributes.items()}
        yield from looking.columns_in(table)
        yield from looking.entities(seen, titles, ZoneInfo(self._draft.zone))
        mine = [one for one in remarks if one.file == name]
        refused = looking.refusals(seen.refused)
        yield from looking.remarks((*refused, *mine), seen.looked - seen.accepted)

    # ---- taking

    def take(self, name: str, path: Path | None) -> None:
        """Keep a table that was looked at; nothing where there is none."""
        if path is None:
            return
        table = _read(path, name)
        match name:
            case "organizations":
                self.companies = companies_of(table, self._services)[0]
                return
            case "addresses":
                self._houses = houses_of(table)
            case _:
                self._performers = names_in(table, "company")
        self._draft.bring(name, path)

    def finish(self) -> Iterator[str]:
        """Write what follows from all of them, read it as a node would, and say what is odd."""
        drawn = self._plan(self._houses, self._performers)
        for name, resolved in ((ADDRESSES, drawn.keepers), (WORKS, drawn.doers)):
            self._draft.source(name, self.companies, resolved, self._vocabulary)
        self._draft.write(drawn, self._houses)
        self._draft.check(self._vocabulary)
        odd = [one for one in drawn.remarks if one.file == ORGANIZATIONS]
        yield (
            f"{len(self.companies)} organisations, {len(drawn.rows)} rows of routing,"
            f" {len(drawn.supplied)} zones with their supplier"
        )
        yield from looking.remarks(odd)

    def _plan(self, houses: Houses, performers: Sequence[str]) -> Plan:
        return plan(self.companies, houses, performers, self._services)


def _read(path: Path, name: str) -> Table:
    table = read_table(path, name)
    if table.trouble is not None:
        raise BadFile(
            table.trouble.detail,
            where=str(path),
            rule=table.trouble.rule,
            remedy=looking.remedy(table.trouble.rule),
        )
    return table
