"""What is read out to who calls about a known outage, in one language. Pure, given the texts."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from hansa.base.times import format_instant
from hansa.desk.outages.model import Cut, CutState
from hansa.desk.outages.settings import OutageSettings
from hansa.desk.report.paper.speech import LANGUAGES, Speech
from hansa.desk.report.speaking import Speaker, spoken


def sentence(
    cut: Cut,
    settings: OutageSettings,
    language: str,
    zone: ZoneInfo,
    now: datetime,
    organization: Mapping[str, str] | None = None,
) -> str:
    """What is off since when and why, how many houses, promised by when, who is at work."""
    voice = _Voice(cut, settings, language, zone, now)
    parts = [voice.what(), voice.houses(), *voice.promise()]
    if organization and cut.state is not CutState.PROPOSED:
        parts.append(voice.say("who", organization=spoken(organization, language)))
    return " ".join(one for one in parts if one)


class _Voice:
    """One cut told in one language."""

    def __init__(
        self, cut: Cut, settings: OutageSettings, language: str, zone: ZoneInfo, now: datetime
    ) -> None:
        self._cut = cut
        self._settings = settings
        self._language = language
        self._speaker = Speaker((language,), settings.texts)
        self._speech = Speech(language if language in LANGUAGES else "en", zone)
        self._now = now

    def say(self, name: str, n: float | None = None, **fields: str) -> str:
        return self._speaker.say(name, n, **fields)[self._language]

    def what(self) -> str:
        cut = self._cut
        what = self.say(f"off-{cut.resource}")
        if cut.starts is None:
            return f"{what}."
        causes = self._settings.causes
        words = causes.get(cut.cause) or causes.get("unknown") or {"en": cut.cause}
        key = "coming" if cut.state is CutState.ANNOUNCED else "since"
        cause = spoken(words, self._language)
        return self.say(key, what=what, start=self._moment(cut.starts), cause=cause)

    def houses(self) -> str:
        number = self._cut.houses
        sure = self._cut.happening and self._cut.state is not CutState.PROPOSED
        return self.say("houses", number) if number and sure else ""

    def promise(self) -> list[str]:
        cut = self._cut
        if cut.state is CutState.PROPOSED:
            return [self.say("proposed")]
        if cut.promised is None:
            return [self.say("unpromised")]
        key = "promised" if cut.promised > self._now else "passed"
        told = [self.say(key, end=self._moment(cut.promised))]
        if cut.promise_changes:
            told.append(self.say("changed", cut.promise_changes))
        return told

    def _moment(self, at: datetime) -> str:
        return self._speech.moment(format_instant(at), format_instant(self._now))
