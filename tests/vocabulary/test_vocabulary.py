"""The vocabulary holds what it promises: one IRI per name, a class for all, words for screens."""

import re
from typing import Any

import orjson
import pytest

from hansa.base.vocabulary import AttributeDef, TypeDef, load_vocabulary

VOCABULARY = load_vocabulary()
LANGUAGES = {"en", "ru", "uk"}
KINDS = ("Property", "Relationship", "GeoProperty", "LanguageProperty", "JsonProperty")
ATTRIBUTES = [
    pytest.param(kind, name, attribute, id=f"{kind}.{name}")
    for kind, definition in VOCABULARY.types.items()
    for name, attribute in definition.attributes.items()
]
SENSORS = ("WaterQualityObserved", "WaterObserved", "AirQualityObserved")


@pytest.mark.parametrize(("name", "definition"), VOCABULARY.types.items())
def test_type_has_words_and_a_sector_of_the_list(name: str, definition: TypeDef) -> None:
    assert definition.words.keys() == LANGUAGES
    assert definition.sector in {"", *(sector.name for sector in VOCABULARY.sectors)}
    assert definition.iri.endswith("/" + name) or not definition.iri


@pytest.mark.parametrize(("kind", "name", "attribute"), ATTRIBUTES)
def test_attribute_is_complete(kind: str, name: str, attribute: AttributeDef) -> None:
    assert attribute.words.keys() == LANGUAGES
    assert attribute.privacy in ("public", "internal", "restricted", "personal")
    assert attribute.kind in KINDS
    assert re.fullmatch(r"[A-Z0-9]{2,3}", attribute.unit or "C62")
    assert attribute.iri.startswith(("https://", "http://")) or not attribute.iri
    assert not (attribute.index and attribute.privacy == "personal"), "personal is never queried"


PERSONAL = {
    "Open311ServiceRequest": "title description status_notes address_string media_url first_name "
    "last_name phone email answers",
    "NetworkFault": "address_string",
    "Call": "words callerName callerTelephone apartment",
    "TimelineEntry": "note",
    "CityStatus": "note",
    "ShiftEntry": "note",
    "Task": "note",
    "Suppression": "note",
    "Attachment": "name secret",
    "DutyContact": "name",
    "Outage": "note",
    "PlannedWork": "note",
}


@pytest.mark.parametrize("kind", VOCABULARY.types)
def test_what_people_wrote_and_where_they_live_is_personal(kind: str) -> None:
    attributes = VOCABULARY.types[kind].attributes
    personal = {name for name, one in attributes.items() if one.privacy == "personal"}
    assert personal == set(PERSONAL.get(kind, "").split())


def test_places_of_requests_stay_inside_and_readings_are_public() -> None:
    types = VOCABULARY.types
    assert types["Open311ServiceRequest"].attributes["location"].privacy == "internal"
    for kind in SENSORS:
        assert {one.privacy for one in types[kind].attributes.values()} == {"public"}
    for kind in ("Alert", "Incident"):
        assert {one.privacy for one in types[kind].attributes.values()} == {"internal"}


def test_severity_is_the_one_scale_with_its_cap_mapping() -> None:
    assert [(step.name, step.cap) for step in VOCABULARY.severity] == [
        ("informational", "Unknown"),
        ("low", "Minor"),
        ("medium", "Moderate"),
        ("high", "Severe"),
        ("critical", "Extreme"),
    ]
    assert all(step.words.keys() == LANGUAGES for step in VOCABULARY.severity)
    assert all(sector.words.keys() == LANGUAGES for sector in VOCABULARY.sectors)


def test_resources_name_a_sector_of_the_list_or_none() -> None:
    resources = VOCABULARY.resources
    names = "coldWater hotWater heat power gas lift road"
    assert [one.name for one in resources] == names.split()
    assert all(one.words.keys() == LANGUAGES for one in resources)
    assert {one.sector for one in resources} <= {"", *(one.name for one in VOCABULARY.sectors)}


def test_names_of_the_core_context_keep_the_core_meaning(shared_data: Any) -> None:
    """A client cannot say another IRI for them: the core context is applied last."""
    file = shared_data / "contexts" / "ngsi-ld-core-context-v1.8.jsonld"
    core = orjson.loads(file.read_bytes())["@context"]
    prefix = core["ngsi-ld"]
    for name, iri in VOCABULARY.terms.items():
        if name in core:
            given = core[name]["@id"] if isinstance(core[name], dict) else core[name]
            assert iri == given.replace("ngsi-ld:", prefix), name


def test_of_every_personal_value_it_is_said_what_it_tells_of_people() -> None:
    """By that people are found, and a city without personal data knows what to refuse."""
    told = {(kind, name) for kind, one in VOCABULARY.persons.items() for name in one.tells}
    personal = {
        (kind, name)
        for kind, definition in VOCABULARY.types.items()
        for name, attribute in definition.attributes.items()
        if attribute.privacy == "personal"
    }
    assert told == personal
    for kind, one in VOCABULARY.persons.items():
        for relation in one.about:
            assert VOCABULARY.types[kind].attributes[relation].kind == "Relationship"
