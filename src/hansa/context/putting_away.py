"""What a write holds of people goes into the vault before it comes to the graph.

Done apart from the commit and before it, because the vault is a store of its own. Of whom a note
speaks is read from the graph where the note does not say it itself.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from hansa.base.database import Tx
from hansa.base.problems import Forbidden
from hansa.context import personal
from hansa.context.model import RESERVED, Change, Document
from hansa.context.store import reader
from hansa.guard import Grant, Guard, PersonalRecord

T = TypeVar("T")


class InPart(Protocol):
    """Asks the store in the part of the world that the grant is good for."""

    def __call__(self, ask: Callable[[Tx, int], T], /) -> Awaitable[T]:
        """What `ask` answers."""


@dataclass(frozen=True, slots=True)
class PuttingAway:
    """Puts personal values of changes into a city's vault."""

    guard: Guard
    personal: personal.Personal
    in_part: InPart

    async def put(
        self, grant: Grant, changes: Sequence[Change], *, each: bool, same_person: bool
    ) -> Sequence[Change]:
        """The changes with references; with `each` a change that is refused is left as it is."""
        touching = [
            (index, one) for index, one in enumerate(changes) if self.personal.may_touch(one)
        ]
        if not touching:
            return changes
        types = await self._types_of([one for _, one in touching])
        about = await self._about([one for _, one in touching], types)
        records: list[PersonalRecord] = []
        found: dict[int, frozenset[str]] = {}
        for index, change in touching:
            kinds = types[change.id]
            if held := self.personal.of(kinds) & change.body.keys():
                # who may not write it leaves nothing in the vault either
                try:
                    self.guard.check_write(grant, kinds, change.body.keys() - RESERVED)
                    self.personal.check_profile(kinds, change.body, held)
                except (Forbidden, personal.PersonalRefused):
                    if each:
                        continue  # refused again, and told, when its turn comes
                    raise
                records += self.personal.records(
                    kinds,
                    change.id,
                    change.body,
                    held,
                    alone=change.owner is None,  # what a source owns is corrected at the source
                    about=about.get(change.id, ""),
                    same=same_person,
                )
                found[index] = held
        refs = iter(await self.guard.vault.put(records))
        kept = list(changes)
        for index, held in found.items():
            change = changes[index]
            body = personal.with_references(change.body, held, refs)
            kept[index] = personal.referring(change, body)
        return kept

    async def _types_of(self, changes: Sequence[Change]) -> Mapping[str, tuple[str, ...]]:
        given: dict[str, tuple[str, ...]] = {}
        for change in changes:
            kinds = change.body.get("type", ())
            named = (kinds,) if isinstance(kinds, str) else tuple(kinds)
            given[change.id] = tuple(dict.fromkeys((*given.get(change.id, ()), *named)))
        untyped = [name for name, kinds in given.items() if not kinds]
        if untyped:
            given |= await self.in_part(lambda tx, part: reader.types_of(tx, part, untyped))
        return given

    async def _about(
        self, changes: Sequence[Change], types: Mapping[str, tuple[str, ...]]
    ) -> Mapping[str, str]:
        """Entity -> of whose person it speaks, for those that speak of one."""
        by = {change.id: self.personal.speaks_by(types[change.id]) for change in changes}
        found = {
            change.id: named for change in changes if (named := _target(change.body, by[change.id]))
        }
        unsaid = [name for name, relations in by.items() if relations and name not in found]
        if unsaid:
            held = await self.in_part(lambda tx, part: reader.documents_of(tx, part, unsaid))
            found |= {name: _target(document, by[name]) for name, document in held.items()}
        return found


def _target(body: Document, relations: Sequence[str]) -> str:
    """The object of the first of these relationships that the body has."""
    for name in relations:
        given = body.get(name)
        for one in given if isinstance(given, list) else [given]:
            named = one.get("object") if isinstance(one, dict) else None
            for target in named if isinstance(named, list) else [named]:
                if isinstance(target, str):
                    return target
    return ""
