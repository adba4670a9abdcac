"""All about one person: found exactly, gathered, and who has looked.

A person has no entity. The telephone, the e-mail or the name leads, by a keyed mark and without
opening anything, to the values kept of that person in each record; what a record holds of somebody
else is not theirs. With them goes what speaks about them (the vocabulary's `about`: notes on a call
are about its caller). Each search and each reading is in the journal, with the purpose
`subject-request`.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from hansa.base.ids import check_uri
from hansa.base.problems import BadRequestData, ResourceNotFound
from hansa.base.times import format_instant
from hansa.context import City, Entity, Query, TypeIs, instance_value, parse_q
from hansa.desk.privacy.incidents import Told, incidents_of
from hansa.guard import Grant, Kept, Subject, Value, email, name_words, telephone

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
    """What is kept of somebody: in entities that name them, and in those that speak about them.

    `beside`: how many values a record that names them keeps of others. `incidents`: what their
    calls are about.
    """

    kept: tuple[Kept, ...]
    named: tuple[str, ...]
    beside: Mapping[str, int] = field(default_factory=dict)
    incidents: tuple[Told, ...] = ()

    @property
    def about(self) -> tuple[str, ...]:
        """The entities that speak about them."""
        return tuple(sorted({one.entity_id for one in self.kept}.difference(self.named)))

    @property
    def all(self) -> tuple[str, ...]:
        return (*self.named, *self.about)

    @property
    def subjects(self) -> tuple[bytes, ...]:
        """Whose the values are: one person has another mark in each record."""
        return tuple(dict.fromkeys(one.subject for one in self.kept))

    def without(self, entities: Collection[str]) -> "Person":
        """What of it stands elsewhere."""
        return self.only({*self.all}.difference(entities))

    def only(self, entities: Collection[str]) -> "Person":
        """What of it stands in these entities."""
        kept = tuple(one for one in self.kept if one.entity_id in entities)
        return replace(self, kept=kept, named=tuple(one for one in self.named if one in entities))


def answering(city: City, grant: Grant) -> Grant:
    """The grant of who answers the person concerned; Forbidden for others."""
    city.guard.check_manage(grant, "erasure")
    return replace(grant, purpose=PURPOSE)


def reading(city: City, grant: Grant) -> Grant:
    """The same where values are shown: the purpose is the one that the request names."""
    city.guard.check_manage(grant, "erasure")
    city.guard.rights.check_personal(grant)
    return grant


async def find(city: City, grant: Grant, wanted: Wanted) -> Person:
    """Who is known by that; ResourceNotFound where nobody is."""
    wanted.check()
    if wanted.entity:
        person = await of_records(city, grant, (wanted.entity,))
    else:
        hits = await _hits(city, grant, wanted)
        person = await _gathered(city, grant, tuple(hits), tuple(sorted({*hits.values()})))
    if not person.kept:
        raise ResourceNotFound(
            "nothing is kept of such a person",
            remedy="try another telephone or spelling; the search is exact",
        )
    if len(person.named) > _MOST:
        raise BadRequestData(f"more than {_MOST} records hold that; it is no person's", where="by")
    return await _with_incidents(city, grant, person)


async def of_records(city: City, grant: Grant, entities: tuple[str, ...]) -> Person:
    """Whomever these records hold: all of them."""
    return await _gathered(city, grant, entities, entities)


async def _gathered(
    city: City, grant: Grant, whose: Sequence[Subject], named: tuple[str, ...]
) -> Person:
    """What is kept of these, and what others say of the records where nobody is named."""
    vault = city.guard.vault
    mine = await vault.kept(whose)
    theirs = await vault.kept(tuple(dict.fromkeys(one.subject for one in mine)))
    speaking = await about(city, grant, named)
    unsaid = [one for one in await vault.kept(speaking) if one.unnamed]
    every = {one.ref: one for one in (*mine, *theirs, *unsaid)}
    beside = Counter(one.entity_id for one in await vault.kept(named) if one.ref not in every)
    return Person(tuple(every.values()), named, beside)


async def _with_incidents(city: City, grant: Grant, person: Person) -> Person:
    told = await incidents_of(city, grant, person.named)
    alone = [name for one in told if one.alone for name in one.speaking]
    more = [one for one in await city.guard.vault.kept(alone) if one.unnamed]
    every = {one.ref: one for one in (*person.kept, *more)}
    return replace(person, kept=tuple(every.values()), incidents=told)


async def _hits(city: City, grant: Grant, wanted: Wanted) -> dict[bytes, str]:
    """Who is known by that, and in which record."""
    words = [one.encode() for one in name_words(wanted.name)]
    whole = b" ".join(words)
    sought = [
        *_each(city, "telephone", [telephone(wanted.telephone).encode()]),
        *_each(city, "email", [email(wanted.email).encode()]),
        *_each(city, "name", [whole, *(words if len(words) > 1 else ())]),
    ]
    hits: dict[tuple[bytes, str], set[bytes]] = defaultdict(set)
    for found in await city.guard.vault.find_any(grant, sought):
        hits[found.subject, found.entity_id].add(found.sought)
    # first and last name may stand apart: together they must be the whole name
    return dict(
        one for one, held in hits.items() if not wanted.name or whole in held or held >= {*words}
    )


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
    values = await city.guard.vault.values(grant, [one.ref for one in person.kept])
    view = replace(city.guard.view(grant), personal=False, seen={})
    page = await city.read(view, Query(ids=person.all))
    entities = {one.id: one for one in page.entities}
    by_entity: dict[str, list[Value]] = defaultdict(list)
    for value in values:
        by_entity[value.entity_id].append(value)
    told = [
        _told(city, one, entities.get(one), by_entity[one], about=one in person.about)
        | {"beside": person.beside.get(one, 0)}
        for one in person.all
    ]
    return {
        "records": [one for one in told if one["values"] or not one["about"]],
        "incidents": [
            {"id": one.id, "goes": one.alone, "attachments": one.attachments}
            for one in person.incidents
        ],
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
    entries = await city.guard.vault.readers(grant, *person.subjects)
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
