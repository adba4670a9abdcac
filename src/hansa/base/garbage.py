"""When the cycle collector runs: seldom, because a city's rows are trees, not cycles.

Every reading makes hundreds of containers that die by reference count. At CPython's default
threshold of 700 the collector walks the young ones dozens of times for nothing: a sixth of the
time of a bulk import. What was made at start never dies, so it is not walked at all.
"""

import ctypes
import gc
from collections.abc import Iterator
from contextlib import contextmanager

_YOUNG, _MIDDLE, _OLD = 400_000, 20, 50
_BULK = 1_000_000


_TRIM_THRESHOLD, _ARENA_MAX = -1, -8  # parameters of mallopt(3)
_ARENAS, _KEPT = 2, 1 << 20


def settle() -> None:
    """To be called once by a process that has finished its imports, before its threads start."""
    _give_back()
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


def _give_back() -> None:
    """Let the C library keep little of what was freed.

    Each thread gets heaps of its own there, and what a large answer once filled stays with
    them: after a day of reads of the past that is half of a node's memory.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:  # glibc's; elsewhere the library decides by itself
        mallopt(_ARENA_MAX, _ARENAS)
        mallopt(_TRIM_THRESHOLD, _KEPT)
