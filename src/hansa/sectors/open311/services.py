"""What the city offers, as Open311 says it: discovery, list of services, their questions. Pure."""

from collections.abc import Mapping
from typing import Any

from hansa.sectors.open311.catalogue import Attribute, Catalogue, Service

_SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"


def discovery(catalogue: Catalogue, base: str, now: str) -> dict[str, Any]:
    """The service discovery document (Open311, Service Discovery)."""
    words = {
        "contact": _in(catalogue.contact, catalogue.language),
        "key_service": _in(catalogue.key_service, catalogue.language),
    }
    endpoint = {
        "specification": _SPECIFICATION,
        "url": base,
        "changeset": now,
        "type": "production",
        "formats": ["application/json", "text/xml"],
        "extensions": "page, page_size, updated_after, updated_before",
    }
    return {"changeset": now, **words, "endpoints": [endpoint]}


def listed(service: Service, language: str) -> dict[str, Any]:
    """A service in the list (GET Service List)."""
    return {
        "service_code": service.code,
        "service_name": _in(service.name, language),
        "description": _in(service.description, language),
        "metadata": bool(service.attributes),
        "type": "realtime",
        "keywords": ", ".join(service.keywords),
        "group": service.group,
    }


def definition(service: Service, language: str) -> dict[str, Any]:
    """What a service asks (GET Service Definition)."""
    asked = [
        _attribute(one, place, language) for place, one in enumerate(service.attributes, start=1)
    ]
    return {"service_code": service.code, "attributes": asked}


def _attribute(one: Attribute, order: int, language: str) -> dict[str, Any]:
    told: dict[str, Any] = {
        "variable": True,
        "code": one.code,
        "datatype": one.datatype,
        "required": one.required,
        "datatype_description": "",
        "order": order,
        "description": _in(one.description, language),
    }
    if one.values:
        told["values"] = [
            {"key": key, "name": _in(words, language) or key} for key, words in one.values.items()
        ]
    return told


def _in(words: Mapping[str, str], language: str) -> str:
    """In the language, else in whichever there is."""
    return words.get(language) or next(iter(words.values()), "")
