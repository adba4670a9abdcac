"""What the page is told once: words, units, layers, the drawing."""

import httpx
import pytest

from hansa.base.symbols import symbols
from hansa.base.vocabulary import load_vocabulary
from hansa.console.layers import load_layers
from tests.console.talking import pick


async def test_the_frame_names_city_world_and_drawing(officer: httpx.AsyncClient) -> None:
    frame = (await officer.get("/console/frame")).json()

    assert frame["city"]["title"] == {"en": "Testing", "ru": "Проба"}
    assert frame["city"]["zone"] == "Europe/Moscow"
    assert frame["city"]["map"]["files"] == ["water"]
    assert frame["city"]["map"]["notes"] == ["schematic"]
    assert [step["name"] for step in frame["severities"]][-1] == "critical"


async def test_attributes_that_a_role_never_sees_are_not_even_named(
    client: httpx.AsyncClient,
) -> None:
    await pick(client, "analyst")

    frame = (await client.get("/console/frame")).json()

    named = frame["types"]["Open311ServiceRequest"]["attributes"]
    assert "status" in named
    assert not {"first_name", "phone", "description", "postalCode"} & named.keys()


def test_every_layer_speaks_of_what_the_vocabulary_has() -> None:
    vocabulary = load_vocabulary()
    for name, layer in load_layers(vocabulary).items():
        known = vocabulary.types[name].attributes
        wanted = {layer.title, layer.value, layer.at, layer.sector_from, layer.location}
        wanted.add(layer.until)
        assert (wanted - {None}) | layer.open.keys() <= known.keys(), name
        assert layer.sector in {sector.name for sector in vocabulary.sectors}, name


def test_no_layer_shows_what_is_personal_or_restricted() -> None:
    vocabulary = load_vocabulary()
    shown = [
        vocabulary.types[name].attributes[attribute].privacy
        for name, layer in load_layers(vocabulary).items()
        for attribute in (layer.title, layer.value, layer.at, layer.location)
        if attribute
    ]

    assert set(shown) <= {"public", "internal"}


@pytest.mark.parametrize("code", ["GQ", "CEL", "MTR", "MQS", "H61"])
def test_units_have_symbols(code: str) -> None:
    assert symbols()[code]["en"]


def test_russian_symbols_are_russian() -> None:
    assert symbols()["GQ"] == {"en": "µg/m³", "ru": "мкг/м³", "uk": "мкг/м³"}
