"""What the city's folder says about work: who does it, on which clock, by which playbook."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from hansa.base.vocabulary import Vocabulary
from hansa.desk.clocks import WorkingCalendar, load_calendars
from hansa.desk.contacts import ContactEntry, Staff, load_contacts
from hansa.desk.organizations import Organization, load_organizations
from hansa.desk.playbooks import Playbook, Step, load_playbooks, playbook_for
from hansa.desk.routing import Law, Table, load_law, load_routing
from hansa.desk.tasks.settings import TaskSettings, load_tasks


@dataclass(frozen=True, slots=True)
class Work:
    """Organisations by key, playbooks, the severities from mild to severe; for calls: who is
    asked for what (`routing`), and how long the law gives for written requests (None: no law).
    """

    organizations: Mapping[str, Organization] = field(default_factory=dict)
    playbooks: tuple[Playbook, ...] = ()
    settings: TaskSettings = field(default_factory=TaskSettings)
    scale: tuple[str, ...] = ()
    routing: Table = field(default_factory=Table)
    law: Law | None = None
    calendars: Mapping[str, WorkingCalendar] = field(default_factory=dict)
    contacts: Mapping[str, ContactEntry] = field(default_factory=dict)

    @property
    def staff(self) -> Staff:
        """Whose duty contacts there are."""
        return Staff(self.organizations, self.calendars)

    def organization(self, name: str) -> Organization | None:
        """The organisation of this key or id."""
        every = self.organizations.values()
        return next((one for one in every if name in (one.key, one.id)), None)

    def playbook(self, kind: str, severity: str) -> Playbook | None:
        """The playbook for an incident of this type and severity."""
        rank = self.scale.index(severity) if severity in self.scale else -1
        return playbook_for(self.playbooks, kind, rank)

    def named(self, playbook: str) -> Playbook | None:
        """The playbook of this key, where the city still has it."""
        return next((one for one in self.playbooks if one.key == playbook), None)

    def step(self, playbook: str, step: str) -> Step | None:
        """A step of a playbook, where the city still has it."""
        found = self.named(playbook)
        return None if found is None else found.step(step)


NO_WORK = Work()


def load_work(
    folder: Path,
    vocabulary: Vocabulary,
    languages: Sequence[str],
    zone: ZoneInfo,
    themes: Collection[str] | None = None,
) -> Work:
    """Read the files of `folder`; BadFile names the first that is wrong, with line and field.

    `themes`: those of the city's catalogue, None: the caller knows none to check against.
    """
    calendars = load_calendars(folder, zone)
    organizations = load_organizations(folder, vocabulary, languages, calendars)
    settings = load_tasks(folder, languages)
    playbooks = load_playbooks(folder, vocabulary, languages, organizations, settings.escalate)
    scale = tuple(step.name for step in vocabulary.severity)
    sectors = {one.name for one in vocabulary.sectors}
    routing = load_routing(folder, organizations, calendars, sectors, themes)
    law = load_law(folder, calendars, zone, themes)
    contacts = load_contacts(folder, Staff(organizations, calendars))
    return Work(organizations, playbooks, settings, scale, routing, law, calendars, contacts)
