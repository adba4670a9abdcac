"""Erasing a person and setting a value right: what a person concerned may ask for.

What names the person is erased as a whole and stays so, whatever is imported again. What only
speaks about them (a note on their call) loses its words and lives on: the next note is kept.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import orjson

from hansa.base.problems import BadRequestData, ResourceNotFound
from hansa.context import Change, City, Op, Query, Unchanged
from hansa.desk.entities import prop
from hansa.desk.privacy.holds import held_now
from hansa.desk.privacy.incidents import incidents_of
from hansa.desk.privacy.persons import Person, about
from hansa.guard import Fact, Grant

GROUNDS = ("request", "consent-withdrawn", "order", "unlawful")
"""Why somebody is erased at a person's hand (GDPR, art. 17(1)); a rule has a ground of its own."""
WORDS = frozenset({"erase", "удалить", "видалити"})
_NAMED = 50  # entities that an entry of the journal lists
_LONGEST = 4000


class Erasure(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who is to be erased: `by` as in the search; `entities` fewer than were found (none: all)."""

    by: dict[str, str]
    word: str
    ground: str = "request"
    entities: tuple[str, ...] = ()


def check(wish: Erasure) -> None:
    """BadRequestData unless the word was typed and the ground is one."""
    if wish.word.strip().casefold() not in WORDS:
        raise BadRequestData(
            "the word that confirms it is missing",
            where="word",
            rule="what cannot be undone is confirmed by typing",
            remedy=f"type one of {', '.join(sorted(WORDS))}",
        )
    if wish.ground not in GROUNDS:
        raise BadRequestData(f"{wish.ground!r} is no ground", where="ground", remedy=f"{GROUNDS}")


async def chosen(city: City, grant: Grant, person: Person, some: Sequence[str]) -> Person:
    """The part of a person that is to go; BadRequestData where it is not theirs."""
    if not some:
        return person
    if strange := {*some} - {*person.all}:
        raise BadRequestData(f"{len(strange)} of the records do not hold that", where="entities")
    named = [one for one in person.named if one in some]
    follows = [*await about(city, grant, named)]
    for told in await incidents_of(city, grant, named):
        follows += told.speaking if told.alone else ()
    of_these = {one.subject for one in person.kept if one.entity_id in some}
    with_them = {one.entity_id for one in person.kept if one.subject in of_these}
    return person.only({*some, *with_them.difference(person.named), *follows})


async def erase(city: City, grant: Grant, person: Person, facts: Mapping[str, Fact]) -> int:
    """Destroy the keys of all that names the person; how many values went. Conflict where held."""
    (await held_now(city, grant)).check(person.all)
    return await destroy(city, grant, person, facts)


async def destroy(city: City, grant: Grant, person: Person, facts: Mapping[str, Fact]) -> int:
    """The same of what is known not to be held; nothing is said where nothing is kept.

    What names the person is forgotten for good, and so is a record that then holds nobody; where
    others speak of them, words may come again.
    """
    if not person.kept:
        return 0
    vault, going = city.guard.vault, {one.ref for one in person.kept}
    there = await vault.kept((*person.subjects, *person.named))
    # a person of whom something is held, or not chosen, keeps a key; the rest goes value by value
    stays = [one for one in there if one.ref not in going]
    staying = {one.subject for one in stays}
    partly = (one.entity_id for one in person.kept if one.subject in staying)
    empty = {*person.named}.difference((one.entity_id for one in stays), partly)
    named = [one for one in person.kept if one.entity_id in person.named]
    about_them = [one for one in person.kept if one.entity_id not in person.named]
    whole = {one.subject for one in named} - staying
    entities = tuple(dict.fromkeys(one.entity_id for one in person.kept))
    said: dict[str, Fact] = {
        **facts,
        "records": len(going),
        "entities": [*entities[:_NAMED]],
        "of": len(entities),
    }
    await vault.erase(
        grant,
        *whole,
        *sorted(empty),
        alone=[one.ref for one in named if one.subject not in whole],
        about=[one.ref for one in about_them if one.subject not in whole],
        **said,
    )
    return len(going)


class Correction(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is right. `expect`: the change number of the record looked at."""

    entity: str
    attribute: str
    value: str
    expect: int


async def correct(city: City, grant: Grant, wish: Correction) -> None:
    """Put the right value in the place of wrong ones, which are then gone; both are journalled."""
    through, vault = city.guard.through(grant, "correction"), city.guard.vault
    view = city.guard.view(grant)
    page = await city.read(view, Query(ids=(wish.entity,)))
    if not page.entities:
        raise ResourceNotFound(f"there is no record {wish.entity}", where="entity")
    found = page.entities[0]
    if not city.guard.catalogue.personal(found.types, wish.attribute):
        raise BadRequestData(f"{wish.attribute} is not personal", where="attribute")
    if not wish.value.strip() or len(wish.value) > _LONGEST:
        raise BadRequestData(f"a value has 1 to {_LONGEST} characters", where="value")
    kept = await vault.all_of(grant, [wish.entity])
    old = [one for one in kept if one.attribute == wish.attribute]
    if not old:
        raise ResourceNotFound(f"nothing is kept in {wish.attribute}", where="attribute")
    right = prop(wish.value.strip())
    body: dict[str, Any] = {"type": list(found.types), wish.attribute: right}
    expect = [Unchanged(wish.entity, wish.expect)]
    change = Change(Op.APPEND, wish.entity, body)
    await city.write(through, [change], expect=expect, same_person=True)
    wrong = [one.ref for one in old if orjson.loads(one.content) != right]
    await vault.let_go(grant, wrong, entities=[wish.entity], attributes=[wish.attribute])
