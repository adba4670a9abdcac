"""Which text of a LanguageProperty does the reader get (GS CIM 009 v1.9.1, 4.15)."""

from collections.abc import Mapping, Sequence
from typing import Any

from hansa.base.problems import InvalidRequest


def preferences(header: str) -> tuple[str, ...]:
    """Language ranges by weight, as in Accept-Language (RFC 9110, 12.5.4); "*" is any."""
    ranges: list[tuple[float, int, str]] = []
    for place, part in enumerate(header.split(",")):
        name, _, weight = part.strip().partition(";")
        try:
            value = float(weight.strip().removeprefix("q=")) if weight else 1.0
        except ValueError as error:
            raise InvalidRequest(f"{weight!r} is not a weight", where="lang") from error
        if name.strip() and value > 0:
            ranges.append((-value, place, name.strip().lower()))
    return tuple(name for _, _, name in sorted(ranges))


def choose(texts: Mapping[str, Any], wanted: Sequence[str]) -> tuple[str, Any]:
    """(language, text): the best match, else the default (@none), else the first tag."""
    lower = {tag.lower(): tag for tag in texts}
    for one in wanted:
        if one in lower:
            return lower[one], texts[lower[one]]
        near = [
            tag for tag in sorted(lower) if tag.startswith(one + "-") or one.startswith(tag + "-")
        ]
        if near:
            return lower[near[0]], texts[lower[near[0]]]
        if one == "*":
            break
    tag = "@none" if "@none" in texts else min(texts)
    return tag, texts[tag]


def _akin(tag: str, wanted: str) -> bool:
    """`en-GB` serves who wants `en`, and `en` who wants `en-GB` (RFC 4647, 3.3 and 3.4)."""
    return tag.startswith(wanted + "-") or wanted.startswith(tag + "-")
