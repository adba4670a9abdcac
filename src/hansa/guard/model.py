"""Who acts, in which world, and what may be seen: frozen values that every room passes on.

`guard` sits below `context`, so reads take a `View` and writes take a `Grant`; there is no
other way in. Neither knows agreements or appointments: those arrive as `Terms` and
`Delegation`, made by pure functions that `app` wires.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

ACTUAL = "actual"

Fact: TypeAlias = str | int | bool | Sequence[str | int]


@dataclass(frozen=True, slots=True)
class World:
    """`actual` or `exercise:NAME`; nothing mixes two worlds."""

    name: str = ACTUAL

    @property
    def exercise(self) -> bool:
        return self.name != ACTUAL


class PrivacyClass(StrEnum):
    """Of every attribute of every type; unknown means restricted."""

    PUBLIC = "public"
    INTERNAL = "internal"
    RESTRICTED = "restricted"
    PERSONAL = "personal"

    @property
    def strictness(self) -> int:
        """0 for public up to 3 for personal."""
        return _STRICTNESS[self]


@dataclass(frozen=True, slots=True)
class Grant:
    """A right in use: who, in which role, for which purpose, since when, in which world.

    `actor` is an account name, `visitor-…` (a picked role), `token:NAME` or `machine:ROOM`;
    `tenant` the NGSI-LD tenant ("" = default). `session` names the session or token the grant
    lives by ("" = none): when that ends, so do its views. `organization`: the URI of the
    Organization the actor belongs to ("" = none); `on_behalf`: for whom the actor acts, by an
    appointment ("" = for themselves); `source`: the one source of data that a program speaks for
    ("" = it is bound to none).
    """

    actor: str
    role: str
    purpose: str
    since: datetime
    world: World = World()
    tenant: str = ""
    session: str = ""
    organization: str = ""
    on_behalf: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One line of the journal: who did what, when, as whom, for whom and for which purpose.

    `facts` holds texts, whole numbers, booleans and lists of them; never personal data.
    """

    kind: str
    actor: str
    at: datetime
    role: str = ""
    purpose: str = ""
    world: str = ACTUAL
    tenant: str = ""
    on_behalf: str = ""
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Terms:
    """What an agreement lets another party see; validity and version checked at each use."""

    party: str
    valid_from: datetime
    valid_until: datetime
    version: int
    attributes: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Delegation:
    """Somebody acts for somebody else, from-until, in a role of theirs.

    `id`: of the appointment it comes from. `rights`: rooms and areas of the role that it extends
    to (none: all of it). `organization`: that of the principal.
    """

    principal: str
    acting: str
    role: str
    valid_from: datetime
    valid_until: datetime
    version: int
    id: str
    rights: frozenset[str] = frozenset()
    organization: str = ""


@dataclass(frozen=True, slots=True)
class RowRule:
    """Only entities of `type_name` that meet the NGSI-LD query `q` are in the view."""

    type_name: str
    q: str


@dataclass(frozen=True, slots=True)
class View:
    """What a grant may see, compiled once and checked at each use.

    `clear` and `personal` name privacy classes that pass; `hidden_types` never appear, and where
    `only_types` is given no other appears. Of a type that `rows` name only what meets them exists.
    `classes` is the catalogue: (type, attribute) -> class. A personal attribute passes only
    where `personal` is true, and its read is journalled by the vault: of `personal_types`, where
    these are given, and of those that `personal_known` names (the vocabulary says what they tell of
    somebody; so what a city tightened from restricted is not shown to who reads no such thing).
    Of `only_public` types nothing else passes than what is public.
    `seen` remembers what `sees` answered; views of one role and purpose share it.
    """

    grant: Grant
    clear: frozenset[PrivacyClass]
    personal: bool
    classes: Mapping[tuple[str, str], PrivacyClass]
    hidden_types: frozenset[str] = frozenset()
    only_types: frozenset[str] | None = None
    rows: tuple[RowRule, ...] = ()
    personal_types: frozenset[str] | None = None
    personal_known: frozenset[tuple[str, str]] | None = None
    only_public: frozenset[str] = frozenset()
    valid_until: datetime | None = None
    version: int = 0
    seen: dict[tuple[tuple[str, ...], str], bool] = field(
        default_factory=dict, compare=False, repr=False
    )

    @property
    def world(self) -> World:
        return self.grant.world

    @property
    def narrow(self) -> bool:
        """Whether there are entities that do not exist for it."""
        return bool(self.hidden_types or self.rows) or self.only_types is not None

    def admits(self, types: Iterable[str]) -> bool:
        """Whether entities of these types may exist at all; every type must be let through."""
        names = frozenset(types)
        shown = self.only_types is None or names <= self.only_types
        return shown and self.hidden_types.isdisjoint(names)

    def privacy_class(self, types: tuple[str, ...], attribute: str) -> PrivacyClass:
        """The strictest class among the entity's types; unknown means restricted."""
        found = {self.classes.get((name, attribute), PrivacyClass.RESTRICTED) for name in types}
        return max(found, key=_STRICTNESS.__getitem__, default=PrivacyClass.RESTRICTED)

    def sees(self, types: tuple[str, ...], attribute: str) -> bool:
        """Whether the attribute exists at all for this view."""
        key = (types, attribute)
        answer = self.seen.get(key)
        if answer is None:
            klass = self.privacy_class(types, attribute)
            personal = klass is PrivacyClass.PERSONAL
            answer = self._tells(types, attribute) if personal else klass in self.clear
            if klass is not PrivacyClass.PUBLIC and not self.only_public.isdisjoint(types):
                answer = False
            if len(self.seen) >= _REMEMBERED:  # clients choose attribute names
                self.seen.clear()
            self.seen[key] = answer
        return answer

    def _tells(self, types: tuple[str, ...], attribute: str) -> bool:
        """Whether a personal attribute exists for this view."""
        of_purpose = self.personal_types is None or not self.personal_types.isdisjoint(types)
        known = self.personal_known is None or any(
            (name, attribute) in self.personal_known for name in types
        )
        return self.personal and of_purpose and known


_REMEMBERED = 50_000
_STRICTNESS = {klass: rank for rank, klass in enumerate(PrivacyClass)}
