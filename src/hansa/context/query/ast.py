"""Syntax trees of the query languages of NGSI-LD (GS CIM 009 v1.9.1, 4.9 to 4.23).

Parsers make these, `guard`'s view rewrites them, the compiler turns them to SQL and the
matcher runs them in memory. Names are canonical (see `context.model`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

# ---- values


@dataclass(frozen=True, slots=True)
class Range:
    """`low..high`, both included."""

    low: Any
    high: Any


@dataclass(frozen=True, slots=True)
class ValueList:
    """`a,b,c`: any of them. Members are scalars or ranges."""

    members: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Instant:
    """A bare date-time, date or time of `q`."""

    text: str


@dataclass(frozen=True, slots=True)
class Hop:
    """`relationship{…}` or `relationship{Type,Type:…}`: the test is on the linked entities.

    `types`: only linked entities of any of these types count; empty means every type.
    """

    relationship: str
    types: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Path:
    """`attribute.sub.sub[trail.in.value]` of 4.9, reached over `links` from the entity.

    `attr[lang]` and `attr[*]` of a language property are trails of one member: whether a
    bracket names a language or a member is known only when the attribute is seen.
    """

    attribute: str
    subs: tuple[str, ...] = ()
    trail: tuple[str, ...] = ()
    links: tuple[Hop, ...] = ()


# ---- q


@dataclass(frozen=True, slots=True)
class Exists:
    path: Path


@dataclass(frozen=True, slots=True)
class Absent:
    """`!path`: the target is not there. Not in the grammar of 4.9; peers and tests use it."""

    path: Path


@dataclass(frozen=True, slots=True)
class Compare:
    """`operator` one of == != > >= < <= ~= !~=.

    `value`: a number, string or bool as Python has it, an `Instant`, a `Range` or a
    `ValueList`. A URI is a string: 4.9 compares both by their characters.
    """

    path: Path
    operator: str
    value: Any


@dataclass(frozen=True, slots=True)
class And:
    """All of them; no terms at all is always true."""

    terms: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of them; no terms at all is never true."""

    terms: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Never:
    """What the view hides: treated as absent, so every test on it fails."""


Expression: TypeAlias = Exists | Absent | Compare | And | Or | Never

# ---- type selection (4.17) and scope (4.19)


@dataclass(frozen=True, slots=True)
class TypeIs:
    name: str  # canonical; "*" matches any


@dataclass(frozen=True, slots=True)
class TypeAll:
    terms: tuple["TypeExpression", ...]


@dataclass(frozen=True, slots=True)
class TypeAny:
    terms: tuple["TypeExpression", ...]


TypeExpression: TypeAlias = TypeIs | TypeAll | TypeAny


@dataclass(frozen=True, slots=True)
class ScopeIs:
    """`/a/b`, `/a/+/c`, `/a/#`."""

    pattern: str


@dataclass(frozen=True, slots=True)
class ScopeAll:
    terms: tuple["ScopeExpression", ...]


@dataclass(frozen=True, slots=True)
class ScopeAny:
    terms: tuple["ScopeExpression", ...]


ScopeExpression: TypeAlias = ScopeIs | ScopeAll | ScopeAny


# ---- georel (4.10)


@dataclass(frozen=True, slots=True)
class Geo:
    """`relation` one of near within contains intersects equals disjoint overlaps.

    `geometry` is GeoJSON, lon-lat; distances in metres, for `near` only.
    """

    relation: str
    geometry: Mapping[str, Any]
    geoproperty: str = "location"
    max_distance: float | None = None
    min_distance: float | None = None


# ---- projection (4.21) and order (4.23)


@dataclass(frozen=True, slots=True)
class Projection:
    """`pick`/`omit`: member -> projection of the linked entity, or None for the whole."""

    members: Mapping[str, "Projection | None"]


@dataclass(frozen=True, slots=True)
class Order:
    """One term of `orderBy`; `origin` (GeoJSON) makes it an order by distance in metres."""

    path: Path
    descending: bool = False
    origin: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """All that selects, projects, orders and pages entities (5.7.2).

    `attrs`: the entity has any of them (selection; the projection of `attrs` is done by the
    caller through `pick`). `limit` None: no limit (rooms); HTTP always sets one.
    """

    ids: tuple[str, ...] = ()
    id_pattern: str | None = None
    types: TypeExpression | None = None
    attrs: tuple[str, ...] = ()
    where: Expression | None = None
    geo: Geo | None = None
    scope: ScopeExpression | None = None
    datasets: tuple[str, ...] = ()
    pick: Projection | None = None
    omit: Projection | None = None
    order: tuple[Order, ...] = ()
    limit: int | None = None
    offset: int = 0
    count: bool = False
    expand_values: frozenset[str] = field(default_factory=frozenset)


def all_of(terms: Iterable[Expression]) -> Expression:
    """`terms` under one `And`, flattened; a single term stands for itself."""
    flat = tuple(
        inner for term in terms for inner in (term.terms if isinstance(term, And) else (term,))
    )
    return flat[0] if len(flat) == 1 else And(flat)


def any_of(terms: Iterable[Expression]) -> Expression:
    """`terms` under one `Or`, flattened; a single term stands for itself."""
    flat = tuple(
        inner for term in terms for inner in (term.terms if isinstance(term, Or) else (term,))
    )
    return flat[0] if len(flat) == 1 else Or(flat)
