"""Records of the change log as sightings: what rules see of them, and whom they concern."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hansa.base.times import parse_instant, to_micros
from hansa.context import ChangeKind, Entity, Record
from hansa.watch.model import Sighting
from hansa.watch.rules import Rule


class RuleIndex:
    """Rules by the type they look at, so that most records cost one look-up."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.by_id = {rule.id: rule for rule in rules}
        self._by_type: dict[str, tuple[Rule, ...]] = {}
        for rule in self.by_id.values():
            self._by_type[rule.type] = (*self._by_type.get(rule.type, ()), rule)

    def of(self, types: Sequence[str]) -> tuple[Rule, ...]:
        """The rules that look at any of these types."""
        if len(types) == 1:
            return self._by_type.get(types[0], ())
        return tuple(rule for name in types for rule in self._by_type.get(name, ()))


@dataclass(frozen=True, slots=True)
class Concern:
    """A record and the rules it concerns; `incomplete`: they need more than its fragment."""

    record: Record
    rules: tuple[Rule, ...]
    incomplete: bool


def concern_of(record: Record, index: RuleIndex) -> Concern | None:
    """The rules a record concerns, or None."""
    rules = index.of(record.types)
    if record.kind is ChangeKind.UPDATED and rules:
        changed = record.fragment.keys() | set(record.removed)
        rules = tuple(rule for rule in rules if not rule.watched.isdisjoint(changed))
    if not rules:
        return None
    incomplete = record.kind is ChangeKind.UPDATED and any(
        not rule.reads <= record.fragment.keys() for rule in rules
    )
    return Concern(record, rules, incomplete)


def sighting_of(concern: Concern, entity: Entity | None) -> Sighting:
    """The sighting of a record; `entity`, where read, completes an update."""
    record = concern.record
    document: Mapping[str, Any] = record.fragment
    if concern.incomplete and entity is not None:
        document = {**entity.document, **record.fragment}
    if record.removed:
        document = {name: one for name, one in document.items() if name not in record.removed}
    watched = frozenset[str]().union(*(rule.watched for rule in concern.rules))
    return Sighting(
        entity=record.entity_id,
        document=document,
        changed=frozenset((*record.fragment, *record.removed)),
        recorded=to_micros(record.recorded_at),
        observed=_observed(record.fragment, watched),
        created=record.kind is ChangeKind.CREATED,
        deleted=record.kind is ChangeKind.DELETED,
        late=record.late,
        backfilled=record.backfilled,
    )


def _observed(fragment: Mapping[str, Any], watched: frozenset[str]) -> dict[str, int]:
    found = {}
    for name in watched & fragment.keys():
        instance = fragment[name]
        if isinstance(instance, list):
            instance = next((one for one in instance if "datasetId" not in one), {})
        if text := instance.get("observedAt"):
            found[name] = to_micros(parse_instant(text))
    return found
