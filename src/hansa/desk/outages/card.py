"""The printed card of an outage: the paper of the hand-over sheet with other words on it. Pure.

No personal data stand on it: notes and callers stay in the desk.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from hansa.base import yamlfile
from hansa.desk.handover.paper import Line, Number, Paper, Part
from hansa.desk.outages.settings import OutageSettings
from hansa.desk.report.paper.sheet import Exercise
from hansa.desk.report.paper.speech import LANGUAGES, Speech

_PAPER = ("page", "of", "counts", "signatures", "digest")
Doc = Mapping[str, Any]


@cache
def _words() -> Mapping[str, Mapping[str, str]]:
    path = Path(str(resources.files("hansa.desk.outages") / "words.yaml"))
    return yamlfile.load(path, dict[str, dict[str, str]])


def lay_out(
    told: Doc, city: Mapping[str, str], zone: ZoneInfo, settings: OutageSettings, language: str
) -> Paper:
    """The card of an answer of `reading.one` in a language."""
    known = language if language in LANGUAGES else "en"
    return _Setter(told, settings, Speech(known, zone)).paper(city)


class _Setter:
    """Sets one card."""

    def __init__(self, told: Doc, settings: OutageSettings, speech: Speech) -> None:
        self._told = told
        self._cut: Doc = told["outage"]
        self._settings = settings
        self._speech = speech

    def paper(self, city: Mapping[str, str]) -> Paper:
        cut, speech = self._cut, self._speech
        title = "title.work" if cut["kind"] == "PlannedWork" else "title"
        resource = self._settings.supplies[cut["resource"]].resource
        state = self._say(f"state.{cut['state'] or 'announced'}")
        return Paper(
            language=speech.language,
            moment=self._told["now"],
            title=self._say(title),
            city=speech.text(city),
            post=f"{speech.sentence(resource.words)}: {state}",
            known=self._say("known", moment=speech.moment(self._told["now"])),
            made=self._say("made", id=cut["id"]),
            exercise=self._exercise(),
            words={key: self._say(key) for key in _PAPER},
            who=tuple(self._who()),
            numbers=tuple(self._numbers()),
            parts=tuple(self._parts()),
            signatures=(),
            digest="",
        )

    def _who(self) -> Iterable[Number]:
        cut = self._cut
        yield Number(self._say("starts"), self._moment(cut["startsAt"]))
        if cut["endedAt"]:
            yield Number(self._say("ended"), self._moment(cut["endedAt"]))
        yield Number(self._say("promised"), self._moment(cut["promisedEnd"]))
        names = self._told["names"]["organizations"]
        name = self._speech.text(names.get(cut["organization"])) or self._say("unknown")
        yield Number(self._say("organization"), name)
        cause = self._settings.causes.get(cut["cause"], {})
        yield Number(self._say("cause"), self._speech.text(cause) or self._say("unknown"))

    def _numbers(self) -> Iterable[Number]:
        cut = self._cut
        counts = {
            "houses": cut["houses"],
            "people": cut["people"],
            "children": cut["children"],
            "social": len(cut["socialObjects"]),
            "calls": cut["calls"],
            "changes": cut["promiseChanges"],
        }
        for key, value in counts.items():
            yield Number(self._say(key), self._speech.number(value))

    def _parts(self) -> Iterable[Part]:
        cut, names = self._cut, self._told["names"]
        places = [names["zones"].get(one) or one for one in cut["zones"]]
        places += [names["buildings"].get(one) or one for one in cut["buildings"]]
        yield self._part("area", [Line("", "", str(one), "") for one in places])
        objects = [Line("", "", one["name"], "") for one in cut["socialObjects"]]
        yield self._part("objects", objects)
        yield self._part(
            "promises", [self._promise(one) for one in reversed(self._told["promises"])]
        )
        lines = [one for one in self._told["lines"] if self._known(one["kind"])]
        yield self._part("history", [self._line(one) for one in reversed(lines)])

    def _promise(self, line: Doc) -> Line:
        until = f"{self._say('promised')} {self._moment(line['promisedEnd'])}"
        return Line("", self._moment(line["at"]), until, self._why(line))

    def _line(self, line: Doc) -> Line:
        return Line("", self._moment(line["at"]), self._say(line["kind"]), self._why(line))

    def _why(self, line: Doc) -> str:
        reasons = self._settings.reasons
        reason = self._speech.text(reasons.get(line["reason"] or "", {}))
        by = "" if line["machine"] else str(line["by"])
        return ", ".join(one for one in (by, reason) if one)

    def _part(self, key: str, lines: list[Line]) -> Part:
        return Part(self._say(key), tuple(lines), self._say("none"))

    def _exercise(self) -> Exercise | None:
        world = self._told.get("hansaWorld")
        if world is None:
            return None
        name = str(world).removeprefix("exercise:")
        about = self._speech.say("exercise.about", name=name)
        return Exercise(self._speech.say("exercise.word"), about)

    def _moment(self, instant: str | None) -> str:
        if instant is None:
            return self._say("unknown")
        return self._speech.moment(instant, self._told["now"])

    def _known(self, kind: str) -> bool:
        return kind in _words()[self._speech.language]

    def _say(self, key: str, **given: str) -> str:
        return _words()[self._speech.language][key].format_map(given)
