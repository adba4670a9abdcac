"""All that is kept of one person, on paper: what they are given when they ask. Pure.

It is the paper of the hand-over sheet with other words on it, so page and PDF cannot differ.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from hansa.base import yamlfile
from hansa.base.vocabulary import Vocabulary
from hansa.desk.handover.paper import Line, Number, Paper, Part
from hansa.desk.report.paper.sheet import Exercise
from hansa.desk.report.paper.speech import LANGUAGES, Speech

Doc = Mapping[str, Any]
Words = Mapping[str, str]
_PAPER = ("page", "of", "counts", "signatures", "digest")


@cache
def words() -> Mapping[str, Mapping[str, str]]:
    """What the officer's sheets say, by language and key."""
    path = Path(str(resources.files("hansa.desk.privacy") / "words.yaml"))
    return yamlfile.load(path, dict[str, dict[str, str]])


@dataclass(frozen=True, slots=True)
class About:
    """Whose city it is and who answers for it, with the words of its types, roles and purposes."""

    city: Words
    zone: ZoneInfo
    vocabulary: Vocabulary
    controller: Words
    officer: Words
    roles: Mapping[str, Words]
    purposes: Mapping[str, Words]


def lay_out(told: Doc, about: About, language: str) -> Paper:
    """The paper of an answer of `persons.gather` in a language."""
    known = language if language in LANGUAGES else "en"
    return _Setter(told, about, Speech(known, about.zone)).paper()


class _Setter:
    """Sets one person's paper."""

    def __init__(self, told: Doc, about: About, speech: Speech) -> None:
        self._told = told
        self._about = about
        self._speech = speech

    def paper(self) -> Paper:
        told, speech = self._told, self._speech
        records = [one for one in told["records"] if one["values"] or one["facts"]]
        moment = speech.moment(told["at"])
        return Paper(
            language=speech.language,
            moment=told["at"],
            title=self._say("person"),
            city=speech.text(self._about.city),
            post=self._say("person.all"),
            known=moment,
            made=self._say("made", at=moment),
            exercise=self._exercise(),
            words={key: self._say(key) for key in _PAPER},
            who=(
                Number(self._say("controller"), self._named(self._about.controller)),
                Number(self._say("officer"), self._named(self._about.officer)),
            ),
            numbers=(
                Number(self._say("records"), speech.number(len(records))),
                Number(self._say("values"), speech.number(sum(map(_values, records)))),
                Number(self._say("looks"), speech.number(len(told["looked"]))),
            ),
            parts=(*map(self._record, records), self._looked()),
            signatures=(),
            digest="",
        )

    def _record(self, one: Doc) -> Part:
        definition = self._about.vocabulary.types.get(one["type"])
        title = self._speech.sentence(definition.words if definition else {}) or one["type"]
        since = f" · {self._say('since')} {self._moment(one['since'])}" if one["since"] else ""
        name = one["facts"].get("number") or one["id"].split(":", 3)[-1]
        lines = (*self._kept(one), *self._facts(one))
        return Part(f"{title} {name}{since}", lines, self._say("no-values"))

    def _kept(self, one: Doc) -> Iterable[Line]:
        for value in one["values"]:
            newest, *former = (_text(kept["value"]) for kept in value["kept"])
            yield Line("", "", self._attribute(one["type"], value["attribute"]), newest, bad=True)
            for text in former:
                yield Line("", "", self._say("former"), text)

    def _facts(self, one: Doc) -> Iterable[Line]:
        for name, fact in one["facts"].items():
            if fact not in (None, "", []):
                yield Line("", "", self._attribute(one["type"], name), self._fact(fact))

    def _fact(self, fact: Any) -> str:
        if isinstance(fact, dict) and all(isinstance(text, str) for text in fact.values()):
            return self._speech.text(fact)
        return _text(fact)

    def _looked(self) -> Part:
        return Part(
            self._say("looked"), tuple(map(self._look, self._told["looked"])), self._say("no-looks")
        )

    def _look(self, one: Doc) -> Line:
        role = self._speech.text(self._about.roles.get(one["role"])) or one["role"]
        who = f"{one['actor']}, {role}"
        if one["onBehalf"]:
            who = self._say("behalf", name=who, principal=one["onBehalf"])
        kind, purpose = one["kind"], self._about.purposes.get(one["purpose"])
        done = words()[self._speech.language].get(f"kind.{kind}", kind)
        return Line(
            "",
            "",
            f"{self._moment(one['at'])} · {who}",
            f"{done} · {self._speech.text(purpose) or one['purpose']}",
        )

    def _exercise(self) -> Exercise | None:
        world = self._told["world"]
        if world == "actual":
            return None
        speech, name = self._speech, world.removeprefix("exercise:")
        return Exercise(speech.say("exercise.word"), speech.say("exercise.about", name=name))

    def _attribute(self, kind: str, name: str) -> str:
        definition = self._about.vocabulary.types.get(kind)
        details = None if definition is None else definition.attributes.get(name)
        return self._speech.sentence(details.words if details else {}) or name

    def _named(self, given: Words) -> str:
        return self._speech.text(given) or self._say("not-said")

    def _moment(self, text: str) -> str:
        return self._speech.moment(text)

    def _say(self, key: str, **given: str) -> str:
        return words()[self._speech.language][key].format_map(given)


def _values(record: Doc) -> int:
    return sum(len(value["kept"]) for value in record["values"])


def _text(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()
