"""`authorisation.yaml` as values: what each request of each asker is to be answered.

The rules stand at the head of the file; here they are functions of it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

TABLE = Path(__file__).parent.parent / "authorisation.yaml"
PEOPLE = (
    "duty-officer",
    "dispatcher",
    "department-head",
    "mayor",
    "analyst",
    "clerk",
    "administrator",
    "privacy-officer",
    "auditor",
    "press",
)
PROGRAMS = ("api", "source")
WHO = ("stranger", *PEOPLE, *PROGRAMS)
EMPTY, OWN, FOREIGN, NONE = "empty", "own", "foreign", "none"
STANDS = "as it stands"


@dataclass(frozen=True, slots=True)
class Line:
    """One route of the table, in one way of asking it."""

    route: str
    given: Mapping[str, Any]
    exists: Mapping[str, Mapping[str, list[str]]] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """What it is about; "" where it is about nothing."""
        return str(self.given.get("about", ""))

    def cases(self) -> Iterator[str]:
        """How it is asked."""
        if EMPTY in self.given:
            yield EMPTY
        if OWN in self.given:
            yield OWN
        if self.kind and OWN in self.given:
            yield FOREIGN
            if self.given.get(NONE, 404) is not None:
                yield NONE

    def expected(self, who: str, case: str) -> Any:
        """The answer's status, by the rules at the head of the table."""
        given = self.given
        allowed = given["who"]
        if allowed != "anybody" and who == "stranger":
            return 401
        if case == EMPTY:
            may = given.get("editors", allowed)
            refused = given.get("refused", 403)
            return given[EMPTY] if _may(may, who) else refused
        if not _may(allowed, who):
            return 403
        if case == NONE:
            return given.get(NONE, 404)
        if who not in self.exists.get(self.kind, {}).get(case, WHO):
            return 404
        return _by(given.get(case, given[OWN]), who)


def _may(allowed: Any, who: str) -> bool:
    return allowed == "anybody" or (allowed == "all" and who != "stranger") or who in allowed


def _by(status: Any, who: str) -> Any:
    return status.get(who, status.get("else")) if isinstance(status, dict) else status


def load() -> tuple[Line, ...]:
    """Every line of the table, in its order."""
    read = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    return tuple(
        Line(route, {**group, **more}, read["exists"])
        for group in read["routes"]
        for one in group["ask"]
        for route, more in (one.items() if isinstance(one, dict) else ((one, {}),))
    )
