"""All about one person: found exactly, gathered, and who has looked.

A person has no entity. Found are the entities that hold the telephone, the e-mail or the name, by a
keyed mark and without opening anything; with them goes what speaks about them (the vocabulary's
`about`: notes on a call are about its caller). Each search and each reading is in the journal, with
the purpose `subject-request`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson

from hansa.base.ids import check_uri
from hansa.base.problems import BadRequestData, ResourceNotFound
from hansa.base.times import format_instant
from hansa.context import City, Entity, Query, TypeIs, instance_value, parse_q
from hansa.guard import Grant, Value, email, name_words, telephone

PURPOSE = "subject-request"
_LONGEST = 200
_MOST = 500  # entities of one person; more are no person but a switchboard
_MOST_LOOKS = 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """By what a person is known: one of them. `entity`: a record by its id."""

    telephone: str = ""
    email: str = ""
    name: str = ""
    entity: str = ""

    def check(self) -> None:
        """BadRequestData unless exactly one is given, and can be searched for."""
        given = [one for one in (self.telephone, self.email, self.name, self.entity) if one.strip()]
        if len(given) != 1 or len(given[0]) > _LONGEST:
            raise BadRequestData(
                "name a telephone, an e-mail, a name or a record, and one of them only",
                where="by",
            )
        if self.entity:
            check_uri(self.entity, "by.entity")
        elif not (telephone(self.telephone) or email(self.email) or name_words(self.name)):
            raise BadRequestData(
                "nobody can be found by that",
                where="by",
                rule="a telephone has five digits or more, an e-mail an @",
            )


@dataclass(frozen=True, slots=True)
class Person:
    """The entities that hold what somebody is known by, and those that speak about them."""

    named: tuple[str, ...]
    about: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        return (*self.named, *self.about)


def answering(city: City, grant: Grant) -> Grant:
    """The grant of who answers the person concerned; Forbidden for others."""
    city.guard.check_manage(grant, "erasure")
    return replace(grant, purpose=PURPOSE)


async def find(city: City, grant: Grant, wanted: Wanted) -> Person:
    """Who is known by that; ResourceNotFound where nobody is."""
    wanted.check()
    named = (wanted.entity,) if wanted.entity else await _named(city, grant, wanted)
    person = Person(named, await about(city, grant, named))
    if not (named and await city.guard.vault.held(person.all)):
        raise ResourceNotFound(
            "nothing is kept of such a person",
            remedy="try another telephone or spelling; the search is exact",
        )
    if len(named) > _MOST:
        raise BadRequestData(f"more than {_MOST} records hold that; it is no person's", where="by")
    return person


async def _named(city: City, grant: Grant, wanted: Wanted) -> tuple[str, ...]:
    words = [one.encode() for one in name_words(wanted.name)]
    whole = b" ".join(words)
    sought = [
        *_each(city, "telephone", [telephone(wanted.telephone).encode()]),
        *_each(city, "email", [email(wanted.email).encode()]),
        *_each(city, "name", [whole, *(words if len(words) > 1 else ())]),
    ]
    hits: dict[str, set[bytes]] = defaultdict(set)
    for found in await city.guard.vault.find_any(grant, sought):
        hits[found.entity_id].add(found.sought)
    if not wanted.name:
        return tuple(sorted(hits))
    # first and last name may stand apart: together they must be the whole name
    return tuple(sorted(one for one, held in hits.items() if whole in held or held >= {*words}))


def _each(city: City, tells: str, values: Sequence[bytes]) -> list[tuple[str, bytes]]:
    persons = city.guard.catalogue.persons.items()
    attributes = sorted({name for (_, name), one in persons if one == tells})
    return [(name, value) for name in attributes for value in values if value]


async def about(city: City, grant: Grant, named: Sequence[str]) -> tuple[str, ...]:
    """The entities that speak about the persons of these."""
    if not named:
        return ()
    view = replace(city.guard.view(grant), personal=False, seen={})
    listed = ",".join(f'"{one}"' for one in named)
    found: set[str] = set()
    for type_name, persons in city.vocabulary.persons.items():
        for relation in persons.about:
            query = Query(types=TypeIs(type_name), where=parse_q(f"{relation}=={listed}"))
            found |= {one.id for one in (await city.read(view, query)).entities}
    return tuple(sorted(found - {*named}))


async def gather(city: City, grant: Grant, person: Person) -> dict[str, Any]:
    """All that is kept of a person, the values opened; journalled."""
    values = await city.guard.vault.all_of(grant, person.all)
    view = replace(city.guard.view(grant), personal=False, seen={})
    page = await city.read(view, Query(ids=person.all))
    entities = {one.id: one for one in page.entities}
    by_entity: dict[str, list[Value]] = defaultdict(list)
    for value in values:
        by_entity[value.entity_id].append(value)
    told = [
        _told(city, one, entities.get(one), by_entity[one], about=one in person.about)
        for one in person.all
    ]
    return {
        "records": [one for one in told if one["values"] or not one["about"]],
        "looked": await looked(city, grant, person),
    }


def _told(
    city: City, name: str, entity: Entity | None, values: Iterable[Value], *, about: bool
) -> dict[str, Any]:
    types = entity.types if entity is not None else (name.split(":")[2:3] or [""])
    return {
        "id": name,
        "type": types[0],
        "about": about,
        "change": 0 if entity is None else entity.change,
        "since": None if entity is None else format_instant(entity.created_at),
        "facts": {} if entity is None else _facts(entity.document),
        "values": _values(city, tuple(types), values),
    }


def _facts(document: Mapping[str, Any]) -> dict[str, Any]:
    """What is not personal in itself, and still about the person: number, times, state."""
    return {
        name: instance_value(one)
        for name, one in document.items()
        if isinstance(one, dict) and one.get("type") != "GeoProperty"
    }


def _values(city: City, types: tuple[str, ...], values: Iterable[Value]) -> list[dict[str, Any]]:
    """Attribute by attribute, the newest value first: former ones are kept in history."""
    catalogue = city.guard.catalogue
    grouped: dict[str, list[dict[str, Any]]] = {}
    for one in values:
        held = {"ref": one.ref, "value": instance_value(orjson.loads(one.content))}
        grouped.setdefault(one.attribute, []).insert(0, held)
    return [
        {"attribute": name, "tells": catalogue.tells(types, name), "kept": kept}
        for name, kept in sorted(grouped.items())
        if catalogue.tells(types, name) != "key"
    ]


async def looked(city: City, grant: Grant, person: Person) -> list[dict[str, Any]]:
    """Who read, found, corrected or erased the person, newest first."""
    entries = await city.guard.vault.readers(grant, *person.all)
    return [
        {
            "number": one["number"],
            "at": one["at"],
            "kind": one["kind"],
            "actor": one["actor"],
            "role": one["role"],
            "purpose": one["purpose"],
            "onBehalf": one.get("onBehalf", ""),
            "attributes": one["facts"].get("attributes", []),
        }
        for one in entries[:_MOST_LOOKS]
    ]
