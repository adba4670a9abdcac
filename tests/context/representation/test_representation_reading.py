"""What comes in: every form to one, and every refusal by member."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.base.problems import BadRequestData, Conflict, Problem
from hansa.context.jsonld import Canon, Contexts, Names
from hansa.context.representation import (
    CREATE,
    MERGE,
    UPDATE,
    Rules,
    read_attribute,
    read_entity,
    read_fragment,
)
from hansa.context.representation.rendering import concise

CONTEXTS = Contexts({"temperature": "https://x.example/temperature"})
NAMES = Names(CONTEXTS.default, Canon(CONTEXTS.default), True)
DEFAULT = "https://uri.etsi.org/ngsi-ld/default-context/"
POINT = {"type": "Point", "coordinates": [13.4, 52.5]}
NULL = "urn:ngsi-ld:null"


@pytest.mark.parametrize(
    ("given_form", "canonical"),
    [
        (5, {"type": "Property", "value": 5}),
        ("urn:x:y", {"type": "Property", "value": "urn:x:y"}),
        ([1, 2], {"type": "Property", "value": [1, 2]}),
        ({"a": {"b": 1}}, {"type": "Property", "value": {"a": {"b": 1}}}),
        (POINT, {"type": "GeoProperty", "value": POINT}),
        ({"value": POINT}, {"type": "GeoProperty", "value": POINT}),
        ({"value": 5, "unitCode": "CEL"}, {"type": "Property", "value": 5, "unitCode": "CEL"}),
        ({"object": "urn:a:b"}, {"type": "Relationship", "object": "urn:a:b"}),
        ({"object": ["urn:a:b"]}, {"type": "Relationship", "object": ["urn:a:b"]}),
        ({"languageMap": {"en": "a"}}, {"type": "LanguageProperty", "languageMap": {"en": "a"}}),
        ({"vocab": "temperature"}, {"type": "VocabProperty", "vocab": "temperature"}),
        ({"vocab": ["Male"]}, {"type": "VocabProperty", "vocab": [DEFAULT + "Male"]}),
        ({"json": {"id": 1}}, {"type": "JsonProperty", "json": {"id": 1}}),
        ({"valueList": [1, "b"]}, {"type": "ListProperty", "valueList": [1, "b"]}),
        (
            {"objectList": ["urn:a:b", {"object": "urn:a:c"}]},
            {
                "type": "ListRelationship",
                "objectList": [{"object": "urn:a:b"}, {"object": "urn:a:c"}],
            },
        ),
        (
            {"value": 1, "observedAt": "2026-01-01T00:00:00,5Z", "createdAt": "ignored"},
            {"type": "Property", "value": 1, "observedAt": "2026-01-01T00:00:00.5Z"},
        ),
        ({"value": 1, "datasetId": "@none"}, {"type": "Property", "value": 1}),
        (
            {"type": "Property", "value": 1, "temperature": 3},
            {"type": "Property", "value": 1, "temperature": {"type": "Property", "value": 3}},
        ),
        ({"@type": "DateTime", "@value": "x"}, None),
    ],
)
def test_concise_and_normalized_come_out_as_one(given_form: Any, canonical: Any) -> None:
    expected = canonical or {"type": "Property", "value": given_form}
    assert read_attribute(given_form, "a", NAMES, CREATE) == expected


@pytest.mark.parametrize(
    ("attribute", "where"),
    [
        (None, "a"),
        (NULL, "a"),
        ({"value": None}, "a.value"),
        ({"value": NULL}, "a.value"),
        ({"value": {"b": [NULL]}}, "a.value"),
        ({"languageMap": {"@none": NULL}}, "a.languageMap"),
        ({"type": "Nonsense", "value": 1}, "a.type"),
        ({"type": "Property"}, "a"),
        ({"type": "Property", "value": 1, "object": "urn:a:b"}, "a.object"),
        ({"type": "Property", "value": 1, "previousValue": 1}, "a.previousValue"),
        ({"type": "Relationship", "object": "no uri"}, "a.object"),
        ({"type": "Relationship", "object": []}, "a.object"),
        ({"type": "Relationship", "object": "urn:a:b", "unitCode": "CEL"}, "a.unitCode"),
        ({"type": "LanguageProperty", "languageMap": {"en": 5}}, "a.languageMap.en"),
        ({"type": "LanguageProperty", "languageMap": "x"}, "a.languageMap"),
        ({"type": "VocabProperty", "vocab": 1}, "a.vocab"),
        ({"type": "JsonProperty", "json": 1}, "a.json"),
        ({"type": "ListProperty", "valueList": 1}, "a.valueList"),
        ({"type": "GeoProperty", "value": {"type": "Point", "coordinates": [200, 1]}}, None),
        ({"type": "GeoProperty", "value": {"type": "GeometryCollection"}}, "a.value"),
        ({"type": "GeoProperty", "value": {"type": "Polygon", "coordinates": [[[0, 0]]]}}, None),
        ({"value": 1, "observedAt": "yesterday"}, "a.observedAt"),
        ({"value": 1, "datasetId": "no uri"}, "a.datasetId"),
        ({"value": 1, "@context": "http://x"}, "a.@context"),
        ([{"value": 1}, {"value": 2}], "a"),
        ([{"value": 1, "datasetId": "urn:d:1"}, {"value": 2, "datasetId": "urn:d:1"}], "a"),
        ({"value": 1, "bad name": 1}, "a.bad name"),
        ({"value": 1, "sub": {"type": "Property"}}, "a.sub"),
        ({"value": 1, "expiresAt": "2026-01-01T00:00:00Z"}, "a.expiresAt"),
    ],
)
def test_refusals_name_the_member(attribute: Any, where: str | None) -> None:
    with pytest.raises(Problem) as refused:
        read_attribute(attribute, "a", NAMES, CREATE)
    assert refused.value.where == (where or "a.value.coordinates")


@pytest.mark.parametrize(
    ("document", "where"),
    [
        ([], "body"),
        ({"type": "T"}, "id"),
        ({"id": "urn:a:b"}, "type"),
        ({"id": "urn:a:b", "type": []}, "type"),
        ({"id": "urn:a:b", "type": "bad name"}, "type"),
        ({"id": "not a uri", "type": "T"}, "id"),
        ({"id": "urn:a:b", "type": "T", "scope": "not a scope"}, "scope"),
        ({"id": "urn:a:b", "type": "T", "observedAt": "x"}, "observedAt"),
        ({"id": "urn:a:b", "type": "T", "value": 1}, "value"),
        ({"id": "urn:a:b", "type": "T", "bad(name": 1}, "bad(name"),
    ],
)
def test_entities_are_refused_by_member(document: Any, where: str) -> None:
    with pytest.raises(BadRequestData) as refused:
        read_entity(document, NAMES)
    assert refused.value.where == where


def test_an_entity_in_canonical_names() -> None:
    given_form = {
        "@id": "urn:a:b",
        "@type": ["T", "T", "U"],
        "scope": ["a/b", "/c"],
        "createdAt": "x",
        "https://x.example/temperature": 5,
    }
    assert read_entity(given_form, NAMES) == {
        "id": "urn:a:b",
        "type": [DEFAULT + "T", DEFAULT + "U"],
        "scope": ["/a/b", "/c"],
        "temperature": {"type": "Property", "value": 5},
    }


def test_an_entity_of_another_world_is_refused() -> None:
    document = {"id": "urn:a:b", "type": "T", "hansaWorld": "exercise:flood"}
    assert "hansaWorld" not in read_entity(document, NAMES, Rules(world="exercise:flood"))
    with pytest.raises(Conflict):
        read_entity(document, NAMES, Rules(world="actual"))


def test_nulls_delete_where_they_may() -> None:
    fragment = {
        "a": NULL,
        "b": {"type": "Property", "value": NULL, "datasetId": "urn:d:1"},
        "c": {"languageMap": {"@none": NULL}},
        "d": {"valueList": [NULL]},
        "scope": NULL,
    }
    assert read_fragment(fragment, NAMES, UPDATE) == {
        DEFAULT + "a": None,
        DEFAULT + "b": {"type": "Property", "value": NULL, "datasetId": "urn:d:1"},
        DEFAULT + "c": {"type": "LanguageProperty", "languageMap": {"@none": NULL}},
        DEFAULT + "d": {"type": "ListProperty", "valueList": NULL},
        "scope": None,
    }


def test_a_merge_may_touch_one_member_of_an_attribute() -> None:
    fragment = {
        "a": {"observedAt": "2026-01-01T00:00:00Z"},
        "b": {"unitCode": NULL},
        "c": {"sub": {"value": 1}},
        "d": {"street": "x", "gone": NULL},
    }
    assert list(read_fragment(fragment, NAMES, MERGE).values()) == [
        {"observedAt": "2026-01-01T00:00:00Z"},
        {"unitCode": NULL},
        {DEFAULT + "sub": {"type": "Property", "value": 1}},
        {"type": "Property", "value": {"street": "x", "gone": NULL}},
    ]


def test_simplified_input_is_bare_values() -> None:
    rules = Rules(simplified=True)
    assert read_attribute({"value": 1}, "a", NAMES, rules) == {"type": "Property", "value": 1}
    assert read_attribute({"type": "x"}, "a", NAMES, rules) == {
        "type": "Property",
        "value": {"type": "x"},
    }
    both = read_attribute({"dataset": {"@none": 1, "urn:d:1": 2}}, "a", NAMES, rules)
    assert both == [
        {"type": "Property", "value": 1},
        {"type": "Property", "value": 2, "datasetId": "urn:d:1"},
    ]


_JSON = st.recursive(
    st.booleans() | st.integers(-100, 100) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["a", "type", "value", "object", "observedAt", "datasetId"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)
_MEMBERS = st.fixed_dictionaries(
    {},
    optional={
        "observedAt": st.just("2026-01-01T00:00:00Z"),
        "datasetId": st.just("urn:d:1"),
        "https://x.example/sub": st.just({"type": "Property", "value": 1}),
    },
)
_VALUES = st.one_of(
    st.builds(lambda value: {"type": "Property", "value": value}, _JSON),
    st.just({"type": "GeoProperty", "value": POINT}),
    st.just({"type": "Property", "value": POINT}),
    st.just({"type": "Relationship", "object": "urn:a:b"}),
    st.just({"type": "LanguageProperty", "languageMap": {"en": "a"}}),
    st.builds(lambda value: {"type": "JsonProperty", "json": {"a": value}}, _JSON),
    st.builds(lambda value: {"type": "ListProperty", "valueList": [value]}, _JSON),
    st.just({"type": "ListRelationship", "objectList": [{"object": "urn:a:b"}]}),
    st.just({"type": "VocabProperty", "vocab": "https://x.example/v"}),
)


@given(_VALUES, _MEMBERS, st.booleans())
def test_concise_loses_nothing(value: Any, members: Any, partial: bool) -> None:
    instance = {**value, **members}
    short = concise(instance)
    assert read_attribute(short, "a", NAMES, MERGE if partial else CREATE) == instance
