"""XML from strangers: read, or refused with the place."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.base.xmltree import BadXml, children, parse, text_of


def test_names_are_read_without_their_namespace() -> None:
    root = parse(b'<a xmlns="urn:x"><b> one </b><b>two<c>!</c></b></a>')
    assert text_of(root, "b") == "one"
    assert len(children(root, "b")) == 2
    assert text_of(root, "d") == ""


@pytest.mark.parametrize(
    "head",
    [
        b'<!DOCTYPE a [<!ENTITY x "y">]>',
        b'<!DOCTYPE a SYSTEM "file:///etc/hostname">',
        b"<!DOCTYPE a>",
    ],
)
def test_a_document_type_is_refused(head: bytes) -> None:
    with pytest.raises(BadXml, match="document type") as caught:
        parse(head + b"<a/>")
    assert caught.value.where.startswith("line 1")


def test_what_is_broken_is_refused_with_its_place() -> None:
    with pytest.raises(BadXml) as caught:
        parse(b"<a>\n  <b></a>")
    assert caught.value.where.startswith("line 2")


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(BadXml, match="100 deep"):
        parse(b"<a>" * 101 + b"</a>" * 101)


@given(st.binary(max_size=200))
def test_no_bytes_end_in_another_error(data: bytes) -> None:
    with contextlib.suppress(BadXml):
        parse(data)
