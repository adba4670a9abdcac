"""What is off at the report's moment, and what came back in the day before, as known then.

One line each: houses, people, children, social objects; off since, promised by or back on, how
often the promise was changed. A day without outages leaves no trace in the report.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hansa.base.times import format_instant
from hansa.base.vocabulary import Vocabulary
from hansa.context import City, Entity, Query, TypeAny, TypeIs, parse_q
from hansa.desk.entities import listed
from hansa.desk.report.dating import said_moment
from hansa.desk.report.model import Basis, OutageLine, Words
from hansa.desk.report.speaking import Speaker
from hansa.guard import View

_TYPES = ("Outage", "PlannedWork")
_OFF = ("confirmed", "running")
_BACK = timedelta(days=1)


async def outages_at(
    city: City, view: View, speaker: Speaker, at: datetime
) -> tuple[OutageLine, ...]:
    """The lines of a moment, the most houses first."""
    since = format_instant((at - _BACK).replace(microsecond=0))
    states = ",".join(f'"{one}"' for one in _OFF)
    where = parse_q(f'state=={states}|endedAt>="{since}"')
    kinds = TypeAny(tuple(TypeIs(name) for name in _TYPES))
    page = await city.read(view, Query(types=kinds, where=where), at=at)
    off = [one for one in page.entities if one.value("state") in (*_OFF, "ended")]
    if not off:
        return ()
    zones = {zone for one in off for zone in listed(one.value("zones"))}
    names = await _names(city, view, sorted(zones), at)
    teller = _Teller(speaker, city.vocabulary, city.settings.zone, names, at)
    return tuple(map(teller.line, sorted(off, key=_most)))


async def _names(city: City, view: View, zones: Sequence[str], at: datetime) -> Mapping[str, str]:
    if not zones:
        return {}
    page = await city.read(view, Query(ids=tuple(zones)), at=at)
    return {one.id: str(one.value("name") or "") for one in page.entities}


def _most(one: Entity) -> tuple[bool, int, str]:
    return one.value("state") == "ended", -int(one.value("houses") or 0), one.id


class _Teller:
    """Tells outages in every language of the city."""

    def __init__(
        self,
        speaker: Speaker,
        vocabulary: Vocabulary,
        zone: ZoneInfo,
        names: Mapping[str, str],
        at: datetime,
    ) -> None:
        self._speaker = speaker
        self._resources = {one.name: one.words for one in vocabulary.resources}
        self._zone = zone
        self._names = names
        self._at = at

    def line(self, one: Entity) -> OutageLine:
        """One outage or work."""
        join = self._speaker.join
        counts = join(list(self._counts(one)), ", ")
        return OutageLine(
            id=one.id,
            text=self._text(one),
            note=join([counts, join(list(self._times(one)), ", ")], "; "),
            basis=Basis(one.types[0], self._at, ids=(one.id,), count=1),
        )

    def _text(self, one: Entity) -> Words:
        name = str(one.value("resource") or "")
        resource = self._speaker.all(self._resources.get(name) or {"en": name})
        zones = [self._names.get(zone, "") for zone in listed(one.value("zones"))]
        where = ", ".join(filter(None, zones))
        planned = bool(one.value("planned"))
        kind = "outage-planned" if planned else "outage-unplanned"
        told = self._speaker.say(kind, resource=resource)
        return self._speaker.join([told, self._same(where)], ": ") if where else told

    def _counts(self, one: Entity) -> Iterable[Words]:
        for name in ("houses", "people", "children"):
            if (number := one.value(name)) is not None:
                yield self._speaker.say(f"outage-{name}", int(number))
        social = one.value("socialObjects") or []
        objects = [social] if isinstance(social, Mapping) else social
        if objects:
            named = ", ".join(str(each.get("name", "")) for each in objects)
            yield self._same(named)

    def _times(self, one: Entity) -> Iterable[Words]:
        if (starts := _text_of(one.value("startsAt"))) is not None:
            yield self._speaker.say("outage-off", at=self._moment(starts))
        ended, promised = (_text_of(one.value(name)) for name in ("endedAt", "promisedEnd"))
        if ended is not None:
            yield self._speaker.say("outage-on", at=self._moment(ended))
        elif promised is not None:
            yield self._speaker.say("outage-promised", at=self._moment(promised))
        else:
            yield self._speaker.say("outage-unpromised")
        if changes := int(one.value("promiseChanges") or 0):
            yield self._speaker.say("outage-changes", changes)

    def _same(self, text: str) -> Words:
        return dict.fromkeys(self._speaker.languages, text)

    def _moment(self, instant: str) -> Words:
        return said_moment(self._speaker.languages, self._zone, instant, self._at)


def _text_of(value: Any) -> str | None:
    """A time as orders write it, or as a mapping does (a typed literal)."""
    text = value.get("@value") if isinstance(value, Mapping) else value
    return None if text is None else str(text)
