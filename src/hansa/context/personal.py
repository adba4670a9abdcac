"""Personal values leave a change before it reaches the graph, and come back only on request.

The graph, its history, its log and its indexes hold references; the values lie in guard's
vault. What is put there is committed before the graph commit that refers to it, so a crash
between the two leaves an orphan that a sweep removes, never a reference to nothing.

A city that may hold no personal data (`profile: no-personal-data`) refuses them here, before
anything is kept anywhere; words of people are let through while nobody can be known from them.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import orjson

from hansa.base.problems import HANSA, BadRequestData
from hansa.base.vocabulary import Tells
from hansa.context.model import Change, Document, Entity, instance_value
from hansa.context.store.state import REF, is_null
from hansa.guard import Catalogue, PersonalRecord, found_by, looks_like, telephone

_REMEMBERED = 4096
_KEPT = frozenset({"datasetId", "observedAt"})
_SAID: Mapping[str, str] = {"email": "e-mail"}


class PersonalRefused(BadRequestData):
    """The city may hold no personal data, and this is, or looks like, some."""

    type = HANSA + "personal-refused"
    title = "This city holds no personal data"


class Personal:
    """Which attributes are personal, answered once per combination of types.

    `refuses`: the city holds no personal data at all.
    """

    def __init__(self, catalogue: Catalogue, *, refuses: bool = False) -> None:
        self._catalogue = catalogue
        self._refuses = refuses
        self._anywhere = frozenset(
            name for kind, name in catalogue.classes if catalogue.personal((kind,), name)
        )
        self._by_types: dict[tuple[str, ...], frozenset[str]] = {}

    def may_touch(self, change: Change) -> bool:
        """Whether the change names an attribute that is personal on any type."""
        return not self._anywhere.isdisjoint(change.body)

    def of(self, types: tuple[str, ...]) -> frozenset[str]:
        """Attributes that are personal on an entity of these types."""
        found = self._by_types.get(types)
        if found is None:
            found = frozenset(
                name for name in self._anywhere if self._catalogue.personal(types, name)
            )
            if len(self._by_types) < _REMEMBERED:
                self._by_types[types] = found
        return found

    def check_none_left(self, change: Change, types: tuple[str, ...]) -> None:
        """Refuse a change that would put a personal value into the graph."""
        self.check_profile(types, change.body, self.of(types) & change.body.keys())
        personal = self.of(types)
        if personal:
            self._check_subs(change, personal)
        for name in personal:
            if name in change.body and any(
                REF not in one and not is_null(one) for one in _instances(change.body[name])
            ):
                raise BadRequestData(
                    f"{name} is personal for {' '.join(types)}",
                    where=name,
                    rule="personal values never enter the graph",
                    remedy="name the type together with the attribute",
                )

    def check_profile(self, types: tuple[str, ...], body: Document, names: Iterable[str]) -> None:
        """Refuse personal values (not references) where the city holds none; see `refuses`."""
        if not self._refuses:
            return
        for name in sorted(names):
            tells = self._catalogue.tells(types, name)
            for instance in _instances(body[name]):
                if REF in instance or is_null(instance):
                    continue
                if looks := _refused(tells, instance):
                    raise PersonalRefused(
                        f"{name} {looks}",
                        where=name,
                        rule="city.yaml: profile: no-personal-data",
                        remedy="leave it out, or say it in words by which nobody can be known",
                    )

    def records(
        self, types: tuple[str, ...], entity_id: str, body: Document, names: Iterable[str],
        *, alone: bool = False, about: str = "", same: bool = False,
    ) -> list[PersonalRecord]:  # fmt: skip
        """The personal values of an entity's attributes, in the order of `with_references`.

        `alone`: each under a key of its own, so that it can be erased or corrected by itself.
        `about`: the entity of whose person they speak; `same`: they are of the person of before.
        """
        who = self._who(types, body, names)
        return [
            PersonalRecord(
                "",
                entity_id,
                name,
                orjson.dumps(instance, option=orjson.OPT_SORT_KEYS),
                free_text=alone,
                found_by=found_by(self._catalogue.tells(types, name), instance.get("value")),
                person=who,
                about=about,
                same=same,
            )
            for name in names
            for instance in _instances(body[name])
            if not is_null(instance)
        ]

    def speaks_by(self, types: tuple[str, ...]) -> tuple[str, ...]:
        """The relationships that say of whose person an entity of these types speaks."""
        return self._catalogue.speaks_by(types)

    def _who(self, types: tuple[str, ...], body: Document, names: Iterable[str]) -> str:
        """The first telephone that the body gives, in the form it is compared in."""
        numbers = (
            telephone(given)
            for name in names
            if self._catalogue.tells(types, name) == "telephone"
            for instance in _instances(body[name])
            if isinstance(given := instance.get("value"), str)
        )
        return next((one for one in numbers if one), "")

    def _check_subs(self, change: Change, personal: frozenset[str]) -> None:
        for name, given in change.body.items():
            for one in given if given.__class__ is list else (given,):
                if one.__class__ is dict and not personal.isdisjoint(one):
                    found = ", ".join(sorted(personal.intersection(one)))
                    raise BadRequestData(
                        f"{found} is personal and cannot stand below {name}",
                        where=name,
                        rule="personal values never enter the graph",
                        remedy="make it an attribute of the entity",
                    )


def _instances(given: Any) -> list[Document]:
    if given is None:
        return []
    return given if isinstance(given, list) else [given]


def _refused(tells: Tells, instance: Document) -> str:
    """Why a personal value is refused; empty where it may stand."""
    if tells == "key":
        return ""
    if tells not in ("text", "address"):
        return "is personal"
    words = _words(instance)
    looks = "" if words is None else looks_like(words)
    if looks is None:
        return ""
    return f"seems to hold a person's {_SAID.get(looks, looks)}" if looks else "is personal"


def _words(instance: Document) -> str | None:
    """All that the instance says, as one text; None where it says something else than words."""
    given = instance_value(instance)
    if isinstance(given, str):
        return given
    return None if given is None else orjson.dumps(given).decode()


def with_references(body: Document, names: Iterable[str], refs: Iterator[str]) -> dict[str, Any]:
    """The attributes with each personal instance replaced by its reference.

    What deletes one (NGSI-LD Null, GS CIM 009 v1.9.1, 4.5.0) stays as it is.
    """
    kept: dict[str, Any] = dict(body)
    for name in names:
        held = [
            instance if is_null(instance) else _reference(instance, next(refs))
            for instance in _instances(body[name])
        ]
        if held:
            kept[name] = held[0] if len(held) == 1 else held
    return kept


def referring(change: Change, body: Document) -> Change:
    """The change with another body."""
    return change._replace(body=body)


def _reference(instance: Document, ref: str) -> dict[str, Any]:
    kept = {"type": instance["type"], REF: ref}
    for name in _KEPT & instance.keys():
        kept[name] = instance[name]
    return kept


def references(
    refs: bytes | None, only: Collection[str], sees: Callable[[str], bool]
) -> Mapping[str, str]:
    """attribute key -> reference of a stored entity; of these attributes only, if any is named.

    And of none that does not exist for who asks (`sees`).
    """
    if refs is None:
        return {}
    return {
        key: one[REF]
        for key, one in orjson.loads(refs).items()
        if (not only or key.partition(" ")[0] in only) and sees(key.partition(" ")[0])
    }


def resolved(entity: Entity, values: Mapping[str, bytes]) -> Entity:
    """The entity with personal instances put back in; erased ones stay absent."""
    document = dict(entity.document)
    for key, value in values.items():
        name = key.partition(" ")[0]
        instance = orjson.loads(value)
        held = document.get(name)
        if held is None:
            document[name] = instance
        else:
            document[name] = [*held, instance] if isinstance(held, list) else [held, instance]
    return replace(entity, body=orjson.dumps(document))
