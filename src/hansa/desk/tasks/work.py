"""What the city's folder says about work: who does it, on which clock, by which playbook."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from hansa.base.vocabulary import Vocabulary
from hansa.desk.clocks import load_calendars
from hansa.desk.organizations import Organization, load_organizations


@dataclass(frozen=True, slots=True)
class Work:
    """The organisations by key."""

    organizations: Mapping[str, Organization] = field(default_factory=dict)


def load_work(
    folder: Path, vocabulary: Vocabulary, languages: Sequence[str], zone: ZoneInfo
) -> Work:
    """Read the files of `folder`; BadFile names the first that is wrong, with line and field."""
    calendars = load_calendars(folder, zone)
    return Work(load_organizations(folder, vocabulary, languages, calendars))
