"""The kinds of attribute and the members each may carry: tables, so that code need not branch.

GS CIM 009 v1.9.1, 4.5.2 (Property), 4.5.3 (Relationship), 4.5.18 (LanguageProperty), 4.5.20
(VocabProperty), 4.5.21 (ListProperty), 4.5.22 (ListRelationship), 4.5.24 (JsonProperty).
"""

from collections.abc import Mapping

NULL = "urn:ngsi-ld:null"

VALUE_OF: Mapping[str, str] = {
    "Property": "value",
    "GeoProperty": "value",
    "Relationship": "object",
    "LanguageProperty": "languageMap",
    "VocabProperty": "vocab",
    "JsonProperty": "json",
    "ListProperty": "valueList",
    "ListRelationship": "objectList",
}
# Which kind a value member alone tells of, in the order in which they are looked for.
KIND_OF: Mapping[str, str] = {
    "value": "Property",
    "object": "Relationship",
    "languageMap": "LanguageProperty",
    "vocab": "VocabProperty",
    "json": "JsonProperty",
    "valueList": "ListProperty",
    "objectList": "ListRelationship",
}
VALUES = frozenset(KIND_OF)
RELATIONSHIPS = frozenset({"Relationship", "ListRelationship"})
WITH_UNIT = frozenset({"Property", "ListProperty", "GeoProperty"})

SYSTEM = frozenset({"createdAt", "modifiedAt", "deletedAt", "instanceId"})
OUTPUT_ONLY = frozenset(
    {"entity", "entityList", "lang"}
    | {f"previous{value[0].upper()}{value[1:]}" for value in VALUES}
)
# Members of an instance that are not attributes of it.
PLAIN = frozenset({"type", "datasetId", "observedAt", "unitCode", "valueType", "objectType"})
SEALED = frozenset({"entityIdSealed", "entityTypeSealed"})  # of ngsildproof only (4.5.2.2)
GEOGRAPHIC = frozenset({"location", "observationSpace", "operationSpace"})  # 4.7.1
NOT_ATTRIBUTES = (
    VALUES | SYSTEM | OUTPUT_ONLY | (PLAIN - {"type"}) | SEALED | {"expiresAt", "dataset"}
)


def nothing(kind: str) -> object:
    """NGSI-LD Null as the value of this kind (4.5.0)."""
    if kind == "LanguageProperty":
        return {"@none": NULL}
    return [NULL] if kind.startswith("List") else NULL


def is_kind(told: object) -> bool:
    """Whether a `type` member names a kind of attribute; anything may stand there."""
    return isinstance(told, str) and told in VALUE_OF


def looks_like_instance(value: object) -> bool:
    """Whether an object is an attribute instance rather than a value."""
    return isinstance(value, Mapping) and (
        is_kind(value.get("type")) or bool((VALUES | {"datasetId"}) & value.keys())
    )


def is_nothing(value: object) -> bool:
    """Whether a value is NGSI-LD Null in any of its three spellings."""
    return value in (NULL, [NULL], {"@none": NULL})
