"""What level the system proposes now, between two reports. Pure.

Incidents and sources are weighed afresh. What an indicator told at the report's hour holds until
the next one: counting every request anew for each incident would cost more than it says.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from hansa.context import Table
from hansa.desk.report import troubles
from hansa.desk.report.criteria import Weighing, level_in_force
from hansa.desk.report.model import Confirmation
from hansa.desk.report.settings import ReportSettings
from hansa.desk.report.speaking import Speaker


@dataclass(frozen=True, slots=True)
class Proposal:
    """The level proposed, by which criteria, and the level that is then in force."""

    proposed: int
    criteria: tuple[str, ...]
    level: int


def propose(
    settings: ReportSettings,
    speaker: Speaker,
    at: datetime,
    incidents: Table,
    sources: Table,
    kept: Collection[str],
    confirmed: tuple[Confirmation, int] | None,
) -> Proposal:
    """The proposal; `kept`: the criteria that were met before."""
    afresh = [one for one in settings.criteria if one.indicator is None]
    weighing = Weighing(
        replace(settings, criteria=afresh),
        speaker,
        at,
        troubles.incidents(incidents, at),
        troubles.sources(sources, sources),
        {},
    )
    met = {one.id for one in weighing.criteria() if one.met}
    met |= {one.id for one in settings.criteria if one.indicator is not None and one.id in kept}
    return proposal_of(settings, met, confirmed)


def proposal_of(
    settings: ReportSettings,
    met: Collection[str],
    confirmed: tuple[Confirmation, int] | None,
) -> Proposal:
    """The proposal of criteria that are met."""
    held: Sequence[tuple[int, str]] = [
        (one.level, one.id) for one in settings.criteria if one.id in met
    ]
    proposed = max((level for level, _ in held), default=1)
    names = tuple(sorted(name for _, name in held))
    return Proposal(proposed, names, level_in_force(proposed, confirmed))
