"""The city's catalogue of themes: what people call about, and what follows from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum


class CallKind(StrEnum):
    """A repair runs on the desk's clock, a citizen's written request on the law's."""

    REPAIR = "repair"
    REQUEST = "request"


@dataclass(frozen=True, slots=True)
class Theme:
    """One kind of trouble. `resource` "": none is cut; `service`: None where no time is set.

    `incident_type` "": it opens no incident of a type of its own. `examples`: how people say it.
    """

    key: str
    words: Mapping[str, str]
    sector: str
    resource: str = ""
    kind: CallKind = CallKind.REPAIR
    service: timedelta | None = None
    incident_type: str = ""
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Learning:
    """How the city lets the suggestion learn, and when it may decide.

    `alone`: the precision from which on a call may be filed without a clerk, None: never;
    `least`: so many choices of clerks are needed before that is measured at all.
    `every`: so many new choices make it learn anew.
    """

    alone: float | None = None
    least: int = 300
    every: int = 100


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every theme by key, in the order of the file."""

    themes: Mapping[str, Theme] = field(default_factory=dict)
    learning: Learning = Learning()
