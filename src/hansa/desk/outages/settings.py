"""What differs from city to city in its outages: `outages.yaml`, checked, over the defaults."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from importlib import resources
from pathlib import Path
from typing import TypeAlias

import msgspec

from hansa.base import yamlfile
from hansa.base.durations import parse_duration
from hansa.base.problems import BadFile
from hansa.base.vocabulary import Resource, Vocabulary
from hansa.desk.outages.faultfile import STATES, FaultRule, FaultShape, rule_of

FILE = "outages.yaml"
Words: TypeAlias = Mapping[str, str]
Texts: TypeAlias = Mapping[str, Mapping[str, str | dict[str, str]]]
_MOST_CALLS = 1000


class _Shape(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="camel"):
    """What every part of the file has in common."""


class ProposalShape(_Shape, frozen=True):
    calls: int
    within: str


class ReportShape(_Shape, frozen=True):
    every: str
    task: bool = False


class ResourceShape(_Shape, frozen=True):
    incident_type: str = ""
    severity: str = "medium"
    severe: dict[str, int] = msgspec.field(default_factory=dict)
    categories: frozenset[str] = frozenset()


class OutagesFile(_Shape, frozen=True):
    """The members of `outages.yaml`; each that is given replaces the default's as a whole."""

    proposal: ProposalShape | None = None
    report: ReportShape | None = None
    near: float | None = None
    causes: dict[str, dict[str, str]] | None = None
    reasons: dict[str, dict[str, str]] | None = None
    resources: dict[str, ResourceShape] | None = None
    faults: tuple[FaultShape, ...] = ()
    texts: dict[str, dict[str, str | dict[str, str]]] = msgspec.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Supply:
    """What the city says of a resource. `severe`: severity to the number of houses it needs."""

    resource: Resource
    incident_type: str = ""
    severity: str = "medium"
    severe: Mapping[str, int] = field(default_factory=dict)
    categories: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class OutageSettings:
    """A checked `outages.yaml`. `supplies`: by resource, every one of the vocabulary.

    `faults`: which entities of a sector say that something is off.
    """

    calls: int
    within: timedelta
    every: timedelta
    task: bool
    near: float
    causes: Mapping[str, Words]
    reasons: Mapping[str, Words]
    supplies: Mapping[str, Supply]
    texts: Texts
    scale: Mapping[str, int]
    faults: tuple[FaultRule, ...] = ()

    def severity(self, resource: str, houses: int) -> str:
        """How severe an outage of so many houses is, by the city's table."""
        supply = self.supplies[resource]
        reached = [name for name, least in supply.severe.items() if houses >= least]
        return max([supply.severity, *reached], key=lambda one: self.scale.get(one, -1))

    def is_fault(self, sources: Iterable[str]) -> bool:
        """Whether an alert rests on something that is an outage itself."""
        kinds = {one.type for one in self.faults}
        return any(one.split(":")[2:3] == [kind] for one in sources for kind in kinds)

    def explains(self, resource: str, sector: str, category: str) -> bool:
        """Whether an alert of a sector and category may come from a resource that is off.

        A category that the city gives to another resource of that sector is of that one alone.
        """
        supply = self.supplies.get(resource)
        if supply is None or not supply.resource.sector or supply.resource.sector != sector:
            return False
        others = [one for name, one in self.supplies.items() if name != resource]
        claimed = any(category in one.categories for one in others if one.resource.sector == sector)
        return category in supply.categories or not claimed


def load_outages(
    folder: Path, vocabulary: Vocabulary, languages: Sequence[str], types: Collection[str]
) -> OutageSettings:
    """The outages of a city's folder over the defaults; BadFile names file, line and field.

    `types`: of incidents, as the city's desk has them.
    """
    package = Path(str(resources.files("hansa.desk.outages")))
    default, own = package / "default.yaml", folder / FILE
    path = own if own.exists() else default
    base, given = yamlfile.load(default, OutagesFile), yamlfile.load(path, OutagesFile)
    checked = _Checked(path, vocabulary, languages if own.exists() else (), types)
    checked.check(given)
    texts = yamlfile.load(package / "texts.yaml", dict[str, dict[str, str | dict[str, str]]])
    return checked.settings(base, given, texts)


class _Checked:
    """Says what is wrong in the file, and makes the value."""

    def __init__(
        self,
        path: Path,
        vocabulary: Vocabulary,
        languages: Sequence[str],
        types: Collection[str],
    ) -> None:
        self._path = path
        self._vocabulary = vocabulary
        self._languages = languages
        self._types = types

    def check(self, given: OutagesFile) -> None:
        if given.proposal is not None:
            if not 2 <= given.proposal.calls <= _MOST_CALLS:
                raise self._bad("a proposal takes 2 calls or more", "proposal", "calls")
            self._span(given.proposal.within, "proposal", "within")
        if given.report is not None:
            self._span(given.report.every, "report", "every")
        if given.near is not None and given.near < 0:
            raise self._bad("metres are 0 or more", "near")
        for place, table in (("causes", given.causes), ("reasons", given.reasons)):
            for key, words in (table or {}).items():
                self._words(words, place, key)
        for name, one in (given.resources or {}).items():
            self._resource(name, one)
        for number, fault in enumerate(given.faults):
            self._fault(fault, given, number)

    def _resource(self, name: str, one: ResourceShape) -> None:
        self._known(name, [each.name for each in self._vocabulary.resources], "resources", name)
        severities = [step.name for step in self._vocabulary.severity]
        for severity in (one.severity, *one.severe):
            self._known(severity, severities, "resources", name)
        if one.incident_type:
            self._known(one.incident_type, self._types, "resources", name, "incidentType")

    def _fault(self, one: FaultShape, given: OutagesFile, number: int) -> None:
        here = ("faults", number)
        self._known(one.type, self._vocabulary.types, *here, "type")
        self._known(one.state, STATES, *here, "state")
        resources = [each.name for each in self._vocabulary.resources]
        for resource in one.resource.values.values():
            self._known(resource, resources, *here, "resource")
        if given.causes is not None:
            self._known(one.cause, given.causes, *here, "cause")

    def settings(self, base: OutagesFile, given: OutagesFile, texts: Texts) -> OutageSettings:
        proposal, report = given.proposal or base.proposal, given.report or base.report
        assert proposal is not None and report is not None  # noqa: S101, PT018 - the default has both
        tables = {**(base.resources or {}), **(given.resources or {})}
        return OutageSettings(
            calls=proposal.calls,
            within=self._span(proposal.within, "proposal", "within"),
            every=self._span(report.every, "report", "every"),
            task=report.task,
            near=given.near if given.near is not None else base.near or 0.0,
            causes=given.causes or base.causes or {},
            reasons=given.reasons or base.reasons or {},
            supplies={
                one.name: _supply(one, tables.get(one.name)) for one in self._vocabulary.resources
            },
            texts={**texts, **given.texts},
            faults=tuple(rule_of(one) for one in given.faults),
            scale={step.name: rank for rank, step in enumerate(self._vocabulary.severity)},
        )

    def _span(self, text: str, *steps: str | int) -> timedelta:
        try:
            found = timedelta(microseconds=parse_duration(text))
        except ValueError as error:
            raise self._bad(str(error), *steps) from error
        if found <= timedelta():
            raise self._bad("is no time to act in", *steps)
        return found

    def _words(self, words: Words, *steps: str | int) -> None:
        for language in self._languages:
            if not words.get(language, "").strip():
                raise self._bad(f"the text is missing in {language}", *steps)

    def _known(self, name: str, known: Collection[str], *steps: str | int) -> None:
        if name not in known:
            raise self._bad(f"{name!r} is not known", *steps, remedy=f"one of {', '.join(known)}")

    def _bad(self, detail: str, *steps: str | int, remedy: str = "") -> BadFile:
        line = yamlfile.line_of(self._path, *steps)
        return BadFile(detail, where=f"{line} {'.'.join(map(str, steps))}", remedy=remedy)


def _supply(resource: Resource, given: ResourceShape | None) -> Supply:
    if given is None:
        return Supply(resource)
    return Supply(resource, given.incident_type, given.severity, given.severe, given.categories)
