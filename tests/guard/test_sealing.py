"""Marks are HMAC-SHA256 as RFC 2104 has it, whatever is spared in making them."""

import hmac

from hypothesis import given
from hypothesis import strategies as st

from hansa.guard.sealing import Marks


@given(st.binary(min_size=32, max_size=32), st.text(max_size=20), st.binary(max_size=200))
def test_marks_are_the_keyed_digests_of_a_standard(secret: bytes, name: str, value: bytes) -> None:
    marks = Marks(secret)
    of_subjects = hmac.digest(secret, b"subject", "sha256")
    of_attribute = hmac.digest(secret, b"value\0" + name.encode(), "sha256")

    assert marks.subject(name) == hmac.digest(of_subjects, name.encode(), "sha256")[:16]
    assert marks.value(name, value) == hmac.digest(of_attribute, value, "sha256")[:16]
    assert marks.value(name, value) == marks.value(name, value)
