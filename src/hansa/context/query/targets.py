"""What an attribute path addresses in a normalized document (4.9): the targets of a test.

The matcher, the order and the index all ask here, so that they can never disagree about what
the value of a Relationship, a language map or a typed value is.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from hansa.context.model import RESERVED, VALUE_MEMBERS, Document
from hansa.context.query.ast import Path
from hansa.context.query.instants import TEMPORAL

_NO_SYSTEM: Mapping[str, Any] = {}
_UNADDRESSABLE = frozenset({*VALUE_MEMBERS, "type"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entity to be judged.

    `document` is normalized with canonical names. `system` holds RFC 3339 texts: `createdAt`
    and `modifiedAt` of the entity, and per attribute name a mapping from data set ("" for the
    default instance) to those of the instance.
    """

    id: str
    types: tuple[str, ...]
    document: Document
    system: Mapping[str, Any] = field(default_factory=dict)


class Target(NamedTuple):
    """The members to compare; whether they are the objects of a Relationship, or an array's."""

    members: Sequence[Any]
    relationship: bool = False
    array: bool = False


Find: TypeAlias = Callable[[Candidate], Sequence[Target]]
Linked: TypeAlias = Callable[[str], Candidate | None]
"""Finds a linked entity by its id; None where there is none (or the view hides it)."""


def instances(document: Document, attribute: str, datasets: Set[str]) -> Sequence[Document]:
    """The instances of an attribute in these data sets; empty `datasets` means any.

    `@none` names the default instance (4.5.5).
    """
    found = document.get(attribute)
    if found is None or attribute in RESERVED:
        return ()
    listed: Sequence[Document] = found if type(found) is list else (found,)
    if not datasets:
        return listed
    return [one for one in listed if one.get("datasetId", "@none") in datasets]


def target(instance: Document, trail: tuple[str, ...] = ()) -> Target | None:
    """The target of one instance, or None where the trail leads nowhere."""
    name = next((one for one in VALUE_MEMBERS if one in instance), None)
    seed = instance[name] if name else None
    if name == "languageMap":
        return _language(seed, trail)
    if trail:
        seed = _member(seed, trail)
        if seed is _MISSING:
            return None
    return Target(_members(seed), name in ("object", "objectList"), type(seed) is list)


class _Missing:
    """Stands for "undefined", which null is not."""


_MISSING = _Missing()


def _member(seed: Any, trail: Iterable[str]) -> Any:
    """ECMA 262's member expression: members of objects only."""
    for name in trail:
        if not isinstance(seed, Mapping) or name not in seed:
            return _MISSING
        seed = seed[name]
    return seed


def _members(seed: Any) -> Sequence[Any]:
    if type(seed) is list:
        return [_plain(one) for one in seed]
    return (_plain(seed),)


def _plain(value: Any) -> Any:
    """The value of a typed value, the URI of a list's object; anything else as it is."""
    if type(value) is dict:
        for name in ("@value", "object"):
            if name in value:
                return value[name]
    return value


def _language(seed: Any, trail: tuple[str, ...]) -> Target | None:
    """All languages without a bracket or with `[*]`, else the language's own texts."""
    if not isinstance(seed, Mapping) or len(trail) > 1:
        return None
    if trail and trail != ("*",):
        return Target(_members(seed[trail[0]])) if trail[0] in seed else None
    return Target([one for text in seed.values() for one in _members(text)])


def finder(path: Path, datasets: Set[str] = frozenset(), linked: Linked | None = None) -> Find:
    """A function from a candidate to the targets of the path (none: it is not there)."""
    if path.links:
        return _through_links(path, datasets, linked)
    if path.subs:
        return _below(path, datasets)
    if path.attribute in TEMPORAL:
        if path.trail:
            return lambda candidate: ()
        return lambda candidate: _stamp(candidate, path.attribute)
    return _direct(path.attribute, path.trail, datasets)


def _stamp(candidate: Candidate, name: str) -> Sequence[Target]:
    text = candidate.document.get(name, candidate.system.get(name))
    return (Target((text,)),) if type(text) is str else ()


def _direct(attribute: str, trail: tuple[str, ...], datasets: Set[str]) -> Find:
    def find(candidate: Candidate) -> Sequence[Target]:
        found = instances(candidate.document, attribute, datasets)
        return [one for one in (target(each, trail) for each in found) if one is not None]

    return find


def _below(path: Path, datasets: Set[str]) -> Find:
    *middle, last = path.subs

    def find(candidate: Candidate) -> Sequence[Target]:
        level = instances(candidate.document, path.attribute, datasets)
        stamps = candidate.system.get(path.attribute, _NO_SYSTEM) if not middle else _NO_SYSTEM
        for name in middle:
            level = [child for one in level for child in _children(one, name)]
        return [one for each in level for one in _leaves(each, last, path.trail, stamps)]

    return find


def _children(instance: Document, name: str) -> Sequence[Document]:
    found = None if name in _UNADDRESSABLE else instance.get(name)
    listed = found if type(found) is list else (found,)
    return [one for one in listed if isinstance(one, Mapping)]


def _leaves(
    instance: Document, name: str, trail: tuple[str, ...], stamps: Mapping[str, Any]
) -> Iterable[Target]:
    """Sub-attributes of this name, or the member itself (observedAt, unitCode, …)."""
    literal = instance.get(name)
    if literal is None and name in TEMPORAL:
        literal = stamps.get(instance.get("datasetId", ""), _NO_SYSTEM).get(name)
    if isinstance(literal, str) and name not in _UNADDRESSABLE:
        return () if trail else (Target((literal,)),)
    below = (target(child, trail) for child in _children(instance, name))
    return [one for one in below if one is not None]


def _through_links(path: Path, datasets: Set[str], linked: Linked | None) -> Find:
    end = finder(Path(path.attribute, path.subs, path.trail), datasets)
    resolve: Linked = linked if linked is not None else lambda _: None

    def find(candidate: Candidate) -> Sequence[Target]:
        level = [candidate]
        for hop in path.links:
            wanted = set(hop.types)
            found = (resolve(uri) for one in level for uri in _objects(one, hop.relationship))
            level = [
                one for one in found if one and (not wanted or not wanted.isdisjoint(one.types))
            ]
        return [one for each in level for one in end(each)]

    return find


def _objects(candidate: Candidate, relationship: str) -> Iterable[str]:
    for instance in instances(candidate.document, relationship, frozenset()):
        found = target(instance)
        if found is not None and found.relationship:
            yield from (one for one in found.members if type(one) is str)
