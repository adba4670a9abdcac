"""How a reader of one cell says no: caught once per row and turned into a `Refusal` value."""

from typing import Any

_SHOWN = 80


class Refused(Exception):
    """The cell in `field` breaks `rule`; `detail` says how, for a person."""

    def __init__(self, field: str, rule: str, detail: str) -> None:
        super().__init__(detail)
        self.field = field
        self.rule = rule
        self.detail = detail


def is_missing(raw: Any, missing: frozenset[str]) -> bool:
    """Whether a cell holds no value: absent, empty, or one of the source's words for that."""
    return raw is None or (raw.__class__ is str and (not raw or raw in missing))


def shown(raw: object) -> str:
    """The value as a refusal quotes it: short, on one line."""
    text = repr(raw)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
