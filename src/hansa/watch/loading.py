"""The rules of a city's folder, read and checked against the vocabulary.

What a duty officer is woken by must not fail at night, so everything that can be wrong with a
rule is refused when the city starts, with file, line and field. Restricted and personal
attributes may stand in a query but never in a key or a text, because alerts are internal.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any

from hansa.base import yamlfile
from hansa.base.problems import BadFile, Problem
from hansa.base.vocabulary import TypeDef, Vocabulary
from hansa.context import Candidate, Geo, Query, compile_matcher, parse_geo, parse_q
from hansa.context import Path as AttributePath
from hansa.watch.durations import parse_duration
from hansa.watch.model import Sighting
from hansa.watch.rulefile import AreaShape, RuleFile, RuleShape
from hansa.watch.rules import (
    Absence,
    Condition,
    Count,
    Holding,
    Level,
    Matches,
    Rule,
    Threshold,
)

TEXT_FIELDS = frozenset({"value", "limit", "count", "name", "place", "since", "window"})

_FIELD = re.compile(r"\{(\w*)\}")
_OPEN_CLASSES = ("public", "internal")


def load_rules(folder: Path, vocabulary: Vocabulary, languages: Sequence[str]) -> tuple[Rule, ...]:
    """Every rule of the files `folder/*.yaml`, in order of file and place.

    BadFile names file, line and field of the first thing that is wrong; no folder, no rules.
    """
    found: dict[str, Rule] = {}
    for path in sorted(folder.glob("*.yaml")):
        for index, shape in enumerate(yamlfile.load(path, RuleFile).rules):
            place = _Place(path, index)
            rule = _Check(shape, place, vocabulary, languages).rule()
            if shape.id in found:
                raise place.bad(f"the id {shape.id} stands at {found[shape.id].where} too", "id")
            found[shape.id] = rule
    return tuple(found.values())


@dataclass(frozen=True, slots=True)
class _Place:
    path: Path
    index: int

    def line(self, *steps: str | int) -> str:
        return yamlfile.line_of(self.path, "rules", self.index, *steps)

    def bad(self, detail: str, *steps: str | int, rule: str = "", remedy: str = "") -> BadFile:
        field = ".".join(str(step) for step in steps)
        return BadFile(detail, where=f"{self.line(*steps)} {field}", rule=rule, remedy=remedy)


@dataclass(frozen=True, slots=True)
class _Check:
    """One rule on its way from shape to meaning."""

    shape: RuleShape
    place: _Place
    vocabulary: Vocabulary
    languages: Sequence[str]

    def rule(self) -> Rule:
        shape, definition = self.shape, self.type()
        sector = self.sector(definition)
        queried, matches = self.query(definition)
        condition = self.condition(definition)
        self.words("title", shape.title, required=True)
        self.words("text", shape.text, required=False)
        key, keyed = self.key(definition, condition)
        return Rule(
            id=shape.id,
            title=shape.title,
            text=shape.text,
            sector=sector,
            category=shape.category or sector,
            type=shape.when.type,
            matches=matches,
            condition=condition,
            severity=self.severity(shape.severity, "severity"),
            scale={step.name: rank for rank, step in enumerate(self.vocabulary.severity)},
            levels=tuple(self.levels(condition)),
            holds_for=parse_duration(shape.for_),
            hold_down=parse_duration(shape.hold_down),
            key=key,
            place=self.named_place(definition, condition),
            geoproperty=_geoproperty(condition),
            queried=queried,
            watched=queried | _measured(condition),
            reads=queried | keyed | _measured(condition) | _grouped(condition),
            where=self.place.line("id"),
        )

    def type(self) -> TypeDef:
        name = self.shape.when.type
        found = self.vocabulary.types.get(name)
        if found is None:
            raise self.place.bad(
                f"there is no type {name!r}",
                "when",
                "type",
                remedy=f"one of {', '.join(self.vocabulary.types)}",
            )
        return found

    def sector(self, definition: TypeDef) -> str:
        name = self.shape.sector or definition.sector
        known = [sector.name for sector in self.vocabulary.sectors]
        if name not in known:
            raise self.place.bad(
                f"there is no sector {name!r}", "sector", remedy=f"one of {', '.join(known)}"
            )
        return name

    def severity(self, name: str, *steps: str | int) -> str:
        known = [step.name for step in self.vocabulary.severity]
        if name not in known:
            raise self.place.bad(
                f"{name!r} is no severity", *steps, remedy=f"one of {', '.join(known)}"
            )
        return name

    def query(self, definition: TypeDef) -> tuple[frozenset[str], Matches]:
        when = self.shape.when
        try:
            where = parse_q(when.q) if when.q else None
            geo = None if when.area is None else _geo(when.area)
            test = compile_matcher(Query(where=where, geo=geo))
        except Problem as problem:
            step = "area" if problem.where in ("georel", "geometry", "coordinates") else "q"
            raise self.place.bad(
                problem.detail, "when", step, rule=problem.rule, remedy=problem.remedy
            ) from problem
        names = frozenset(_attributes(where)) | ({geo.geoproperty} if geo else frozenset())
        for name in sorted(names):
            self.attribute(definition, name, "when", "q" if not geo else "area")
        if where is None and geo is None:
            return names, _everything
        types = (when.type,)
        return names, lambda seen: test(Candidate(seen.entity, types, seen.document))

    def attribute(
        self, definition: TypeDef, name: str, *steps: str | int, shown: bool = False
    ) -> str:
        found = definition.attributes.get(name)
        if found is None:
            raise self.place.bad(
                f"{self.shape.when.type} has no attribute {name!r}",
                *steps,
                remedy=f"one of {', '.join(definition.attributes)}",
            )
        barred = ("restricted", "personal") if shown else ("personal",)
        if found.privacy in barred:
            raise self.place.bad(
                f"{name} is {found.privacy}",
                *steps,
                rule="an alert is internal, and personal attributes are never evaluated",
            )
        return name

    def condition(self, definition: TypeDef) -> Condition:
        shape = self.shape
        if shape.threshold:
            given = shape.threshold
            self.attribute(definition, given.attribute, "threshold", "attribute", shown=True)
            return Threshold(given.attribute, given.operator, given.value, given.clear)
        if shape.absence:
            self.attribute(definition, shape.absence.attribute, "absence", "attribute")
            return Absence(shape.absence.attribute, parse_duration(shape.absence.longer_than))
        if shape.count:
            if shape.count.by:
                self.attribute(definition, shape.count.by, "count", "by", shown=True)
            if shape.count.radius is not None:
                self.attribute(definition, "location", "count", "radius", shown=True)
            return Count(
                at_least=shape.count.at_least,
                clear_below=shape.count.clear_below or shape.count.at_least,
                window=parse_duration(shape.count.window),
                by=shape.count.by,
                radius=shape.count.radius,
            )
        return Holding()

    def levels(self, condition: Condition) -> Iterator[Level]:
        for index, level in enumerate(self.shape.levels):
            steps = ("levels", index, "at")
            self.severity(level.severity, "levels", index, "severity")
            if isinstance(condition, Holding):
                raise self.place.bad("a rule without a condition has nothing to reach", *steps)
            if isinstance(condition, Absence) != isinstance(level.at, str):
                raise self.place.bad(
                    "at is a duration with absence and a number with the others", *steps
                )
            yield Level(self.at(level.at, steps), level.severity)

    def at(self, given: float | str, steps: Sequence[str | int]) -> float:
        if not isinstance(given, str):
            return given
        try:
            return parse_duration(given)
        except ValueError as error:
            raise self.place.bad(str(error), *steps) from error

    def words(self, field: str, given: Mapping[str, str], *, required: bool) -> None:
        missing = [name for name in self.languages if name not in given]
        if missing and (required or given):
            raise self.place.bad(
                f"{field} is missing in {', '.join(missing)}",
                field,
                rule="an alert speaks every language of the city",
            )
        for language, text in given.items():
            self.known_fields(text, TEXT_FIELDS, field, language)

    def key(self, definition: TypeDef, condition: Condition) -> tuple[str, frozenset[str]]:
        counts = isinstance(condition, Count)
        template = self.shape.key or ("{by}" if counts else "{id}")
        if self.shape.key and (isinstance(condition, Absence) or _radius(condition)):
            raise self.place.bad(
                "the key of an absence is the entity, that of a circle its centre", "key"
            )
        allowed = {"id", "by"} | definition.attributes.keys()
        self.known_fields(template, allowed, "key")
        named = frozenset(_FIELD.findall(template)) - {"id", "by"}
        for name in sorted(named):
            self.attribute(definition, name, "key", shown=True)
        if counts and "{id}" in template:
            raise self.place.bad("with {id} each entity would be counted alone", "key")
        return template, named

    def known_fields(self, text: str, allowed: Iterable[str], *steps: str | int) -> None:
        for name in _FIELD.findall(text):
            if name not in allowed:
                raise self.place.bad(
                    f"there is no field {{{name}}}",
                    *steps,
                    remedy="one of " + " ".join(f"{{{one}}}" for one in sorted(allowed)),
                )
        if re.search(r"[{}]", _FIELD.sub("", text)):
            raise self.place.bad("a brace is open or closed that belongs to no field", *steps)

    def named_place(self, definition: TypeDef, condition: Condition) -> str:
        if self.shape.place:
            return self.attribute(definition, self.shape.place, "place", shown=True)
        if isinstance(condition, Count) and condition.by:
            return condition.by
        district = definition.attributes.get("district")
        return "district" if district and district.privacy in _OPEN_CLASSES else ""


def _everything(_: Sighting) -> bool:
    return True


def _geo(area: AreaShape) -> Geo:
    return parse_geo(area.georel, area.geometry, area.coordinates, area.geoproperty)


def _attributes(tree: Any) -> Iterator[str]:
    """Names of the attributes that an expression looks at."""
    if isinstance(tree, AttributePath):
        yield tree.links[0].relationship if tree.links else tree.attribute
    elif isinstance(tree, tuple):
        for one in tree:
            yield from _attributes(one)
    elif is_dataclass(tree):
        for field in fields(tree):
            yield from _attributes(getattr(tree, field.name))


def _measured(condition: Condition) -> frozenset[str]:
    if isinstance(condition, Threshold | Absence):
        return frozenset({condition.attribute})
    return frozenset()


def _grouped(condition: Condition) -> frozenset[str]:
    if not isinstance(condition, Count):
        return frozenset()
    if condition.radius is not None:
        return frozenset({condition.geoproperty})
    return frozenset({condition.by}) if condition.by else frozenset()


def _radius(condition: Condition) -> bool:
    return isinstance(condition, Count) and condition.radius is not None


def _geoproperty(condition: Condition) -> str:
    return condition.geoproperty if isinstance(condition, Count) else "location"
