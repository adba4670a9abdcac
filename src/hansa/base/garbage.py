"""When the cycle collector runs: seldom, because a city's rows are trees, not cycles.

Every reading makes hundreds of containers that die by reference count. At CPython's default
threshold of 700 the collector walks the young ones dozens of times for nothing: a sixth of the
time of a bulk import. What was made at start never dies, so it is not walked at all.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_YOUNG, _MIDDLE, _OLD = 50_000, 20, 50
_BULK = 1_000_000


def settle() -> None:
    """To be called once by a process that has finished its imports."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, _MIDDLE, _OLD)


@contextmanager
def in_bulk() -> Iterator[None]:
    """While some hundred thousand containers live at once and die together: to walk them in
    between finds nothing and takes a fifth of the time of making them."""
    before = gc.get_threshold()
    gc.set_threshold(_BULK, _MIDDLE, _OLD)
    try:
        yield
    finally:
        gc.set_threshold(*before)
