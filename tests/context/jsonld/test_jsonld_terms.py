"""Contexts from a folder, the core on top, names there and back."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.base.problems import BadRequestData, LdContextNotAvailable
from hansa.context.jsonld import Canon, Contexts, Names, context_link, context_url, is_core

NGSI = "https://uri.etsi.org/ngsi-ld/"
DEFAULT = NGSI + "default-context/"
VOCABULARY = {
    "Alert": "https://smartdatamodels.org/dataModel.Alert/Alert",
    "severity": "https://smartdatamodels.org/dataModel.Alert/severity",
    "location": NGSI + "location",
    "state": "urn:hansa:vocabulary:state",
}
USER = {
    "Building": "https://ngsi-ld-test-suite/context#Building",
    "severity": "https://other.example/severity",
    "location": "https://other.example/location",
    "ex": "https://example.org/things/",
    "owner": {"@id": "ex:owner", "@type": "@id"},
}
URL = "https://city.example/context.jsonld"
CORE_18 = "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.8.jsonld"


@pytest.fixture
def contexts(tmp_path: Path) -> Contexts:
    (tmp_path / "index.json").write_text(json.dumps({URL: "user.jsonld", URL + "2": "gone"}))
    (tmp_path / "user.jsonld").write_text(json.dumps({"@context": [USER, CORE_18]}))
    return Contexts(VOCABULARY, [tmp_path])


@pytest.mark.parametrize(
    ("term", "iri"),
    [
        ("Building", "https://ngsi-ld-test-suite/context#Building"),
        ("severity", "https://other.example/severity"),
        ("location", NGSI + "location"),
        ("owner", "https://example.org/things/owner"),
        ("ex:lamp", "https://example.org/things/lamp"),
        ("almostFull", DEFAULT + "almostFull"),
        ("urn:x:y", "urn:x:y"),
        ("https://a.example/b", "https://a.example/b"),
        ("ngsi-ld:default-context/full", DEFAULT + "full"),
    ],
)
def test_terms_expand_under_the_core_and_compact_back(
    contexts: Contexts, term: str, iri: str
) -> None:
    terms = contexts.resolve(URL)
    assert terms.expand(term) == iri
    assert terms.expand(terms.compact(iri)) == iri


def test_a_default_name_that_the_context_takes_elsewhere_stays_a_compact_iri(
    contexts: Contexts,
) -> None:
    assert contexts.resolve(URL).compact(DEFAULT + "Building") == "ngsi-ld:default-context/Building"
    assert contexts.resolve(URL).compact(DEFAULT + "other") == "other"


def test_names_are_canonical_whatever_the_client_calls_them(contexts: Contexts) -> None:
    canon = Canon(contexts.default)
    user, own = Names(contexts.resolve(URL), canon, False), Names(contexts.default, canon, True)
    assert own.inward("severity") == "severity"
    assert user.inward("severity") == "https://other.example/severity"
    assert user.inward(VOCABULARY["severity"]) == "severity"
    assert user.outward("severity") == VOCABULARY["severity"]
    assert own.inward("unknown") == DEFAULT + "unknown"
    assert own.outward(DEFAULT + "unknown") == "unknown"
    assert user.inward("location") == own.inward("location") == "location"


def test_cores_of_every_version_are_dropped(contexts: Contexts) -> None:
    assert contexts.resolve(CORE_18) is contexts.default
    assert contexts.resolve([CORE_18, CORE_18.replace("-v1.8", "")]) is contexts.default
    assert not is_core(CORE_18.replace("-v1.8", "-non-existing"))
    assert contexts.resolve([URL, CORE_18]).source == URL
    assert contexts.resolve([{"a": "urn:a"}, URL]).source == [{"a": "urn:a"}, URL]


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("https://nowhere.example/c.jsonld", LdContextNotAvailable),
        (CORE_18.replace("-v1.8", "-non-existing"), LdContextNotAvailable),
        (URL + "2", LdContextNotAvailable),
        ("not a url", BadRequestData),
        (5, BadRequestData),
        ({"a": 5}, BadRequestData),
        ({"a": {"@id": "urn:a", "@context": {"b": "urn:b"}}}, BadRequestData),
    ],
)
def test_what_cannot_be_had_or_used_is_refused(
    contexts: Contexts, value: object, problem: type[Exception]
) -> None:
    with pytest.raises(problem):
        contexts.resolve(value)


def test_inline_contexts_are_hosted_and_found_again(contexts: Contexts) -> None:
    path = contexts.host({"lamp": "https://l.example/lamp"})
    assert contexts.resolve("http://node" + path).expand("lamp") == "https://l.example/lamp"


def test_the_suites_compound_context_and_the_cores_agree_with_their_files(
    shared_data: Path,
) -> None:
    folder = shared_data / "contexts"
    contexts = Contexts({}, [folder])
    compound = next(
        url for url in json.loads((folder / "index.json").read_text()) if "compound" in url
    )
    assert contexts.resolve(compound).expand("Building").endswith("Building")
    core = json.loads((folder / "ngsi-ld-core-context-v1.9.jsonld").read_text())["@context"]
    listed = {name for name in core if not name.startswith("@")}
    assert listed - {"id", "type", "ngsi-ld", "geojson"} == set(contexts.core.terms)


@pytest.mark.parametrize("name", ["invalid(Name", "", "a b", ".", "..", "1a", "_a", None, 5])
def test_invalid_names_are_refused(contexts: Contexts, name: object) -> None:
    with pytest.raises(BadRequestData):
        Names(contexts.default, Canon(contexts.default), True).inward(name)


@given(st.from_regex(r"[^\W\d_]\w{0,12}", fullmatch=True))
def test_any_name_comes_back_as_it_was_sent(name: str) -> None:
    contexts = Contexts(VOCABULARY)
    terms = contexts.resolve({**USER})
    names = Names(terms, Canon(contexts.default), False)
    assert names.outward(names.inward(name)) == name
    assert terms.compact(terms.expand(name)) == name


def test_link_headers() -> None:
    link = context_link(URL)
    assert link == (
        f'<{URL}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"'
    )
    assert context_url(link) == URL
    assert context_url('</next>;rel="next", ' + link) == URL
    assert context_url('</next>; rel="next"') is None
    assert context_url(None) is None
    with pytest.raises(BadRequestData):
        context_url(f"{link}, {link}")
