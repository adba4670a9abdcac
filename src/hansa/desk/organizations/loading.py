"""`organizations.yaml` of a city's folder, refused with file and line where it is wrong."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import msgspec

from hansa.base import yamlfile
from hansa.base.problems import BadFile
from hansa.base.vocabulary import Vocabulary
from hansa.desk.clocks.model import ROUND_THE_CLOCK, WorkingCalendar
from hansa.desk.organizations.model import KINDS, Organization

FILE = "organizations.yaml"


class OrganizationEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One organisation as the folder says it."""

    kind: str
    name: dict[str, str]
    telephone: str = ""
    sectors: tuple[str, ...] = ()
    calendar: str = ROUND_THE_CLOCK.key


class OrganizationsFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The members of `organizations.yaml`."""

    organizations: dict[str, OrganizationEntry]


def load_organizations(
    folder: Path,
    vocabulary: Vocabulary,
    languages: Sequence[str],
    calendars: Mapping[str, WorkingCalendar],
) -> Mapping[str, Organization]:
    """The organisations of a city by key, none where it has no file; BadFile says what is wrong."""
    path = folder / FILE
    if not path.exists():
        return {}
    given = yamlfile.load(path, OrganizationsFile)
    sectors = {one.name for one in vocabulary.sectors}
    for key, one in given.organizations.items():
        _known(path, key, "kind", (one.kind,), KINDS)
        _known(path, key, "sectors", one.sectors, sectors)
        _known(path, key, "calendar", (one.calendar,), calendars)
        if missing := [name for name in languages if not one.name.get(name, "").strip()]:
            raise _bad(path, f"no name in {', '.join(missing)}", key, "name")
    return {
        key: Organization(
            key, one.kind, one.name, one.telephone, one.sectors, calendars[one.calendar]
        )
        for key, one in given.organizations.items()
    }


def _known(path: Path, key: str, member: str, given: Sequence[str], known: Collection[str]) -> None:
    for name in given:
        if name not in known:
            remedy = f"one of {', '.join(sorted(known))}"
            raise _bad(path, f"there is no {name!r}", key, member, remedy=remedy)


def _bad(path: Path, detail: str, key: str, member: str, *, remedy: str = "") -> BadFile:
    line = yamlfile.line_of(path, "organizations", key, member)
    return BadFile(detail, where=f"{line} organizations.{key}.{member}", remedy=remedy)
