"""What stands on a printed hand-over sheet, ready to be set: words of one language, in order.

Page and PDF are two settings of it, so that they cannot say different things. Every line has the
same shape (a severity or nothing, a text, a note), for a sheet is read in a hurry. Pure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from hansa.base import yamlfile
from hansa.desk.report.paper.sheet import Exercise
from hansa.desk.report.paper.speech import LANGUAGES, Speech

Doc = Mapping[str, Any]
Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class About:
    """Whose sheet it is, and the words of its codes: severity, state, health, role, reason."""

    city: Words
    zone: ZoneInfo
    terms: Mapping[str, Mapping[str, Words]]


@dataclass(frozen=True, slots=True)
class Line:
    """One line; `severity` "" where it is no incident, and `word` may be a time then.

    `bad` where it wants to be seen.
    """

    severity: str
    word: str
    text: str
    note: str
    bad: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A heading with its lines, or with what is said where there is none."""

    title: str
    lines: tuple[Line, ...]
    none: str


@dataclass(frozen=True, slots=True)
class Number:
    """A count with its name."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Signature:
    """A place for a name: who signed and when, or a line to sign on."""

    label: str
    name: str
    moment: str


@dataclass(frozen=True, slots=True)
class Paper:
    """The whole paper. `moment` (RFC 3339) dates the file."""

    language: str
    moment: str
    title: str
    city: str
    post: str
    known: str
    made: str
    exercise: Exercise | None
    words: Mapping[str, str]
    who: tuple[Number, ...]
    numbers: tuple[Number, ...]
    parts: tuple[Part, ...]
    signatures: tuple[Signature, ...]
    digest: str


@cache
def _words() -> Mapping[str, Mapping[str, str]]:
    path = Path(str(resources.files("hansa.desk.handover") / "words.yaml"))
    return yamlfile.load(path, dict[str, dict[str, str]])


def lay_out(told: Doc, about: About, language: str) -> Paper:
    """The paper of a sheet's answer (the sheet, its digest and signatures) in a language."""
    return _Setter(told, about, language).paper()


class _Setter:
    """Sets one sheet."""

    def __init__(self, told: Doc, about: About, language: str) -> None:
        self._told = told
        self._sheet: Doc = told["sheet"]
        self._about = about
        self._speech = Speech(language if language in LANGUAGES else "en", about.zone)

    def paper(self) -> Paper:
        sheet, speech = self._sheet, self._speech
        whole = speech.moment(sheet["handedOverAt"])
        until = speech.moment(sheet["handedOverAt"], sheet["takenAt"])
        span = self._say("known", **{"from": speech.moment(sheet["takenAt"]), "until": until})
        frozen = self._told["frozen"]
        return Paper(
            language=speech.language,
            moment=sheet["handedOverAt"],
            title=self._say("title"),
            city=speech.text(self._about.city),
            post=speech.text(sheet["title"]),
            known=span if frozen else self._say("now", moment=whole),
            made=self._say("made", id=sheet["shift"]),
            exercise=self._exercise(),
            words={key: self._say(key) for key in ("page", "of", "counts", "signatures", "digest")},
            who=self._who(),
            numbers=tuple(
                Number(self._say(key), str(count)) for key, count in sheet["counts"].items()
            ),
            parts=(
                *(
                    self._part(key, map(self._case, sheet[name]))
                    for key, name in (
                        ("open", "stillOpen"),
                        ("opened", "opened"),
                        ("worked", "worked"),
                        ("closed", "closed"),
                    )
                ),
                self._part("tasks", map(self._task, sheet["tasksOverdue"])),
                self._part("duties", map(self._duty, sheet["duties"])),
                self._part("level", map(self._level, sheet["levels"]), self._unchanged()),
                self._part("sources", map(self._source, sheet["sources"])),
                self._part("notes", map(self._note, sheet["notes"])),
                self._part("acting", map(self._acting, sheet["acting"])),
            ),
            signatures=(self._signature("out", "outgoing"), self._signature("in", "incoming")),
            digest=self._digest(),
        )

    # ---- lines

    def _case(self, one: Doc) -> Line:
        note = [self._term("state", one["state"]), one["owner"] or self._say("nobody")]
        if one["state"] == "closed":
            note.append(self._term("reason", one["reason"]))
        elif one["due"]:
            note.append(self._say("due", moment=self._at(one["due"])))
        if one["overdue"]:
            note.append(self._say("overdue"))
        return Line(
            one["severity"],
            self._term("severity", one["severity"]),
            self._speech.text(one["title"]),
            _joined(note),
            bool(one["overdue"]),
        )

    def _task(self, one: Doc) -> Line:
        return self._line(one, self._say("due", moment=self._at(one["due"])), bad=True)

    def _duty(self, one: Doc) -> Line:
        if one["state"] == "done":
            by = self._name(one["by"], one["onBehalf"])
            key = "late" if one["late"] else "done"
            note = self._say(key, by=by, moment=self._at(one["at"]))
        else:
            note = self._say("missed" if one["state"] == "missed" else "waits")
        text = f"{self._at(one['due'])} · {self._speech.text(one['title'])}"
        return Line("", "", text, note, one["state"] == "missed")

    def _level(self, one: Doc) -> Line:
        return Line("", "", self._say("level.set", level=str(one["level"])), self._at(one["at"]))

    def _unchanged(self) -> str:
        before = self._sheet["levelBefore"]
        if before is None:
            return self._say("unknown")
        return self._say("level.same", level=str(before))

    def _source(self, one: Doc) -> Line:
        newest = self._say("newest", moment=self._at(one["newestObservedAt"]))
        return self._line(one, _joined([self._term("health", one["health"]), newest]))

    def _note(self, one: Doc) -> Line:
        text = one["text"] or self._say("note.kept")
        return Line("", "", text, _joined([one["by"], self._at(one["at"])]))

    def _acting(self, one: Doc) -> Line:
        text = self._say(
            "acting.line",
            acting=one["acting"],
            principal=one["principal"],
            role=self._term("role", one["role"]),
        )
        given = {"from": self._at(one["from"]), "until": self._at(one["until"])}
        return Line("", "", text, _joined([self._say("known", **given), one["ground"] or ""]))

    def _line(self, one: Doc, note: str, *, bad: bool = False) -> Line:
        return Line("", "", self._speech.text(one["title"]), note, bad)

    # ---- the rest

    def _who(self) -> tuple[Number, ...]:
        sheet = self._sheet
        name = self._name(sheet["onDuty"], sheet["onBehalf"])
        found = [Number(self._say("on-duty"), name)]
        if sheet["plannedFrom"] and sheet["plannedUntil"]:
            given = {
                "from": self._at(sheet["plannedFrom"]),
                "until": self._at(sheet["plannedUntil"]),
            }
            found.append(Number(self._say("planned"), self._say("known", **given)))
        return tuple(found)

    def _signature(self, key: str, side: str) -> Signature:
        by, at = self._told[f"{side}SignedBy"], self._told[f"{side}SignedAt"]
        if not by:
            return Signature(self._say(key), "", self._say("unsigned"))
        return Signature(self._say(key), by, self._at(at))

    def _digest(self) -> str:
        if not self._told["frozen"]:
            return ""
        return str(self._told["digest"]) if self._told["intact"] else self._say("broken")

    def _exercise(self) -> Exercise | None:
        world = self._sheet["world"]
        if world == "actual":
            return None
        speech = self._speech
        name = world.removeprefix("exercise:")
        return Exercise(speech.say("exercise.word"), speech.say("exercise.about", name=name))

    def _part(self, key: str, lines: Any, none: str = "") -> Part:
        return Part(self._say(key), tuple(lines), none or self._say("nothing"))

    def _name(self, name: str, principal: str | None) -> str:
        if not principal:
            return name
        return self._say("behalf", name=name, principal=principal)

    def _at(self, moment: str | None) -> str:
        if moment is None:
            return self._say("unknown")
        return self._speech.moment(moment, self._sheet["handedOverAt"])

    def _term(self, kind: str, code: str | None) -> str:
        if not code:
            return ""
        return self._speech.text(self._about.terms.get(kind, {}).get(code)) or code

    def _say(self, key: str, **given: str) -> str:
        return _words()[self._speech.language][key].format_map(given)


def _joined(parts: Sequence[str]) -> str:
    return " · ".join(part for part in parts if part)
