"""Every connector keeps the one plan: manifest, settings, words, documents agree."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.sectors.connectors import asking, documents
from hansa.sectors.connectors.manifest import LANGUAGES, Manifest, load_manifest, load_manifests
from hansa.sectors.connectors.registry import CONNECTORS
from hansa.sectors.connectors.secrets import Secret
from hansa.sectors.flood import Gate
from tests.house.connectors import PAGE, page

MANIFESTS = {one.name: one for one in load_manifests()}
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def test_every_connector_has_a_manifest_and_every_manifest_a_connector() -> None:
    assert sorted(MANIFESTS) == sorted(CONNECTORS)
    assert all(load_manifest(name) is MANIFESTS[name] for name in CONNECTORS)


@pytest.mark.parametrize("manifest", MANIFESTS.values(), ids=list(MANIFESTS))
def test_manifest_tells_the_settings_as_they_are(manifest: Manifest) -> None:
    fields = msgspec.structs.fields(CONNECTORS[manifest.name].shape)
    required = {one.encode_name: one.required for one in fields}
    defaults = {one.encode_name: one.default for one in fields if not one.required}

    assert {name: one.required for name, one in manifest.settings.items()} == required
    for name, default in defaults.items():
        told = manifest.settings[name].default
        assert told == default or (told is None and default in (None, (), msgspec.NODEFAULT)), name
    secrets = {one.encode_name for one in fields if Secret in getattr(one.type, "__args__", ())}
    assert {name for name, one in manifest.settings.items() if one.kind == "secret"} == secrets


@pytest.mark.parametrize("manifest", MANIFESTS.values(), ids=list(MANIFESTS))
def test_manifest_speaks_every_language_of_the_console(manifest: Manifest) -> None:
    said = [manifest.title, manifest.about, manifest.health]
    said += [one.words for one in manifest.settings.values()]
    said += [one.words for one in manifest.limits.values()]

    assert [words for words in said if tuple(sorted(words)) != LANGUAGES] == []


def test_page_of_the_connectors_is_made_from_their_manifests() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


def test_pointers_reach_into_arrays_and_dots_into_objects() -> None:
    document = {"a": {"b": 1}, "c": [{"d~/": 2}]}
    found = documents.record(document, frozenset({"/c/0/d~0~1", "/c/1", "a.b"}))

    assert found == {"a": {"b": 1}, "a.b": 1, "c": [{"d~/": 2}], "/c/0/d~0~1": 2}


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120.0),
        ("Mon, 01 Jun 2026 12:01:00 GMT", 60.0),
        ("Mon, 01 Jun 2026 11:00:00 GMT", 0.0),
        ("soon", None),
        ("", None),
    ],
)
def test_other_side_may_say_when_to_come_back(text: str, seconds: float | None) -> None:
    assert asking.retry_after(text, NOON) == seconds


@given(st.lists(st.tuples(st.integers(1, 500), st.integers(0, 30)), min_size=1, max_size=40))
def test_gate_lets_in_no_more_than_its_share_and_a_burst(steps: list[tuple[int, int]]) -> None:
    gate, now, let_in = Gate(600.0, NOON), NOON, 0
    largest = max(rows for rows, _ in steps)
    for rows, seconds in steps:
        now = max(now + timedelta(seconds=seconds), gate.open_at(now + timedelta(seconds=seconds)))
        gate.take(rows, now)
        let_in += rows

    share = 600 / 60 * (now - NOON).total_seconds()
    assert let_in <= share + 600 / 60 * 10 + largest + 1e-3
