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
    fragment = defaults(record.fragment) if rules else {}
    if record.kind is ChangeKind.UPDATED and rules:
        changed = fragment.keys() | set(record.removed)
        rules = tuple(rule for rule in rules if not rule.watched.isdisjoint(changed))
    if not rules:
        return None
    incomplete = record.kind is ChangeKind.UPDATED and any(
        not rule.reads <= fragment.keys() for rule in rules
    )
    return Concern(record, rules, incomplete)


def sighting_of(concern: Concern, entity: Entity | None) -> Sighting:
    """The sighting of a record; `entity`, where read, completes an update."""
    record = concern.record
    fragment = document = defaults(record.fragment)
    if concern.incomplete and entity is not None:
        document = {**entity.document, **fragment}
    if record.removed:
        document = {name: one for name, one in document.items() if name not in record.removed}
    watched = frozenset[str]().union(*(rule.watched for rule in concern.rules))
    return Sighting(
        entity=record.entity_id,
        document=document,
        changed=frozenset((*fragment, *record.removed)),
        recorded=to_micros(record.recorded_at),
        observed=_observed(fragment, watched),
        created=record.kind is ChangeKind.CREATED,
        deleted=record.kind is ChangeKind.DELETED,
        late=record.late,
        backfilled=record.backfilled,
    )


def defaults(fragment: Mapping[str, Any]) -> Mapping[str, Any]:
    """The default instances of a fragment: what stands under a datasetId is not the value."""
    if not any(map(_has_datasets, fragment.values())):
        return fragment
    found = {}
    for name, given in fragment.items():
        instances = given if _are_instances(given) else [given]
        default = next((one for one in instances if not _has_datasets(one)), None)
        if default is not None:
            found[name] = default
    return found


def _has_datasets(given: Any) -> bool:
    return _are_instances(given) or (isinstance(given, dict) and "datasetId" in given)


def _are_instances(given: Any) -> bool:
    return isinstance(given, list) and bool(given) and isinstance(given[0], dict)


def _observed(fragment: Mapping[str, Any], watched: frozenset[str]) -> dict[str, int]:
    found = {}
    for name in watched & fragment.keys():
        if text := fragment[name].get("observedAt"):
            found[name] = to_micros(parse_instant(text))
    return found
