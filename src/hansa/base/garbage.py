"""When the cycle collector runs: seldom, because a city's rows are trees, not cycles.

Every reading makes hundreds of containers that die by reference count. At CPython's default
threshold of 700 the collector walks the young ones dozens of times for nothing: a sixth of the
time of a bulk import. What was made at start never dies, so it is not walked at all.
"""

import gc

_YOUNG, _MIDDLE, _OLD = 50_000, 20, 50


def settle() -> None:
    """To be called once by a process that has finished its imports."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, _MIDDLE, _OLD)
