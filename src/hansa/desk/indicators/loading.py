"""The indicators of a city's folder, read and checked against the vocabulary.

A number that a mayor reads must not rest on a misspelt attribute, so everything that can be
wrong is refused at the start, with file, line and field. Only public and internal attributes are
counted and grouped by: a report goes further than the desk.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hansa.base import yamlfile
from hansa.base.durations import parse_duration
from hansa.base.problems import BadFile, Problem
from hansa.base.units import unit_of
from hansa.base.vocabulary import AttributeDef, TypeDef, Vocabulary
from hansa.context import parse_q
from hansa.desk.indicators.files import IndicatorFile, IndicatorShape, LifeShape
from hansa.desk.indicators.model import CASES, NEED_DUE, SHARES, Indicator, Kind, Life

_ID = re.compile(r"[a-z][a-z0-9-]*")
_OPEN = ("public", "internal")
DAY = 86_400_000_000
_DURATIONS = ("SEC", "MIN", "HUR", "DAY")


def load_indicators(
    folder: Path, vocabulary: Vocabulary, languages: Sequence[str]
) -> tuple[Indicator, ...]:
    """Every indicator of `folder/*.yaml` in order; BadFile names what is wrong, and where."""
    found: dict[str, Indicator] = {}
    for path in sorted(folder.glob("*.yaml")):
        file = yamlfile.load(path, IndicatorFile)
        for index, shape in enumerate(file.indicators):
            reading = _Reading(path, index, shape, file, vocabulary, languages)
            one = reading.indicator()
            if one.id in found:
                raise reading.bad(f"the id {one.id} stands twice", "id")
            found[one.id] = one
    return tuple(found.values())


@dataclass(frozen=True, slots=True)
class _Reading:
    """One indicator on its way from shape to meaning."""

    path: Path
    index: int
    shape: IndicatorShape
    file: IndicatorFile
    vocabulary: Vocabulary
    languages: Sequence[str]

    def bad(self, detail: str, *steps: str | int, remedy: str = "", rule: str = "") -> BadFile:
        """The refusal of a member of the indicator."""
        line = yamlfile.line_of(self.path, "indicators", self.index, *steps)
        field = ".".join(map(str, ("indicators", self.index, *steps)))
        return BadFile(detail, where=f"{line} {field}", remedy=remedy, rule=rule)

    def indicator(self) -> Indicator:
        shape, kind = self.shape, Kind(self.shape.kind)
        if not _ID.fullmatch(shape.id):
            raise self.bad(f"{shape.id!r} is no id", "id", remedy="a-z, 0-9 and -")
        self._words(shape.title, "title", required=True)
        self._words(shape.note, "note", required=False)
        type_name, definition = self._type()
        life = self._life(kind, definition)
        by = self.file.by if shape.by is None else shape.by
        for name in (*by, *([shape.breakdown] if shape.breakdown else ())):
            self._attribute(definition, name, "breakdown" if name == shape.breakdown else "by")
        self._reading_members(kind, definition)
        return Indicator(
            id=shape.id,
            title=shape.title,
            note=shape.note,
            type=type_name,
            sector=self._sector(definition),
            kind=kind,
            unit=self._unit(kind, definition),
            digits=self._digits(kind),
            good=shape.good,
            where=self._where(),
            by=by,
            breakdown=shape.breakdown,
            report=shape.report,
            life=life,
            window=self._window(kind),
            quantile=self._quantile(),
            event=shape.event,
            at_least=shape.at_least,
            attribute=shape.attribute,
            across=shape.across,
            values=shape.values,
            fresh=self._fresh(),
        )

    def _words(self, words: dict[str, str], field: str, *, required: bool) -> None:
        if not words and not required:
            return
        for language in self.languages:
            if not words.get(language, "").strip():
                raise self.bad(
                    f"the {field} is missing in {language}",
                    field,
                    rule="texts stand in every language of the city",
                )

    def _type(self) -> tuple[str, TypeDef]:
        name = self.shape.type or self.file.type
        found = self.vocabulary.types.get(name)
        if found is None:
            known = ", ".join(self.vocabulary.types)
            raise self.bad(f"there is no type {name!r}", "type", remedy=f"one of {known}")
        return name, found

    def _sector(self, definition: TypeDef) -> str:
        name = self.shape.sector or definition.sector
        known = [sector.name for sector in self.vocabulary.sectors]
        if name not in known:
            raise self.bad(f"there is no sector {name!r}", "sector", remedy=", ".join(known))
        return name

    def _attribute(self, definition: TypeDef, name: str, *steps: str | int) -> AttributeDef:
        found = definition.attributes.get(name)
        if found is None:
            known = ", ".join(definition.attributes)
            raise self.bad(f"there is no attribute {name!r}", *steps, remedy=f"one of {known}")
        if found.privacy not in _OPEN:
            raise self.bad(
                f"{name} is {found.privacy}",
                *steps,
                rule="an indicator counts and groups by public and internal attributes only",
            )
        return found

    def _life(self, kind: Kind, definition: TypeDef) -> Life | None:
        given: LifeShape | None = self.shape.life or self.file.life
        if kind not in CASES:
            return None
        if given is None:
            raise self.bad(
                f"{kind} counts cases, and nothing says how their life is told",
                "kind",
                remedy="add life: {opened: …, closed: …, due: …}, here or for the file",
            )
        life = Life(given.opened, given.closed, given.due, given.claimed)
        for name in life.columns:
            self._attribute(definition, name, "life")
        if kind in NEED_DUE and not life.due:
            raise self.bad(f"{kind} needs the due time", "kind", remedy="add due to life")
        return life

    def _reading_members(self, kind: Kind, definition: TypeDef) -> None:
        if kind in CASES:
            return
        if not self.shape.attribute:
            raise self.bad(f"{kind} needs an attribute", "kind", remedy="add attribute: NAME")
        self._attribute(definition, self.shape.attribute, "attribute")
        if kind is Kind.MATCHING and not self.shape.values:
            raise self.bad("matching needs values", "kind", remedy="add values: [NAME]")

    def _unit(self, kind: Kind, definition: TypeDef) -> str:
        given = self.shape.unit
        if kind is Kind.DURATION:
            if (given or "DAY") not in _DURATIONS:
                raise self.bad(f"{given} is no unit of a duration", "unit", remedy="HUR or DAY")
            return given or "DAY"
        if kind in SHARES:
            return "P1"
        if kind in CASES or kind is Kind.MATCHING:
            return given or "C62"
        unit = given or definition.attributes[self.shape.attribute].unit or ""
        if unit:
            self._known_unit(unit)
        return unit

    def _known_unit(self, unit: str) -> None:
        try:
            unit_of(unit)
        except Problem as problem:
            raise self.bad(
                problem.detail, "unit", rule=problem.rule, remedy=problem.remedy
            ) from problem

    def _digits(self, kind: Kind) -> int:
        if self.shape.digits is not None:
            return self.shape.digits
        whole = kind in (Kind.BACKLOG, Kind.OVERDUE, Kind.DUE, Kind.MATCHING)
        return 0 if whole else 1

    def _where(self) -> str:
        if self.shape.where:
            try:
                parse_q(self.shape.where)
            except Problem as problem:
                raise self.bad(problem.detail, "where", rule=problem.rule) from problem
        return self.shape.where

    def _window(self, kind: Kind) -> int:
        micros = self._duration(self.shape.window, "window")
        if kind in (Kind.MEAN, Kind.SUM) and micros % DAY:
            raise self.bad("readings are put together by whole days", "window", remedy="1 d, 7 d")
        return micros

    def _fresh(self) -> int | None:
        if self.shape.fresh:
            return self._duration(self.shape.fresh, "fresh") // 1_000_000
        return self._seconds_of_file() if self.file.fresh else None

    def _seconds_of_file(self) -> int:
        try:
            return parse_duration(self.file.fresh) // 1_000_000
        except ValueError as error:
            line = yamlfile.line_of(self.path, "fresh")
            raise BadFile(str(error), where=f"{line} fresh", remedy="72 h, 15 min") from error

    def _quantile(self) -> float:
        if not 0 < self.shape.quantile < 1:
            raise self.bad(f"{self.shape.quantile} is no quantile", "quantile", remedy="0.5, 0.9")
        return self.shape.quantile

    def _duration(self, text: str, field: str) -> int:
        try:
            micros = parse_duration(text)
        except ValueError as error:
            raise self.bad(str(error), field) from error
        if micros <= 0:
            raise self.bad(f"{text} is no time", field)
        return micros
