"""What each role may see and change: roles are data, decisions are functions of values.

Written so that forgetting is safe: a class, purpose, type or role that nobody named is refused.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from importlib import resources
from pathlib import Path
from typing import Literal

import msgspec

from hansa.base import yamlfile
from hansa.base.problems import BadFile, Forbidden
from hansa.guard.catalogue import Catalogue
from hansa.guard.errors import UnknownRole
from hansa.guard.model import Grant, PrivacyClass, RowRule, View

Area = Literal[
    "accounts",
    "tokens",
    "sources",
    "intake",
    "rules",
    "playbooks",
    "settings",
    "erasure",
    "journal",
]

_REMEMBERED = 4096  # decisions per kind; names come from clients, so memory has an end


class Role(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="camel"):
    """One role of roles.yaml. `tenants` own: only the tenant the grant was given for."""

    reads: frozenset[PrivacyClass]
    words: dict[str, str] = msgspec.field(default_factory=dict)
    personal: frozenset[str] = frozenset()
    writes: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()
    writes_personal: bool = False
    works: frozenset[str] = frozenset()
    hides: frozenset[str] = frozenset()
    sees: frozenset[str] | None = None
    only_public: frozenset[str] = frozenset()
    rows: dict[str, str] = msgspec.field(default_factory=dict)
    organization: bool = False
    manages: frozenset[Area] = frozenset()
    tenants: Literal["own", "any"] = "own"
    machine: bool = False
    pick: bool = False
    token: bool = False
    source: bool = False


class Purpose(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Why somebody looks, in the words the journal is read with.

    `types`: the only ones whose personal values are read for it (absent: all).
    """

    words: dict[str, str] = msgspec.field(default_factory=dict)
    types: frozenset[str] | None = None


class RolesFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The members of roles.yaml."""

    purposes: dict[str, Purpose]
    roles: dict[str, Role]


def load_roles(path: Path | None = None) -> RolesFile:
    """The roles of the package, or of another file of the same shape."""
    source = path or Path(str(resources.files("hansa.guard") / "roles.yaml"))
    given = yamlfile.load(source, RolesFile)
    for name, role in given.roles.items():
        _check_role(name, role, given, source)
    return given


def _check_role(name: str, role: Role, given: RolesFile, path: Path) -> None:
    if PrivacyClass.PERSONAL in role.reads:
        raise BadFile(
            f"the role {name} would read personal values without a purpose",
            where=yamlfile.line_of(path, "roles", name, "reads"),
            remedy="name the purposes under `personal`",
        )
    levels = list(PrivacyClass)[: len(role.reads)]
    if role.reads != set(levels):
        raise BadFile(
            f"the role {name} would read a strict class and not a laxer one",
            where=yamlfile.line_of(path, "roles", name, "reads"),
            rule="who reads a class reads the laxer ones, so that tightening never shows more",
            remedy="list the laxer classes too",
        )
    if unknown := role.personal - given.purposes.keys():
        raise BadFile(
            f"{', '.join(sorted(unknown))}: no such purpose",
            where=yamlfile.line_of(path, "roles", name, "personal"),
            remedy="list it under `purposes` first",
        )
    wide = sorted(one for one in role.personal if given.purposes[one].types is None)
    if wide and PrivacyClass.RESTRICTED not in role.reads:
        raise BadFile(
            f"for {', '.join(wide)} the role {name} would read more of people than of the city",
            where=yamlfile.line_of(path, "roles", name, "personal"),
            rule="who does not read what is restricted reads of people what a purpose's types hold",
            remedy="list `types` under the purpose",
        )


_OWN = "{organization}"


def _unreachable(role: Role, grant: Grant) -> frozenset[str]:
    """Types of which nothing is one's own, because one belongs to no organisation."""
    return frozenset(name for name, q in role.rows.items() if _OWN in q and not grant.organization)


def _rows(role: Role, grant: Grant) -> tuple[RowRule, ...]:
    own = grant.organization
    return tuple(RowRule(name, q.replace(_OWN, own)) for name, q in role.rows.items())


class Policy:
    """The roles of a city over its catalogue, with what was decided before remembered."""

    def __init__(self, given: RolesFile, catalogue: Catalogue) -> None:
        self.purposes: Mapping[str, Purpose] = given.purposes
        self.roles: Mapping[str, Role] = given.roles
        self.catalogue = catalogue
        self._seen: dict[tuple[str, str], dict[tuple[tuple[str, ...], str], bool]] = {}
        self._writable: dict[tuple[str, tuple[str, ...]], set[str]] = {}

    def adopt(self, catalogue: Catalogue) -> None:
        """Decide over another catalogue from now on; views made before must end."""
        self.catalogue = catalogue
        self._seen.clear()
        self._writable.clear()

    def role(self, name: str) -> Role:
        """The role of this name; UnknownRole if there is none."""
        found = self.roles.get(name)
        if found is None:
            raise UnknownRole(
                f"there is no role {name!r}", remedy=f"one of {', '.join(self.roles)}"
            )
        return found

    def reads_personal(self, grant: Grant) -> bool:
        """Whether the role may read personal values for the purpose the grant names."""
        return grant.purpose in self.role(grant.role).personal

    def view(self, grant: Grant, version: int, until: datetime | None = None) -> View:
        """What the grant may see, good for this version of the policy and until then."""
        role, personal = self.role(grant.role), self.reads_personal(grant)
        strict = PrivacyClass.RESTRICTED in role.reads
        return View(
            grant=grant,
            clear=role.reads,
            personal=personal,
            personal_types=self.purposes[grant.purpose].types if personal else None,
            personal_known=None if strict else frozenset(self.catalogue.persons),
            classes=self.catalogue.classes,
            hidden_types=role.hides | _unreachable(role, grant),
            only_types=role.sees,
            rows=_rows(role, grant),
            only_public=role.only_public,
            valid_until=until,
            version=version,
            seen=self._seen.setdefault((grant.role, grant.purpose if personal else ""), {}),
        )

    def through(self, grant: Grant, room: str) -> Grant:
        """The grant with which the holder writes through a room, by the room's rules only.

        Types with a life of their own (incidents) are written by their room alone; whoever may
        work there does so in the room's role and under the own name. Forbidden for others.
        """
        if room not in self.role(grant.role).works:
            raise Forbidden(
                f"the role {grant.role} does not work at the {room}",
                rule="guard/roles.yaml: works",
            )
        self.role(room)
        return replace(grant, role=room)

    def check_manage(self, grant: Grant, area: Area) -> None:
        """Forbidden unless the role may change that part of the house."""
        if area not in self.role(grant.role).manages:
            raise Forbidden(
                f"the role {grant.role} may not manage {area}",
                rule="guard/roles.yaml: manages",
            )

    def check_write(self, grant: Grant, types: Sequence[str], attributes: Iterable[str]) -> None:
        """Forbidden unless the role may write every type and every attribute named.

        Asked once per change, so what a role may write is worked out once per attribute.
        """
        key = (grant.role, tuple(types))
        allowed = self._writable.get(key)
        if allowed is None:
            self._check_types(*key)
            allowed = self._remember_types(key)
        for name in attributes:
            if name not in allowed:
                self._check_attribute(*key, name)
                if len(allowed) < _REMEMBERED:
                    allowed.add(name)

    def _remember_types(self, key: tuple[str, tuple[str, ...]]) -> set[str]:
        if len(self._writable) >= _REMEMBERED:
            self._writable.clear()
        return self._writable.setdefault(key, set())

    def _check_types(self, name: str, types: tuple[str, ...]) -> None:
        role = self.role(name)
        if not types:
            raise Forbidden("an entity without a type cannot be written")
        for type_name in types:
            if type_name in role.never or not ({"*", type_name} & role.writes):
                raise Forbidden(
                    f"the role {name} may not write entities of the type {type_name}",
                    where=type_name,
                    rule="guard/roles.yaml: writes, never",
                )

    def _check_attribute(self, name: str, types: tuple[str, ...], attribute: str) -> None:
        role, klass = self.role(name), self.catalogue.privacy_class(types, attribute)
        personal = klass is PrivacyClass.PERSONAL
        if not (role.writes_personal if personal else klass in role.reads):
            raise Forbidden(
                f"the role {name} may not write {attribute}, which is {klass}",
                where=attribute,
                rule="guard/roles.yaml: reads, writesPersonal",
            )
