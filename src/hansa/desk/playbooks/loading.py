"""`playbooks/*.yaml` of a city's folder, refused with file and line where they are wrong."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Literal

import msgspec

from hansa.base import yamlfile
from hansa.base.durations import parse_duration
from hansa.base.problems import BadFile
from hansa.base.vocabulary import Vocabulary
from hansa.desk.organizations.model import Organization
from hansa.desk.playbooks.model import Playbook, Step

FOLDER = "playbooks"


class StepEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One step as the folder says it: `who` is an organisation, `sector` finds one.

    `only`: the sectors of the incidents that it is for; absent: of any.
    """

    id: str
    who: str = ""
    sector: str = ""
    what: dict[str, str]
    within: str
    after: str = ""
    put: Literal["automatically", "proposed"] = "automatically"
    escalate: str = ""
    only: tuple[str, ...] = ()


class PlaybookEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One playbook. `types`: types of incidents; `severity`: from which on; absent: any."""

    id: str
    name: dict[str, str]
    types: tuple[str, ...]
    severity: str = ""
    steps: tuple[StepEntry, ...]


class PlaybookFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The members of a file of `playbooks/`."""

    playbooks: tuple[PlaybookEntry, ...]


def load_playbooks(
    folder: Path,
    vocabulary: Vocabulary,
    languages: Sequence[str],
    organizations: Mapping[str, Organization],
    escalate: str,
) -> tuple[Playbook, ...]:
    """Every playbook of the folder; BadFile says what is wrong. `escalate`: where none is named."""
    sectors = {one.name for one in vocabulary.sectors}
    ranks = {step.name: rank for rank, step in enumerate(vocabulary.severity)}
    found: list[Playbook] = []
    for path in sorted((folder / FOLDER).glob("*.yaml")):
        given = yamlfile.load(path, PlaybookFile)
        for number, one in enumerate(given.playbooks):
            reader = _Reader(path, number, languages, organizations, escalate, sectors)
            playbook = reader.playbook(one, ranks)
            reader.check_alone(playbook, found)
            found.append(playbook)
    return tuple(found)


class _Reader:
    """Reads one playbook and knows where in its file it stands."""

    def __init__(
        self,
        path: Path,
        number: int,
        languages: Sequence[str],
        organizations: Mapping[str, Organization],
        escalate: str,
        sectors: Collection[str],
    ) -> None:
        self._path = path
        self._number = number
        self._languages = languages
        self._organizations = organizations
        self._escalate = escalate
        self._sectors = sectors

    def playbook(self, given: PlaybookEntry, ranks: Mapping[str, int]) -> Playbook:
        self._check_words(given.name, "name")
        if not given.steps or not given.types:
            raise self._bad(f"{given.id} has no steps, or is for nothing", "id")
        if given.severity and given.severity not in ranks:
            remedy = f"one of {', '.join(ranks)}"
            raise self._bad(f"{given.severity!r} is no severity", "severity", remedy=remedy)
        steps: list[Step] = []
        for index, one in enumerate(given.steps):
            steps.append(self._step(one, index, {step.key: step for step in steps}))
        rank = ranks.get(given.severity, -1)
        return Playbook(given.id, given.name, frozenset(given.types), rank, tuple(steps))

    def check_alone(self, playbook: Playbook, others: Sequence[Playbook]) -> None:
        for other in others:
            if other.key == playbook.key:
                raise self._bad(f"there is a playbook {other.key} already", "id")
            if other.rank == playbook.rank and (both := other.types & playbook.types):
                raise self._bad(
                    f"{other.key} is for {', '.join(sorted(both))} of the same severity too",
                    "types",
                )

    def _step(self, given: StepEntry, index: int, before: Mapping[str, Step]) -> Step:
        place = ("steps", index)
        self._check_words(given.what, *place, "what")
        if given.id in before:
            raise self._bad(f"the step {given.id} stands twice", *place, "id")
        if given.after and given.after not in before:
            raise self._bad(
                f"there is no step {given.after!r} before {given.id}",
                *place,
                "after",
                remedy=f"one of {', '.join(sorted(before)) or 'none: it is the first'}",
            )
        return Step(
            key=given.id,
            organization=self._organization(given, *place),
            what=given.what,
            service=self._service(given, *place),
            after=given.after,
            automatic=given.put == "automatically",
            escalate=given.escalate or self._escalate,
            only=self._only(given, before, *place),
        )

    def _only(
        self, given: StepEntry, before: Mapping[str, Step], *place: str | int
    ) -> frozenset[str]:
        """A step that waits for one of certain sectors is of those sectors too."""
        only = frozenset(given.only)
        if unknown := sorted(only - set(self._sectors)):
            known = ", ".join(sorted(self._sectors))
            raise self._bad(f"there is no sector {unknown[0]}", *place, "only", remedy=known)
        first = before[given.after].only if given.after else frozenset()
        if only and first and not only <= first:
            raise self._bad(f"{given.after} comes before, and not there", *place, "only")
        return only or first

    def _organization(self, given: StepEntry, *place: str | int) -> Organization:
        if bool(given.who) == bool(given.sector):
            raise self._bad("either who or sector says who does it", *place, "id")
        if given.who:
            found = self._organizations.get(given.who)
        else:
            every = self._organizations.values()
            found = next((one for one in every if given.sector in one.sectors), None)
        if found is None:
            named = f"of the sector {given.sector}" if given.sector else repr(given.who)
            raise self._bad(
                f"there is no organisation {named}",
                *place,
                "who" if given.who else "sector",
                remedy=f"organizations.yaml has {', '.join(self._organizations) or 'none'}",
            )
        return found

    def _service(self, given: StepEntry, *place: str | int) -> timedelta:
        try:
            micros = parse_duration(given.within)
        except ValueError as error:
            raise self._bad(str(error), *place, "within") from error
        if not micros:
            raise self._bad("no time is no time to act in", *place, "within")
        return timedelta(microseconds=micros)

    def _check_words(self, words: Mapping[str, str], *place: str | int) -> None:
        if missing := [name for name in self._languages if not words.get(name, "").strip()]:
            raise self._bad(f"no words in {', '.join(missing)}", *place)

    def _bad(self, detail: str, *steps: str | int, remedy: str = "") -> BadFile:
        path = ("playbooks", self._number, *steps)
        line = yamlfile.line_of(self._path, *path)
        return BadFile(detail, where=f"{line} {'.'.join(map(str, path))}", remedy=remedy)
