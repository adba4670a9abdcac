"""What Hansa stands on: every package that its requirements lead to, as installed here.

Used by the tests of licences and pins, and by `make constraints`, which prints constraints.txt.
"""

import re
import sys
from collections.abc import Iterator
from functools import cache
from importlib import metadata

from packaging.requirements import Requirement

HEAD = """\
# Every package of run time and development, pinned to what the tests ran with.
# Written by `make constraints`; read by `make setup`. Names no place to fetch from.
"""


def canonical(name: str) -> str:
    """A distribution's name as PEP 503 normalises it."""
    return re.sub(r"[-_.]+", "-", name).lower()


@cache
def closure(extras: frozenset[str] = frozenset()) -> dict[str, metadata.Distribution]:
    """Name -> distribution of all that `hansa` (with these extras) needs, hansa itself left out."""
    found: dict[str, metadata.Distribution] = {}
    waiting = list(_needs(metadata.distribution("hansa"), extras))
    while waiting:
        requirement = waiting.pop()
        name = canonical(requirement.name)
        if name in found:
            continue
        found[name] = metadata.distribution(name)
        waiting.extend(_needs(found[name], frozenset(requirement.extras)))
    return dict(sorted(found.items()))


def _needs(distribution: metadata.Distribution, extras: frozenset[str]) -> Iterator[Requirement]:
    for text in distribution.requires or ():
        requirement = Requirement(text)
        wanted = extras or {""}
        if requirement.marker is None or any(
            requirement.marker.evaluate({"extra": extra}) for extra in wanted
        ):
            yield requirement


def pins() -> str:
    """The text of constraints.txt."""
    lines = [f"{name}=={found.version}" for name, found in closure(frozenset({"dev"})).items()]
    return HEAD + "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(pins())
