"""Values against limits: beyond, well again, or neither."""

from operator import eq, ge, gt, le, lt, ne
from typing import Any

from hansa.watch.rules import Threshold

_COMPARE = {"<": lt, "<=": le, ">": gt, ">=": ge, "==": eq, "!=": ne}


def compare(operator: str, value: Any, limit: Any) -> bool:
    """Whether the value is beyond the limit; what is unknown or no number is not."""
    if operator in ("==", "!="):
        return value is not None and bool(_COMPARE[operator](value, limit))
    return is_number(value) and bool(_COMPARE[operator](value, limit))


def is_number(value: Any) -> bool:
    """Whether the value can be measured; a truth is no number."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def comparable(limit: Threshold, value: Any) -> bool:
    """An unknown value is neither well nor ill: it changes nothing."""
    return value is not None if limit.operator in ("==", "!=") else is_number(value)


def is_ill(limit: Threshold, value: Any, *, was: bool) -> bool:
    """Whether what was ill (or not) is so with this value: between limit and clear it stays."""
    if compare(limit.operator, value, limit.limit):
        return True
    return was and (not comparable(limit, value) or _between(limit, value))


def _between(limit: Threshold, value: Any) -> bool:
    """Not beyond the limit any more and not yet behind `clear`."""
    if limit.clear is None:
        return False
    return bool(value < limit.clear if limit.operator.startswith("<") else value > limit.clear)


def worst(limit: Threshold, values: list[Any]) -> Any:
    """The value that is furthest beyond."""
    if limit.operator in ("==", "!=") or not values:
        return values[0] if values else None
    return min(values) if limit.operator.startswith("<") else max(values)
