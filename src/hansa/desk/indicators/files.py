"""The shape of `indicators/*.yaml` in a city's folder."""

from typing import Literal

import msgspec


class LifeShape(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which attributes tell the life of a case."""

    opened: str
    closed: str
    due: str = ""
    claimed: str = ""


class IndicatorShape(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="camel"
):
    """One indicator as it is written; `type`, `life`, `by`, `fresh` may stand once for the file."""

    id: str
    title: dict[str, str]
    kind: Literal[
        "backlog",
        "overdue",
        "overdue-share",
        "due",
        "rate",
        "on-time-share",
        "duration",
        "latest",
        "mean",
        "sum",
        "matching",
    ]
    note: dict[str, str] = msgspec.field(default_factory=dict)
    type: str = ""
    sector: str = ""
    unit: str = ""
    digits: int | None = None
    good: Literal["up", "down", ""] = ""
    where: str = ""
    by: tuple[str, ...] | None = None
    breakdown: str = ""
    report: bool = True
    life: LifeShape | None = None
    window: str = "28 d"
    quantile: float = 0.5
    event: Literal["opened", "closed"] = "opened"
    at_least: int = 5
    attribute: str = ""
    across: Literal["mean", "min", "max", "sum"] = "mean"
    values: tuple[str, ...] = ()
    fresh: str = ""


class IndicatorFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One file: members that hold for all its indicators, and the indicators."""

    type: str = ""
    life: LifeShape | None = None
    by: tuple[str, ...] = ()
    fresh: str = ""
    indicators: tuple[IndicatorShape, ...]
