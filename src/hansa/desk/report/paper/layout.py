"""A report as a sheet of paper: which lines, in which order, and where a list is cut.

A paper is read in two minutes, so lists are cut with their rest counted, worst first; what is
cut here is in the JSON and in the console. Pure: the same report gives the same sheet.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from hansa.base.times import parse_instant
from hansa.desk.report.paper.basis import Refs
from hansa.desk.report.paper.curves import curve_of
from hansa.desk.report.paper.figures import figure, parts_of
from hansa.desk.report.paper.sheet import (
    Criterion,
    Due,
    Exercise,
    Level,
    OnDuty,
    Sector,
    Sheet,
    Source,
    Thing,
    Trouble,
)
from hansa.desk.report.paper.speech import Speech, speech_for

Doc = Mapping[str, Any]
SCALE = ("informational", "low", "medium", "high", "critical")
TROUBLES = 3  # of a sector
_ALONE = (
    "page",
    "of",
    "criteria",
    "things",
    "things.none",
    "sectors",
    "duty",
    "calls",
    "outages",
    "due",
    "due.none",
    "neighbours",
    "neighbours.none",
    "sources",
    "sources.none",
    "notes",
    "refs",
)


def lay_out(document: Doc, language: str, origin: str = "") -> Sheet:
    """The sheet of a report's JSON in a language; `origin` is the node's, for whole addresses."""
    speech = speech_for(document, language)
    setter = _Setter(document, speech, Refs(speech, document["at"], origin))
    return setter.sheet()


class _Setter:
    """Sets the parts of one report, in the order of reading: so are references numbered."""

    def __init__(self, document: Doc, speech: Speech, refs: Refs) -> None:
        self._doc = document
        self._speech = speech
        self._refs = refs
        self._titles = {one["name"]: speech.text(one["title"]) for one in document["sectors"]}

    def sheet(self) -> Sheet:
        doc, speech = self._doc, self._speech
        city = speech.text(doc["city"]["title"])
        level = self._level(doc["status"])
        things = tuple(map(self._thing, doc["three"]))
        sectors = tuple(map(self._sector, doc["sectors"]))
        due = tuple(map(self._due, sorted(doc["due"], key=lambda one: str(one["due"]))))
        neighbours = tuple(map(self._trouble, doc["neighbours"]))
        duty = tuple(self._duty(doc.get("duty")))
        outages = tuple(map(self._outage, doc.get("outages", ())))
        calls = (self._outage(doc["calls"]),) if "calls" in doc else ()
        return Sheet(
            language=speech.language,
            moment=doc["at"],
            title=speech.say("title"),
            city=city,
            day=speech.day(date.fromisoformat(doc["day"])),
            known=speech.say("known", moment=speech.moment(doc["at"])),
            made=speech.say("made", id=doc["id"]),
            exercise=self._exercise(city),
            words={key: speech.say(key) for key in _ALONE},
            level=level,
            things=things,
            legend=self._legend(),
            sectors=sectors,
            due=due,
            neighbours=neighbours,
            sources=tuple(self._source(one) for each in doc["sectors"] for one in each["sources"]),
            notes=tuple(speech.text(one["text"]) for one in doc["notes"]),
            refs=self._refs.listed(),
            duty=duty,
            outages=outages,
            calls=calls,
        )

    def _exercise(self, city: str) -> Exercise | None:
        if self._doc["world"] == "actual":
            return None
        name = self._doc["world"].removeprefix("exercise:")
        speech = self._speech
        return Exercise(
            speech.say("exercise.word"), speech.say("exercise.about", name=name or city)
        )

    # ---- the level

    def _level(self, status: Doc) -> Level:
        number = status["level"]
        return Level(
            number=number,
            key=SCALE[min(max(number, 1), len(SCALE)) - 1],
            word=self._speech.sentence(status["word"]),
            by=self._by(status),
            criteria=tuple(map(self._criterion, status["criteria"])),
        )

    def _by(self, status: Doc) -> str:
        done, say = status["confirmed"], self._speech.say
        if done is None:
            return say("status.proposed")
        moment = self._speech.moment(done["at"], self._doc["at"])
        if done["level"] != status["level"]:
            level = str(done["level"])
            return say("status.overtaken", by=done["by"], level=level, moment=moment)
        if done["level"] == status["proposed"]:
            return say("status.confirmed", by=done["by"], moment=moment)
        return say("status.set", by=done["by"], moment=moment, level=str(status["proposed"]))

    def _criterion(self, one: Doc) -> Criterion:
        speech = self._speech
        value = one["value"]
        digits = 0 if value is None or float(value).is_integer() else 1
        return Criterion(
            met=one["met"],
            mark=speech.say("criterion.met" if one["met"] else "criterion.unmet"),
            text=speech.sentence(one["text"]),
            value=speech.measure(value, digits, one["unit"]),
            note=self._beside(one),
            leads=speech.say("criterion.level", level=str(one["level"])),
            ref=self._refs.of(one["basis"]),
        )

    def _beside(self, one: Doc) -> str:
        """Of how many a share is, or when what is unknown now was known last."""
        if one["stale"]:
            moment = self._speech.moment(one["observedAt"], self._doc["at"])
            return self._speech.say("criterion.last", moment=moment)
        if one["n"] is None or one["value"] is None:
            return ""
        return self._speech.say("criterion.of", count=self._speech.number(one["n"]))

    # ---- lines

    def _thing(self, one: Doc) -> Thing:
        known = [
            each
            for sector in self._doc["sectors"]
            for each in sector["figures"]
            if each["id"] == one["figure"]
        ]
        return Thing(
            severity=one["severity"] or "",
            word=self._term("severity", one["severity"]),
            title=self._speech.sentence(one["title"]),
            text=_listed(self._titles.get(one["sector"], ""), self._since(one)),
            curve=curve_of(known[0], self._speech) if known else None,
            ref=self._refs.of(one["basis"]),
        )

    def _sector(self, one: Doc) -> Sector:
        open_ = sorted([*one["incidents"], *one["alerts"]], key=_rank, reverse=True)
        worst = open_[0]["severity"] if open_ else ""
        left = len(open_) - TROUBLES
        return Sector(
            name=self._speech.text(one["title"]),
            severity=worst,
            word=self._term("severity", worst),
            note=self._speech.sentence(one["summary"]),
            troubles=tuple(map(self._trouble, open_[:TROUBLES])),
            more=self._speech.say("more", count=str(left)) if left > 0 else "",
            figures=tuple(figure(each, self._speech, self._refs) for each in one["figures"]),
        )

    def _legend(self) -> str:
        """How far back the curves reach; nothing where there are none."""
        trends = [one["trend"] for each in self._doc["sectors"] for one in each["figures"]]
        longest = max(trends, key=len, default=())
        if not longest:
            return ""
        days = parse_instant(longest[-1]["at"]) - parse_instant(longest[0]["at"])
        return self._speech.say("legend", days=str(days.days))

    def _trouble(self, one: Doc) -> Trouble:
        overdue = self._speech.say("overdue") if one["overdue"] else ""
        state = self._term("state", one["state"])
        return Trouble(
            severity=one["severity"],
            word=self._term("severity", one["severity"]),
            title=self._speech.text(one["title"]),
            note=_listed(state, self._since(one), one["owner"] or "", overdue),
            ref=self._refs.of(one["basis"]),
        )

    def _duty(self, given: Doc | None) -> Iterable[OnDuty]:
        """Shifts and who acted; a report of a day without them says nothing of it."""
        if given is None:
            return
        for one in given["shifts"]:
            counts = {key: str(count) for key, count in one["counts"].items()}
            yield OnDuty(
                text=_listed(
                    self._speech.text(one["title"]), self._both(one["onDuty"], one["onBehalf"])
                ),
                note=_listed(self._span(one), self._speech.say("duty.counts", **counts)),
                ref=self._refs.of(one["basis"]),
            )
        for one in given["acting"]:
            until = self._speech.moment(one["until"], self._doc["at"])
            yield OnDuty(
                text=self._both(one["acting"], one["principal"]),
                note=_listed(self._speech.say("duty.until", moment=until), one["ground"] or ""),
                ref=None,
            )

    def _outage(self, one: Doc) -> OnDuty:
        return OnDuty(
            text=self._speech.sentence(one["text"]),
            note=self._speech.text(one["note"]),
            ref=self._refs.of(one["basis"]),
        )

    def _both(self, name: str, principal: str | None) -> str:
        if not principal:
            return name
        return self._speech.say("duty.behalf", name=name, principal=principal)

    def _span(self, one: Doc) -> str:
        taken = self._speech.moment(one["takenAt"], self._doc["at"])
        if one["handedOverAt"] is None:
            return self._speech.say("duty.since", moment=taken)
        until = self._speech.moment(one["handedOverAt"], self._doc["at"])
        return self._speech.say("duty.span", since=taken, until=until)

    def _due(self, one: Doc) -> Due:
        label, parts = parts_of(one["breakdown"], 0, "", self._speech, self._refs)
        time = self._speech.moment(one["due"], self._doc["at"])
        return Due(
            # the end of the day is said as the day's last hour, not as the next day's first
            time=self._speech.say("due.by", time="24:00" if time.endswith(" 00:00") else time),
            what=self._speech.sentence(one["what"]),
            sector=self._titles.get(one["sector"], ""),
            ref=self._refs.of(one["basis"]),
            parts_label=label,
            parts=parts,
        )

    def _source(self, one: Doc) -> Source:
        newest, speech = one["newestObservedAt"], self._speech
        age = speech.moment(newest, self._doc["at"]) if newest else one["span"]
        return Source(
            name=speech.text(one["title"]),
            age=age or speech.say("unknown"),
            state=self._term("health", one["health"]),
            stale=one["health"] in ("late", "failing", "columns", "clock"),
            licence=one["licence"] or "",
            ref=self._refs.unnumbered(
                {
                    "type": "DataSource",
                    "q": "",
                    "ids": [one["id"]],
                    "count": 1,
                    "at": self._doc["at"],
                }
            ),
        )

    def _since(self, one: Doc) -> str:
        if one["since"] is None:
            return ""
        return self._speech.say("since", span=self._speech.span(one["since"], self._doc["at"]))

    def _term(self, kind: str, code: str | None) -> str:
        if not code:
            return ""
        return self._speech.text(self._doc["terms"].get(kind, {}).get(code)) or code


def _rank(trouble: Doc) -> tuple[int, bool]:
    """Worst first; of two as bad the incident, because somebody works on it."""
    severity = trouble["severity"]
    return (
        SCALE.index(severity) if severity in SCALE else -1,
        trouble["type"] == "Incident",
    )


def _listed(*parts: str) -> str:
    return " · ".join(part for part in parts if part)
