"""How a client wants entities shown: one frozen value for all renderers."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from hansa.context.model import WORLD_MEMBER
from hansa.context.query.ast import Projection


class Form(StrEnum):
    """The forms of 6.3.7."""

    NORMALIZED = "normalized"
    CONCISE = "concise"
    SIMPLIFIED = "simplified"


@dataclass(frozen=True, slots=True)
class Shape:
    """`attrs`: only these attributes beside id, type and scope (deprecated by `pick`).

    `datasets`: only instances of these ("@none": the default one). `world`: the exercise that
    every entity must name, "" in the actual world. `context`: the value of an `@context` member,
    None where a Link header says it.
    """

    form: Form = Form.NORMALIZED
    system: bool = False
    lang: str | None = None
    pick: Projection | None = None
    omit: Projection | None = None
    attrs: frozenset[str] | None = None
    datasets: tuple[str, ...] = ()
    world: str = ""
    context: Any = None

    @property
    def plain(self) -> bool:
        """Whether stored bytes are the answer, names aside."""
        return (
            self.form is Form.NORMALIZED
            and not self.system
            and self.lang is None
            and self.pick is None
            and self.omit is None
            and self.attrs is None
            and not self.datasets
        )

    def shows(self, member: str) -> bool:
        """Whether a member of the entity (canonical name) is wanted."""
        if self.pick is not None and member not in self.pick.members:
            return False
        if self.omit is not None and member in self.omit.members:
            return self.omit.members[member] is not None
        fixed = self.attrs is None or member in ("id", "type", "scope")
        return fixed or (self.attrs is not None and member in self.attrs)

    def tail(self) -> Mapping[str, Any]:
        """The members that no projection takes away."""
        from_world = {WORLD_MEMBER: self.world} if self.world else {}
        return from_world if self.context is None else {**from_world, "@context": self.context}
