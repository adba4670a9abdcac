"""The report of one moment out of what was read from the graph. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hansa.base.glossary import Glossary
from hansa.base.settings import CitySettings
from hansa.base.vocabulary import Vocabulary
from hansa.context import Table
from hansa.desk.indicators.computed import Computed, Computing
from hansa.desk.indicators.facts import Facts
from hansa.desk.indicators.model import Kind
from hansa.desk.indicators.moments import Moments
from hansa.desk.report import criteria, troubles
from hansa.desk.report.lines import Lines
from hansa.desk.report.model import (
    Basis,
    CityCard,
    Due,
    Figure,
    Report,
    Sector,
    SourceLine,
    Thing,
    Trouble,
    Words,
)
from hansa.desk.report.settings import ReportSettings
from hansa.desk.report.speaking import Speaker
from hansa.desk.report.things import bad_sources, gravest_first, three_things
from hansa.desk.report.troubles import SOURCE


@dataclass(frozen=True, slots=True)
class Read:
    """The tables of a report, as known at its moment; `sources_now` as known today.

    `raised`: every alert that there ever was up to then.
    """

    incidents: Table
    alerts: Table
    raised: Table
    sources: Table
    sources_now: Table
    level: Table
    facts: Facts


class Composer:
    """Writes the report of one city's moment."""

    def __init__(
        self,
        city: CitySettings,
        vocabulary: Vocabulary,
        settings: ReportSettings,
        speaker: Speaker,
        moments: Moments,
        names: Glossary,
    ) -> None:
        self._city = city
        self._vocabulary = vocabulary
        self._settings = settings
        self._speaker = speaker
        self._moments = moments
        self._lines = Lines(speaker, vocabulary, moments, settings.top, names)

    def report(self, read: Read) -> Report:
        """The whole report."""
        at, scale = self._moments.at, self._settings.scale
        incidents = gravest_first(troubles.incidents(read.incidents, at), scale)
        answered = troubles.answered(read.incidents)
        alerts = gravest_first(troubles.alerts(read.alerts, at), scale)
        sources = troubles.sources(read.sources, read.sources_now)
        computed = self._computed(read.facts)
        figures = self._figures(computed)
        weighing = criteria.Weighing(
            self._settings, self._speaker, at, incidents, sources, computed
        )
        fresh = [one for one in alerts if one.id not in answered]
        weighed = weighing.criteria()
        return Report(
            id=report_id(self._moments),
            world=self._city.world,
            city=self._card(),
            day=self._moments.day,
            at=at,
            status=criteria.status(
                self._settings,
                self._speaker,
                weighed,
                troubles.confirmation(read.level),
            ),
            three=self._nothing(read)
            or three_things(
                self._speaker,
                (*incidents, *fresh),
                figures,
                scale,
                bad_sources(sources, Basis(SOURCE, at)),
                self._city.zone,
            )
            or criteria.met(weighed),
            sectors=self._sectors(incidents, fresh, figures, sources),
            due=self._due(incidents, computed),
            neighbours=(),
            notes=self._notes(read),
            terms=self._terms(),
        )

    def _nothing(self, read: Read) -> tuple[Thing, ...]:
        """The one thing to know where nothing was known; else none."""
        known = any(table.ids for table in read.facts.tables.values())
        if known or read.raised.ids or read.incidents.ids:
            return ()
        title = self._speaker.say("nothing-known")
        return (Thing(title, "", "", None, "", Basis(SOURCE, self._moments.at)),)

    def _notes(self, read: Read) -> tuple[Words, ...]:
        notes = tuple(self._speaker.all(one) for one in self._settings.notes)
        return notes if read.raised.ids else (self._speaker.say("no-alert-ever"), *notes)

    def _computed(self, facts: Facts) -> Mapping[str, Computed]:
        computing = Computing(facts, self._moments)
        return {
            one.id: computing.compute(one, one.breakdown, trend=one.kind is not Kind.DUE)
            for one in self._settings.indicators
        }

    def _figures(self, computed: Mapping[str, Computed]) -> Sequence[tuple[str, Figure]]:
        return [
            (one.sector, self._lines.figure(computed[one.id]))
            for one in self._settings.indicators
            if one.report and one.kind is not Kind.DUE
        ]

    def _card(self) -> CityCard:
        city = self._city
        return CityCard(
            city.name,
            self._speaker.all(city.title),
            self._speaker.all(city.head_title),
            city.zone.key,
            tuple(city.languages),
        )

    def _sectors(
        self,
        incidents: Sequence[Trouble],
        alerts: Sequence[Trouble],
        figures: Sequence[tuple[str, Figure]],
        sources: Sequence[SourceLine],
    ) -> tuple[Sector, ...]:
        words = {one.name: one.words for one in self._vocabulary.sectors}
        used = [one.sector for one in (*incidents, *alerts)]
        used += [one.sector for one in sources] + [sector for sector, _ in figures]
        order = [*words, *sorted(set(used) - words.keys())]
        return tuple(
            self._sector(
                name,
                words.get(name) or {"en": name},
                tuple(one for one in incidents if one.sector == name),
                tuple(one for one in alerts if one.sector == name),
                tuple(figure for sector, figure in figures if sector == name),
                tuple(one for one in sources if one.sector == name),
            )
            for name in order
            if name in used
        )

    def _sector(
        self,
        name: str,
        title: Words,
        incidents: tuple[Trouble, ...],
        alerts: tuple[Trouble, ...],
        figures: tuple[Figure, ...],
        sources: tuple[SourceLine, ...],
    ) -> Sector:
        say = self._speaker
        parts = [say.say("incidents-open", len(incidents))] if incidents else []
        parts += [say.say("alerts-open", len(alerts))] if alerts else []
        summary = say.join(parts, ", ") if parts else say.say("nothing-open")
        return Sector(name, say.all(title), summary, incidents, alerts, figures, sources)

    def _due(
        self, incidents: Sequence[Trouble], computed: Mapping[str, Computed]
    ) -> tuple[Due, ...]:
        counted = [
            self._lines.due(one)
            for one in computed.values()
            if one.indicator.kind is Kind.DUE and one.measure.n
        ]
        waiting = [
            Due(self._speaker.all(one.title), one.sector, one.due, 1, one.basis)
            for one in incidents
            if one.state == "new" and one.due is not None and one.due < self._moments.until
        ]
        return (*waiting, *counted)

    def _terms(self) -> Mapping[str, Mapping[str, Words]]:
        severity = {step.name: self._speaker.all(step.words) for step in self._vocabulary.severity}
        given = {
            kind: {code: self._speaker.all(words) for code, words in group.items()}
            for kind, group in self._settings.terms.items()
        }
        return {"severity": severity, **given}


def report_id(moments: Moments) -> str:
    """The id of a report: one for each moment of the city's day."""
    hour = moments.hour.strftime("%H%M")
    return f"urn:ngsi-ld:SituationReport:{moments.day.isoformat()}T{hour}"
