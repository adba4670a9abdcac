"""The semantics of 4.9 once more, as plainly as they can be said: what the matcher must equal.

Nothing here is shared with the product but the syntax tree: it reads the clause, not the code.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from hansa.context.query import (
    Absent,
    And,
    Compare,
    Exists,
    Expression,
    Instant,
    Never,
    Or,
    Path,
    Range,
    ValueList,
)

RELATIONSHIPS = ("Relationship", "ListRelationship")
VALUE_OF = {
    "Property": "value",
    "GeoProperty": "value",
    "Relationship": "object",
    "LanguageProperty": "languageMap",
    "VocabProperty": "vocab",
    "JsonProperty": "json",
    "ListProperty": "valueList",
    "ListRelationship": "objectList",
}


def meets(tree: Expression, document: dict[str, Any], datasets: frozenset[str]) -> bool:
    if isinstance(tree, Never):
        return False
    if isinstance(tree, And):
        return False not in [meets(term, document, datasets) for term in tree.terms]
    if isinstance(tree, Or):
        return True in [meets(term, document, datasets) for term in tree.terms]
    targets = list(targets_of(tree.path, document, datasets))
    if isinstance(tree, Exists):
        return targets != []
    if isinstance(tree, Absent):
        return targets == []
    return any(term_holds(tree, value, kind) for value, kind in targets)


def targets_of(
    path: Path, document: dict[str, Any], datasets: frozenset[str]
) -> Iterator[tuple[Any, str]]:
    """(target value, type of the attribute) of each instance the path reaches."""
    for instance in as_list(document.get(path.attribute)):
        if datasets and instance.get("datasetId", "@none") not in datasets:
            continue
        yield from descend(instance, list(path.subs), path.trail)


def descend(instance: Any, subs: list[str], trail: tuple[str, ...]) -> Iterator[tuple[Any, str]]:
    if subs:
        for child in as_list(instance.get(subs[0])):
            if isinstance(child, dict):
                yield from descend(child, subs[1:], trail)
            elif len(subs) == 1 and not trail:
                yield child, "member"
        return
    kind = instance["type"]
    value = instance[VALUE_OF[kind]]
    if kind == "LanguageProperty":
        if not trail or trail == ("*",):
            yield [text for each in value.values() for text in as_list(each)], kind
        elif len(trail) == 1 and trail[0] in value:
            yield value[trail[0]], kind
        return
    for member in trail:
        if not isinstance(value, dict) or member not in value:
            return
        value = value[member]
    yield value, kind


def as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def term_holds(term: Compare, target: Any, kind: str) -> bool:
    members = [plain(one) for one in (target if isinstance(target, list) else [target])]
    related = kind in RELATIONSHIPS
    match term.operator:
        case "==":
            return any(equal(one, term.value) for one in members)
        case "!=":
            return all(not equal(one, term.value) for one in members)
        case "~=" | "!~=":
            texts = [one for one in members if isinstance(one, str)]
            hits = [one for one in texts if re.search(term.value, one, re.ASCII)]  # as RE2
            return not related and (hits != [] if term.operator == "~=" else texts != hits == [])
        case operator:
            return not related and any(ordered(one, operator, term.value) for one in members)


def plain(member: Any) -> Any:
    if isinstance(member, dict):
        return member.get("@value", member.get("object", member))
    return member


def equal(member: Any, value: Any) -> bool:
    if isinstance(value, ValueList):
        return any(equal(member, one) for one in value.members)
    if isinstance(value, Range):
        return ordered(member, ">=", value.low) and ordered(member, "<=", value.high)
    pair = comparable(member, value)
    return pair is not None and pair[0] == pair[1]


def ordered(member: Any, operator: str, value: Any) -> bool:
    pair = comparable(member, value)
    if pair is None or isinstance(value, bool):
        return False
    less, same = pair[0] < pair[1], pair[0] == pair[1]
    return bool(
        {"<": less, "<=": less or same, ">": not less and not same, ">=": not less}[operator]
    )


def comparable(member: Any, value: Any) -> tuple[Any, Any] | None:
    """Both of one data type, or None: "no equality between the data types"."""
    if isinstance(value, Instant):
        left = instant(member) if isinstance(member, str) else None
        right = instant(value.text)
        return None if left is None or type(left) is not type(right) else (left, right)
    if isinstance(member, bool) or isinstance(value, bool):
        same = isinstance(member, bool) and isinstance(value, bool)
        return (member, value) if same else None
    if isinstance(member, str) and isinstance(value, str):
        return member.encode(), value.encode()
    if isinstance(member, int | float) and isinstance(value, int | float):
        return member, value
    return None


def instant(text: str) -> datetime | date | time | None:
    if re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d([.]\d+)?(Z|[+-]\d\d:\d\d)", text):
        return datetime.fromisoformat(text)
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return date.fromisoformat(text)
    if re.fullmatch(r"\d\d:\d\d:\d\dZ", text):
        return time.fromisoformat(text[:-1])
    return None
