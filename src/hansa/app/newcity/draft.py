"""A new city's folder while it is made: beside its place, and moved there only when it is whole."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from hansa.app.newcity import writing
from hansa.app.newcity.model import Company, Houses, Plan
from hansa.app.newcity.planning import ADDRESSES, WORKS
from hansa.app.newcity.starting import services_file, services_of, starter
from hansa.app.rooms import load_rooms
from hansa.base.problems import BadRequestData
from hansa.base.settings import load_city
from hansa.base.vocabulary import Vocabulary
from hansa.sectors import Source, load_source

_CITY = "city"  # of the starter: what is copied as it is
_NAMES = {ADDRESSES: "houses", WORKS: "works"}
_COLUMNS = {ADDRESSES: "management", WORKS: "company"}


@dataclass
class Draft:
    """The folder. `key`: the city's name in files; `title`: as people call it."""

    path: Path
    key: str
    title: str
    zone: str
    languages: Sequence[str]
    brought: dict[str, Path] = field(default_factory=dict)

    def source(
        self,
        name: str,
        companies: Sequence[Company],
        resolved: Mapping[str, str],
        lists: Vocabulary,
    ) -> Source:
        """Write the mapping of a table with the organisations that it may name, and read it."""
        path = self.path / "sources" / f"{name}.yaml"
        text = (starter() / _CITY / "sources" / path.name).read_text(encoding="utf-8")
        known = writing.named(companies, resolved)
        path.write_text(
            writing.source_yaml(text, _COLUMNS[name], known, self.zone, self.languages[0]),
            encoding="utf-8",
        )
        return load_source(path, lists)

    def bring(self, name: str, table: Path) -> None:
        """Put a table where the node reads it when it starts."""
        there = self.path / "inbox" / name / f"{_NAMES[name]}{table.suffix.lower()}"
        there.parent.mkdir(parents=True)
        shutil.copyfile(table, there)
        self.brought[name] = there

    def write(self, plan: Plan, houses: Houses) -> None:
        """The files that follow from the tables together."""
        file = services_file()
        services = services_of(file)
        texts = {
            "city.yaml": writing.city_yaml(
                self.key, self.title, self.zone, self.languages, houses.points
            ),
            "organizations.yaml": writing.organizations_yaml(
                plan.companies, services, self.languages
            ),
            "contacts.yaml": writing.contacts_yaml(plan.companies),
            "routing.yaml": writing.routing_yaml(plan),
            "playbooks/outages.yaml": writing.playbooks_yaml(plan, services, file.steps),
        }
        if plan.supplied:
            texts["inbox/supply-zones/zones.csv"] = writing.zones_csv(plan)
        for name, text in texts.items():
            path = self.path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def check(self, vocabulary: Vocabulary) -> None:
        """Read the folder as a node would; BadFile where it would not start."""
        load_rooms(self.path, load_city(self.path), vocabulary)


@contextmanager
def drafted(
    folder: Path, key: str, title: str, zone: str, languages: Sequence[str]
) -> Iterator[Draft]:
    """A draft beside its place; there when the context ends well, and gone when it does not."""
    check_free(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    part = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)  # what a killed command left
    try:
        shutil.copytree(starter() / _CITY, part)
        yield Draft(part, key, title, zone, languages)
        check_free(folder)
        part.rename(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def check_free(folder: Path) -> None:
    """BadRequestData where something stands there already: nothing is overwritten."""
    if folder.exists():
        raise BadRequestData(
            f"{folder} is there already",
            rule="a folder that exists is never overwritten",
            remedy="name another folder, or edit this one",
        )
