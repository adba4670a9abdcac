"""Effects as changes of the graph: the `Alert` entity and its words.

The engine says what is to be done; here the entities an alert rests on give it a name and a
place. A location is copied only where its privacy class is no stricter than an alert's own.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from hansa.base.durations import duration_text
from hansa.base.glossary import Glossary, in_language
from hansa.base.times import format_instant, from_micros
from hansa.context import Change, Entity, Op
from hansa.guard import View
from hansa.watch.engine import point_of
from hansa.watch.model import Changed, Cleared, Effect, Member, Opened
from hansa.watch.rules import (
    Absence,
    Count,
    Jump,
    Rate,
    Repeated,
    Rule,
    SameHour,
    Several,
    Threshold,
    window_of,
)
from hansa.watch.suppression import Subject, Suppression, covering

ALERT = "Alert"
LISTED_SOURCES = 50  # an alert names so many of the entities it rests on, the newest

_COMMA = frozenset({"ru", "uk"})  # languages that write a decimal comma


def alert_key(rule: str, key: str) -> str:
    """The open key that an alert holds: one open alert per rule and key."""
    return f"alert:{rule}:{key}"


@dataclass(frozen=True, slots=True)
class Speaker:
    """What the words of an alert are made of beside the effect itself.

    `entities`: those an alert rests on, as the watch's view sees them. `now`: the city's clock.
    `suppressions`: those that are in force, or will be. `names`: how each language calls them.
    """

    view: View
    zone: ZoneInfo
    languages: Sequence[str]
    entities: Mapping[str, Entity]
    now: datetime
    suppressions: Sequence[Suppression] = ()
    names: Glossary = field(default_factory=dict)


def change_of(rule: Rule, effect: Effect, speaker: Speaker) -> Change:
    """The change that carries an effect out."""
    known_at = None if effect.known is None else from_micros(effect.known)
    issued = format_instant(known_at or speaker.now)
    if isinstance(effect, Opened):
        # UPSERT: ids come from time, so a log that is replayed opens the same alert again.
        return Change(
            Op.UPSERT,
            effect.alert,
            {"type": ALERT, **_opening(rule, effect, speaker, issued)},
            known_at=known_at,
            opens=alert_key(rule.id, effect.key),
        )
    if isinstance(effect, Changed):
        return Change(Op.APPEND, effect.alert, _raised(rule, effect, speaker), known_at=known_at)
    return cleared(effect, speaker.now)


def cleared(effect: Cleared, now: datetime, reason: str = "") -> Change:
    """The change that clears an alert and gives its key back; `reason`: why, if not by itself."""
    known_at = None if effect.known is None else from_micros(effect.known)
    return Change(
        Op.APPEND,
        effect.alert,
        {
            "state": _property("cleared"),
            "clearedAt": _property(format_instant(known_at or now)),
            **({"clearReason": _property(reason)} if reason else {}),
        },
        known_at=known_at,
        closes=alert_key(effect.rule, effect.key),
    )


def _opening(rule: Rule, effect: Opened, speaker: Speaker, issued: str) -> dict[str, Any]:
    body = {
        "category": _property(rule.category),
        "sector": _property(rule.sector),
        "state": _property("open"),
        "rule": _property(rule.id),
        "dedupKey": _property(effect.key),
        "dateIssued": _property(issued),
        "dateDetected": _property(format_instant(from_micros(effect.since))),
        **_raised(rule, effect, speaker),
    }
    if (location := _location(rule, effect.members, speaker)) is not None:
        body["location"] = location
    return body | _suppressed(rule, effect, speaker, body)


def _suppressed(
    rule: Rule, effect: Opened, speaker: Speaker, body: Mapping[str, Any]
) -> dict[str, Any]:
    """The mark of an alert that opens while a suppression covers it."""
    entities = [one.entity for one in effect.members]
    place = body["location"]["value"] if "location" in body else None
    at = speaker.now if effect.known is None else from_micros(effect.known)
    subject = Subject(rule.id, rule.sector, entities, place, rule.category)
    by = covering(speaker.suppressions, subject, at)
    return {} if by is None else marked(by)


def marked(by: str | None) -> dict[str, Any]:
    """The attributes of an alert that comes under a suppression, or (None) out of it."""
    if by is None:
        return {"suppressed": _property(False)}
    return {
        "suppressed": _property(True),
        "suppressedBy": {"type": "Relationship", "object": by},
    }


def _raised(rule: Rule, effect: Opened | Changed, speaker: Speaker) -> dict[str, Any]:
    """What an opening says first and a change says anew."""
    body: dict[str, Any] = {
        "severity": _property(effect.severity),
        "title": _words(rule, rule.title, effect, speaker),
        "alertSource": {"type": "Relationship", "object": _sources(effect.members)},
    }
    if rule.text:
        body["description"] = _words(rule, rule.text, effect, speaker)
    if not isinstance(rule.condition, Absence) and effect.measure is not None:
        body["measuredValue"] = _measured(rule, effect, speaker)
    return body


def _measured(rule: Rule, effect: Opened | Changed, speaker: Speaker) -> dict[str, Any]:
    found = {"type": "Property", "value": effect.measure}
    if isinstance(rule.condition, Threshold | Jump | SameHour):
        instance = _first(effect.members, speaker, rule.condition.attribute)
        if unit := (instance or {}).get("unitCode"):
            found["unitCode"] = unit
    return found


def _sources(members: Iterable[Member]) -> list[str] | str:
    listed = [one.entity for one in members][-LISTED_SOURCES:]
    return listed[0] if len(listed) == 1 else listed


def _location(rule: Rule, members: Sequence[Member], speaker: Speaker) -> Any:
    """The place of the one entity, or the middle of several points."""
    if not may_show(rule, rule.geoproperty, speaker.view, "location"):
        return None
    places = [
        place
        for one in members
        if (entity := speaker.entities.get(one.entity)) is not None
        and (place := entity.value(rule.geoproperty)) is not None
    ]
    if len(places) == 1:
        return {"type": "GeoProperty", "value": places[0]}
    points = [point for point in map(point_of, places) if point is not None]
    if not points:
        return None
    middle = [round(sum(axis) / len(points), 6) for axis in zip(*points, strict=True)]
    return {"type": "GeoProperty", "value": {"type": "Point", "coordinates": middle}}


def may_show(rule: Rule, attribute: str, view: View, place: str = "title") -> bool:
    """Whether an attribute's class is no stricter than that of the alert's own it goes into."""
    given = view.privacy_class((rule.type,), attribute)
    return given.strictness <= view.privacy_class((ALERT,), place).strictness


def _words(
    rule: Rule, templates: Mapping[str, str], effect: Opened | Changed, speaker: Speaker
) -> dict[str, Any]:
    texts = {
        language: template.format_map(_fields(rule, effect, speaker, language))
        for language, template in templates.items()
    }
    return {"type": "LanguageProperty", "languageMap": texts}


def _fields(
    rule: Rule, effect: Opened | Changed, speaker: Speaker, language: str
) -> dict[str, str]:
    name = _name(rule, effect.members, speaker, language)
    place = _in_language((_first(effect.members, speaker, rule.place) or {}), language, speaker)
    condition = rule.condition
    silent = isinstance(condition, Absence) and effect.members
    began = effect.members[0].at if silent else effect.since  # of a silence: the last sign of life
    since = from_micros(began).astimezone(speaker.zone)
    return {
        "value": _value(rule, effect, language),
        "limit": _number(_limit(rule), language),
        "count": str(len(effect.members)),
        "name": name,
        "place": place or effect.label or name,
        "since": since.strftime("%H:%M"),
        "window": duration_text(window, language) if (window := window_of(condition)) else "",
        "usual": "" if effect.usual is None else _number(effect.usual, language),
    }


def _value(rule: Rule, effect: Opened | Changed, language: str) -> str:
    if isinstance(rule.condition, Absence):
        return duration_text(effect.measure, language)
    return _number(effect.measure, language)


def _limit(rule: Rule) -> Any:
    match rule.condition:
        case Threshold(limit=limit):
            return limit
        case Rate(limit=limit) | Repeated(limit=limit) | Several(limit=limit):
            return limit.limit
        case Count(at_least=number):
            return number
        case Jump(by=by):
            return by
        case _:
            return ""


def _first(members: Sequence[Member], speaker: Speaker, attribute: str) -> Mapping[str, Any] | None:
    """The instance of an attribute on the first entity that has it."""
    if not attribute:
        return None
    found = (
        entity.attribute(attribute)
        for one in members
        if (entity := speaker.entities.get(one.entity)) is not None
    )
    return next((one for one in found if one is not None), None)


def _name(rule: Rule, members: Sequence[Member], speaker: Speaker, language: str) -> str:
    if not members:
        return ""
    shown = "name" if may_show(rule, "name", speaker.view) else ""
    given = _first(members[:1], speaker, shown)
    return _in_language(given or {}, language, speaker) or members[0].entity.rsplit(":", 1)[-1]


def _in_language(instance: Mapping[str, Any], language: str, speaker: Speaker) -> str:
    if texts := instance.get("languageMap"):
        return str(texts.get(language) or next(iter(texts.values())))
    return in_language(speaker.names, _number(instance.get("value", ""), language), language)


def _number(value: Any, language: str) -> str:
    """A number as people of the language read it, with no more than 4 figures that count."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    text = f"{value:.0f}" if abs(value) >= 1000 or value == int(value) else f"{value:.4g}"
    return text.replace(".", ",") if language in _COMMA else text


def _property(value: Any) -> dict[str, Any]:
    return {"type": "Property", "value": value}
