"""The rules of a city's folder, read and checked against the vocabulary.

What a duty officer is woken by must not fail at night, so everything that can be wrong with a
rule is refused when the city starts, with file, line and field. Restricted and personal
attributes may stand in a query but never in a key or a text, because alerts are internal.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Any

import msgspec

from hansa.base import yamlfile
from hansa.base.durations import parse_duration
from hansa.base.problems import Problem
from hansa.base.vocabulary import Vocabulary
from hansa.context import Candidate, Geo, Query, compile_matcher, parse_geo, parse_q
from hansa.context import Path as AttributePath
from hansa.watch.lookup import FIELD, Lookup
from hansa.watch.model import Sighting
from hansa.watch.rulefile import AreaShape, RuleFile, RuleShape
from hansa.watch.rules import (
    Absence,
    Condition,
    Count,
    Escalation,
    Holding,
    Level,
    Matches,
    Rule,
    SameHour,
    Several,
    Turn,
    measured,
    per_entity,
)
from hansa.watch.understanding import condition_of

TEXT_FIELDS = frozenset({"value", "limit", "count", "name", "place", "since", "window", "usual"})

_OPEN_CLASSES = ("public", "internal")


def load_rules(
    folder: Path, vocabulary: Vocabulary, languages: Sequence[str], zone: tzinfo = UTC
) -> tuple[Rule, ...]:
    """Every rule of the files `folder/*.yaml`, in order of file and place.

    `zone`: whose hours of the week are meant. BadFile names file, line and field of the first
    thing that is wrong; no folder, no rules.
    """
    found: dict[str, Rule] = {}
    for path in sorted(folder.glob("*.yaml")):
        for index, shape in enumerate(yamlfile.load(path, RuleFile).rules):
            lookup = Lookup(path, index, vocabulary)
            rule = _Reading(shape, lookup, languages, zone).rule()
            if shape.id in found:
                raise lookup.bad(f"the id {shape.id} stands at {found[shape.id].where} too", "id")
            found[shape.id] = rule
    return tuple(found.values())


@dataclass(frozen=True, slots=True)
class _Reading:
    """One rule on its way from shape to meaning."""

    shape: RuleShape
    lookup: Lookup
    languages: Sequence[str]
    zone: tzinfo

    def rule(self) -> Rule:
        shape, lookup = self.shape, self.lookup
        definition = lookup.type(shape.when.type)
        sector = lookup.sector(shape.sector or definition.sector)
        queried, matches = self.query()
        condition = condition_of(shape, lookup, self.zone)
        self.words("title", shape.title, required=True)
        self.words("text", shape.text, required=False)
        key, keyed = self.key(condition)
        decides, place = frozenset({measured(condition)} - {""}), self.place(condition)
        shown = (
            keyed
            | _spoken(condition)
            | (frozenset({place} - {""}) if self.names_place() else frozenset())
        )
        return Rule(
            id=shape.id,
            title=shape.title,
            text=shape.text,
            sector=sector,
            category=shape.category or sector,
            type=shape.when.type,
            matches=matches,
            condition=condition,
            severity=lookup.severity(shape.severity, "severity"),
            scale={step.name: rank for rank, step in enumerate(lookup.vocabulary.severity)},
            levels=tuple(self.levels(condition)),
            escalate=tuple(self.escalate()),
            holds_for=parse_duration(shape.for_),
            hold_down=parse_duration(shape.hold_down),
            key=key,
            place=place,
            geoproperty=_geoproperty(condition),
            queried=queried,
            watched=queried | decides,
            reads=queried | keyed | decides | _grouped(condition),
            shown=shown,
            looks_at=self.looks_at(),
            where=lookup.line("id"),
        )

    def query(self) -> tuple[frozenset[str], Matches]:
        """The attributes that the query looks at, and the query as a test."""
        when = self.shape.when
        try:
            where = parse_q(when.q) if when.q else None
            geo = None if when.area is None else _geo(when.area)
            test = compile_matcher(Query(where=where, geo=geo))
        except Problem as problem:
            step = "area" if problem.where in ("georel", "geometry", "coordinates") else "q"
            raise self.lookup.bad(
                problem.detail, "when", step, rule=problem.rule, remedy=problem.remedy
            ) from problem
        for name in sorted(set(_attributes(where))):
            self.attribute(name, "when", "q")
        if geo is not None:
            self.attribute(geo.geoproperty, "when", "area")
        names = frozenset(_attributes(where)) | ({geo.geoproperty} if geo else frozenset())
        if not names:
            return names, _everything
        types = (when.type,)
        return names, lambda seen: test(Candidate(seen.entity, types, seen.document))

    def looks_at(self) -> str:
        shape = self.shape
        seen = (shape.when, *(one for one in shape.conditions if one), shape.key)
        return msgspec.json.encode(seen).decode()

    def attribute(self, name: str, *steps: str | int, shown: bool = False) -> str:
        return self.lookup.attribute(self.shape.when.type, name, *steps, shown=shown)

    def levels(self, condition: Condition) -> Iterator[Level]:
        for index, level in enumerate(self.shape.levels):
            steps = ("levels", index, "at")
            self.lookup.severity(level.severity, "levels", index, "severity")
            if isinstance(condition, Holding | Turn | SameHour):
                raise self.lookup.bad("there is nothing to reach here: escalate by time", *steps)
            if isinstance(condition, Absence) != isinstance(level.at, str):
                raise self.lookup.bad(
                    "at is a duration with absence and a number with the others", *steps
                )
            at = self.lookup.duration(level.at, steps) if isinstance(level.at, str) else level.at
            yield Level(at, level.severity)

    def escalate(self) -> Iterator[Escalation]:
        for index, step in enumerate(self.shape.escalate):
            self.lookup.severity(step.severity, "escalate", index, "severity")
            yield Escalation(parse_duration(step.after), step.severity)

    def words(self, field: str, given: Mapping[str, str], *, required: bool) -> None:
        missing = [name for name in self.languages if name not in given]
        if missing and (required or given):
            raise self.lookup.bad(
                f"{field} is missing in {', '.join(missing)}",
                field,
                rule="an alert speaks every language of the city",
            )
        for language, text in given.items():
            self.lookup.fields(text, TEXT_FIELDS, field, language)

    def key(self, condition: Condition) -> tuple[str, frozenset[str]]:
        """The template of the key, and the attributes it names."""
        counts = isinstance(condition, Count)
        template = self.shape.key or ("{by}" if counts else "{id}")
        if self.shape.key and (per_entity(condition) or _radius(condition)):
            raise self.lookup.bad(
                "the key is the entity where each is judged for itself, or the circle's centre",
                "key",
            )
        attributes = self.lookup.type(self.shape.when.type).attributes
        self.lookup.fields(template, {"id", "by"} | attributes.keys(), "key")
        named = frozenset(FIELD.findall(template)) - {"id", "by"}
        for name in sorted(named):
            self.attribute(name, "key", shown=True)
        if isinstance(condition, Several) and "{id}" in template:
            raise self.lookup.bad("sensors of one key are counted: name it", "key")
        if counts and "{id}" in template:
            raise self.lookup.bad("with {id} each entity would be counted alone", "key")
        return template, named

    def names_place(self) -> bool:
        """Whether a text asks for the place, so that its attribute is shown."""
        texts = (*self.shape.title.values(), *self.shape.text.values())
        return any("{place}" in text for text in texts)

    def place(self, condition: Condition) -> str:
        if self.shape.place:
            return self.attribute(self.shape.place, "place", shown=True)
        if isinstance(condition, Count) and condition.by:
            return condition.by
        district = self.lookup.type(self.shape.when.type).attributes.get("district")
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


def _spoken(condition: Condition) -> frozenset[str]:
    """What the condition itself puts into an alert: the value, the group."""
    if isinstance(condition, Absence | Count):
        return _grouped(condition) - {_geoproperty(condition)}
    return frozenset({measured(condition)} - {""})


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
