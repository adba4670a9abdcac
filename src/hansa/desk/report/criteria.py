"""The level of the city: declared criteria against what was known, and which level holds. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from hansa.desk.entities import INCIDENT
from hansa.desk.indicators.computed import Computed
from hansa.desk.indicators.measure import quoted
from hansa.desk.indicators.model import SHARES
from hansa.desk.report.model import (
    Basis,
    Confirmation,
    Criterion,
    SourceLine,
    Status,
    Thing,
    Trouble,
)
from hansa.desk.report.resting import basis_of
from hansa.desk.report.settings import Incidents, ReportSettings, Rule, Sources, Value
from hansa.desk.report.speaking import Speaker
from hansa.desk.report.things import MOST
from hansa.desk.report.troubles import OPEN_INCIDENTS, SOURCE

NAMED = 20


class Weighing:
    """What the criteria are held against."""

    def __init__(
        self,
        settings: ReportSettings,
        speaker: Speaker,
        at: datetime,
        incidents: Sequence[Trouble],
        sources: Sequence[SourceLine],
        computed: Mapping[str, Computed],
    ) -> None:
        self._settings = settings
        self._speaker = speaker
        self._at = at
        self._incidents = incidents
        self._sources = sources
        self._computed = computed

    def criteria(self) -> tuple[Criterion, ...]:
        """Every declared criterion, the gravest first."""
        rules = sorted(self._settings.criteria, key=lambda one: -one.level)
        return tuple(self._criterion(one) for one in rules)

    def _criterion(self, rule: Rule) -> Criterion:
        if rule.incidents is not None:
            return self._of_incidents(rule, rule.incidents)
        if rule.sources is not None:
            return self._of_sources(rule, rule.sources)
        if rule.indicator is not None:
            return self._of_indicator(rule, rule.indicator)
        raise AssertionError(rule.id)  # the loader refuses such a rule

    def _of_incidents(self, rule: Rule, asked: Incidents) -> Criterion:
        scale = self._settings.scale
        floor = scale.get(asked.severity, -1)
        found = [
            one.id
            for one in self._incidents
            if scale.get(one.severity, -1) >= floor and (one.overdue or not asked.overdue)
        ]
        q = OPEN_INCIDENTS
        if asked.severity:
            names = [name for name, rank in scale.items() if rank >= floor]
            q += f";severity=={','.join(map(quoted, names))}"
        if asked.overdue:
            q += ";overdue==true"
        basis = Basis(INCIDENT, self._at, q, tuple(found[:NAMED]), len(found))
        return self._counted(rule, len(found), asked.at_least, basis)

    def _of_sources(self, rule: Rule, asked: Sources) -> Criterion:
        found = [one.id for one in self._sources if one.health in asked.health]
        q = f"health=={','.join(map(quoted, asked.health))}"
        basis = Basis(SOURCE, self._at, q, tuple(found[:NAMED]), len(found))
        counted = self._counted(rule, len(found), asked.at_least, basis)
        silent = self._sources and all(one.health == "unknown" for one in self._sources)
        return replace(counted, value=None, met=False) if silent else counted

    def _counted(self, rule: Rule, count: int, limit: int, basis: Basis) -> Criterion:
        text = self._speaker.text(rule.text, limit=self._speaker.number(limit, 0))
        return Criterion(
            rule.id, text, rule.level, count >= limit, float(count), float(limit), "C62", basis
        )

    def _of_indicator(self, rule: Rule, asked: Value) -> Criterion:
        found = self._computed[asked.id]
        stale, digits = found.stale_at(self._at), found.indicator.digits
        value = None if stale else found.measure.value
        least, most = asked.at_least, asked.at_most
        limit = least if least is not None else most or 0.0
        met = value is not None and (value >= limit if least is not None else value <= limit)
        unit = found.indicator.unit
        text = self._speaker.text(rule.text, limit=self._speaker.number(limit, digits, unit))
        basis = basis_of(found.indicator, found.rests, self._at)
        return Criterion(
            rule.id,
            text,
            rule.level,
            met,
            None if value is None else round(value, digits),
            limit,
            unit,
            basis,
            found.observed_at,
            stale,
            found.measure.n if found.indicator.kind in SHARES else None,
        )


def proposed_level(criteria: Sequence[Criterion]) -> int:
    """The highest level whose criterion is met, else 1."""
    return max((one.level for one in criteria if one.met), default=1)


def met(criteria: Sequence[Criterion]) -> tuple[Thing, ...]:
    """What raised the level, to be told where nothing else is: at most three.

    Criteria come the gravest first; a fact that passes several limits is told by its worst.
    """
    found: dict[tuple[str, str, str], Criterion] = {}
    for one in criteria:
        if one.met:
            found.setdefault((one.basis.type, one.basis.q, one.basis.attribute), one)
    told = list(found.values())[:MOST]
    return tuple(Thing(one.text, "", "", None, "", one.basis) for one in told)


def level_in_force(proposed: int, confirmed: tuple[Confirmation, int] | None) -> int:
    """The level a person set stands, until the system proposes more than both that level and
    what it had proposed to that person; without a person, the proposed one."""
    if confirmed is None:
        return proposed
    done, proposed_then = confirmed
    return proposed if proposed > max(done.level, proposed_then) else done.level


def status(
    settings: ReportSettings,
    speaker: Speaker,
    criteria: Sequence[Criterion],
    confirmed: tuple[Confirmation, int] | None,
) -> Status:
    """The level, who confirmed it, and what it rests on."""
    proposed = proposed_level(criteria)
    level = level_in_force(proposed, confirmed)
    return Status(
        level,
        speaker.all(settings.word(level)),
        proposed,
        speaker.all(settings.word(proposed)),
        None if confirmed is None else confirmed[0],
        tuple(criteria),
    )
