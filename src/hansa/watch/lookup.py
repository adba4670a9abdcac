"""Looking up what a rule names, and the refusal with file, line and field when it is not there.

Every name of a rule leads into the vocabulary; what leads nowhere is answered with what would.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from hansa.base import yamlfile
from hansa.base.durations import parse_duration
from hansa.base.problems import BadFile
from hansa.base.vocabulary import TypeDef, Vocabulary

FIELD = re.compile(r"\{(\w*)\}")


@dataclass(frozen=True, slots=True)
class Lookup:
    """One rule's place in its file, beside the vocabulary it is checked against."""

    path: Path
    index: int
    vocabulary: Vocabulary

    def line(self, *steps: str | int) -> str:
        """`file:line` of a member of the rule."""
        return yamlfile.line_of(self.path, "rules", self.index, *steps)

    def bad(self, detail: str, *steps: str | int, rule: str = "", remedy: str = "") -> BadFile:
        """The refusal of a member of the rule."""
        field = ".".join(map(str, ("rules", self.index, *steps)))
        return BadFile(detail, where=f"{self.line(*steps)} {field}", rule=rule, remedy=remedy)

    def type(self, name: str) -> TypeDef:
        """The type that `when.type` names."""
        found = self.vocabulary.types.get(name)
        if found is None:
            known = ", ".join(self.vocabulary.types)
            raise self.bad(f"there is no type {name!r}", "when", "type", remedy=f"one of {known}")
        return found

    def sector(self, name: str) -> str:
        """The sector, if it is one of the list."""
        known = [sector.name for sector in self.vocabulary.sectors]
        if name not in known:
            remedy = f"one of {', '.join(known)}"
            raise self.bad(f"there is no sector {name!r}", "sector", remedy=remedy)
        return name

    def severity(self, name: str, *steps: str | int) -> str:
        """The severity, if it stands on the scale."""
        known = [step.name for step in self.vocabulary.severity]
        if name not in known:
            remedy = f"one of {', '.join(known)}"
            raise self.bad(f"{name!r} is no severity", *steps, remedy=remedy)
        return name

    def attribute(self, kind: str, name: str, *steps: str | int, shown: bool = False) -> str:
        """The attribute of type `kind`; `shown`: it goes into a key or text of an alert."""
        attributes = self.type(kind).attributes
        found = attributes.get(name)
        if found is None:
            remedy = f"one of {', '.join(attributes)}"
            raise self.bad(f"{kind} has no attribute {name!r}", *steps, remedy=remedy)
        if found.privacy == "personal" or (shown and found.privacy == "restricted"):
            raise self.bad(
                f"{name} is {found.privacy}",
                *steps,
                rule="an alert is internal, and personal attributes are never evaluated",
            )
        return name

    def fields(self, text: str, allowed: Iterable[str], *steps: str | int) -> None:
        """Refuse a template with a field that does not exist, or with a stray brace."""
        for name in FIELD.findall(text):
            if name not in allowed:
                remedy = "one of " + " ".join(f"{{{one}}}" for one in sorted(allowed))
                raise self.bad(f"there is no field {{{name}}}", *steps, remedy=remedy)
        if re.search(r"[{}]", FIELD.sub("", text)):
            raise self.bad("a brace is open or closed that belongs to no field", *steps)

    def duration(self, text: str, steps: Sequence[str | int]) -> int:
        """Microseconds of a duration."""
        try:
            return parse_duration(text)
        except ValueError as error:
            raise self.bad(str(error), *steps) from error
