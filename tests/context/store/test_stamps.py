"""Stamps as the store keeps them say what was packed."""

import orjson
from hypothesis import given
from hypothesis import strategies as st

from hansa.context.store.state import Key, Stamp, pack, stamps_of, unpacked

_KEYS = st.tuples(st.sampled_from("abcdef"), st.sampled_from(["", "urn:x:1", "urn:x:2"]))
_STAMPS = st.builds(
    Stamp, *[st.integers(0, 2)] * 3, st.none() | st.sampled_from(["urn:x:lab", "urn:x:buoy"])
)


@given(st.dictionaries(_KEYS, _STAMPS))
def test_every_stamp_comes_back(stamps: dict[Key, Stamp]) -> None:
    assert dict(stamps_of(unpacked(pack(stamps)), stamps)) == stamps


def test_stamps_of_older_stores_are_read() -> None:
    kept = orjson.dumps({"*": [1, 2, 3, "urn:x:lab"], "b": [4, 5, 6, None], "c x": [1, 1, 1, "o"]})
    keys = [("a", ""), ("b", ""), ("c", "x")]
    assert dict(stamps_of(unpacked(kept), keys)) == {
        ("a", ""): Stamp(1, 2, 3, "urn:x:lab"),
        ("b", ""): Stamp(4, 5, 6, None),
        ("c", "x"): Stamp(1, 1, 1, "o"),
    }
