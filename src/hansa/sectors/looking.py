"""A dry run as the console shows it: counts, reasons, and entities beside what the city has now."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from hansa.context import City, Entity, Query
from hansa.guard import PrivacyClass, View
from hansa.sectors.mapping.load import Source
from hansa.sectors.model import Mapped, Row, TimedState
from hansa.sectors.preview import Look
from hansa.sectors.retiring import NOTHING, PART, Missed, missed
from hansa.sectors.showing import Cells, Document, trouble_of

MOST_IDS = 2000  # entities that are looked up: known or new
_AT_ONCE = 500
_NULL = "urn:ngsi-ld:null"  # what a whole list leaves empty (5.5.12)
_VALUES = ("value", "object", "languageMap", "vocab", "json")


async def shown(city: City, source: Source, view: View, look: Look) -> Document:
    """What the file would give, with the present values of the first entities."""
    cells = Cells(city, source, view)
    asked = look.ids[:MOST_IDS]
    present = await _present(city, view, asked)
    gone = await _missed(city, source, view, look)
    return {
        "rows": look.rows,
        "looked": look.looked,
        "accepted": look.accepted,
        "refused": look.looked - look.accepted,
        "rules": [
            {
                "rule": rule,
                "count": count,
                "rows": [cells.refusal(one) for one in look.refused if one.rule == rule],
            }
            for rule, count in sorted(look.rules.items(), key=lambda one: -one[1])
        ],
        "flags": dict(look.flags) | ({PART: len(gone.ids)} if gone.part else {}),
        "trouble": trouble_of(look.trouble),
        "columns": dict(look.columns),
        "entities": {
            "all": len(look.ids),
            "asked": len(asked),
            "known": sum(one in present for one in asked),
            "gone": 0 if gone.part else len(gone.ids),
        },
        "names": await _names(city, view, look),
        "sample": [_row(row, mapped, view, present) for row, mapped in look.sample],
    }


async def _names(city: City, view: View, look: Look) -> Document:
    """What people call the entities that the shown rows refer to, be they yet to come."""
    found = (
        instance["object"]
        for _, mapped in look.sample
        for state in mapped.states
        for name, instance in state.body.items()
        if "object" in instance and view.sees((state.type,), name)
    )
    ids = tuple(dict.fromkeys(name for one in found for name in _listed(one)))
    there = await _present(city, view, ids)
    told = {name: one.value("name") for name, one in there.items()}
    return {name: told.get(name) or unquote(name.rpartition(":")[2]) for name in ids}


def _listed(targets: Any) -> list[str]:
    """The objects of a Relationship, one or several."""
    return [targets] if isinstance(targets, str) else list(targets)


async def _missed(city: City, source: Source, view: View, look: Look) -> Missed:
    """What a whole list does not name; nothing where only its beginning was mapped."""
    whole = source.file.whole and look.trouble is None and look.looked == look.rows
    if not whole or not look.ids:
        return NOTHING
    return await missed(city, source, view, {*look.ids, *look.named})


async def _present(city: City, view: View, ids: Sequence[str]) -> Mapping[str, Entity]:
    found: dict[str, Entity] = {}
    for start in range(0, len(ids), _AT_ONCE):
        page = await city.read(view, Query(ids=tuple(ids[start : start + _AT_ONCE])))
        found.update((one.id, one) for one in page.entities)
    return found


def _row(row: Row, mapped: Mapped, view: View, present: Mapping[str, Entity]) -> Document:
    """An accepted row as the entity it would write; a later state's value stands."""
    first = mapped.states[0] if mapped.states else None
    entity = None if first is None else present.get(first.id)
    said: dict[str, Document] = {}
    for state in mapped.states:
        said |= _attributes(state, view, entity)
    return {
        "line": row.line,
        "id": first and first.id,
        "type": first and first.type,
        "known": entity is not None,
        "flags": list(mapped.flags),
        "attributes": list(said.values()),
    }


def _attributes(state: TimedState, view: View, entity: Entity | None) -> dict[str, Document]:
    return {
        name: _attribute(name, instance, state, view, entity)
        for name, instance in state.body.items()
        if _value(instance) is not None or (entity and entity.attribute(name))
    }


def _attribute(
    name: str, instance: Any, state: TimedState, view: View, entity: Entity | None
) -> Document:
    """One attribute; a personal value is hidden from everybody: nobody asked to see a person."""
    types = (state.type,)
    personal = view.privacy_class(types, name) is PrivacyClass.PERSONAL
    if personal or not view.sees(types, name):
        return {"name": name, "hidden": True}
    return {
        "name": name,
        "hidden": False,
        "value": _value(instance),
        "unit": instance.get("unitCode"),
        "was": None if entity is None else _value(entity.attribute(name) or {}),
    }


def _value(instance: Mapping[str, Any]) -> Any:
    found = next((instance[name] for name in _VALUES if name in instance), None)
    return None if found == _NULL else found
